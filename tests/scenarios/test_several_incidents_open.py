"""Several incidents are open: a command without a number asks which one, and never guesses."""

from __future__ import annotations

import pytest

from commands import _tokens
from commands.base import TERMINAL, Context
from tests.scenarios.world import OPERATIONS, World, person


@pytest.fixture
async def token(world: World) -> str:
    """Ann's personal token for the terminal."""
    context = Context(who=person("ann"), place=TERMINAL, engine=world.app.engine)
    return str((await _tokens.fresh(context, "operations", "Operations")).data["token"])


async def test_with_one_open_the_number_may_be_left_out(world: World, token: str) -> None:
    """ESCALATION 16: there is nothing to ask."""
    await world.alert()
    said = (await world.terminal(token, "incident", "ack")).json()
    assert (said["text"], said["exit_code"]) == ("You have INC-1 now; nobody further is paged for it.", 0)


async def test_with_two_open_it_asks_which(world: World, token: str) -> None:
    """ESCALATION 16: nothing is acknowledged; both are named."""
    await world.alert(key="g1", summary="Binance is gone")
    await world.alert("HighLatency", key="g2", summary="p99 is high")
    said = (await world.terminal(token, "incident", "ack")).json()
    assert said["exit_code"] != 0
    assert "INC-1" in said["text"]
    assert "INC-2" in said["text"]
    assert {(await world.ladder(n)).state for n in (1, 2)} == {"running"}
    await world.terminal(token, "incident", "ack", "2")
    assert [(await world.ladder(n)).state for n in (1, 2)] == ["running", "held"]


async def test_acknowledge_all_my_pages_lists_them_first(world: World, token: str) -> None:
    """ESCALATION 16: without --yes it only lists; what was not paged to Ann is not in it."""
    await world.alert(key="g1", summary="Binance is gone")
    await world.alert("HighLatency", key="g2", summary="p99 is high")
    listed = (await world.terminal(token, "incident", "ack", "mine")).json()
    assert "INC-1 critical hft: Binance is gone" in listed["text"]
    assert "Acknowledge all 2?" in listed["text"]
    assert {(await world.ladder(n)).state for n in (1, 2)} == {"running"}
    await world.terminal(token, "incident", "ack", "mine", "--yes")
    assert {(await world.ladder(n)).holder for n in (1, 2)} == {"operations"}


async def test_the_second_page_says_that_they_are_on_the_first(world: World) -> None:
    """ESCALATION 16: "already on INC-1", for the eye and the ear."""
    await world.alert(key="g1")
    await world.ack()
    await world.at("3m")
    await world.alert("HighLatency", key="g2")
    assert "You are already on: INC-1" in world.mail("operations@company.com").detail["body"]
    assert "You are already on incident one" in await world.hear(world.call(OPERATIONS))

"""A merge brings a part along, for the people of its type; and is undone."""

from __future__ import annotations

import pytest

from bot.core.oncall import Actor
from bot.engine import merge, respond
from tests.scenarios.conftest import Make
from tests.scenarios.desks import mailbox, number
from tests.scenarios.world import World, person

DATA_ENGINEER = number("sapphire", "data_engineer")
ENGINEER = Actor(id="data_engineer", name="Data Engineer", via="phone")


@pytest.fixture
async def merged(make_world: Make) -> World:
    """INC-1, of the infrastructure, is Cid's. INC-2, of data, is merged into it at 1: the data engineer is called for
    INC-2 at 0, and for INC-1 at 1."""
    world = await make_world("sapphire")
    await world.alert("NodeNotReady", severity="high", key="nodes")
    await world.do(respond.acknowledge, 1, "cid")
    await world.alert("RedisDown", severity="high", key="data", fingerprint="redis")
    await world.at("1m")
    await world.app.engine.do(merge.merge, 2, 1, person("cid"))
    await world.tick()
    assert await _parts(world) == {"main", "data"}
    return world


async def _parts(world: World) -> set[str]:
    return set(await world.app.engine.look(lambda tx: tx.incidents.escalations(1)))


async def _unmerge(world: World, source: int = 2) -> None:
    await world.app.engine.do(merge.unmerge, source, person("cid"))
    await world.tick()


async def test_undone_it_goes_along(merged: World) -> None:
    """ESCALATION 27: both have their own ladders again: the DBA is called for INC-2 alone, which stood still while it
    was merged."""
    await merged.at("10m")
    await _unmerge(merged)
    assert await _parts(merged) == {"main"}
    assert await merged.said("type") == [
        "Also of type data (merged with INC-2)",
        "No longer of type data: that is INC-2",
    ]
    await merged.at("50m")
    (mail,) = [mail for mail in merged.sent("mail", to=mailbox("sapphire", "dba")) if mail.wants_answer]
    assert (mail.minute, "INC-2" in mail.text) == (39.0, True)


async def test_whoever_took_it_has_it_afterwards(merged: World) -> None:
    """ESCALATION 11, 27: they answered once, and are not called again for the same thing."""
    await merged.app.engine.do(respond.acknowledge, 1, ENGINEER)
    await merged.at("10m")
    await _unmerge(merged)
    ladder = await merged.ladder(2)
    assert (ladder.state, ladder.holder) == ("held", "data_engineer")
    assert (await merged.ladder(1)).holder == "UCID"
    await merged.at("29m")
    assert merged.pages("phone", since=1.5) == []
    assert await merged.said("acknowledged", number=2) == [
        "Data Engineer has it (they had the part data of INC-1)",
    ]


async def test_what_the_incident_has_by_itself_it_keeps(merged: World) -> None:
    """ESCALATION 20, 27: meanwhile an alert of its own group was about data as well."""
    await merged.alert("DatabaseSlow", severity="high", key="nodes", fingerprint="own")
    await _unmerge(merged)
    assert await _parts(merged) == {"main", "data"}


async def test_what_another_merge_has_brought_it_keeps_as_long(merged: World) -> None:
    """ESCALATION 27: INC-2 and INC-3 were both about data."""
    await merged.alert("RedisDown", severity="high", key="more", fingerprint="more")
    await merged.app.engine.do(merge.merge, 3, 1, person("cid"))
    await _unmerge(merged)
    assert await _parts(merged) == {"main", "data"}
    await _unmerge(merged, 3)
    assert await _parts(merged) == {"main"}


async def test_later_it_may_come_again(merged: World) -> None:
    """ESCALATION 20: an alert about data in INC-1 calls its people anew, and their answer is for that."""
    await _unmerge(merged)
    await merged.at("5m")
    await merged.alert("DatabaseSlow", severity="high", key="nodes", fingerprint="own")
    assert merged.pages("phone", since=4) == [(5.0, "phone", DATA_ENGINEER)]
    data = await merged.ladder(1, part="data")
    assert (data.state, data.round) == ("running", 1)
    earlier = [page.epoch for page in await merged.ledger(1) if page.part == "data" and page.epoch != data.epoch]
    assert max(earlier) < data.epoch


async def test_its_calls_that_have_not_left_are_cancelled(merged: World) -> None:
    """ESCALATION 7, 27: the call for the part waited for that for INC-2, made a minute before."""
    assert {page.state for page in await merged.ledger(1) if page.part == "data" and page.way == "phone"} == {"waiting"}
    await _unmerge(merged)
    assert {page.state for page in await merged.ledger(1) if page.part == "data" and page.way == "phone"} == {"dropped"}

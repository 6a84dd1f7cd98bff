"""What those are told who were not there: whom the last call reached, what was at risk, what people noted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.engine import reporting, resolve, respond, updates
from bot.views.report import MARKDOWN, render
from tests.scenarios.risking_desk import RiskingDesk
from tests.scenarios.world import World, world_with_slack


@pytest.fixture
def desk(tmp_path: Path) -> RiskingDesk:
    return RiskingDesk(tmp_path)


@pytest.fixture
async def world(sqlite_url: str, desk: RiskingDesk) -> AsyncIterator[World]:
    async with world_with_slack(sqlite_url, desk.environ) as made:
        yield made


async def _report(world: World) -> str:
    found = await world.incident()
    desk = world.app.engine.desk
    return render(await world.app.engine.look(lambda tx: reporting.written(tx, desk, found)), MARKDOWN, {})


async def test_whom_to_ask_is_somebody_on_every_level(world: World) -> None:
    """Level 1 was called: level 2 is next. Level 2 was called: nobody is above, and level 2 can be asked."""
    await world.alert()
    assert "- Escalation contact: Second (Bob)\n" in await _report(world)
    await world.at("6m")
    assert "- Escalation contact: Second (Bob), the last level\n" in await _report(world)


async def test_what_was_at_risk_is_not_told_as_if_it_still_were(world: World, desk: RiskingDesk) -> None:
    """The form of an update leaves it to the report; while it lasts the report tells what is at risk, and afterwards
    what was."""
    await world.alert()
    await world.app.looking.tick()
    await world.ack()
    known = await world.app.engine.look(lambda tx: updates.draft(tx, world.app.engine.desk, 1))
    assert known["business"] == ""
    assert "- Business impact: At risk: open orders 14, positions 3, profit $250\n" in await _report(world)
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    told = "- Business impact: At risk when it was resolved: open orders 14, positions 3, profit $250\n"
    assert told in await _report(world)


async def test_notes_are_among_the_actions_and_marked(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.do(respond.note, 1, "bob", text="gw1 restarted by hand")
    done = (await _report(world)).partition("**Actions Taken:**")[2].partition("**Next Steps:**")[0]
    assert " UTC Note: gw1 restarted by hand – Bob\n" in done

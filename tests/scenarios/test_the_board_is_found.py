"""Where Slack leads to the board: the menu, Home, and the report in the thread; not from the stakeholders' channel."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.engine import updates
from tests.scenarios.told_desk import ToldDesk, reports
from tests.scenarios.world import World, world_with_slack

WITH = {"TOCSIN_BOARD_LINKS": "true", "TOCSIN_PUBLIC_URL": "http://tocsin.example.com", "TOCSIN_SECRET": "s" * 32}
LINK = re.compile(r"<http://tocsin\.example\.com(/board/s/[^|>]+)\|Board>")


async def places(world: World) -> dict[str, str]:
    """What is written in each place."""
    await world.alert()
    await world.ack()
    await world.do(updates.give, 1, "ann", said={"summary": "prices stand still"})
    await world.pass_time("1m")
    await world.slash("ann", "/incident")
    await world.slack.open_home("ann")
    await world.worked()
    home = await world.slack.wait_for(lambda one: one.home("ann"))
    assert home is not None
    menu = str(world.slack.ephemerals("ann")[-1].blocks)
    await world.slash("ann", "/incident report 1")
    await world.pass_time("2m")
    (in_thread,) = [m for m in world.thread() if "📄" in m.readable()]
    (report,) = reports(world.slack)
    assert "Board" not in str(report.blocks), "stakeholders are told of this one, and need not see the others"
    return {"menu": menu, "home": str(home.content), "report": str(in_thread.blocks)}


@pytest.mark.parametrize("setting", [WITH, {}])
async def test_it_is_linked_where_there_is_one(sqlite_url: str, tmp_path: Path, setting: dict[str, str]) -> None:
    async with world_with_slack(sqlite_url, ToldDesk(tmp_path).environ | setting) as world:
        for place, text in (await places(world)).items():
            found = LINK.search(text)
            assert (found is not None) == bool(setting), place
            if found is None:
                assert "Board" not in text
                continue
            answer = await world.web.get(found[1])
            assert answer.status_code == 303, place
            expected = "/board/incidents/1" if place == "report" else "/board"
            assert answer.headers["location"] == expected

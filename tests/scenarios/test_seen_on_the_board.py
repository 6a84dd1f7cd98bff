"""Somebody who is not at it follows the card's link and sees on the board what those at it see in Slack: what checks
found, where the playbook stands, who was paged; and the link still works after a restart, but not for ever."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.engine import merge
from tests.scenarios.looking_desk import LookingDesk
from tests.scenarios.world import PUBLIC, World, person, world_with_slack


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    desk = LookingDesk(tmp_path)
    desk.writes("feed", "closed")
    async with world_with_slack(sqlite_url, {**desk.environ, "TOCSIN_BOARD_LINKS": "yes"}) as made:
        yield made


async def looked(world: World) -> None:
    await world.tick()
    await world.app.looking.tick()
    await world.pass_time("10s")  # a channel takes a message a second


def link_on_the_card(world: World) -> str:
    """Where the card's Board link leads, as a path."""
    links = re.findall(rf"<{PUBLIC}(/board/[^|]+)\|Board>", json.dumps(world.card().blocks))
    assert len(links) == 1
    return str(links[0])


async def follow(world: World, link: str) -> str:
    answer = await world.web.get(link, follow_redirects=True)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", answer.text)).split())


async def test_what_those_at_it_see(world: World) -> None:
    await world.alert("FeedDown")
    await looked(world)
    await world.push("ann", world.card(), "playbook.start.0")
    await looked(world)
    await world.ack()
    await looked(world)
    seen = await follow(world, link_on_the_card(world))
    incident = await world.incident()
    assert incident.verdict
    assert f"Found: {incident.verdict}" in seen
    assert "Acknowledged by Ann" in seen
    assert "FAIL" in seen.partition("Evidence")[2]
    (run,) = await world.app.engine.look(lambda tx: tx.runs.of_incident(1))
    assert run.playbook.title in seen.partition("Playbooks")[2]
    for page in await world.ledger():
        assert page.name in seen.partition("Pages")[2]
    for entry in await world.timeline():
        assert " ".join(entry.text.split()) in seen


async def test_the_link_outlives_a_restart_and_ends_after_a_week(world: World) -> None:
    await world.alert("FeedDown")
    await looked(world)
    link = link_on_the_card(world)
    await world.stop_bot()
    await world.start_bot()
    assert "INC-1" in await follow(world, link)
    await world.jump("8d")
    assert (await world.web.get(link)).status_code == 404


async def test_an_incident_that_was_merged_says_where_it_went(world: World) -> None:
    await world.alert("FeedDown", key="g1")
    await world.alert("DiskFull", key="g2")
    await looked(world)
    link = link_on_the_card(world)
    await world.app.engine.do(merge.merge, 2, 1, person("ann"))
    assert "Merged into INC-1" in await follow(world, re.sub(r"/incidents/\d+", "/incidents/2", link))
    assert "Merged into this one INC-2" in await follow(world, "/board/incidents/1")

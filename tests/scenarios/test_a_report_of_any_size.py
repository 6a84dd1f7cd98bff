"""A night with 2,000 entries, 40 services and 60 kB of words: everything posts, cut visibly, and whole as files; and a
restart in the middle changes nothing of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.oncall import Contact
from bot.core.report import Report
from bot.core.timeline import Entry
from bot.engine import items, reporting, resolve, review, updates
from bot.playground.workspace import Workspace
from tests.scenarios.told_desk import HEADS, ToldDesk, files, reports
from tests.scenarios.world import World, person

SERVICES = [f"service-{n:02} of the western desk" for n in range(40)]
NIGHT = "We looked at the gateway, and at the one behind it. " * 230  # 12 kB, five times

_ANN = Contact(id="ann", name="Ann")


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    made = World(None, sqlite_url, ToldDesk(tmp_path).environ)
    async with Workspace(now=lambda: made.now.timestamp()) as workspace:
        made.workspace = workspace
        await made.start()
        yield made
        await made.stop()


async def written(world: World) -> Report:
    desk, incident = world.app.engine.desk, await world.incident()
    return await world.app.engine.look(lambda tx: reporting.written(tx, desk, incident))


async def test_far_too_much_for_a_message(world: World) -> None:
    await world.alert()
    await world.ack()
    note = Entry(at=world.now, kind="note", text="", who=person("ann"))

    def fill(tx: object) -> None:
        for n in range(2_000):
            tx.tell(1, replace(note, text=f"note {n:04}: the queue has {n} messages"))  # type: ignore[attr-defined]

    await world.app.engine.store.run(fill)
    said = {"summary": NIGHT, "services": "\n".join(SERVICES), "users": NIGHT, "business": NIGHT, "next": NIGHT}
    await world.do(updates.give, 1, "ann", said=said)
    await world.do(resolve.resolve, 1, "ann", why=NIGHT)
    await world.slash("ann", "/incident report 1")
    await world.pass_time("5m")
    (report,) = reports(world.slack)
    assert "and 28 more" in report.readable()
    assert "characters in all)" in report.readable()
    (text,), (page,) = files(world.slack, ".md"), files(world.slack, ".html")
    for whole in (text, page):
        assert len(whole) > 60_000
        assert all(service in whole for service in SERVICES)
        assert all(f"note {n:04}" in whole for n in range(2_000))
    (mail, *_) = world.sent("mail", to=HEADS)
    assert NIGHT.strip() in mail.detail["body"].replace("\n", " ")
    refused = [call.answer for call in world.slack.calls() if call.answer.get("ok") is False]
    assert [answer for answer in refused if answer.get("error") != "ratelimited"] == [], "Slack took every message"


async def told(world: World) -> None:
    """A night from the acknowledgement to the postmortem."""
    await world.ack()
    await world.at("10m")
    await world.do(updates.give, 1, "ann", said={"summary": "prices stand still", "actions": "restarted the gateway"})
    await world.at("20m")
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    await world.app.engine.do(items.add, 1, person("ann"), text="watch it", owner=_ANN, due_on=None)
    await world.do(review.write, 1, "ann", said={"cause": "a session of yesterday", "lessons": "look there first"})


async def test_a_restart_in_the_middle_changes_nothing(world: World) -> None:
    """The report is the database's alone: after a restart it is the same, word by word."""
    await world.alert()
    await told(world)
    before = await written(world)
    await world.kill()
    await world.start_bot()
    assert await written(world) == before
    await world.pass_time("2m")
    (text,) = files(world.slack, ".md")
    assert "a session of yesterday" in text
    assert len(reports(world.slack)) == 1


async def test_killed_between_update_and_mail_it_goes_once(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.app.engine.do(updates.give, 1, person("ann"), said={"summary": "prices stand still"})
    await world.kill()
    await world.start_bot()
    await world.pass_time("2m")
    assert len(world.sent("mail", to=HEADS)) == 1
    assert len(reports(world.slack)) == 1

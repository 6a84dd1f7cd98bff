"""A night with 2,000 entries, 40 services and 60 kB of words: everything posts, cut visibly, and whole as files; and a
restart in the middle changes nothing of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.oncall import Contact
from bot.core.slack_limits import problems
from bot.core.timeline import Entry
from bot.engine import duties, items, phases, reporting, resolve, review, updates
from tests.scenarios.told_desk import HEADS, READERS, ToldDesk, files, reports
from tests.scenarios.world import World, person, world_with_slack

SERVICES = [f"service-{n:02} of the western desk" for n in range(40)]
NIGHT = "We looked at the gateway, and at the one behind it. " * 230  # 12 kB, five times

_ANN = Contact(id="ann", name="Ann")


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world_with_slack(sqlite_url, ToldDesk(tmp_path).environ) as made:
        yield made


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
    desk, incident = world.app.engine.desk, await world.incident()
    drawn = await world.app.engine.look(lambda tx: reporting.message(tx, desk, incident))
    assert problems({"text": drawn.text, "blocks": drawn.blocks}, "message") == [], (
        "nothing is left to cut when it is sent"
    )


async def test_slack_would_have_refused_it_uncut(world: World) -> None:
    """What the one above relies on: the local Slack refuses what Slack refuses."""
    bot = AsyncWebClient(world.slack.environ["SLACK_BOT_TOKEN"], base_url=world.slack.environ["SLACK_API_URL"])
    uncut = {"type": "section", "text": {"type": "mrkdwn", "text": NIGHT}}
    too_many = [{"type": "divider"}] * 51
    for blocks in ([uncut], too_many):
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            await bot.chat_postMessage(channel=READERS, text="the report", blocks=blocks)


async def told(world: World, *, restarted: bool) -> None:
    """A night from the alert to the postmortem; it may be that the bot dies in the midst of it."""
    await world.alert()
    await world.at("1m")
    await world.ack()
    await world.do(duties.take, 1, "bob", duty="communications")
    await world.at("10m")
    await world.do(updates.give, 1, "ann", said={"summary": "prices stand still", "actions": "restarted the gateway"})
    await world.slash("bob", "/incident note 1 it is the session of yesterday")
    if restarted:
        await world.kill()
        await world.start_bot()
    await world.at("20m")
    await world.do(updates.give, 1, "bob", said={"users": "two desks", "next": "a new session"})
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    await world.resolved()
    await world.app.engine.do(items.add, 1, person("ann"), text="watch it", owner=_ANN, due_on=date(2026, 11, 24))
    await world.at("30m")
    await world.do(review.write, 1, "ann", said={"cause": "a session of yesterday", "lessons": "look there first"})
    await world.app.engine.do(items.done, 1, person("ann"))
    await world.do(phases.close, 1, "ann")
    await world.at("40m")


async def printed(world: World) -> dict[str, str]:
    """The report in every format, as a terminal gets it."""
    token = "t" * 40
    await world.app.engine.run(lambda tx: tx.people.add_token(token, "ann", "Ann", world.now))
    formats = {}
    for name in ("md", "html", "json"):
        answer = await world.terminal(token, "report", "1", "--format", name)
        assert answer.status_code == 200, answer.text
        formats[name] = answer.json()["text"]
    return formats


async def test_a_restart_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    """The same night twice: the reports agree byte by byte, those that were posted and those that a terminal prints."""
    told_of, posted = [], []
    for restarted in (False, True):
        folder = tmp_path / f"restarted-{restarted}"
        folder.mkdir()
        async with world_with_slack(f"sqlite:///{folder / 'tocsin.db'}", ToldDesk(folder).environ) as world:
            await told(world, restarted=restarted)
            told_of.append(await printed(world))
            posted.append({one.name: one.content for one in world.slack.files()})
            assert len(reports(world.slack)) == 1
    assert told_of[0] == told_of[1]
    assert posted[0] == posted[1]
    assert {name.rpartition(".")[2] for name in posted[1]} == {"md", "html"}
    for text in told_of[1].values():
        for said in (
            "restarted the gateway",
            "it is the session of yesterday",
            "two desks",
            "look there first",
            "closed",
        ):
            assert said in text


async def test_killed_between_update_and_mail_it_goes_once(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.app.engine.do(updates.give, 1, person("ann"), said={"summary": "prices stand still"})
    await world.kill()
    await world.start_bot()
    await world.pass_time("2m")
    assert len(world.sent("mail", to=HEADS)) == 1
    assert len(reports(world.slack)) == 1

"""The log tells what happens to each incident: who reads it knows why somebody was, or was not, paged."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import httpx

from bot import logs
from bot.engine import respond
from bot.store import told
from tests.scenarios.world import World, person


def _lines(log: io.StringIO, incident: int) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in lines if line.get("incident") == incident and line["logger"] == told.NAME]


async def test_opened_paged_failed_and_acknowledged(world: World, log: io.StringIO) -> None:
    logs.configure("info", "json", world.app.engine.desk.redactor, log)
    world.outside.answers["phone"] = lambda _: httpx.Response(400)
    await world.alert()
    await world.ack()
    lines = _lines(log, 1)
    events = [line["event"] for line in lines]
    for event in ("opened", "paged", "page", "acknowledged"):
        assert event in events, events
    assert events.index("opened") < events.index("paged") < events.index("acknowledged")
    (failed,) = [line for line in lines if line["event"] == "page" and "phone: failed" in line["text"]]
    assert failed["rung"] == 0
    assert failed["page"]
    assert next(line for line in lines if line["event"] == "acknowledged")["who"]


async def test_what_could_not_be_checked_about_a_person_is_told(world: World, log: io.StringIO) -> None:
    """The log is for whoever looks into it; the thread is spared it."""
    logs.configure("info", "json", world.app.engine.desk.redactor, log)
    await world.alert()
    who = replace(person("ann"), remark="membership not verified")
    await world.app.engine.do(respond.acknowledge, 1, who)
    (line,) = [line for line in _lines(log, 1) if line["event"] == "acknowledged"]
    assert line["remark"] == "membership not verified"
    assert await world.said("acknowledged") == ["Ann has it, 0 s after it opened"]


async def test_what_was_undone_is_not_told(world: World, log: io.StringIO) -> None:
    logs.configure("info", "json", world.app.engine.desk.redactor, log)
    await world.alert()
    before = len(_lines(log, 1))
    await world.ack(number=1)
    await world.ack(number=1)
    assert [line["event"] for line in _lines(log, 1)[before:]].count("acknowledged") == 1


async def test_what_is_wrong_is_logged_when_it_changes(world: World, log: io.StringIO) -> None:
    logs.configure("info", "json", world.app.engine.desk.redactor, log)
    world.mailbox.refuse = "550 5.1.1 no such mailbox"
    for way in ("phone", "sms", "pagerduty"):
        world.outside.answers[way] = lambda _: httpx.Response(400)
    await world.alert()
    for _ in range(3):
        await world.app.look_at_health()
    await world.ack()
    await world.app.look_at_health()
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    said = [(line["event"], line.get("why") or line.get("was")) for line in lines if "healthy" in line["event"]]
    assert said == [("unhealthy", "1 incident (INC-1) reaching nobody"), ("healthy", said[0][1])]

"""HTTP mode's door: only what Slack signed gets in. The vector is the one Slack publishes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.core.clock import Clock
from bot.engine.desk import Desk
from bot.engine.engine import Engine
from bot.inbound.slack_app import open_slack
from bot.outbound.slack import Slack
from bot.store import tables
from bot.store.store import open_store
from commands.help import COMMAND as HELP

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
STAMP = 1531420618
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
BODY = (
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
    "&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
    "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
NOWHERE = "http://127.0.0.1:9/api/"


class Door:
    """The endpoint behind a real HTTP client; Slack's Web API is away."""

    def __init__(self, client: httpx.AsyncClient, time: list[datetime]) -> None:
        self.client, self.time = client, time

    async def post(
        self, body: str = BODY, stamp: str = str(STAMP), signature: str = SIGNATURE, **more: str
    ) -> httpx.Response:
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
        kind = more.pop("kind", "application/x-www-form-urlencoded")
        return await self.client.post("/slack/events", content=body.encode(), headers={**headers, "Content-Type": kind})


@pytest.fixture
async def door(tmp_path: Any) -> AsyncIterator[Door]:
    time = [datetime.fromtimestamp(STAMP, UTC)]
    store = open_store(f"sqlite:///{tmp_path}/desk.db")
    tables.metadata.create_all(store.engine)
    engine = Engine(store, Desk(systems={}, ways={}), Clock(read=lambda: time[0]))
    slack = Slack("xoxb-x", now=lambda: time[0], base_url=NOWHERE)
    side = open_slack(
        engine=engine, commands={"help": HELP}, slack=slack, token="xoxb-x", signing_secret=SECRET, base_url=NOWHERE,
        now=lambda: time[0],
    )  # fmt: skip
    assert side.endpoint is not None
    app = Starlette(routes=[Route("/slack/events", side.endpoint, methods=["POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://t") as client:
        yield Door(client, time)
    await side.stop()
    await slack.close()
    store.close()


async def test_slacks_own_vector_passes_even_while_slack_is_away(door: Door) -> None:
    assert (await door.post()).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"body": BODY.replace("roadrunner", "coyote")},  # altered body
        {"signature": SIGNATURE[:-1] + "4"},  # altered signature
        {"signature": SIGNATURE.replace("v0=", "v1=")},  # another version
        {"signature": ""},
        {"stamp": str(STAMP + 1)},  # altered time
        {"stamp": "soon"},  # no time at all
        {"stamp": ""},
        {"stamp": "9" * 400},
    ],
)
async def test_what_was_altered_is_refused(door: Door, change: dict[str, str]) -> None:
    assert (await door.post(**change)).status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (301, 401), (-300, 200), (-301, 401)])
async def test_300_seconds_either_way(door: Door, seconds: int, status: int) -> None:
    door.time[0] += timedelta(seconds=seconds)
    assert (await door.post()).status_code == status


def _signed(body: str) -> dict[str, str]:
    digest = hmac.new(SECRET.encode(), f"v0:{STAMP}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"body": body, "signature": f"v0={digest}"}


async def test_slacks_challenge_is_answered(door: Door) -> None:
    answer = await door.post(
        **_signed('{"type":"url_verification","challenge":"are you there"}'), kind="application/json"
    )
    assert answer.status_code == 200
    assert "are you there" in answer.text


async def test_a_body_that_is_no_text_is_refused(door: Door) -> None:
    headers = {"X-Slack-Request-Timestamp": str(STAMP), "X-Slack-Signature": SIGNATURE}
    answer = await door.client.post("/slack/events", content=b"\xff\xfe", headers=headers)
    assert answer.status_code == 401


async def test_a_body_too_large_is_refused_while_it_arrives(door: Door) -> None:
    """Before its signature can be looked at."""
    read = []

    async def endless() -> AsyncIterator[bytes]:
        for chunk in range(500):
            read.append(chunk)
            yield b"x" * 65536

    headers = {"X-Slack-Request-Timestamp": str(STAMP), "X-Slack-Signature": SIGNATURE}
    answer = await door.client.post("/slack/events", content=endless(), headers=headers)
    assert (answer.status_code, len(read)) == (413, 17)

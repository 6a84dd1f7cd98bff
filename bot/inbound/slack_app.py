"""slack-bolt's app: every payload is acknowledged at once and handed to the door; and all of Slack put together."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_builtins import AsyncRequestVerification
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from bot.engine.engine import Engine
from bot.engine.investigate import Investigation
from bot.inbound.body import read_body
from bot.inbound.slack import SlackDoor
from bot.inbound.slack_people import SlackPeople
from bot.inbound.slack_pins import Pins
from bot.inbound.slack_places import Places
from bot.inbound.slack_presence import Presence, is_reply
from bot.inbound.slack_replies import Replies, told
from bot.inbound.slack_socket import Sockets
from bot.outbound.slack import API_URL, Slack
from commands.base import Command

log = structlog.get_logger("slack")

_ANYTHING = re.compile(".*", re.DOTALL)
_TIMEOUT = aiohttp.ClientTimeout(total=15.0, sock_connect=5.0)
_MOST_BODY = 1 << 20
"""Bytes that Slack may post: a click brings the whole message it was on, encoded twice."""
_FORM_PATIENCE_S = 2.0
"""How long the answer to a form may take before the form says to wait: Slack gives three seconds."""

_CHANGES = ("message_changed", "message_deleted")

Body = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class SlackSide:
    """Everything that listens to Slack. `start` and `stop` it; `endpoint` is for POST /slack/events."""

    app: AsyncApp
    door: SlackDoor
    people: SlackPeople
    session: aiohttp.ClientSession
    sockets: Sockets | None
    endpoint: Callable[[Request], Awaitable[Response]] | None
    """None without a signing secret."""

    async def start(self) -> None:
        """Connect. Slack being away is no reason not to start."""
        await self.people.learn()
        if self.sockets is not None:
            await self.sockets.start()

    async def stop(self) -> None:
        """Take nothing new in, finish what was begun (at most 3 s), then close."""
        if self.sockets is not None:
            await self.sockets.stop()
        await self.door.queue.drain()
        await self.door.replies.unfolding.drain()
        await self.session.close()


def open_slack(
    *,
    engine: Engine,
    commands: Mapping[str, Command],
    slack: Slack,
    token: str,
    app_token: str = "",
    signing_secret: str = "",
    base_url: str = API_URL,
    proxy: str | None = None,
    now: Callable[[], datetime],
    give_up: Callable[[], None] = lambda: None,
    investigation: Investigation | None = None,
    board: Callable[[datetime], str] = lambda at: "",
) -> SlackSide:
    """Put Slack's side together, inside the running loop; nothing connects before `start`. `now` is real time, by which
    signatures and silence are measured. Socket Mode with an app token, HTTP with a signing secret, or both."""
    session = aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=False)
    web = AsyncWebClient(token, base_url=base_url, session=session, retry_handlers=[])
    web.proxy = proxy  # slack_sdk takes one from the environment when it is given none
    people = SlackPeople(slack)
    door = SlackDoor(
        engine=engine,
        commands=commands,
        people=people,
        places=Places(engine, web),
        replies=Replies(web, proxy),
        investigation=investigation,
        pins=Pins(engine, people, web),
        presence=Presence(engine),
        board=board,
    )
    app = build_app(door, people, web, signing_secret=signing_secret, now=now)
    sockets = Sockets(app, app_token, web, now=now, give_up=give_up) if app_token else None
    endpoint = http_endpoint(app) if signing_secret else None
    return SlackSide(app=app, door=door, people=people, session=session, sockets=sockets, endpoint=endpoint)


def build_app(
    door: SlackDoor, people: SlackPeople, web: AsyncWebClient, *, signing_secret: str, now: Callable[[], datetime]
) -> AsyncApp:
    """bolt's app with every listener. The token is not rotated."""

    async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        # bolt's own way asks Slack first, and answers nobody while Slack is away.
        own = people.identity
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_token=web.token,
            bot_id=own.bot if own else None,
            bot_user_id=own.user if own else None,
        )

    app = AsyncApp(name="tocsin", client=web, authorize=authorize, signing_secret=signing_secret, logger=_quiet("bolt"))
    _measure_signatures_by(app, signing_secret, now)
    _listen(app, door)
    _hear(app, door)
    return app


def http_endpoint(app: AsyncApp) -> Callable[[Request], Awaitable[Response]]:
    """POST /slack/events: bolt checks the signature (300 s either way) before anything else."""
    handler = AsyncSlackRequestHandler(app)

    async def answer(request: Request) -> Response:
        stamp = request.headers.get("x-slack-request-timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
            return Response("invalid request\n", status_code=401)  # bolt answers 500 to what is no number
        body = await read_body(request, _MOST_BODY)
        if body is None:
            return Response("too large\n", status_code=413)
        try:
            body.decode()
        except UnicodeDecodeError:
            return Response("invalid request\n", status_code=401)

        async def once_more() -> Message:
            return {"type": "http.request", "body": body}

        return await handler.handle(Request(request.scope, once_more))

    return answer


def _quiet(name: str) -> logging.Logger:
    """A logger that says only what is wrong."""
    logger = logging.getLogger(f"tocsin.{name}")
    logger.setLevel(logging.ERROR)
    return logger


def _measure_signatures_by(app: AsyncApp, secret: str, now: Callable[[], datetime]) -> None:
    """bolt has no argument for the clock its signatures are measured by."""

    class Measured(SignatureClock):
        def now(self) -> float:
            return now().timestamp()

    for middleware in app._async_middleware_list if secret else ():
        if isinstance(middleware, AsyncRequestVerification):
            middleware._verifier = SignatureVerifier(secret, clock=Measured())


def _listen(app: AsyncApp, door: SlackDoor) -> None:
    """Everything that people press, choose and send, whatever its name: the door knows what it is, and answers what it
    does not know."""

    @app.command(_ANYTHING)
    async def slash(ack: Any, body: Body) -> None:
        await ack()
        door.queue.later(door.slash(body))

    @app.action(_ANYTHING)
    async def click(ack: Any, body: Body) -> None:
        await ack()
        door.queue.later(door.click(body))

    @app.shortcut(_ANYTHING)
    async def shortcut(ack: Any, body: Body) -> None:
        await ack()
        door.queue.later(door.shortcut(body))

    @app.view_submission(_ANYTHING)
    async def submitted(ack: Any, body: Body) -> None:
        await _submitted(door, ack, body)

    @app.view_closed(_ANYTHING)
    async def closed(ack: Any) -> None:
        await ack()

    @app.options(_ANYTHING)
    async def options(ack: Any) -> None:
        await ack(options=[])


def _hear(app: AsyncApp, door: SlackDoor) -> None:
    """Everything that happens. bolt acknowledges events by itself before it calls."""

    @app.event("app_mention")
    async def mentioned(event: Body, body: Body) -> None:
        door.queue.later(door.mention(event, body))

    @app.event("app_home_opened")
    async def home(event: Body, body: Body) -> None:
        if event.get("tab", "home") == "home":
            door.queue.later(door.home(event, body))

    @app.event("message")
    async def direct(event: Body, body: Body) -> None:
        if event.get("subtype") in _CHANGES:
            if door.pins is not None and _may_be_pinned(event):
                door.queue.later(door.pins.message(event))
        elif event.get("channel_type") == "im" and event.get("user") and not event.get("bot_id"):
            door.queue.later(door.mention(event, body))
        elif door.presence is not None and is_reply(event):
            door.queue.later(door.presence.reply(event))

    @app.event("reaction_added")
    @app.event("reaction_removed")
    async def marked(event: Body, body: Body) -> None:
        if door.pins is not None:
            door.queue.later(door.pins.reaction(event, body))

    @app.event(_ANYTHING)
    async def other(event: Body) -> None:
        log.debug("event_unused", type=event.get("type"))


def _may_be_pinned(event: Body) -> bool:
    """Whether what changed may be on a timeline. What is in no thread may have been put there by its menu; cards, which
    change all the time, are on none."""
    message = event.get("message") or event.get("previous_message") or {}
    own = bool(message.get("bot_id")) and message.get("thread_ts") in (None, "", message.get("ts"))
    return not own


async def _submitted(door: SlackDoor, ack: Any, body: Body) -> None:
    """A form is answered with its errors, so the work comes before the acknowledgement, as far as the time allows."""
    task = door.queue.later(door.forms.submit(body))
    if task is None:
        await ack(
            response_action="update", view=told("Too much waits to be worked; nothing was done. Please try again.")
        )
        return
    done, _ = await asyncio.wait({task}, timeout=_FORM_PATIENCE_S)
    if not done:
        await ack(response_action="update", view=told("Working on it …"))
        await door.forms.submitted_late(
            str((body.get("view") or {}).get("id")), task, str((body.get("user") or {}).get("id"))
        )
        return
    finished = task.result()
    if finished.errors:
        await ack(response_action="errors", errors=dict(finished.errors))
    else:
        await ack()

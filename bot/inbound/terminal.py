"""The terminal's door: the commands of Slack for people with a personal token, on any host (ESCALATION 18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.core.errors import StoreAway
from bot.engine.engine import Engine
from bot.engine.investigate import Investigation
from bot.inbound.body import read_body
from bot.inbound.terminal_words import run_words, terminal_actor
from commands import base
from commands.base import TERMINAL, Command, Context

log = structlog.get_logger("terminal")
_MOST_BODY = 64 * 1024
_UNAUTHORISED = "This token is not known. Get one in Slack with /incident token, and set it as TOCSIN_TOKEN."


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """POST /command with `{"words": ["incident", "ack", "12"], "zone": "Europe/London"}`."""

    engine: Engine
    commands: Mapping[str, Command]
    investigation: Investigation | None = None

    async def answer(self, request: Request) -> Response:
        """Run the words as the owner of the token."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        body = await read_body(request, _MOST_BODY)
        if body is None:
            return _said(413, "the body is too large")
        try:
            owner = None
            if scheme.lower() == "bearer" and token:
                owner = await self.engine.look(lambda tx: tx.people.token_owner(token.strip()))
            if owner is None:
                return _said(401, _UNAUTHORISED)
            words, zone = _words(body)
            if words is None:
                return _said(400, 'send {"words": ["incident", "ack", "12"]}')
            named = self.commands.get(words[0].lower().removeprefix("/"))
            if named is not None and not named.from_afar:
                return _said(403, f"tocsin {named.name} is for the bot's own host: log in there.")
            who = terminal_actor(*owner, self.engine.desk.systems)
            log.info("command", who=who.id, words=words[:3])
            context = Context(
                who=who,
                place=TERMINAL,
                engine=self.engine,
                commands=self.commands,
                investigation=self.investigation,
                zone=zone,
            )
            reply = await base.settled(await run_words(words, context))
        except StoreAway as away:
            return _said(503, str(away), exit_code=base.AWAY)
        file = None if reply.file is None or isinstance(reply.file[1], bytes) else reply.file
        return _said(200, reply.text, exit_code=reply.exit_code, data=reply.data, file=file)


def _words(body: bytes) -> tuple[list[str] | None, str]:
    """The words, and the reader's time zone, where it is told."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, ""
    words, zone = (given.get("words"), given.get("zone")) if isinstance(given, dict) else (None, None)
    right = isinstance(words, list) and words and all(isinstance(word, str) for word in words)
    return words if right else None, zone if isinstance(zone, str) else ""


def _said(
    status: int,
    text: str,
    *,
    exit_code: int = base.USAGE,
    data: object = None,
    file: tuple[str, str | bytes] | None = None,
) -> Response:
    packed = {"file": {"name": file[0], "content": file[1]}} if file is not None else {}
    body = orjson.dumps({"text": text, "exit_code": exit_code, "data": data, **packed}, default=str)
    return Response(body, status_code=status, media_type="application/json")

"""Pins in Slack: a 📌 on a message of an incident's thread puts it on the timeline; ✅ from the bot is the receipt."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import NotAllowed, Refused
from bot.core.oncall import Actor
from bot.core.pin import Attached, Quote
from bot.engine import pinning
from bot.engine.engine import Engine
from bot.inbound.slack_people import SlackPeople
from bot.inbound.slack_replies import code_of, reason_of
from bot.inbound.slack_words import mentioned, readable
from bot.store.transaction import Tx

log = structlog.get_logger("slack")

MARK, RECEIPT = "pushpin", "white_check_mark"

_PATIENCE_S = 5.0
_MOST_ASKED = 10
"""People whose names are looked up for one message, and of whom it is asked whether their mark counts."""
_FAILED = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)
_DONE_BEFORE = ("already_reacted", "no_reaction")

Body = Mapping[str, Any]


class Pins:
    """Follows reactions, edits and deletions. What comes of a mark is decided from the message as it now is in Slack,
    so that events which come twice, late or in another order do no harm."""

    def __init__(self, engine: Engine, people: SlackPeople, web: AsyncWebClient) -> None:
        self._engine, self._people, self._web = engine, people, web

    # --- events

    async def reaction(self, event: Body, body: Body) -> None:
        """Somebody put a reaction on a message, or took one off."""
        item = event.get("item") or {}
        if event.get("reaction") != MARK or item.get("type") != "message":
            return
        place, ts, user = str(item.get("channel")), str(item.get("ts")), str(event.get("user"))
        team = str(body.get("team_id") or "")
        message = await self._message(place, ts)
        if message is None:
            return
        marked = await self._marked_by(message, team)
        if marked:
            who = next((one for one in marked if one.slack == user), marked[0])
            await self._pin(place, ts, who, await self.quote(place, message))
        elif event.get("type") == "reaction_removed":
            member = await self._member(user, team)
            if member is not None and await self._engine.do(pinning.unpin, place, ts, member) is not None:
                await self.taken_off(place, ts)

    async def message(self, event: Body) -> None:
        """A message was edited or deleted. One with replies leaves a tombstone, which comes as an edit."""
        place = str(event.get("channel") or "")
        new = event.get("message") or {}
        ts = str(event.get("deleted_ts") or new.get("ts") or "")
        if not await self._engine.look(lambda tx: _is_pinned(tx, place, ts)):
            return
        if event.get("subtype") == "message_deleted" or new.get("subtype") == "tombstone":
            old = event.get("previous_message") or {}
            user = str(old.get("user") or "")
            who = Actor(id=user or "slack", name=await self._name(user) or "somebody", via="slack", slack=user)
            await self._engine.do(pinning.unpin, place, ts, who, why="the message was deleted in Slack")
        else:
            await self._engine.do(pinning.edited, await self.quote(place, new))

    async def _pin(self, place: str, ts: str, who: Actor, quote: Quote) -> None:
        number = await self._engine.look(lambda tx: tx.cards.at(place, quote.thread or ts))
        if number is None:
            return  # a 📌 that means something else
        who = await self._engine.look(lambda tx: _as_known(self._engine, tx, number, who))
        try:
            await self._engine.do(pinning.pin, number, who, quote)
        except Refused as refused:
            await self._whisper(place, quote.thread, who.slack, str(refused))
            return
        await self.receipt(place, ts)

    async def receipt(self, place: str, ts: str) -> None:
        """Show on the message that it is on a timeline."""
        await self._react("add", place, ts)

    async def taken_off(self, place: str, ts: str) -> None:
        """Show that it no longer is."""
        await self._react("remove", place, ts)

    # --- what Slack knows

    async def fetch(self, place: str, ts: str) -> Quote | None:
        """A message as it is now; None where Slack does not show it, such as in a channel that the bot is not in."""
        message = await self._message(place, ts)
        return None if message is None else await self.quote(place, message)

    async def quote(self, place: str, message: Body) -> Quote:
        """The quote of a message as Slack's payloads have it."""
        ts, user = str(message.get("ts") or ""), str(message.get("user") or "")
        thread = str(message.get("thread_ts") or "")
        raw = str(message.get("text") or "")
        asked = [user, *mentioned(raw)][:_MOST_ASKED]
        names = dict(zip(asked, await asyncio.gather(*map(self._name, asked)), strict=True))
        files = tuple(
            Attached(
                name=str(file.get("name") or file.get("title") or "file"),
                link=str(file.get("permalink") or file.get("url_private") or ""),
            )
            for file in message.get("files") or ()
        )
        text = readable(raw, names).strip() or ", ".join(file.name for file in files)
        return Quote(
            place=place,
            ts=ts,
            thread="" if thread == ts else thread,
            said_at=datetime.fromtimestamp(float(ts or 0), UTC),
            person=user,
            name=names.get(user) or str(message.get("username") or "") or user or "an app",
            text=text,
            link=self._link(place, ts, thread),
            files=files,
        )

    def _link(self, place: str, ts: str, thread: str) -> str:
        own = self._people.identity
        if own is None or not own.url:
            return ""
        link = f"{own.url.rstrip('/')}/archives/{place}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={thread}&cid={place}" if thread and thread != ts else link

    async def _message(self, place: str, ts: str) -> Body | None:
        """The message, in a thread or not: history does not show replies."""
        read = self._web.conversations_replies(channel=place, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=1)
        try:
            answer = await asyncio.wait_for(read, _PATIENCE_S)
        except _FAILED as problem:
            log.warning("message_not_read", channel=place, reason=reason_of(problem))
            return None
        found: list[Body] = answer.get("messages") or []
        return next((one for one in found if one.get("ts") == ts), None)

    async def _marked_by(self, message: Body, team: str) -> list[Actor]:
        """The full members whose mark is on it."""
        marks: Body = next((r for r in message.get("reactions") or () if r.get("name") == MARK), {})
        users = [str(user) for user in marks.get("users") or ()][:_MOST_ASKED]
        members = [await self._member(user, team) for user in users]
        return [member for member in members if member is not None]

    async def _member(self, user: str, team: str) -> Actor | None:
        """Somebody whose mark counts: a full member, for certain."""
        try:
            admitted = await self._people.admit(user, team, "")
        except NotAllowed:
            return None
        return None if admitted.who.remark else admitted.who

    async def _name(self, user: str) -> str:
        found = await self._people.look_up(user) if user else None
        return found.name if found is not None else ""

    async def _react(self, what: str, place: str, ts: str) -> None:
        try:
            await self._web.api_call(f"reactions.{what}", json={"channel": place, "timestamp": ts, "name": RECEIPT})
        except _FAILED as problem:
            if code_of(problem) not in _DONE_BEFORE:
                log.warning("receipt_failed", channel=place, reason=reason_of(problem))

    async def _whisper(self, place: str, thread: str, user: str, text: str) -> None:
        said = {"channel": place, "user": user, "text": text} | ({"thread_ts": thread} if thread else {})
        try:
            await self._web.api_call("chat.postEphemeral", json=said)
        except _FAILED as problem:
            log.warning("answer_failed", method="chat.postEphemeral", reason=reason_of(problem))


def _is_pinned(tx: Tx, place: str, ts: str) -> bool:
    pin = tx.pins.get(place, ts)
    return pin is not None and pin.removed_at is None


def _as_known(engine: Engine, tx: Tx, number: int, who: Actor) -> Actor:
    """Who it is for the incident's system: its contact, where they are one."""
    incident = tx.incidents.get(number)
    system = engine.desk.systems.get(incident.system) if incident is not None else None
    contact = system.roster.identify(slack=who.slack) if system is not None else None
    return Actor(id=contact.id if contact else who.id, name=who.name, via=who.via, slack=who.slack)

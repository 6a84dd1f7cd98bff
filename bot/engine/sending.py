"""Sending: hands one errand to its pager or to Slack. What may have left before is looked for before it is repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.core.errors import DeliveryFailed
from bot.core.message import Carried, Sent
from bot.core.page import Outgoing
from bot.engine.compose import SlackPost
from bot.engine.desk import Desk
from bot.engine.errand import Errand, Outcome
from bot.outbound.slack import Slack
from bot.pagers.base import Carrier

_LONGEST_S = 50.0
"""Real seconds after which a send is given up: shorter than the lease, or another replica would send it too."""

T = TypeVar("T")
log = structlog.get_logger("deliver")


class Sending:
    """The carriers of the pagers, and Slack."""

    def __init__(
        self, *, desk: Desk, carriers: Mapping[str, Carrier], slack: Slack | None, repeat_safe: frozenset[str]
    ) -> None:
        self.carriers, self.slack = carriers, slack
        self._desk, self._repeat_safe = desk, repeat_safe

    async def send(self, errand: Errand) -> Outcome:
        """Send it, once. Never raises: what went wrong is in the outcome."""
        try:
            async with asyncio.timeout(_LONGEST_S):
                return Outcome(sent=await self._send(errand))
        except TimeoutError:
            return Outcome(failure=DeliveryFailed("no end of it in time", maybe_sent=True))
        except DeliveryFailed as failure:
            return Outcome(failure=failure)
        except Exception as bug:  # one bad message must not stop the others
            log.exception("send_failed", key=errand.row.key, incident=errand.row.incident)
            return Outcome(failure=DeliveryFailed(f"{type(bug).__name__} while sending", maybe_sent=True))

    async def _send(self, errand: Errand) -> Sent | None:
        if errand.problem:
            raise DeliveryFailed(errand.problem)
        if errand.post is not None:
            return await self._send_post(errand.row, errand.post)
        assert errand.message is not None
        return await self._send_message(errand, errand.message)

    async def _send_message(self, errand: Errand, message: Carried) -> Sent | None:
        """Send it, once; None when it never left and is no longer wanted."""
        row = errand.row
        way = str(row.payload["way"])
        carrier = self.carriers.get(way)
        if carrier is None:
            known = self._desk.ways.get(way)
            missing = known.missing if known and known.missing else f"{way} is not configured"
            raise DeliveryFailed(missing, permanent=True)
        note = ""
        if row.maybe_sent:
            if carrier.can_look_up:
                found = await _found_out(carrier.look_up(message))
                if found is not None:
                    return replace(found, note="found after its answer was lost")
                if not errand.wanted:
                    return None
            elif not errand.wanted:
                return Sent(note="may have left: its answer was lost")
            elif way not in self._repeat_safe:
                note = "may have left twice: an earlier answer was lost"
        sent = await carrier.send(message)
        return replace(sent, note=note) if note else sent

    async def _send_post(self, row: Outgoing, post: SlackPost) -> Sent:
        if self.slack is None:
            raise DeliveryFailed("Slack is not configured", permanent=True)
        text, blocks, thread_ts = post.drawn.text, post.drawn.blocks, post.thread_ts or None
        if post.file:
            known = None
            if row.maybe_sent:
                asked = self.slack.look_up_file(post.channel, post.file, row.made_at, post.thread_ts)
                known = await _found_out(asked)
            ref = known or await self.slack.upload(post.channel, post.thread_ts, post.file, post.content)
            return Sent(ref=ref, where=post.channel)
        if post.ts:
            done = await self.slack.update(post.channel, post.ts, text, blocks, key=post.key)
            return Sent(ref=done.ts, where=done.channel)
        found = None
        if row.maybe_sent:
            found = await _found_out(self.slack.look_up(post.channel, post.key, row.made_at, thread_ts))
        done = found or await self.slack.post(
            post.channel, text, blocks, key=post.key, thread_ts=thread_ts, broadcast=post.broadcast
        )
        return Sent(ref=done.ts, where=done.channel)


async def _found_out(asked: Awaitable[T | None]) -> T | None:
    """The answer to a question whether something has left. While it cannot be asked, it may have left still."""
    try:
        return await asked
    except DeliveryFailed as failure:
        if failure.permanent:  # it can never be found out: better twice than not at all
            return None
        raise DeliveryFailed(str(failure), after=failure.after, maybe_sent=True) from failure

"""Forms: a modal that was sent is worked once, and what is wrong with it keeps it open with what was entered."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core.text import clean
from bot.inbound.slack_context import Contexts
from bot.inbound.slack_replies import Back, Replies, origin, told
from bot.inbound.slack_sorry import TAKEN, not_understood, sorry
from bot.inbound.slack_words import Received
from bot.views.modals import read_values
from commands import base
from commands.base import Form, Reply

_REFUSED_KEPT = 1000
"""Refused forms that are remembered, because they may be sent again as they were."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """What came of a form that was sent: errors by block id, or what to tell."""

    errors: Mapping[str, str]
    text: str


class Forms:
    """Takes forms as Slack sends them. Whoever calls it has not acknowledged: what comes of a form is the answer."""

    def __init__(
        self, contexts: Contexts, replies: Replies, show_home: Callable[[Mapping[str, Any], Mapping[str, Any]], None]
    ) -> None:
        """`show_home` draws somebody's Home tab anew, some time later."""
        self._contexts, self._replies, self._show_home = contexts, replies, show_home
        self._refused: set[str] = set()

    async def submit(self, body: Mapping[str, Any]) -> Finished:
        """A form that was sent. Errors keep it open with what was entered."""
        view = body.get("view") or {}
        entered = read_values((view.get("state") or {}).get("values") or {})
        values = {name: clean(value) for name, value in entered.items()}
        digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
        key = f"view:{view.get('id')}:{view.get('hash')}:{digest}"
        received = Received.of_interaction(body, key)
        note, back = origin(view, received.back)
        received = replace(received, back=back, threads=(back.thread,))
        form = Form(callback=str(view.get("callback_id") or ""), values=values, note=note)
        reply = await self._sent(form, received)
        first = next((str(b.get("block_id")) for b in view.get("blocks") or () if b.get("type") == "input"), "")
        if reply.errors or (reply.exit_code and first):
            if len(self._refused) >= _REFUSED_KEPT:
                self._refused.clear()
            self._refused.add(key)
            return Finished(errors=reply.errors or {first: reply.text[:2000]}, text=reply.text)
        await self._replies.send(reply, received.back)
        if not back.channel:  # it may have been opened from the Home tab
            self._show_home({"user": received.back.user, "user_team": received.team}, body)
        return Finished(errors={}, text=reply.text)

    async def _sent(self, form: Form, received: Received) -> Reply:
        """Nothing is done twice; but what was refused may be sent again as it was."""
        try:
            context = await self._contexts.of(received)
            if not await self._contexts.mark_taken(received) and received.key not in self._refused:
                return Reply(text=TAKEN, personal=True)
            self._refused.discard(received.key)
            command = next((c for c in context.commands.values() if form.callback in c.modals), None)
            if command is None:
                return await not_understood(f"the form {form.callback}", "", context)
            return await base.send(command, form, context)
        except Exception as problem:
            return sorry(problem, received)

    async def submitted_late(self, view_id: str, work: asyncio.Task[Finished], back_user: str) -> None:
        """The form's answer came too late for Slack: what came of it is shown in its place."""
        finished = await work
        text = finished.text if not finished.errors else "Not done: " + " ".join(finished.errors.values())
        await self._replies.update(view_id, told(text), Back(user=back_user))

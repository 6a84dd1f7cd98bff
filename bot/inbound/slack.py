"""Slack's door: what people type, say and press becomes a command, and its answer goes back. No rules here."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.core.text import clean
from bot.engine.desk import Desk
from bot.engine.engine import Engine
from bot.engine.investigate import Investigation
from bot.inbound.slack_home import home_view
from bot.inbound.slack_people import SlackPeople
from bot.inbound.slack_pins import Pins
from bot.inbound.slack_places import Places
from bot.inbound.slack_presence import Presence
from bot.inbound.slack_queue import Queue
from bot.inbound.slack_replies import Back, Replies, origin, told
from bot.inbound.slack_sorry import TAKEN, sorry
from bot.inbound.slack_words import Received, spoken_words, user_of
from bot.store.transaction import Tx
from bot.views.modals import read_values
from commands import base
from commands._grammar import as_typed, split, without_courtesy
from commands.base import THREAD, Command, Context, Form, Press, Reply

log = structlog.get_logger("slack")

_REFUSED_KEPT = 1000
"""Refused forms that are remembered, because they may be sent again as they were."""

_LOADING_AFTER_S = 1.2
"""A form that takes longer is opened empty first: Slack gives three seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """What came of a form that was sent: errors by block id, or what to tell."""

    errors: Mapping[str, str]
    text: str


class SlackDoor:
    """Takes payloads as Slack sends them. Whoever calls it has acknowledged before, but for `submit`."""

    def __init__(
        self,
        *,
        engine: Engine,
        commands: Mapping[str, Command],
        people: SlackPeople,
        places: Places,
        replies: Replies,
        investigation: Investigation | None = None,
        pins: Pins | None = None,
        presence: Presence | None = None,
        board: Callable[[datetime], str] = lambda at: "",
    ) -> None:
        """`board` makes a link to the board; empty without one."""
        self._engine, self._commands, self._investigation = engine, commands, investigation
        self.pins, self.presence = pins, presence
        self._people, self._places, self.replies, self._board = people, places, replies, board
        self.queue = Queue()
        """Where what was acknowledged is worked."""
        self._again: set[str] = set()

    # --- what people do

    async def slash(self, body: Mapping[str, Any]) -> None:
        """A slash command."""
        words = split(str(body.get("text") or ""))
        name = str(body.get("command") or "").removeprefix("/").lower()
        back = Back(
            user=str(body.get("user_id") or ""),
            channel=str(body.get("channel_id") or ""),
            response_url=str(body.get("response_url") or ""),
            trigger=str(body.get("trigger_id") or ""),
        )
        received = Received(
            back=back,
            team=str(body.get("team_id") or ""),
            name=str(body.get("user_name") or ""),
            channel_name=str(body.get("channel_name") or ""),
            key=f"slash:{body.get('trigger_id') or secrets.token_hex(8)}",
        )

        async def work(context: Context) -> Reply:
            command = self._commands.get(name)
            if command is None:
                return await self._unknown(f"/{name}", name, context)
            return await base.run(command, words, context)

        command = self._commands.get(name)
        opens = command is not None and " ".join(words).lower() in command.opens
        await self._answering(received, work, opens=opens)

    async def mention(self, event: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """Words after a mention, or in a direct message."""
        words = spoken_words(event, body)
        direct = event.get("channel_type") == "im"
        back = Back(
            user=str(event.get("user") or ""),
            channel=str(event.get("channel") or ""),
            aloud=True,
            thread=str(event.get("thread_ts") or ""),
            start="" if direct else str(event.get("ts") or ""),
        )
        received = Received(
            back=back,
            team=str(event.get("user_team") or event.get("team") or body.get("team_id") or ""),
            threads=(back.thread,),
            place=THREAD,
            key=f"event:{body.get('event_id') or event.get('ts')}",
        )

        async def work(context: Context) -> Reply:
            return await self._spoken(words, context)

        await self._answering(received, work)

    async def _spoken(self, words: list[str], context: Context) -> Reply:
        words = without_courtesy(words)
        spoken = next((command for command in self._commands.values() if command.spoken), None)
        name = words[0].strip().lower().removeprefix("/") if words else ""
        named = self._commands.get(name)
        # `report` is a command of terminals; said here it is what the spoken one has by that name.
        if named is not None and (THREAD in named.lives or spoken is None or not base.has_verb(spoken, name)):
            return await base.run(named, words[1:], context)
        if spoken is None:
            return await self._unknown(words[0] if words else "", "", context)
        return await base.run(spoken, words, context)

    async def click(self, body: Mapping[str, Any]) -> None:
        """Buttons and menus of messages and of the Home tab."""
        for action in body.get("actions") or ():
            chosen = action.get("selected_option") or {}
            pressed = Press(
                action=str(action.get("action_id")), value=str(action.get("value") or chosen.get("value") or "")
            )
            stamp = action.get("action_ts") or body.get("trigger_id") or secrets.token_hex(8)
            await self._press(pressed, body, f"click:{body.get('trigger_id') or ''}:{stamp}:{user_of(body)[0]}")
        if (body.get("view") or {}).get("type") == "home":
            user, team, _ = user_of(body)
            await self.home({"user": user, "user_team": team}, body)

    async def shortcut(self, body: Mapping[str, Any]) -> None:
        """An entry of Slack's own menus."""
        message, channel = body.get("message") or {}, str((body.get("channel") or {}).get("id") or "")
        quote = partial(self.pins.quote, channel, message) if self.pins and message.get("ts") else None
        text = as_typed(str(message.get("text") or ""))
        pressed = Press(action=str(body.get("callback_id")), value=text, quote=quote)
        await self._press(pressed, body, f"shortcut:{body.get('trigger_id') or body.get('action_ts')}")

    async def _press(self, pressed: Press, body: Mapping[str, Any], key: str) -> None:
        received = Received.of_interaction(body, key)
        if (body.get("view") or {}).get("type") == "modal":  # its buttons answer where it was opened
            _, back = origin(body["view"], received.back)
            received = replace(received, back=back, threads=(back.thread,))
        command = next((c for c in self._commands.values() if base.takes(c, pressed.action)), None)

        async def work(context: Context) -> Reply:
            if command is None:
                return await self._unknown(f"the button {pressed.action}", "", context)
            return await base.press(command, pressed, context)

        verb = "incident." + pressed.value.partition(" ")[0] if pressed.action.endswith(".more") else pressed.action
        await self._answering(received, work, opens=command is not None and verb in command.opens)

    async def _unknown(self, what: str, name: str, context: Context) -> Reply:
        """Something nobody here takes: said, with help."""
        log.warning("not_understood", what=what)
        helps = self._commands.get("help")
        if helps is None:
            return Reply(text=f"I do not know {what}.", exit_code=base.USAGE)
        page = await base.run(helps, [name] if name else [], context)
        text = f"I do not know {what} (any more). This is what I know:\n{page.text}"
        return replace(page, text=text, blocks=(), personal=True, exit_code=base.USAGE)

    # --- from payload to answer

    async def _answering(
        self, received: Received, work: Callable[[Context], Awaitable[Reply]], *, opens: bool = False
    ) -> None:
        """Do the work and answer, whatever happens."""
        back = received.back
        doing = asyncio.ensure_future(self._safely(received, work))
        loading = ""
        if opens and back.trigger:
            done, _ = await asyncio.wait({doing}, timeout=_LOADING_AFTER_S)
            if not done:
                loading, _ = await self.replies.open(told("One moment …"), back)
        reply = await doing
        if reply is None:
            return
        if loading:
            view = reply.view if reply.view is not None else told(reply.text)
            if await self.replies.update(loading, view, back):
                return
        elif reply.view is not None:
            opened, problem = await self.replies.open(reply.view, back)
            if opened:
                return
            reply = Reply(text=problem, personal=True)
        await self.replies.send(reply, back)

    async def _safely(self, received: Received, work: Callable[[Context], Awaitable[Reply]]) -> Reply | None:
        """The reply; None where this very thing was done before."""
        try:
            context = await self._context(received)
            if not await self._mark_seen(received.key):
                log.info("seen_before", key=received.key)
                return None
            return await work(context)
        except Exception as problem:
            return sorry(problem, received)

    async def _context(self, received: Received) -> Context:
        back = received.back
        admitted = await self._people.admit(back.user, received.team, received.name)
        place = await self._places.locate(back.channel, received.channel_name, *received.threads)
        return Context(
            who=admitted.who,
            mail=admitted.mail,
            place=received.place,
            system=place.system,
            incident=place.incident,
            channel=back.channel,
            engine=self._engine,
            commands=self._commands,
            investigation=self._investigation,
            look_up=self._people.look_up,
            everybody=self._people.everybody,
            pins=self.pins,
            zone=admitted.zone,
            board=self._board(self._engine.clock.now()),
        )

    async def _mark_seen(self, key: str) -> bool:
        return await self._engine.do(mark_seen, f"slack:{key}")

    # --- forms

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
            if len(self._again) >= _REFUSED_KEPT:
                self._again.clear()
            self._again.add(key)
            return Finished(errors=reply.errors or {first: reply.text[:2000]}, text=reply.text)
        await self.replies.send(reply, received.back)
        if not back.channel:  # it may have been opened from the Home tab
            self.queue.later(self.home({"user": received.back.user, "user_team": received.team}, body))
        return Finished(errors={}, text=reply.text)

    async def _sent(self, form: Form, received: Received) -> Reply:
        """Nothing is done twice; but what was refused may be sent again as it was."""

        async def work(context: Context) -> Reply:
            command = next((c for c in self._commands.values() if form.callback in c.modals), None)
            if command is None:
                return await self._unknown(f"the form {form.callback}", "", context)
            return await base.send(command, form, context)

        try:
            context = await self._context(received)
            if not await self._mark_seen(received.key) and received.key not in self._again:
                return Reply(text=TAKEN, personal=True)
            self._again.discard(received.key)
            return await work(context)
        except Exception as problem:
            return sorry(problem, received)

    async def submitted_late(self, view_id: str, work: asyncio.Task[Finished], back_user: str) -> None:
        """The form's answer came too late for Slack: what came of it is shown in its place."""
        finished = await work
        text = finished.text if not finished.errors else "Not done: " + " ".join(finished.errors.values())
        await self.replies.update(view_id, told(text), Back(user=back_user))

    # --- the Home tab

    async def home(self, event: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """Somebody looks at the bot's Home tab."""
        user = str(event.get("user") or "")
        team = str(event.get("user_team") or body.get("team_id") or "")
        received = Received(back=Back(user=user), team=team, key="")
        try:
            view = await home_view(await self._context(received))
        except Exception as problem:
            view = {"type": "home", "blocks": told(sorry(problem, received).text)["blocks"]}
        await self.replies.home(user, view)


def mark_seen(tx: Tx, _desk: Desk, key: str, now: datetime) -> bool:
    """Remember that this was taken; False where it was before."""
    return tx.people.mark_seen(key, now)

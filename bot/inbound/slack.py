"""Slack's door: what people type, say and press becomes a command, and its answer goes back. No rules here."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.engine.engine import Engine
from bot.engine.investigate import Investigation
from bot.inbound.slack_context import Contexts
from bot.inbound.slack_forms import Forms
from bot.inbound.slack_home import home_view
from bot.inbound.slack_people import SlackPeople
from bot.inbound.slack_pins import Pins
from bot.inbound.slack_places import Places
from bot.inbound.slack_presence import Presence
from bot.inbound.slack_queue import Queue
from bot.inbound.slack_replies import Back, Replies, origin, told
from bot.inbound.slack_sorry import not_understood, sorry
from bot.inbound.slack_words import Received, spoken_words, user_of
from commands import base
from commands._grammar import as_typed, split, without_courtesy
from commands.base import THREAD, Command, Context, Press, Reply

log = structlog.get_logger("slack")

_LOADING_AFTER_S = 1.2
"""A form that takes longer is opened empty first: Slack gives three seconds."""


class SlackDoor:
    """Takes payloads as Slack sends them. Whoever calls it has acknowledged before, but for `forms`."""

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
        self._commands, self.replies, self.pins, self.presence = commands, replies, pins, presence
        self._contexts = Contexts(
            engine=engine,
            commands=commands,
            people=people,
            places=places,
            investigation=investigation,
            pins=pins,
            board=board,
        )
        self.queue = Queue()
        """Where what was acknowledged is worked."""
        self.forms = Forms(self._contexts, replies, self._show_home)

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
                return await not_understood(f"/{name}", name, context)
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
            return await not_understood(words[0] if words else "", "", context)
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
                return await not_understood(f"the button {pressed.action}", "", context)
            return await base.press(command, pressed, context)

        verb = "incident." + pressed.value.partition(" ")[0] if pressed.action.endswith(".more") else pressed.action
        await self._answering(received, work, opens=command is not None and verb in command.opens)

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
            context = await self._contexts.of(received)
            if not await self._contexts.mark_taken(received):
                log.info("seen_before", key=received.key)
                return None
            return await work(context)
        except Exception as problem:
            return sorry(problem, received)

    # --- the Home tab

    async def home(self, event: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """Somebody looks at the bot's Home tab."""
        user = str(event.get("user") or "")
        team = str(event.get("user_team") or body.get("team_id") or "")
        received = Received(back=Back(user=user), team=team, key="")
        try:
            view = await home_view(await self._contexts.of(received))
        except Exception as problem:
            view = {"type": "home", "blocks": told(sorry(problem, received).text)["blocks"]}
        await self.replies.home(user, view)

    def _show_home(self, event: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        self.queue.later(self.home(event, body))

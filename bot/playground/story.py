"""The story of the demo in the terminal: each post, page and fault as a line or a few, with its minute."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rich.console import Console

from bot.playground.plain import plain
from bot.playground.receivers import Received
from bot.playground.trading.monitoring import Posted
from bot.playground.values import Message
from bot.playground.watching import Subscription
from bot.playground.workspace import Workspace

_COLOURS = {"alert": "red", "fault": "red", "slack": "cyan", "mail": "yellow", "phone": "magenta", "sms": "magenta"}
_WAYS = {"mail": "mail to", "phone": "call to", "sms": "SMS to", "pagerduty": "PagerDuty"}
_DONE = {"message_changed": "edits a message", "ephemeral": "answers, for your eyes only"}


class Story:
    """Tells what people see. Without `aloud` nothing is printed."""

    def __init__(self, workspace: Workspace, now: Callable[[], datetime], *, aloud: bool) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self.aloud = aloud
        self.began = now()
        """Minute zero."""
        self._workspace = workspace
        self._now = now

    def tell(self, kind: str, text: str) -> None:
        """One piece of the story; `kind` gives its colour."""
        if not self.aloud:
            return
        minutes, seconds = divmod(int((self._now() - self.began).total_seconds()), 60)
        self.console.print(f"[dim]{minutes:3d}:{seconds:02d}[/dim]  ", end="")
        self.console.print(text, style=_COLOURS.get(kind, "green"), markup=False)

    def posted(self, one: Posted) -> None:
        """Monitoring posted to the bot."""
        summary = one.body["alerts"][0]["annotations"]["summary"]
        self.tell("alert", f"Alertmanager posts {one.body['status']}: {summary}  → {one.status} {one.answer}")

    def received(self, page: Received) -> None:
        """A page reached somebody outside Slack."""
        text = f"{_WAYS[page.way]} {page.to}" + (f": {page.subject}" if page.subject else "")
        text += "  (press 1 answers it)" if page.call else ""
        link = re.search(r"https?://\S+/a/\S+", page.body)
        self.tell(page.way, text + (f"\n            answer at {link[0]}" if link else ""))

    async def watch(self, subscription: Subscription) -> None:
        """Tell what happens in the workspace, until the subscription ends."""
        async for happened in subscription:
            if happened.kind in ("message", "message_changed", "ephemeral"):
                self._show(happened.kind, Message(**happened.data["message"]), happened.data.get("previous"))

    def _show(self, kind: str, message: Message, previous: Mapping[str, Any] | None) -> None:
        text = self._read(message)
        if previous is not None and self._read(Message(**previous)) == text:
            return  # an edit that changes no word
        where = self._where(message) + (", in the thread" if message.is_reply else "")
        who = self._workspace.person(message.user).name if message.user else "somebody"
        lines = (f"            {line}" for line in text.splitlines() if line.strip())
        self.tell("slack", "\n".join([f"{where}: {who} {_DONE.get(kind, 'posts')}", *lines]))

    def _read(self, message: Message) -> str:
        return "\n".join(plain(message, lambda user: self._workspace.person(user).name))

    def _where(self, message: Message) -> str:
        channel = self._workspace.channel(message.channel)
        if not channel.is_im:
            return f"#{channel.name}"
        people = sorted(channel.members - {self._workspace.bot_user})
        return f"direct message to {', '.join(self._workspace.person(user).name for user in people)}"

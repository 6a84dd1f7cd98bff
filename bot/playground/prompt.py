"""The prompt of the demo: what is typed in the terminal is done, by Ann unless it says otherwise."""

from __future__ import annotations

import asyncio
import os
import stat
import sys

from bot.playground.errors import ApiError
from bot.playground.receivers import Received, Receivers
from bot.playground.story import Story
from bot.playground.trading.beat import Beat
from bot.playground.workspace import Workspace

CHANNEL = "#hft-operations"
FIRST_FAULT = "exchange_disconnected"
"""With which the demo begins, and which `alert` and `clear` mean."""
HELP = """Type as Ann in #hft-operations (Bob: begin with "bob:"):
  @tocsin ack              in the incident's thread; also: pass, escalate, resolve fixed it, note ..., help
  /incident list           slash commands: /incident, /page, /oncall
  break database_down      the trading system breaks; "faults" lists the ways     mend, mend database_down   it heals
  alert, clear             break and mend exchange_disconnected
  press 1                  press a digit on the last call
  quit"""


class Prompt:
    """Does what is typed, and tells the story what came of it."""

    def __init__(self, workspace: Workspace, trading: Beat, receivers: Receivers, story: Story) -> None:
        self._workspace, self._trading, self._receivers, self._story = workspace, trading, receivers, story
        self._call = ""

    def received(self, page: Received) -> None:
        """A page reached somebody; a call can be answered here."""
        if page.call:
            self._call = page.call

    async def listen(self, enough: asyncio.Event) -> None:
        """Do line after line, until `quit` sets `enough`; returns at the end of input."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            try:
                if not await self.typed(line.decode(errors="replace")):
                    return enough.set()
            except (ApiError, LookupError) as refusal:
                self._story.tell("slack", f"that is not possible: {refusal}")
        return None

    async def typed(self, line: str) -> bool:
        """Do what was typed; False to end."""
        who, words = ("bob", line[4:].strip()) if line.lower().startswith("bob:") else ("ann", line.strip())
        match words.lower().split():
            case []:
                return True
            case ["quit" | "exit"]:
                return False
            case ["help" | "?"]:
                self._story.console.print(HELP, markup=False)
            case ["faults"]:
                self._story.tell("fault", ", ".join(self._trading.system.faults))
            case ["break", fault]:
                self._break(fault)
            case ["mend"]:
                self._mend()
            case ["mend", fault]:
                self._mend(fault)
            case ["alert"]:
                self._break(FIRST_FAULT)
            case ["clear"]:
                self._mend(FIRST_FAULT)
            case ["press", digit]:
                await self._press(digit)
            case [first, *_] if first.startswith("/"):
                command, _, text = words.partition(" ")
                said = await self._workspace.slash(who, CHANNEL, command, text)
                if not said.acked:
                    self._story.tell("slack", f"only {who} sees: {said.text}")
            case _:
                await self._say(who, words)
        return True

    async def _say(self, who: str, words: str) -> None:
        """A mention is said in the thread of the newest card; anything else in the channel."""
        cards = [m for m in self._workspace.messages(CHANNEL) if m.by_app and not m.is_reply]
        thread = cards[-1].ts if cards and "@tocsin" in words.lower() else None
        await self._workspace.say(who, CHANNEL, words, thread_ts=thread)

    def _break(self, fault: str) -> None:
        """The trading system's own monitoring notices by itself."""
        try:
            self._story.tell("fault", f"The trading system breaks: {self._trading.break_(fault)}")
        except KeyError:
            self._story.tell("fault", f"There is no such fault; these are: {', '.join(self._trading.system.faults)}")

    def _mend(self, fault: str = "") -> None:
        try:
            self._trading.mend(fault)
            self._story.tell("fault", f"The trading system is mended{f' of {fault}' if fault else ''}")
        except KeyError:
            has = ", ".join(self._trading.system.broken) or "none"
            self._story.tell("fault", f"There is no such fault; it has: {has}")

    async def _press(self, digit: str) -> None:
        """A digit on the last call, as Twilio would pass it on."""
        answer = await self._receivers.press(self._call, digit) if self._call else "no call yet"
        self._story.tell("phone", answer)


def can_be_typed_at() -> bool:
    """Whether the standard input is a terminal or a pipe: nobody can wait for a file or for /dev/null."""
    try:
        return sys.stdin.isatty() or stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)
    except (AttributeError, OSError, ValueError):
        return False

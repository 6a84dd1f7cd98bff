"""The demo: a whole bot, a local Slack and local receivers on this machine; an alert arrives and the ladder climbs.

Everything binds to loopback, and nothing leaves the machine. What people see is shown by the page in a browser and told
in the terminal; what is typed there is said by Ann in #hft-operations."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shutil
import signal
import socket
import stat
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import click
import uvicorn
from rich.console import Console

import commands
from bot import logs
from bot.app import App, build, real_clock
from bot.core.clock import Clock
from bot.core.redaction import Redactor
from bot.inbound.manifest import manifest
from bot.playground.listening import HOST
from bot.playground.page.frame import Page
from bot.playground.page.inspector import Inspector
from bot.playground.page.mailbox import Mailbox
from bot.playground.page.panel import Panel
from bot.playground.page.serving import PORT, permalinks, serve
from bot.playground.page.trading import Trading
from bot.playground.plain import plain
from bot.playground.receivers import SECRETS, Received, Receivers
from bot.playground.settings import Settings
from bot.playground.slack_traffic import follow
from bot.playground.trading.beat import Beat
from bot.playground.trading.monitoring import Posted
from bot.playground.traffic import TO_THE_BOT, Tap, Traffic
from bot.playground.values import Message
from bot.playground.watching import Subscription
from bot.playground.workspace import Workspace
from bot.plugs import discover
from bot.settings import Environment
from commands.base import Command

CHANNEL = "#hft-operations"
_FOLDER = Path(".demo")
_ALERT_TOKEN = "demo"  # noqa: S105 - of an endpoint on this machine
_FIRST_FAULT, _FIRST_AFTER_S = "exchange_disconnected", 3.0
_HELP = """Type as Ann in #hft-operations (Bob: begin with "bob:"):
  @tocsin ack              in the incident's thread; also: pass, escalate, resolve fixed it, note ..., help
  /incident list           slash commands: /incident, /page, /oncall
  break database_down      the trading system breaks; "faults" lists the ways     mend, mend database_down   it heals
  alert, clear             break and mend exchange_disconnected
  press 1                  press a digit on the last call
  quit"""


class Demo:
    """One demonstration."""

    def __init__(self, speed: float, *, port: int = PORT, story: bool = True) -> None:
        """`speed` is how many times faster than real time runs; `port` the page's; with `story` all is told in the
        terminal too."""
        self.clock: Clock = real_clock(speed)
        self.began = self.clock.now()
        self.console = Console(highlight=False, soft_wrap=True)
        features = manifest(discover(commands, "COMMAND", Command), socket_mode=True, public_url="")["features"]
        known = frozenset(one["command"] for one in features["slash_commands"])
        self.workspace = Workspace(
            now=self._seconds,
            channels=("hft-operations", "hft-engineering"),
            settings=Settings(commands=known, trigger_seconds=3 * speed, hook_seconds=1800 * speed),
            routes=permalinks(lambda: self.page.address),
        )
        self.traffic = Traffic(self._seconds, (*self.workspace.settings.secrets, *SECRETS))
        self.receivers = Receivers(self._received, now=self._seconds, traffic=self.traffic)
        self.trading = Beat(
            _FOLDER / "hft", self.clock.now, lambda: f"{self.address}/alerts/alertmanager", _ALERT_TOKEN,
            tell=self._posted,
        )  # fmt: skip
        self.page = Page(self.workspace, panels=self._panels(), features=features, speed=speed)
        self.stack = AsyncExitStack()
        self.app: App
        self.address = ""
        self._calls: list[str] = []
        self._shown: dict[tuple[str, str], str] = {}
        self._port = port
        self._story = story

    def _panels(self) -> list[Panel]:
        """What the page shows behind the scenes."""
        return [
            Trading(self.trading.system, self.trading.monitoring, self.clock.now),
            Mailbox(self.workspace, self.receivers),
            Inspector(self.workspace, self.traffic),
        ]

    def _seconds(self) -> float:
        return self.clock.now().timestamp()

    async def start(self) -> None:
        """Start everything; the first alert is not sent yet."""
        empty(_FOLDER)
        await self.workspace.start()
        subscription = self.workspace.subscribe()
        self.stack.push_async_callback(self.workspace.stop)
        following = asyncio.create_task(follow(self.workspace, self.workspace.subscribe(), self.traffic))
        self.stack.callback(following.cancel)
        await self.receivers.start()
        self.stack.push_async_callback(self.receivers.stop)
        await self.trading.start()
        self.stack.push_async_callback(self.trading.stop)
        port = free_port()
        self.address = f"http://{HOST}:{port}"
        self.receivers.subscribe(self.address)
        environment = Environment(self._environ(port))
        logs.configure("error", "text", Redactor(()), stream=(_FOLDER / "log.txt").open("w"))
        self.app = await build(environment, clock=self.clock)
        self.stack.push_async_callback(self.app.stop)
        await self._serve(port)
        await self.app.start()
        listener = await serve(self.page, self._port)
        self.stack.push_async_callback(listener.close)
        self.stack.callback(self.page.end)
        watching = asyncio.create_task(self._watch(subscription))
        self.stack.callback(watching.cancel)

    def _environ(self, port: int) -> dict[str, str]:
        ann, bob = self.workspace.person("ann").id, self.workspace.person("bob").id
        return {
            "DATABASE_URL": f"sqlite:///{_FOLDER}/tocsin.db",
            "TOCSIN_ENVIRONMENT": "demo",
            "TOCSIN_SYSTEMS": "hft",
            "TOCSIN_PUBLIC_URL": f"http://{HOST}:{port}",
            "TOCSIN_SECRET": secrets.token_hex(32),
            "TOCSIN_VAR_ALERTMANAGER_TOKEN": _ALERT_TOKEN,
            **self.workspace.environ,
            **self.receivers.environ,
            "TOCSIN_VAR_HFT_API_URL": self.trading.system.url,
            "TOCSIN_VAR_HFT_OPERATIONS_SLACK": ann,
            "TOCSIN_VAR_HFT_ENGINEERING_SLACK": bob,
            "TOCSIN_VAR_HFT_ARCHITECTURE_PHONE": "+1-555-0102",
            "TOCSIN_VAR_HFT_EMERGENCY_HOTLINE": "+1-555-0199",
            "TOCSIN_VAR_HFT_EMERGENCY_PAGERDUTY": "0123456789abcdef0123456789abcdef",
        }

    async def _serve(self, port: int) -> None:
        web = Tap(self.app.web, self.traffic, TO_THE_BOT)
        config = uvicorn.Config(web, host=HOST, port=port, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        serving = asyncio.create_task(server.serve())

        async def end() -> None:
            server.should_exit = True
            await serving

        self.stack.push_async_callback(end)

    async def stop(self) -> None:
        """Stop everything in reverse."""
        await self.stack.aclose()

    # What happens

    def break_(self, fault: str) -> None:
        """Break the trading system; its monitoring notices by itself."""
        try:
            self._print("fault", f"The trading system breaks: {self.trading.break_(fault)}")
        except KeyError:
            self._print("fault", f"There is no such fault; these are: {', '.join(self.trading.system.faults)}")

    def mend(self, fault: str = "") -> None:
        """Mend it of one fault, or of all."""
        try:
            self.trading.mend(fault)
            self._print("fault", f"The trading system is mended{f' of {fault}' if fault else ''}")
        except KeyError:
            self._print("fault", f"There is no such fault; it has: {', '.join(self.trading.system.broken) or 'none'}")

    def _posted(self, one: Posted) -> None:
        summary = one.body["alerts"][0]["annotations"]["summary"]
        self._print("alert", f"Alertmanager posts {one.body['status']}: {summary}  → {one.status} {one.answer}")

    def _received(self, page: Received) -> None:
        mark = {"mail": "mail to", "phone": "call to", "sms": "SMS to", "pagerduty": "PagerDuty"}[page.way]
        text = f"{mark} {page.to}" + (f": {page.subject}" if page.subject else "")
        if page.call:
            self._calls.append(page.call)
            text += "  (press 1 answers it)"
        link = re.search(r"https?://\S+/a/\S+", page.body)
        self._print(page.way, text + (f"\n            answer at {link[0]}" if link else ""))

    async def press(self, digit: str) -> None:
        """A digit on the last call, as Twilio would pass it on."""
        if not self._calls:
            self._print("phone", "no call yet")
            return
        answer = await self.receivers.press(self._calls[-1], digit)
        self._print("phone", answer)

    async def _watch(self, subscription: Subscription) -> None:
        async for happened in subscription:
            if happened.kind in ("message", "message_changed", "ephemeral"):
                self._show(happened.kind, happened.data["message"])

    def _show(self, kind: str, data: Mapping[str, Any]) -> None:
        message = Message(**data)
        if kind == "message_changed" and message.thread_ts == message.ts and not message.edited:
            return  # only its count of replies changed
        lines = plain(message, lambda user: self.workspace.person(user).name)
        text = "\n".join(lines)
        if self._shown.get((message.channel, message.ts)) == text:
            return
        self._shown[message.channel, message.ts] = text
        where = self._where(message) + (", in the thread" if message.is_reply else "")
        what = {"message_changed": "edits a message", "ephemeral": "answers, for your eyes only"}.get(kind, "posts")
        who = self.workspace.person(message.user).name if message.user else "somebody"
        self._print("slack", f"{where}: {who} {what}\n{indent(text)}")

    def _where(self, message: Message) -> str:
        channel = self.workspace.channel(message.channel)
        if not channel.is_im:
            return f"#{channel.name}"
        people = [
            self.workspace.person(user).name for user in sorted(channel.members) if user != self.workspace.bot_user
        ]
        return f"direct message to {', '.join(people)}"

    def _print(self, kind: str, text: str) -> None:
        if not self._story:
            return
        minutes, seconds = divmod(int((self.clock.now() - self.began).total_seconds()), 60)
        colour = {
            "alert": "red",
            "fault": "red",
            "slack": "cyan",
            "mail": "yellow",
            "phone": "magenta",
            "sms": "magenta",
        }.get(kind, "green")
        self.console.print(f"[dim]{minutes:3d}:{seconds:02d}[/dim]  ", end="")
        self.console.print(text, style=colour, markup=False)

    # What is typed

    async def typed(self, line: str) -> bool:
        """Do what was typed; False to end."""
        who, words = ("bob", line[4:].strip()) if line.lower().startswith("bob:") else ("ann", line.strip())
        match words.lower().split():
            case []:
                return True
            case ["quit" | "exit"]:
                return False
            case ["help" | "?"]:
                self.console.print(_HELP, markup=False)
            case ["faults"]:
                self._print("fault", ", ".join(self.trading.system.faults))
            case ["break", fault]:
                self.break_(fault)
            case ["mend"]:
                self.mend()
            case ["mend", fault]:
                self.mend(fault)
            case ["alert"]:
                self.break_(_FIRST_FAULT)
            case ["clear"]:
                self.mend(_FIRST_FAULT)
            case ["press", digit]:
                await self.press(digit)
            case [first, *_] if first.startswith("/"):
                command, _, text = words.partition(" ")
                said = await self.workspace.slash(who, CHANNEL, command, text)
                if not said.acked:
                    self._print("slack", f"only {who} sees: {said.text}")
            case _:
                await self._say(who, words)
        return True

    async def _say(self, who: str, words: str) -> None:
        """A mention is said in the thread of the newest card; anything else in the channel."""
        cards = [m for m in self.workspace.messages(CHANNEL) if m.by_app and not m.is_reply]
        thread = cards[-1].ts if cards and "@tocsin" in words.lower() else None
        await self.workspace.say(who, CHANNEL, words, thread_ts=thread)


def empty(folder: Path) -> None:
    """An empty folder of that name; each demo begins anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def indent(text: str) -> str:
    """Further lines under the time."""
    return "\n".join(f"            {line}" for line in text.splitlines() if line.strip())


def free_port() -> int:
    """A free port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@click.command()
@click.option(
    "--fast",
    type=click.FloatRange(min=0.1),
    default=1.0,
    show_default=True,
    help="How many times faster than real time runs.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Of the page; where it is taken, the next free one.",
)
@click.option(
    "--story/--no-story",
    default=None,
    help="Tell in the terminal what happens; without a terminal only the address is printed.",
)
def _options(**given: Any) -> dict[str, Any]:
    """A whole Tocsin on this machine, with a Slack in the browser."""
    return given


async def demo(argv: Sequence[str]) -> int:
    """Run until `quit` or Ctrl-C."""
    try:
        given = _options.main(list(argv), standalone_mode=False, prog_name="tocsin demo")
    except click.ClickException as problem:
        problem.show()
        return 64
    if not isinstance(given, dict):
        return 0
    story = sys.stdout.isatty() if given["story"] is None else given["story"]
    show = Demo(given["fast"], port=given["port"], story=story)
    try:
        await show.start()
        show.console.print(f"Open {show.page.address}", markup=False)
        if story:
            show.console.print(f"{_HELP}\n", markup=False)
        show.began = show.clock.now()
        show.trading.break_later(_FIRST_FAULT, _FIRST_AFTER_S)
        await _prompt(show)
    finally:
        await show.stop()
    return 0


async def _prompt(show: Demo) -> None:
    """Do what is typed until somebody has enough; without a terminal the page is all there is."""
    enough, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, enough.set)
    if _can_be_typed_at():
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        typing = asyncio.create_task(_typed(show, reader, enough))
        show.stack.callback(typing.cancel)
    await enough.wait()


async def _typed(show: Demo, reader: asyncio.StreamReader, enough: asyncio.Event) -> None:
    while line := await reader.readline():
        if not await show.typed(line.decode(errors="replace")):
            enough.set()


def _can_be_typed_at() -> bool:
    """Whether the standard input is a terminal or a pipe: nobody can wait for a file or for /dev/null."""
    try:
        return sys.stdin.isatty() or stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)
    except (AttributeError, OSError, ValueError):
        return False

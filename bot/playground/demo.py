"""The demo: a whole bot, a local Slack and local receivers on this machine; an alert arrives and the ladder climbs.

Everything binds to loopback, and nothing leaves the machine. What people would see is printed; what is typed at the
prompt is said by Ann in #hft-operations."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import httpx
import uvicorn
from rich.console import Console

from bot import logs
from bot.app import App, build, real_clock
from bot.core.clock import Clock
from bot.core.redaction import Redactor
from bot.playground.listening import HOST
from bot.playground.plain import plain
from bot.playground.receivers import Received, Receivers
from bot.playground.settings import Settings
from bot.playground.values import Message
from bot.playground.watching import Subscription
from bot.playground.workspace import Workspace
from bot.settings import Environment

CHANNEL = "#hft-operations"
_FOLDER = Path(".demo")
_FASTER = 60.0
_ALERT_TOKEN = "demo"  # noqa: S105 - of an endpoint on this machine
_HELP = """Type as Ann in #hft-operations (Bob: begin with "bob:"):
  @tocsin ack              in the incident's thread; also: pass, escalate, resolve fixed it, note ..., help
  /incident list           slash commands: /incident, /page, /oncall
  alert                    another alert arrives      clear    the monitor says it is over
  press 1                  press a digit on the last call
  quit"""


class Demo:
    """One demonstration."""

    def __init__(self, speed: float) -> None:
        self.clock: Clock = real_clock(speed)
        self.began = self.clock.now()
        self.console = Console(highlight=False, soft_wrap=True)
        self.workspace = Workspace(
            now=lambda: self.clock.now().timestamp(),
            channels=("hft-operations", "hft-engineering"),
            settings=Settings(trigger_seconds=3 * speed, hook_seconds=1800 * speed),
        )
        self.receivers = Receivers(self._received)
        self.stack = AsyncExitStack()
        self.app: App
        self.address = ""
        self._fired: datetime | None = None
        self._calls: list[str] = []
        self._shown: dict[tuple[str, str], str] = {}

    async def start(self) -> None:
        """Start everything; the first alert is not sent yet."""
        empty(_FOLDER)
        await self.workspace.start()
        subscription = self.workspace.subscribe()
        self.stack.push_async_callback(self.workspace.stop)
        await self.receivers.start()
        self.stack.push_async_callback(self.receivers.stop)
        port = free_port()
        self.address = f"http://{HOST}:{port}"
        environment = Environment(self._environ(port))
        logs.configure("error", "text", Redactor(()), stream=(_FOLDER / "log.txt").open("w"))
        self.app = await build(environment, clock=self.clock)
        self.stack.push_async_callback(self.app.stop)
        await self._serve(port)
        await self.app.start()
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
            "TOCSIN_VAR_HFT_OPERATIONS_SLACK": ann,
            "TOCSIN_VAR_HFT_ENGINEERING_SLACK": bob,
            "TOCSIN_VAR_HFT_ARCHITECTURE_PHONE": "+1-555-0102",
            "TOCSIN_VAR_HFT_EMERGENCY_HOTLINE": "+1-555-0199",
            "TOCSIN_VAR_HFT_EMERGENCY_PAGERDUTY": "0123456789abcdef0123456789abcdef",
        }

    async def _serve(self, port: int) -> None:
        config = uvicorn.Config(self.app.web, host=HOST, port=port, log_config=None, access_log=False, lifespan="off")
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

    async def alert(self, *, firing: bool = True) -> None:
        """Alertmanager's webhook, as Alertmanager sends it."""
        if firing:
            self._fired = self.clock.now()
        body = webhook(self._fired or self.clock.now(), firing=firing)
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(
                f"{self.address}/alerts/alertmanager", json=body, headers={"Authorization": f"Bearer {_ALERT_TOKEN}"}
            )
        self._print(
            "alert",
            f"Alertmanager posts {body['status']}: {body['commonAnnotations']['summary']}"
            f"  → {answer.status_code} {answer.text}",
        )

    def _received(self, page: Received) -> None:
        mark = {"mail": "mail to", "phone": "call to", "sms": "SMS to", "pagerduty": "PagerDuty"}[page.way]
        text = f"{mark} {page.to}" + (f": {page.subject}" if page.subject else "")
        if page.way == "phone" and page.callback:
            self._calls.append(page.callback)
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
        minutes, seconds = divmod(int((self.clock.now() - self.began).total_seconds()), 60)
        colour = {"alert": "red", "slack": "cyan", "mail": "yellow", "phone": "magenta", "sms": "magenta"}.get(
            kind, "green"
        )
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
            case ["alert"]:
                await self.alert()
            case ["clear"]:
                await self.alert(firing=False)
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


def webhook(fired: datetime, *, firing: bool) -> Mapping[str, Any]:
    """A body of Alertmanager's webhook, version 4."""
    status = "firing" if firing else "resolved"
    labels = {
        "alertname": "ExchangeDisconnected",
        "severity": "critical",
        "system": "hft",
        "component": "binance",
        "instance": "hft-gw-1:8080",
    }
    annotations = {
        "summary": "Binance order gateway disconnected",
        "description": "No heartbeat from Binance for 30 s; 14 orders are pending.",
    }
    alert = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": fired.isoformat(),
        "endsAt": "0001-01-01T00:00:00Z" if firing else fired.isoformat(),
        "generatorURL": "http://127.0.0.1:9090/graph",
        "fingerprint": "3f9a1c77d2b04e51",
    }
    return {
        "version": "4",
        "groupKey": '{}:{alertname="ExchangeDisconnected"}',
        "truncatedAlerts": 0,
        "status": status,
        "receiver": "tocsin",
        "groupLabels": {"alertname": "ExchangeDisconnected"},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "http://127.0.0.1:9093",
        "alerts": [alert],
    }


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


@click.command(add_help_option=True)
@click.option("--fast", default=_FASTER, show_default=True, help="How many times faster than real time runs.")
def _options(fast: float) -> float:
    return fast


async def demo(argv: Sequence[str]) -> int:
    """Run until `quit`, the end of input, or Ctrl-C."""
    try:
        speed = _options.main(list(argv), standalone_mode=False, prog_name="tocsin demo")
    except click.ClickException as problem:
        problem.show()
        return 64
    if not isinstance(speed, float) or speed <= 0:
        return 0 if speed == 0 else 64
    show = Demo(speed)
    try:
        await show.start()
        show.console.print(
            f"Tocsin's demo, {speed:g} times faster than real time. The bot answers at {show.address}", markup=False
        )
        show.console.print(_HELP + "\n", markup=False)
        show.began = show.clock.now()
        await show.alert()
        await _prompt(show)
    finally:
        await show.stop()
    return 0


async def _prompt(show: Demo) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        if not await show.typed(line.decode(errors="replace")):
            return
    # Nobody types: show the whole ladder once.
    await asyncio.sleep(max(1.0, 46 * 60 / show.clock.speed))

"""The demo: a whole bot, a local Slack and local receivers on this machine; an alert arrives and the ladder climbs.

Everything binds to loopback, and nothing leaves the machine. What people see is shown by the page in a browser and told
in the terminal; what is typed there is said by Ann in #hft-operations."""

from __future__ import annotations

import asyncio
import fcntl
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TextIO

import click
import uvicorn

import commands
from bot import logs
from bot.app import App, build
from bot.core.clock import Clock
from bot.core.redaction import Redactor
from bot.inbound.manifest import manifest
from bot.parts import real_clock
from bot.playground.listening import HOST, loopback_socket
from bot.playground.page.frame import Page
from bot.playground.page.inspector import Inspector
from bot.playground.page.mailbox import Mailbox
from bot.playground.page.panel import Panel
from bot.playground.page.serving import PORT, NoPort, permalinks, serve
from bot.playground.page.trading import Trading
from bot.playground.prompt import FIRST_FAULT, HELP, Prompt, can_be_typed_at
from bot.playground.receivers import SECRETS, Received, Receivers
from bot.playground.settings import Settings
from bot.playground.slack_traffic import follow
from bot.playground.story import Story
from bot.playground.trading.beat import Beat
from bot.playground.trading.pack import variables_of
from bot.playground.traffic import TO_THE_BOT, Tap, Traffic
from bot.playground.workspace import Workspace
from bot.plugs import discover
from bot.settings import Environment
from commands.base import Command

_FOLDER = Path(".demo")
"""Of the first demo that runs here; a second beside it has one of its own."""
_ALERT_TOKEN = "demo"  # noqa: S105 - of an endpoint on this machine
_PATIENCE_S = 5
"""For answers that are under way when it ends."""
_TRIGGER_S = 10.0
"""Real seconds within which a modal may be opened. Slack's are three; a busy machine shall not lose a modal here."""
_REMEMBERED, _REMEMBERED_MESSAGES = 500, 1500
"""Of Slack's calls, deliveries and so on each, and of the messages of one channel: a demo that is left alone for a day
stays as light as it was."""
_ELSEWHERE = f" (port {PORT} is taken)"


class Demo:
    """One demonstration."""

    def __init__(
        self, speed: float, *, port: int | None = None, story: bool = True, at: datetime | None = None
    ) -> None:
        """`speed` is how many times faster than real time runs; `port` the page's, as `serve` takes it; with `story`
        all is told in the terminal too; `at` is what time it is when it begins, else now."""
        self.clock: Clock = real_clock(speed) if at is None else clock_from(at, speed)
        installed = manifest(discover(commands, "COMMAND", Command), socket_mode=True, public_url="")
        self.workspace = Workspace(
            now=self._seconds, channels=("hft-operations", "hft-engineering", "hft-stakeholders"),
            settings=settings_of(installed, speed), routes=permalinks(lambda: self.page.address),
        )  # fmt: skip
        self.story = Story(self.workspace, self.clock.now, aloud=story)
        self.traffic = Traffic(self._seconds, (*self.workspace.settings.secrets, *SECRETS))
        self.receivers = Receivers(self._received, now=self._seconds, traffic=self.traffic)
        self.folder, self._claim = own_folder(_FOLDER)
        self.trading = Beat(
            self.folder / "hft", self.clock.now, lambda: f"{self.address}/alerts/alertmanager", _ALERT_TOKEN,
            tell=self.story.posted,
        )  # fmt: skip
        self.prompt = Prompt(self.workspace, self.trading, self.receivers, self.story)
        elsewhere = {"Board": self._board}
        self.page = Page(
            self.workspace, panels=self._panels(), features=installed["features"], speed=speed, elsewhere=elsewhere
        )
        self.stack = AsyncExitStack()
        self.app: App
        self.address = ""
        self._port = port

    def _panels(self) -> list[Panel]:
        """What the page shows behind the scenes."""
        return [
            Trading(self.trading.system, self.trading.monitoring, self.clock.now),
            Mailbox(self.workspace, self.receivers),
            Inspector(self.workspace, self.traffic),
        ]

    def _board(self) -> str:
        """A link to the bot's board, as its cards have it."""
        return self.app.delivery.claiming.links.board(self.clock.now())

    def _seconds(self) -> float:
        return self.clock.now().timestamp()

    async def start(self) -> None:
        """Start everything; the first alert is not sent yet. Raises NoPort before anything else."""
        self.stack.callback(self._claim.close)
        listener = await serve(self.page, self._port)
        self.stack.push_async_callback(listener.close)
        await self.workspace.start()
        subscription = self.workspace.subscribe()
        self.stack.push_async_callback(self.workspace.stop)
        following = asyncio.create_task(follow(self.workspace, self.workspace.subscribe(), self.traffic))
        self.stack.callback(following.cancel)
        await self.receivers.start()
        self.stack.push_async_callback(self.receivers.stop)
        await self.trading.start()
        self.stack.push_async_callback(self.trading.stop)
        listening = loopback_socket()  # nobody else gets its port until the bot has been built
        self.stack.callback(listening.close)
        self.address = f"http://{HOST}:{listening.getsockname()[1]}"
        self.receivers.subscribe(self.address)
        environment = Environment(self._environ())
        logs.configure("error", "text", Redactor(()), stream=(self.folder / "log.txt").open("w"))
        self.app = await build(environment, clock=self.clock)
        self.stack.push_async_callback(self.app.stop)
        await self._serve(listening)
        await self.app.start()
        self.stack.callback(self.page.end)
        watching = asyncio.create_task(self.story.watch(subscription))
        self.stack.callback(watching.cancel)

    def _environ(self) -> dict[str, str]:
        ann, bob = self.workspace.person("ann").id, self.workspace.person("bob").id
        return {
            "DATABASE_URL": f"sqlite:///{self.folder}/tocsin.db",
            "TOCSIN_ENVIRONMENT": "demo",
            "TOCSIN_SYSTEMS": "hft",
            "TOCSIN_PUBLIC_URL": self.address,
            "TOCSIN_BOARD_LINKS": "true",
            "TOCSIN_SECRET": secrets.token_hex(32),
            "TOCSIN_VAR_ALERTMANAGER_TOKEN": _ALERT_TOKEN,
            **self.workspace.environ,
            **self.receivers.environ,
            # Its database is a file and no server: what asks for one finds that out, not that a password is missing.
            "TOCSIN_SECRET_HFT_DATABASE_PASSWORD": secrets.token_hex(16),
            **{f"TOCSIN_VAR_HFT_{name.upper()}": value for name, value in variables_of(self.trading.system).items()},
            "TOCSIN_VAR_HFT_OPERATIONS_SLACK": ann,
            "TOCSIN_VAR_HFT_ENGINEERING_SLACK": bob,
            "TOCSIN_VAR_HFT_ARCHITECTURE_PHONE": "+1-555-0102",
            "TOCSIN_VAR_HFT_EMERGENCY_HOTLINE": "+1-555-0199",
            "TOCSIN_VAR_HFT_EMERGENCY_PAGERDUTY": "0123456789abcdef0123456789abcdef",
        }

    async def _serve(self, listening: socket.socket) -> None:
        web = Tap(self.app.web, self.traffic, TO_THE_BOT)
        config = uvicorn.Config(
            web, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=_PATIENCE_S
        )
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        serving = asyncio.create_task(server.serve(sockets=[listening]))

        async def end() -> None:
            self.app.hang_up()
            server.should_exit = True
            await serving

        self.stack.push_async_callback(end)

    async def stop(self) -> None:
        """Stop everything in reverse."""
        await self.stack.aclose()

    def _received(self, page: Received) -> None:
        self.story.received(page)
        self.prompt.received(page)


def settings_of(installed: Mapping[str, Any], speed: float) -> Settings:
    """The workspace into which the app of this manifest was installed: what is missing there is missing here too."""
    return Settings(
        commands=frozenset(one["command"] for one in installed["features"]["slash_commands"]),
        scopes=frozenset(installed["oauth_config"]["scopes"]["bot"]),
        events=frozenset(installed["settings"]["event_subscriptions"]["bot_events"]),
        trigger_seconds=_TRIGGER_S * speed,
        hook_seconds=1800 * speed,
        remembered=_REMEMBERED,
        remembered_messages=_REMEMBERED_MESSAGES,
    )


def clock_from(at: datetime, speed: float) -> Clock:
    """A clock that shows `at` now, and goes on from there."""
    ahead = at - datetime.now(UTC)
    return Clock(read=lambda: datetime.now(UTC) + ahead, began=at, speed=speed)


def own_folder(folder: Path) -> tuple[Path, TextIO]:
    """An empty folder of that name or, while another demo has it, of that name and a number; and what keeps it ours as
    long as it is open."""
    for number in count(1):
        mine = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        claim = mine.with_name(f"{mine.name}.lock").open("w")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            continue
        shutil.rmtree(mine, ignore_errors=True)
        mine.mkdir(exist_ok=True)
        return mine, claim
    raise AssertionError("unreachable")


@click.command()
@click.option(
    "--fast",
    type=click.FloatRange(min=0.1),
    default=1.0,
    show_default=True,
    help="How many times faster than real time runs.",
)
@click.option(
    "--at",
    type=click.DateTime(("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z")),
    help="What time it is when it begins, such as 2026-03-03T03:07Z; now unless told.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Of the page; {PORT} or the next free one unless told.",
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
    story = (sys.stdout.isatty() or can_be_typed_at()) if given["story"] is None else given["story"]
    show = Demo(given["fast"], port=given["port"], story=story, at=given["at"])
    try:
        await show.start()
        elsewhere = "" if given["port"] is not None or show.page.address.endswith(f":{PORT}") else _ELSEWHERE
        show.story.console.print(f"Open {show.page.address}{elsewhere}", markup=False)
        if story:
            show.story.console.print(f"{HELP}\n", markup=False)
        show.story.began = show.clock.now()
        show.trading.break_(FIRST_FAULT)
        await _until_enough(show)
    except NoPort as problem:
        click.echo(str(problem), err=True)
        return 64
    finally:
        await show.stop()
    return 0


async def _until_enough(show: Demo) -> None:
    """Until `quit` is typed or the process is told to end; without a terminal the page is all there is."""
    enough = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, enough.set)
    if can_be_typed_at():
        typing = asyncio.create_task(show.prompt.listen(enough))
        show.stack.callback(typing.cancel)
    await enough.wait()

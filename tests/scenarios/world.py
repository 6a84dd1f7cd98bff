"""The world of the stories: a whole bot on a clock moved by hand, a local Slack, a real mail server, and the vendors'
HTTP APIs as they look from outside. Nothing of the bot is replaced but the time and the network to the vendors."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from aiosmtpd.smtp import SMTP

from bot.app import App, build
from bot.configured import Content, find_ways, load_content
from bot.core.alert import Severity
from bot.core.clock import Clock
from bot.core.escalation import HELP, MAIN, Escalation
from bot.core.incident import Incident
from bot.core.oncall import Actor
from bot.core.page import Page as Paged
from bot.core.spans import read_span
from bot.core.timeline import Entry
from bot.engine import amend, respond
from bot.engine.said import Said
from bot.playground.settings import Settings
from bot.playground.workspace import Workspace
from bot.settings import Environment
from tests.scenarios.answering import PAGERDUTY_SECRET, TWILIO_SID, TWILIO_TOKEN, Answering
from tests.scenarios.desks import ANN, ARCHITECTURE, BOB, ENGINEERING, HOTLINE, OPERATIONS, PAGERDUTY_KEY, variables
from tests.scenarios.in_slack import InSlack
from tests.scenarios.outside import Mailbox, Outside, Page

__all__ = [
    "ARCHITECTURE",
    "ENGINEERING",
    "HOTLINE",
    "OPERATIONS",
    "PAGERDUTY_KEY",
    "START",
    "TOKEN",
    "World",
    "world_with_slack",
]

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TOKEN = "monitor-token-monitor-token-1234"
PUBLIC = "https://tocsin.example.com"

_read: dict[frozenset[tuple[str, str]], Content] = {}
"""The packs as they were read for a story before: reading YAML takes longer than most stories."""


class World(Answering, InSlack):
    """One story's world. Times are spans since its beginning: `5m`, `4m59s`."""

    def __init__(
        self,
        workspace: Workspace | None,
        database_url: str,
        environ: Mapping[str, str],
        edited: Callable[[Content], Content] | None = None,
    ) -> None:
        """`edited`: the bundled packs as they are for this story."""
        self.now = START
        self._edited = edited
        self.clock = Clock(read=lambda: self.now)
        self.outside = Outside(lambda: self.now, lambda: (self.now - START).total_seconds() / 60)
        self.mailbox = Mailbox(self.outside)
        self.smtp: asyncio.Server = None  # type: ignore[assignment]
        self.workspace = workspace
        self.database_url, self._environ = database_url, dict(environ)
        self.app: App = None  # type: ignore[assignment]
        self.web: httpx.AsyncClient = None  # type: ignore[assignment]

    def now_s(self) -> float:
        """The story's time in seconds, as Slack tells it."""
        return self.now.timestamp()

    # Life

    async def start(self) -> None:
        """Start the mail server, then the bot."""
        loop = asyncio.get_running_loop()
        self.smtp = await loop.create_server(lambda: SMTP(self.mailbox, hostname="localhost"), "127.0.0.1", 0)
        try:
            await self.start_bot()
        except BaseException:
            self.smtp.close()
            raise

    async def start_bot(self, **environ: str) -> None:
        """Start a bot on the world's database, with further or other variables from now on."""
        self._environ |= environ
        self.app = await self.build_bot()
        await self.app.start(timers=False)
        self.web = self.client(self.app)

    async def build_bot(self) -> App:
        """One more bot on the same database: a replica."""
        environ = self.environ()
        content = _content(environ)
        return await build(
            Environment(environ),
            clock=self.clock,
            transport=httpx.MockTransport(self.outside.http),
            content=self._edited(content) if content and self._edited else content,
        )

    def environ(self) -> dict[str, str]:
        """The bot's environment."""
        host, port = self.smtp.sockets[0].getsockname()[:2]
        return {
            "DATABASE_URL": self.database_url,
            "TOCSIN_SYSTEMS": "hft",
            "TOCSIN_PUBLIC_URL": PUBLIC,
            "TOCSIN_SECRET": "s" * 32,
            "TOCSIN_VAR_ALERTMANAGER_TOKEN": TOKEN,
            "TOCSIN_SMTP_HOST": host,
            "TOCSIN_SMTP_PORT": str(port),
            "TOCSIN_SMTP_SECURITY": "plain",
            "TOCSIN_SMTP_FROM_ADDRESS": "Tocsin <tocsin@example.com>",
            "TOCSIN_TWILIO_ACCOUNT_SID": TWILIO_SID,
            "TOCSIN_TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
            "TOCSIN_TWILIO_FROM_NUMBER": "+15005550006",
            "TOCSIN_PAGERDUTY_WEBHOOK_SECRETS": PAGERDUTY_SECRET,
            **variables(),
            **(self.workspace.environ if self.workspace is not None else {}),
            **self._environ,
        }

    def client(self, app: App) -> httpx.AsyncClient:
        """A client of a bot's web."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app.web, raise_app_exceptions=False), base_url=PUBLIC
        )

    async def stop(self) -> None:
        """Stop the bot and the mail server."""
        await self.stop_bot()
        self.smtp.close()
        await self.smtp.wait_closed()

    async def stop_bot(self) -> None:
        """Stop the bot; its database stays."""
        await self.web.aclose()
        await self.app.stop()

    async def kill(self) -> None:
        """The bot is gone in the midst of whatever it did: nothing more is sent, recorded or said."""
        under_way = list(self.app.delivery._under_way)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self.stop_bot()

    # Time

    async def at(self, when: str) -> None:
        """Go to that time of the story, doing everything that falls due on the way at its own minute."""
        await self.until(START + read_span(when))

    async def pass_time(self, span: str) -> None:
        """Go on by that much."""
        await self.until(self.now + read_span(span))

    async def until(self, moment: datetime) -> None:
        """Go to that instant, stopping wherever the bot would have been woken."""
        await self.tick()
        while (due := await self.next_due()) is not None and due <= moment:
            self.now = max(due, self.now + timedelta(microseconds=1))
            await self.tick()
        self.now = max(moment, self.now)
        await self.tick()

    async def jump(self, when: str) -> None:
        """Go there with nothing done on the way: the bot was not running, or has not been woken yet."""
        self.now = START + read_span(when)

    async def tick(self) -> None:
        """The bot does what is due now."""
        await self.app.work.tick()

    async def next_due(self) -> datetime | None:
        due = await self.app.engine.store.run(self.app.work.next_due)
        return due if due is not None and due > self.now else None

    # What monitors and people do

    async def alert(
        self,
        name: str = "ExchangeDisconnected",
        *,
        severity: str = "critical",
        status: str = "firing",
        key: str = "g1",
        starts: datetime | None = None,
        fingerprint: str = "",
        summary: str = "",
        tick: bool = True,
        **labels: str,
    ) -> httpx.Response:
        """Alertmanager posts one alert."""
        alert = make_alert(name, severity, status, starts or self.now, fingerprint, summary, labels, ends=self.now)
        return await self.post([alert], key=key, tick=tick)

    async def post(
        self, alerts: list[dict[str, Any]], *, key: str = "g1", tick: bool = True, left_out: int = 0
    ) -> httpx.Response:
        """Alertmanager posts a batch, having left out some alerts."""
        body = {
            "version": "4",
            "groupKey": key,
            "truncatedAlerts": left_out,
            "status": alerts[0]["status"],
            "receiver": "tocsin",
            "groupLabels": {},
            "commonLabels": {},
            "commonAnnotations": {},
            "externalURL": "http://am.example.com:9093",
            "alerts": alerts,
        }
        answer = await self.web.post("/alerts/alertmanager", json=body, headers={"Authorization": f"Bearer {TOKEN}"})
        if tick:
            await self.tick()
        return answer

    async def resolved(self, name: str = "ExchangeDisconnected", **more: Any) -> httpx.Response:
        """Alertmanager says that an alert is over."""
        return await self.alert(name, status="resolved", **more)

    async def do(self, verb: Callable[..., Said], number: int, who: str = "ann", *args: Any, **more: Any) -> str:
        """A person gives a verb; what they are told."""
        said = await self.app.engine.do(verb, number, person(who), *args, **more)
        await self.tick()
        return said.text

    async def grade(self, severity: Severity, who: str = "ann", number: int = 1) -> str:
        """A person sets the severity."""
        said = await self.app.engine.do(amend.set_severity, number, severity, person(who))
        await self.tick()
        return said.text

    async def people_called(self, number: int) -> list[Actor]:
        """Everybody who is behind the ladders of an incident's types that are still climbing now."""
        ladders = await self.app.engine.look(lambda tx: tx.incidents.escalations(number))
        incident = await self.incident(number)
        roster = await self.app.engine.look(lambda tx: self.app.engine.desk.roster(tx, incident.system))
        levels = [
            level
            for part, ladder in ladders.items()
            if part not in (MAIN, HELP) and ladder.state == "running"
            for level in incident.plan.policies[ladder.policy].levels
        ]
        contacts = {contact.id: contact for level in levels for contact, _ in roster.behind(level)}
        return [Actor(id=one.id, name=one.name, via="slack", slack=one.slack) for one in contacts.values()]

    async def ack(self, who: str = "ann", number: int = 1) -> str:
        """A person acknowledges."""
        return await self.do(respond.acknowledge, number, who)

    # What is to be seen

    def pages(self, *ways: str, since: float = 0.0) -> list[tuple[float, str, str]]:
        """(minute, way, address) of everything that left by mail, phone, SMS and PagerDuty and wanted an answer."""
        return [(p.minute, p.way, p.to) for p in self.sent(*ways) if p.minute >= since and p.wants_answer]

    def sent(self, *ways: str, to: str = "") -> list[Page]:
        """Everything that left, in order."""
        return [p for p in self.outside.seen if (not ways or p.way in ways) and to in ("", p.to)]

    def call(self, to: str, number: int = -1) -> Page:
        """A call to somebody; the last one unless told otherwise."""
        return self.sent("phone", to=to)[number]

    def mail(self, to: str, number: int = -1) -> Page:
        """A mail to somebody; the last one unless told otherwise."""
        return self.sent("mail", to=to)[number]

    def minutes(self, to: str) -> list[float]:
        """The minutes of the pages to one address."""
        return [minute for minute, _, address in self.pages() if address == to]

    async def incident(self, number: int = 1) -> Incident:
        """The incident as it is."""
        found = await self.app.engine.look(lambda tx: tx.incidents.get(number))
        assert found is not None, f"there is no INC-{number}"
        return found

    async def open_incidents(self) -> list[int]:
        """Numbers of the open incidents, newest first."""
        return [i.number for i in await self.app.engine.look(lambda tx: tx.incidents.list_open())]

    async def ladder(self, number: int = 1, part: str = MAIN) -> Escalation:
        """Where it stands."""
        return (await self.app.engine.look(lambda tx: tx.incidents.escalations(number)))[part]

    async def ledger(self, number: int = 1) -> list[Paged]:
        """Its pages as the bot knows them."""
        return await self.app.engine.look(lambda tx: tx.pages.of(number))

    async def timeline(self, number: int = 1) -> list[Entry]:
        """Its timeline."""
        return await self.app.engine.look(lambda tx: tx.timeline.of(number))

    async def said(self, *kinds: str, number: int = 1) -> list[str]:
        """The timeline's sentences of some kinds."""
        return [f"{e.text} ({e.why})" if e.why else e.text for e in await self.timeline(number) if e.kind in kinds]


def _content(environ: Mapping[str, str]) -> Content | None:
    """What the bot would read of the bundled packs; None where a story has packs of its own."""
    if "TOCSIN_PLAYBOOKS" in environ:
        return None
    names = ("TOCSIN_SYSTEMS", "TOCSIN_ENVIRONMENT", "TOCSIN_PUBLIC_URL")
    key = frozenset((k, v) for k, v in environ.items() if k in names or k.startswith("TOCSIN_VAR_"))
    if key not in _read:
        environment = Environment(environ)
        settings = environment.settings()
        _read[key] = load_content(environment, settings, find_ways(environment, settings))
    return _read[key]


def person(who: str) -> Actor:
    """The people of the stories: Ann is Operations, Bob is Engineering, Cid is somebody else of the workspace."""
    return {
        "ann": Actor(id="operations", name="Ann", via="slack", slack=ANN),
        "bob": Actor(id="engineering", name="Bob", via="slack", slack=BOB),
        "cid": Actor(id="UCID", name="Cid", via="slack", slack="UCID"),
    }[who]


def make_alert(
    name: str, severity: str, status: str, starts: datetime, fingerprint: str, summary: str, labels: Mapping[str, str],
    *, ends: datetime = START,
) -> dict[str, Any]:  # fmt: skip
    """One alert of Alertmanager's webhook."""
    return {
        "status": status,
        "labels": {"alertname": name, "severity": severity, **labels},
        "annotations": {"summary": summary or f"{name} on gw1"},
        "startsAt": starts.isoformat(),
        "endsAt": ends.isoformat() if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prom.example.com:9090/g",
        "fingerprint": fingerprint or hashlib.sha256(repr((name, sorted(labels.items()))).encode()).hexdigest()[:16],
    }


@asynccontextmanager
async def world_with_slack(
    database_url: str,
    environ: Mapping[str, str],
    settings: Settings | None = None,
    edited: Callable[[Content], Content] | None = None,
) -> AsyncIterator[World]:
    """A bot with a local Slack by Socket Mode, whose time is the story's. Ann and Bob are on duty there."""
    made = World(None, database_url, environ, edited)
    async with Workspace(now=made.now_s, settings=settings) as made.workspace:
        await made.start()
        yield made
        await made.stop()

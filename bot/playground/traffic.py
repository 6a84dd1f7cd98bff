"""Traffic: what went to and from the bot, the latest exchanges without their secrets; and the tap that records HTTP."""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.core.redaction import Redactor

KEPT = 500
"""How many exchanges are remembered."""

KINDS = {
    "slack": "Slack's API",
    "envelope": "Envelopes from Slack",
    "alert": "Alerts",
    "mail": "Mail",
    "twilio": "Twilio",
    "pagerduty": "PagerDuty",
    "callback": "Callbacks of providers",
    "link": "Signed links",
    "terminal": "Terminal",
}
"""Every kind of exchange, as it is called on the page."""

TO_THE_BOT = {"/alerts/": "alert", "/callbacks/": "callback", "/a/": "link", "/command": "terminal"}
"""The bot's doors, by the beginning of their path. Health and metrics are left out: they would drown the rest."""

_WITHHELD = "[secret]"
# What lets in whoever knows it, in addresses that the bot or the workspace makes up.
_ADDRESS = re.compile(r"(/a/|/callbacks/\w+/|/hooks/\w+/|/upload/v1/|[?&]ticket=)[\w.~%-]+")
_SECRET_NAMES = frozenset(("routing_key", "trigger_id", "token", "upload_url", "ticket"))
_SHOWN_HEADERS = ("content-type", "retry-after", "user-agent", "x-slack-retry-num", "x-slack-retry-reason")
_MOST_TEXT = 20_000
_DEEPEST = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """One question and its answer, as JSON without secrets."""

    number: int
    at: float
    """The playground's time when it ended, in seconds since 1970."""
    took: float
    """Real seconds."""
    kind: str
    """One of KINDS."""
    what: str
    """`chat.postMessage`, `POST /alerts/alertmanager`, `slash command /incident` ..."""
    outcome: str
    """`200`, `ok`, `acknowledged`, `not acknowledged: timeout` ..."""
    good: bool
    asked: Any
    answered: Any
    fault: str = ""
    """Which fault was injected."""

    def says(self, words: str) -> bool:
        """Whether these words, in any case, are anywhere in it."""
        everything = (self.kind, self.what, self.outcome, self.fault, self.asked, self.answered)
        return words.casefold() in json.dumps(everything, ensure_ascii=False, default=str).casefold()


class Traffic:
    """The latest exchanges. What is secret is taken out before anything is kept."""

    def __init__(self, now: Callable[[], float], secrets: Iterable[str] = ()) -> None:
        """`secrets` are known values, which are looked for everywhere."""
        self._now = now
        self._redactor = Redactor(tuple(secrets))
        self._exchanges: deque[Exchange] = deque(maxlen=KEPT)
        self._recorded = 0
        self._watchers: list[Callable[[], None]] = []

    def record(
        self, kind: str, what: str, *, outcome: str, good: bool, asked: Any = None, answered: Any = None,
        took: float = 0.0, fault: str = "", at: float | None = None,
    ) -> None:  # fmt: skip
        """Keep one exchange; `at` is now unless told."""
        self._recorded += 1
        self._exchanges.append(Exchange(
            number=self._recorded, at=self._now() if at is None else at, took=took, kind=kind, what=self._clean(what),
            outcome=self._clean(outcome), good=good, asked=self._clean(asked), answered=self._clean(answered),
            fault=fault,
        ))  # fmt: skip
        for changed in self._watchers:
            changed()

    def latest(self, kind: str = "", words: str = "") -> tuple[Exchange, ...]:
        """Newest first; of one kind, and with these words in them, where told."""
        found = (one for one in reversed(self._exchanges) if kind in ("", one.kind))
        return tuple(one for one in found if not words or one.says(words))

    def find(self, number: int) -> Exchange | None:
        """None once it is too old to be remembered."""
        return next((one for one in self._exchanges if one.number == number), None)

    def clear(self) -> None:
        """Forget what was recorded."""
        self._exchanges.clear()
        for changed in self._watchers:
            changed()

    def watch(self, changed: Callable[[], None]) -> None:
        """Call this after every change."""
        self._watchers.append(changed)

    def _clean(self, value: Any) -> Any:
        return _without_addresses(self._redactor.value(value))


def _without_addresses(value: Any, depth: int = 0) -> Any:
    """Neither signed addresses nor what opens a modal or an incident elsewhere; very long texts are cut."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {
            str(name): _WITHHELD if name in _SECRET_NAMES and inner else _without_addresses(inner, depth + 1)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_addresses(inner, depth + 1) for inner in value]
    if isinstance(value, str):
        cut = value if len(value) <= _MOST_TEXT else f"{value[:_MOST_TEXT]}… ({len(value)} characters)"
        return _ADDRESS.sub(rf"\1{_WITHHELD}", cut)
    return value


class Tap:
    """An ASGI application in front of another: it records the requests whose path begins as told."""

    def __init__(self, app: ASGIApp, traffic: Traffic, kinds: Mapping[str, str]) -> None:
        """`kinds`: beginning of a path -> kind of exchange. Everything else passes unrecorded."""
        self._app = app
        self._traffic = traffic
        self._kinds = kinds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = self._kind_of(scope)
        if not kind:
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        asked, answered = _Half(), _Half()
        began = time.perf_counter()

        async def hear() -> Message:
            return asked.take(await receive())

        async def say(message: Message) -> None:
            await send(answered.take(message))

        try:
            await self._app(scope, hear, say)
        finally:
            self._traffic.record(
                kind, f"{scope['method']} {scope['path']}",
                outcome=str(answered.status or "no answer"), good=200 <= answered.status < 400,
                asked={"headers": _shown(scope["headers"]), "body": asked.body(scope["headers"])},
                answered={"headers": _shown(answered.headers), "body": answered.body(answered.headers)},
                took=time.perf_counter() - began, fault=str(state.get("fault", "")),
            )  # fmt: skip

    def _kind_of(self, scope: Scope) -> str:
        if scope["type"] != "http":
            return ""
        return next((kind for begin, kind in self._kinds.items() if scope["path"].startswith(begin)), "")


class _Half:
    """One direction of an exchange."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: Iterable[tuple[bytes, bytes]] = ()
        self._pieces: list[bytes] = []
        self._length = 0

    def take(self, message: Message) -> Message:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message.get("headers", ())
        if (piece := message.get("body")) and self._length <= _MOST_TEXT * 4:
            self._pieces.append(piece)
            self._length += len(piece)
        return message

    def body(self, headers: Iterable[tuple[bytes, bytes]]) -> Any:
        """As JSON or a form where it is one."""
        text = b"".join(self._pieces).decode("utf-8", "replace")
        sort = next((value for name, value in headers if name.lower() == b"content-type"), b"")
        if sort.startswith(b"application/x-www-form-urlencoded"):
            return dict(parse_qsl(text, keep_blank_values=True))
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text


def _shown(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    return {name: named[name] for name in _SHOWN_HEADERS if name in named}

"""The outside of the stories: a real mail server, and Twilio and PagerDuty as they look from the bot's side."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson

_LINK = re.compile(r"https://\S+?(/a/[\w.\-]+)")
_LISTS = {"phone": ("calls", "CA"), "sms": ("messages", "SM")}


@dataclass(frozen=True, kw_only=True)
class Page:
    """One thing that reached the outside."""

    minute: float
    way: str
    """`mail`, `phone`, `sms`, `pagerduty`."""
    to: str
    text: str
    """A mail's subject, a text message, what PagerDuty shows."""
    detail: Mapping[str, Any]
    """What came with it: of a mail `body`, `id`, `urgent`; of a call Twilio's form and `sid`; of PagerDuty `action` and
    `dedup`."""

    @property
    def link(self) -> str:
        """The path of the signed link to answer by; empty where there is none."""
        found = _LINK.search(f"{self.text}\n{self.detail.get('body', '')}")
        return found[1] if found else ""

    @property
    def wants_answer(self) -> bool:
        """Whether it asks for an answer, rather than tells something quietly."""
        match self.way:
            case "mail":
                return bool(self.detail["urgent"])
            case "pagerduty":
                return bool(self.detail["action"] == "trigger")
            case "sms":
                return bool(self.link)
        return True


@dataclass(kw_only=True)
class Held:
    """A vendor that takes what is sent and keeps its answer back for a while."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Something of this way has arrived, and waits for its answer."""
    released: asyncio.Event = field(default_factory=asyncio.Event)


class Outside:
    """Everything that leaves by mail and HTTP, with the minute of the story in which it left."""

    def __init__(self, now: Callable[[], datetime], minute: Callable[[], float]) -> None:
        self._now, self._minute = now, minute
        self.seen: list[Page] = []
        self.answers: dict[str, Callable[[httpx.Request], httpx.Response]] = {}
        """Stands in for a vendor's usual answer, by way; nothing is done then."""
        self.lost: Counter[str] = Counter()
        """By way: so many of the next messages arrive, and their answer is lost."""
        self.held: dict[str, Held] = {}
        self.here: httpx.AsyncBaseTransport | None = None
        """Leads to what this machine has, where a story has something there for the bot to look at."""

    def hold(self, way: str) -> Held:
        """From now on answers of this way are kept back until `released`."""
        self.held[way] = Held()
        return self.held[way]

    def record(self, way: str, to: str, text: str, **detail: Any) -> None:
        """Something left."""
        self.seen.append(Page(minute=self._minute(), way=way, to=to, text=text, detail=detail))

    async def http(self, request: httpx.Request) -> httpx.Response:
        """Twilio and PagerDuty."""
        if self.here is not None and request.url.host == "127.0.0.1":
            return await self.here.handle_async_request(request)
        if "pagerduty" in request.url.host:
            event = orjson.loads(request.content)
            return await self._answer("pagerduty", request, lambda: self._pagerduty(event))
        way = "phone" if urlsplit(str(request.url)).path.endswith("Calls.json") else "sms"
        if request.method == "GET":
            return self._listed(way, request.url.params)
        form = {key: values[0] for key, values in parse_qs(request.content.decode()).items()}
        return await self._answer(way, request, lambda: self._twilio(way, form))

    async def _answer(self, way: str, request: httpx.Request, usual: Callable[[], httpx.Response]) -> httpx.Response:
        answer = None if way in self.answers else usual()
        if way in self.held:
            self.held[way].reached.set()
            await self.held[way].released.wait()
        if answer is None:
            return self.answers[way](request)
        if self.lost[way] > 0:
            self.lost[way] -= 1
            raise httpx.ReadTimeout("the answer was lost", request=request)
        return answer

    def _pagerduty(self, event: Mapping[str, Any]) -> httpx.Response:
        payload = event.get("payload", {})
        self.record(
            "pagerduty",
            event["routing_key"],
            payload.get("summary", ""),
            action=event["event_action"],
            dedup=event["dedup_key"],
            body=payload.get("custom_details", {}).get("text", ""),
        )
        return httpx.Response(202, json={"status": "success", "dedup_key": event["dedup_key"]})

    def _twilio(self, way: str, form: Mapping[str, str]) -> httpx.Response:
        sid = f"{_LISTS[way][1]}{len(self.seen):032x}"
        self.record(way, form["To"], form.get("Body", form.get("Twiml", "")), sid=sid, at=self._now(), **form)
        return httpx.Response(201, json={"sid": sid, "status": "queued"})

    def _listed(self, way: str, wanted: httpx.QueryParams) -> httpx.Response:
        """Twilio's list of what it took for a number, the newest first."""
        records = [
            {
                "sid": page.detail["sid"],
                "to": page.to,
                "from": page.detail.get("From", ""),
                "body": page.text,
                "status": "queued",
                "date_created": format_datetime(page.detail["at"]),
            }
            for page in reversed(self.seen)
            if page.way == way and page.to == wanted["To"]
        ]
        return httpx.Response(200, json={_LISTS[way][0]: records})


class Mailbox:
    """What aiosmtpd gives its messages to."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self.refuse = ""
        """Answer every message with this line instead."""

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        """One mail."""
        if self.refuse:
            return self.refuse
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self._outside.record(
            "mail",
            envelope.rcpt_tos[0],
            mail["Subject"],
            body=mail.get_content(),
            id=mail["Message-ID"],
            urgent=mail["Importance"] == "high",
        )
        if self._outside.lost["mail"] > 0:
            self._outside.lost["mail"] -= 1
            server.transport.abort()
        return "250 taken"

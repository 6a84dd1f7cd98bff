"""How people answer without Slack: on the phone, by a signed link, in PagerDuty and in a terminal."""

from __future__ import annotations

import base64
import hashlib
import hmac
from xml.etree import ElementTree

import httpx
import orjson

from tests.scenarios.outside import Page

TWILIO_SID, TWILIO_TOKEN = "AC" + "0123456789abcdef" * 2, "f00dfeed" * 4
PAGERDUTY_SECRET = "pagerduty-secret"


class Answering:
    """That half of the World."""

    web: httpx.AsyncClient

    async def tick(self) -> None:
        """The bot does what is due now."""
        raise NotImplementedError

    async def twilio(self, page: Page, rest: str = "", *, tick: bool = True, **form: str) -> httpx.Response:
        """Twilio calls back about a call or text message, signed."""
        base = page.detail.get("Url") or page.detail["StatusCallback"].removesuffix("/status")
        url = f"{base}/{rest}" if rest else base
        fields = {f"{'Call' if page.way == 'phone' else 'Message'}Sid": page.detail["sid"], **form}
        text = url + "".join(name + value for name, value in sorted(fields.items()))
        signature = base64.b64encode(hmac.new(TWILIO_TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()
        answer = await self.web.post(url, data=fields, headers={"X-Twilio-Signature": signature})
        if answer.status_code == 200 and tick:
            await self.tick()
        return answer

    async def hear(self, call: Page, *, tick: bool = True) -> str:
        """Somebody picks up: what they hear."""
        return (await self.twilio(call, tick=tick)).text

    async def press(self, call: Page, digit: str, *, tick: bool = True) -> httpx.Response:
        """They press a digit."""
        return await self.twilio(call, "digits", tick=tick, Digits=digit)

    async def press_and_hear(self, call: Page, digit: str, *, tick: bool = True) -> str:
        """They press a digit: what they hear then."""
        answer = await self.press(call, digit, tick=tick)
        assert answer.status_code == 200, "who has called would say that an application error has occurred"
        return " ".join(say.text or "" for say in ElementTree.fromstring(answer.text).iter("Say"))

    async def call_ends(self, call: Page, status: str, answered_by: str = "human") -> httpx.Response:
        """The call is over: `busy`, `no-answer`, `failed`, `completed`."""
        by = answered_by if status == "completed" else ""
        return await self.twilio(call, "status", CallStatus=status, AnsweredBy=by)

    async def pagerduty(self, event: str, dedup: str, who: str = "", mail: str = "", id_: str = "") -> httpx.Response:
        """PagerDuty's v3 webhook tells what a person did there, signed."""
        agent = {"type": "user_reference", "summary": who, "email": mail}
        told = {"id": id_ or f"{event}-{dedup}", "event_type": f"incident.{event}", "agent": agent}
        body = orjson.dumps({"event": told | {"data": {"type": "incident", "incident_key": dedup}}})
        mac = hmac.new(PAGERDUTY_SECRET.encode(), body, hashlib.sha256).hexdigest()
        answer = await self.web.post(
            "/callbacks/pagerduty", content=body, headers={"X-PagerDuty-Signature": f"v1={mac}"}
        )
        if answer.status_code == 200:
            await self.tick()
        return answer

    async def open_link(self, page: Page) -> httpx.Response:
        """Somebody, or a mail scanner, opens the link of a mail or text message."""
        return await self.web.get(page.link)

    async def answer_link(self, page: Page, verb: str = "acknowledge") -> httpx.Response:
        """They press a button there."""
        answer = await self.web.post(page.link, data={"verb": verb})
        if answer.status_code == 200:
            await self.tick()
        return answer

    async def terminal(self, token: str, *words: str) -> httpx.Response:
        """Somebody gives a command in a terminal on another host."""
        answer = await self.web.post(
            "/command", json={"words": list(words)}, headers={"Authorization": f"Bearer {token}"}
        )
        if answer.status_code == 200:
            await self.tick()
        return answer

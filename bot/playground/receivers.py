"""Receivers: local servers of the real protocols by which pages leave: SMTP, and the HTTP shapes of Twilio and
PagerDuty."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

import httpx
from aiosmtpd.smtp import SMTP
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground.listening import HOST, Listener

TWILIO_SID = "AC" + "0" * 32
TWILIO_TOKEN = "playground-twilio-token"  # noqa: S105 - of a receiver on this machine
TWILIO_NUMBER = "+15005550006"


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """One page that reached somebody."""

    way: str
    """`mail`, `phone`, `sms`, `pagerduty`."""
    to: str
    subject: str
    body: str = ""
    callback: str = ""
    """For a call: where a digit is sent to."""


class Receivers:
    """Takes mails, calls, text messages and PagerDuty events on loopback and tells a listener of each."""

    def __init__(self, tell: Callable[[Received], None]) -> None:
        self._tell = tell
        self._made = 0
        self._mail: asyncio.Server | None = None
        self._http = Listener(
            Starlette(
                routes=[
                    Route("/2010-04-01/Accounts/{sid}/{kind}.json", self._twilio, methods=["GET", "POST"]),
                    Route("/v2/enqueue", self._pagerduty, methods=["POST"]),
                ]
            )
        )
        self.environ: dict[str, str] = {}
        """What the bot's environment needs to page into these receivers."""

    async def start(self) -> None:
        """Listen on free ports of the loopback interface."""
        loop = asyncio.get_running_loop()
        self._mail = await loop.create_server(lambda: SMTP(self, hostname="playground"), HOST, 0)
        smtp = self._mail.sockets[0].getsockname()[1]
        http = f"http://{HOST}:{await self._http.open()}"
        self.environ = {
            "TOCSIN_SMTP_HOST": HOST,
            "TOCSIN_SMTP_PORT": str(smtp),
            "TOCSIN_SMTP_SECURITY": "plain",
            "TOCSIN_SMTP_FROM_ADDRESS": "Tocsin <tocsin@example.com>",
            "TOCSIN_TWILIO_ACCOUNT_SID": TWILIO_SID,
            "TOCSIN_TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
            "TOCSIN_TWILIO_FROM_NUMBER": TWILIO_NUMBER,
            "TOCSIN_TWILIO_API_URL": http,
            "TOCSIN_PAGERDUTY_EVENTS_URL": f"{http}/v2/enqueue",
        }

    async def stop(self) -> None:
        """Close both servers."""
        if self._mail is not None:
            self._mail.close()
        await self._http.close()

    async def press(self, callback: str, digit: str) -> str:
        """Press a digit on a call: Twilio's signed callback. What the voice says then."""
        url, form = f"{callback}/digits", {"CallSid": f"CA{self._made:032x}", "Digits": digit}
        signed = url + "".join(name + value for name, value in sorted(form.items()))
        signature = base64.b64encode(hmac.new(TWILIO_TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(url, data=form, headers={"X-Twilio-Signature": signature})
        return " ".join(re.findall(r"<Say[^>]*>([^<]*)</Say>", answer.text)) or f"answered {answer.status_code}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """A mail, as aiosmtpd hands it over."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self._tell(
            Received(way="mail", to=envelope.rcpt_tos[0], subject=str(mail["Subject"]), body=str(mail.get_content()))
        )
        return "250 taken"

    async def _twilio(self, request: Request) -> Response:
        kind = request.path_params["kind"]
        if request.method == "GET":
            return JSONResponse({kind.lower(): []})
        form = {key: str(value) for key, value in (await request.form()).items()}
        way, prefix = ("phone", "CA") if kind == "Calls" else ("sms", "SM")
        self._tell(Received(way=way, to=form["To"], subject=form.get("Body", ""), callback=form.get("Url", "")))
        self._made += 1
        return JSONResponse({"sid": f"{prefix}{self._made:032x}", "status": "queued"}, status_code=201)

    async def _pagerduty(self, request: Request) -> Response:
        event = await request.json()
        said = event.get("payload", {}).get("summary", "")
        self._tell(
            Received(
                way="pagerduty", to=event["routing_key"][:6] + "…", subject=f"{event['event_action']} {said}".strip()
            )
        )
        return JSONResponse({"status": "success", "dedup_key": event["dedup_key"]}, status_code=202)

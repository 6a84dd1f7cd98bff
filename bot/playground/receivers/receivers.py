"""Receivers as a whole: started and stopped together, on loopback, with what the bot's environment needs to reach
them."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette

from bot.playground.listening import HOST, Listener
from bot.playground.receivers import pagerduty, twilio
from bot.playground.receivers.faults import WayFaults
from bot.playground.receivers.mail import MailServer
from bot.playground.receivers.values import Alarm, Mail, PhoneCall, Received, TextMessage
from bot.playground.traffic import Tap, Traffic

SECRETS = (twilio.TOKEN, pagerduty.SECRET)
"""What must not be shown anywhere."""

_KINDS = {"/2010-04-01/": "twilio", "/v2/enqueue": "pagerduty"}


class Receivers:
    """Takes mails, calls, text messages and PagerDuty events, and plays the people they reach."""

    def __init__(
        self, tell: Callable[[Received], None] = lambda _: None, *, now: Callable[[], float] = time.time,
        traffic: Traffic | None = None,
    ) -> None:  # fmt: skip
        """`tell` is told of each page that reaches somebody; `now` is the playground's time; what came is recorded in
        `traffic`."""
        self.traffic = traffic or Traffic(now, SECRETS)
        self.faults = WayFaults(self._changed)
        self._tell = tell
        self._watchers: list[Callable[[], None]] = []
        self.mail = MailServer(now=now, faults=self.faults, traffic=self.traffic, arrived=self._mail_arrived)
        self.twilio = twilio.Twilio(
            now=now, faults=self.faults, abort=self._abort, arrived=self._twilio_arrived, changed=self._changed
        )
        self.pagerduty = pagerduty.PagerDuty(
            now=now, faults=self.faults, arrived=self._alarm_arrived, changed=self._changed
        )
        routes = [*self.twilio.routes, *self.pagerduty.routes]
        self._http = Listener(Tap(Starlette(routes=routes), self.traffic, _KINDS))
        self.environ: dict[str, str] = {}
        """What the bot's environment needs to page into these receivers."""

    async def start(self) -> None:
        """Listen on free ports of the loopback interface."""
        smtp = await self.mail.start()
        http = f"http://{HOST}:{await self._http.open()}"
        self.environ = {
            "TOCSIN_SMTP_HOST": HOST,
            "TOCSIN_SMTP_PORT": str(smtp),
            "TOCSIN_SMTP_SECURITY": "plain",
            "TOCSIN_SMTP_FROM_ADDRESS": "Tocsin <tocsin@example.com>",
            "TOCSIN_TWILIO_ACCOUNT_SID": twilio.SID,
            "TOCSIN_TWILIO_AUTH_TOKEN": twilio.TOKEN,
            "TOCSIN_TWILIO_FROM_NUMBER": twilio.NUMBER,
            "TOCSIN_TWILIO_API_URL": http,
            "TOCSIN_PAGERDUTY_EVENTS_URL": f"{http}/v2/enqueue",
            "TOCSIN_PAGERDUTY_WEBHOOK_SECRETS": pagerduty.SECRET,
        }

    async def stop(self) -> None:
        """Close everything."""
        self.mail.stop()
        await self._http.close()
        await self.twilio.close()
        await self.pagerduty.close()

    def subscribe(self, public_url: str) -> None:
        """Let PagerDuty's webhook call the bot at this address."""
        self.pagerduty.webhook = f"{public_url}/callbacks/pagerduty"

    def watch(self, changed: Callable[[], None]) -> None:
        """Call this whenever something arrived or became of it, or a switch was turned."""
        self._watchers.append(changed)

    def clear(self) -> None:
        """Empty every mailbox and forget calls, messages and PagerDuty's incidents."""
        self.mail.mails.clear()
        self.twilio.calls.clear()
        self.twilio.messages.clear()
        self.pagerduty.clear()
        self._changed()

    async def press(self, call: str, digit: str) -> str:
        """Press a digit on a call, picking up first if it rings: what the voice says then."""
        try:
            return await self.twilio.press(call, digit)
        except twilio.NotPossible as no:
            return str(no)

    def _mail_arrived(self, mail: Mail) -> None:
        self._tell(Received(way="mail", to=mail.to, subject=mail.subject, body=mail.text))
        self._changed()

    def _twilio_arrived(self, one: PhoneCall | TextMessage) -> None:
        if isinstance(one, PhoneCall):
            self._tell(Received(way="phone", to=one.to, subject="", call=one.id))
        else:
            self._tell(Received(way="sms", to=one.to, subject=one.body, body=one.body))
        self._changed()

    def _alarm_arrived(self, alarm: Alarm) -> None:
        last = alarm.history[-1]
        said = f"{last.action} {last.words}".strip()
        self._tell(Received(way="pagerduty", to=alarm.integration, subject=said))
        self._changed()

    def _changed(self) -> None:
        for changed in self._watchers:
            changed()

    def _abort(self, client: object) -> None:
        self._http.abort(client)

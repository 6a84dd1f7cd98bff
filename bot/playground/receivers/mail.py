"""The mail server: real SMTP, which keeps what it takes in everybody's mailbox."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

from bot.playground.listening import HOST
from bot.playground.receivers.faults import WayFaults
from bot.playground.receivers.kept import Kept
from bot.playground.receivers.values import Mail
from bot.playground.traffic import Traffic

_REFUSALS = {
    "mail-later": "452 4.2.2 the mailbox is full, try again later",
    "mail-refused": "550 5.7.1 this server takes no mail from you",
}


class MailServer:
    """Listens on loopback; takes every recipient unless a switch says otherwise."""

    def __init__(
        self, *, now: Callable[[], float], faults: WayFaults, traffic: Traffic, arrived: Callable[[Mail], None]
    ) -> None:
        self.mails: Kept[Mail] = Kept()
        self._now, self._faults, self._traffic, self._arrived = now, faults, traffic, arrived
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen on a free port, which is the answer."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="playground"), HOST, 0)
        return int(self._server.sockets[0].getsockname()[1])

    def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    # As aiosmtpd calls them

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        """A recipient, where a mail server says no if it means to."""
        for key, refusal in _REFUSALS.items():
            if self._faults.meet(key):
                asked = {"from": envelope.mail_from, "to": address}
                self._traffic.record(
                    "mail", f"RCPT TO {address}", outcome=refusal[:3], good=False, asked=asked, answered=refusal,
                    fault=key,
                )  # fmt: skip
                return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """The mail itself, for each recipient."""
        began = time.perf_counter()
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        answer = "250 2.0.0 taken"
        for address in envelope.rcpt_tos:
            mail = _mail(parsed, f"mail-{self.mails.count + 1}", self._now(), envelope.mail_from or "", address)
            self.mails.put(mail)
            asked = {"from": mail.sender, "to": address, "subject": mail.subject, "headers": dict(mail.headers)}
            self._traffic.record(
                "mail", f"DATA to {address}", outcome=answer[:3], good=True, asked={**asked, "text": mail.text},
                answered=answer, took=time.perf_counter() - began,
            )  # fmt: skip
            self._arrived(mail)
        return answer


def _mail(parsed: EmailMessage, name: str, at: float, sender: str, to: str) -> Mail:
    return Mail(
        id=name,
        at=at,
        sender=str(parsed["From"] or sender),
        to=to,
        subject=str(parsed["Subject"] or ""),
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
        headers=tuple((header, str(value)) for header, value in parsed.items()),
    )


def _part(mail: EmailMessage, sort: str) -> str:
    part = mail.get_body((sort,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # a character set that nobody knows
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)

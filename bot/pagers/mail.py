"""Mail: one message per page over SMTP, with a signed link to answer it."""

from __future__ import annotations

import asyncio
import re
import ssl
from contextlib import suppress
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.policy import EmailPolicy
from email.utils import format_datetime, getaddresses, parseaddr
from typing import Any, Literal, Self, cast
from urllib.parse import quote

import aiosmtplib
from pydantic import Field, SecretStr, field_validator, model_validator

from bot.core.errors import DeliveryFailed
from bot.core.message import Carried, Sent
from bot.outbound.http import scrub
from bot.pagers.base import LONGEST_S, Pager, Parameters, Tools

# One mailbox without display name, quotes or comments: nothing that could hide a second address or a header.
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SUBJECT = 200
_PORTS = {"starttls": 587, "tls": 465, "plain": 25}
_LONGEST_LINE = 998
_FAREWELL = 2.0


def _policy() -> EmailPolicy[EmailMessage]:
    # The standard library folds a long In-Reply-To or References as if it were words and breaks the thread by it; as
    # message ids they stay whole. 7bit, because not every server takes more.
    headers = HeaderRegistry()
    for name in ("in-reply-to", "references"):
        headers.map_to_type(name, cast(Any, MessageIDHeader))
    return WIRE.clone(cte_type="7bit", header_factory=headers)


_POLICY = _policy()


class MailParameters(Parameters):
    """The SMTP server that mail leaves through."""

    host: str = Field(description="Name of the SMTP server", min_length=1)
    port: int = Field(default=0, ge=0, le=65535, description="Its port; 0 means 587, 465 with tls, 25 with plain")
    security: Literal["starttls", "tls", "plain"] = Field(
        default="starttls", description="starttls: encrypt or do not send; tls: encrypted from the start; plain: never"
    )
    username: str = Field(default="", description="Name to log in with; empty: no login")
    password: SecretStr = Field(default=SecretStr(""), description="Password to log in with")
    from_address: str = Field(description="Sender, e.g. Tocsin <tocsin@example.com>")
    ca_file: str = Field(default="", description="File of the authorities to trust instead of the system's")
    hello: str = Field(default="", description="Name to greet the server with; empty: the sender's domain")
    timeout_seconds: float = Field(default=15.0, gt=0, le=20, description="How long each step may take")

    @field_validator("from_address")
    @classmethod
    def _one_mailbox(cls, value: str) -> str:
        mailboxes = getaddresses([value])
        if len(mailboxes) != 1 or _CONTROL.search(value) or check_mail(mailboxes[0][1]):
            raise ValueError("write one mailbox: Name <name@example.com>")
        return value

    @model_validator(mode="after")
    def _no_bare_password(self) -> Self:
        if self.security == "plain" and self.password.get_secret_value():
            raise ValueError("a password needs an encrypted connection: set security to starttls or tls")
        return self

    @property
    def domain(self) -> str:
        """The domain of the sender's address."""
        return parseaddr(self.from_address)[1].rpartition("@")[2]


def check_mail(address: str) -> str | None:
    """What is wrong with a mail address."""
    if _MAILBOX.fullmatch(address) and len(address) <= 254 and ".." not in address:
        return None
    return f"{address!r} is not a mail address: write it alone, e.g. dealer@example.com"


class _Mail:
    can_look_up = False

    def __init__(self, parameters: MailParameters, tools: Tools) -> None:
        self._parameters = parameters

    async def send(self, message: Carried) -> Sent:
        if problem := check_mail(message.to):
            raise DeliveryFailed(problem, permanent=True)
        mail = compose(message, self._parameters)
        await _submit(mail, message.to, self._parameters)
        return Sent(ref=str(mail["Message-ID"]))

    async def look_up(self, message: Carried) -> Sent | None:
        raise NotImplementedError("SMTP has no such question")

    async def close(self) -> None:
        """A connection lives as long as one mail."""


def compose(message: Carried, parameters: MailParameters) -> EmailMessage:
    """The mail. The same message makes the same mail, byte for byte, so that a repeat is recognised as one."""
    name, sender = parseaddr(parameters.from_address)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(display_name=name, addr_spec=sender)
    mail["To"] = Address(addr_spec=message.to)
    mail["Subject"] = _CONTROL.sub(" ", message.subject).strip()[:_SUBJECT]
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = _id(message.key, parameters.domain)
    # All mails of an incident answer one that was never sent, so that they make one thread in whatever order they come.
    root = _id(f"thread/{message.dedup or message.incident}", parameters.domain)
    mail["In-Reply-To"] = root
    mail["References"] = root
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if message.purpose != "notice":
        mail["X-Priority"] = "1 (Highest)"
        mail["Importance"] = "high"
        mail["Priority"] = "urgent"
    text = _text(message)
    # Quoted-printable would break the link over lines: every reader mends that, but not every person with a terminal.
    whole = text.isascii() and max(map(len, text.splitlines())) <= _LONGEST_LINE
    mail.set_content(text, cte="7bit" if whole else "quoted-printable")
    return mail


def _text(message: Carried) -> str:
    parts = [message.body.strip()]
    if message.answer_link:
        parts.append(f"Answer here (it asks once more before it counts):\n{message.answer_link}")
    if message.link:
        parts.append(f"The incident in Slack:\n{message.link}")
    return "\n\n".join(parts) + "\n"


def _id(key: str, domain: str) -> str:
    return f"<{quote(key, safe='/')}@{domain}>"


async def _submit(mail: EmailMessage, to: str, parameters: MailParameters) -> None:
    secrets = [parameters.password.get_secret_value()]
    stage, data = "connecting", False
    smtp = aiosmtplib.SMTP(
        hostname=parameters.host,
        port=parameters.port or _PORTS[parameters.security],
        timeout=parameters.timeout_seconds,
        use_tls=parameters.security == "tls",
        # Upgraded by hand below: the library's own way cannot be told from other failures.
        start_tls=False,
        tls_context=await asyncio.to_thread(_trust, parameters) if parameters.security != "plain" else None,
        local_hostname=parameters.hello or parameters.domain,
    )
    try:
        async with asyncio.timeout(LONGEST_S - _FAREWELL):
            await smtp.connect()
            if parameters.security == "starttls":
                stage = "STARTTLS"
                await _encrypt(smtp, parameters.host)
            if parameters.username:
                stage = "login"
                await smtp.login(parameters.username, parameters.password.get_secret_value())
            stage = "sender"
            await smtp.mail(parseaddr(parameters.from_address)[1])
            stage = "recipient"
            await smtp.rcpt(to)
            stage, data = "content", True
            await smtp.data(mail.as_bytes())
        # The mail is taken: whatever happens to the farewell does not change that.
        with suppress(aiosmtplib.SMTPException, OSError):
            await smtp.quit(timeout=_FAREWELL)
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _failed(error, stage, data, parameters.host, secrets) from None
    finally:
        smtp.close()


async def _encrypt(smtp: aiosmtplib.SMTP, host: str) -> None:
    await smtp.ehlo()
    if not smtp.supports_extension("starttls"):
        # Never in the clear instead: whoever strips the offer from the line would read the pages and answer links.
        raise DeliveryFailed(
            f"{host} does not offer STARTTLS: set TOCSIN_SMTP_SECURITY to tls, or to plain to send unencrypted",
            permanent=True,
        )
    await smtp.starttls()


def _trust(parameters: MailParameters) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=parameters.ca_file or None)
    except (OSError, ssl.SSLError):
        raise DeliveryFailed("TOCSIN_SMTP_CA_FILE cannot be read as certificates", permanent=True) from None


def _failed(error: Exception, stage: str, data: bool, host: str, secrets: list[str]) -> DeliveryFailed:
    for cause in (error, error.__cause__):
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = f"the certificate of {host} is not trusted ({cause.verify_message})"
            return DeliveryFailed(f"{why}: set TOCSIN_SMTP_CA_FILE if it is your own", permanent=True)
    if isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 400:
        # 4xx is the server's own word for "later".
        said = f"{host} answered {error.code} to {stage}: {scrub(str(error.message), secrets)}"
        return DeliveryFailed(said, permanent=500 <= error.code <= 599)
    if isinstance(error, aiosmtplib.SMTPNotSupported) or type(error) is aiosmtplib.SMTPException:
        return DeliveryFailed(f"{host} does not support what {stage} needs", permanent=True)
    if data:
        return DeliveryFailed(f"{host} hung up before it confirmed the mail: it may have left", maybe_sent=True)
    return DeliveryFailed(f"{host} cannot be reached or hung up at {stage} ({type(error).__name__})")


PAGER = Pager(
    name="mail",
    help="Sends a mail with a link to answer; all mails of an incident make one thread.",
    wakes=False,
    answers="link",
    address_help="a mail address, e.g. dealer@example.com",
    check_address=check_mail,
    section="smtp",
    parameters=MailParameters,
    open=_Mail,
    repeat_safe=True,
)

"""Mail, against a real SMTP server on the loopback."""

import asyncio
import email
import email.policy
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from pydantic import ValidationError

from bot.core.message import Carried
from bot.pagers.mail import PAGER, MailParameters, compose
from tests.pagers.kit import ANSWER, THREAD, carried, client, failure, tools

TO = "dana@example.com"
PASSWORD = "hunter2-hunter2"


class Box:
    """A server's mailbox; `replies` overrules what it says at a step, `drop` is the step where it hangs up."""

    def __init__(self, drop: str = "", **replies: str) -> None:
        self.replies, self.drop = replies, drop
        self.mails: list[EmailMessage] = []
        self.senders: list[tuple[str, list[str]]] = []
        self.encrypted: list[bool] = []

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        return self._step("mail", server)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.rcpt_tos.append(address)
        return self._step("rcpt", server)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.senders.append((envelope.mail_from, envelope.rcpt_tos))
        self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return self._step("data", server)

    def _step(self, step: str, server: Any) -> str:
        if self.drop == step:
            server.transport.abort()
        return self.replies.get(step, "250 OK")


@asynccontextmanager
async def smtp(box: Box, *, implicit: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[int]:
    guests: list[SMTP] = []

    def greet() -> SMTP:
        guests.append(SMTP(box, hostname="mx.example.com", ident="mx", **options))
        return guests[-1]

    server = await asyncio.get_running_loop().create_server(greet, "127.0.0.1", 0, ssl=implicit)
    try:
        async with server:
            yield server.sockets[0].getsockname()[1]
    finally:
        for guest in guests:
            if guest.transport is not None:
                guest.transport.abort()
        for _ in range(5):
            await asyncio.sleep(0)


@asynccontextmanager
async def strange(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]) -> AsyncIterator[int]:
    """A server that is no SMTP server."""
    guests: list[asyncio.Task[None]] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guests.append(asyncio.current_task())
        await talk(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*guests)


def parameters(port: int, security: str = "plain", **changes: Any) -> MailParameters:
    fields = {"host": "127.0.0.1", "port": port, "security": security, "from_address": "Tocsin <tocsin@example.com>"}
    return MailParameters.model_validate(fields | changes)


def opened(given: MailParameters) -> Any:
    return PAGER.open(given, tools(client()))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate of 127.0.0.1, and a server's context with it."""
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout key.pem"
    command += " -out cert.pem -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return folder / "cert.pem", context


# --- what arrives


async def deliver(message: Carried, **changes: Any) -> EmailMessage:
    box = Box()
    async with smtp(box) as port:
        await opened(parameters(port, **changes)).send(message)
    return box.mails[0]


async def test_a_page_arrives():
    box = Box()
    async with smtp(box) as port:
        sent = await opened(parameters(port)).send(carried(TO, answer_link=ANSWER, link=THREAD))
    mail = box.mails[0]
    assert sent.ref == "<page-12-1-0@example.com>" == mail["Message-ID"]
    assert sent.state == "sent"
    assert box.senders == [("tocsin@example.com", [TO])]
    assert mail["From"] == "Tocsin <tocsin@example.com>"
    assert mail["To"] == TO
    assert mail["Subject"] == "INC-12 critical hft: order gateway rejects 40 % of orders"
    assert mail["Date"].datetime == carried(TO).at
    assert mail.get_content_type() == "text/plain"
    assert ANSWER in mail.get_content().splitlines()
    assert THREAD in mail.get_content().splitlines()
    assert "Since 03:11 UTC" in mail.get_content().splitlines()


async def test_no_auto_reply_and_no_list():
    mail = await deliver(carried(TO))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("purpose", "urgent"), [("page", True), ("confirm", True), ("direct", True), ("notice", False)]
)
async def test_only_notices_are_not_urgent(purpose: str, urgent: bool):
    mail = await deliver(carried(TO, purpose=purpose))
    assert (mail["Importance"], mail["Priority"], mail["X-Priority"]) == (
        ("high", "urgent", "1 (Highest)") if urgent else (None, None, None)
    )


async def test_all_mails_of_an_incident_make_one_thread():
    first, second = await deliver(carried(TO)), await deliver(carried(TO, key="page-12-2-0", subject="again"))
    other = await deliver(carried(TO, key="page-13-1-0", dedup="tocsin-13", incident=13))
    assert first["References"] == first["In-Reply-To"] == second["References"] == "<thread/tocsin-12@example.com>"
    assert first["Message-ID"] != second["Message-ID"]
    assert other["References"] != first["References"]


async def test_a_repeat_is_the_same_mail_byte_for_byte():
    """A server or reader that saw it takes it for what it is."""
    given = parameters(25)
    assert compose(carried(TO), given).as_bytes() == compose(carried(TO, attempt=2), given).as_bytes()


async def test_long_ids_stay_whole():
    """The standard library would fold a long References into encoded words, and the thread would break."""
    message = carried(TO, dedup="tocsin-" + "x" * 90, key="page-" + "y" * 120)
    raw = compose(message, parameters(25)).as_bytes().decode()
    assert f"References: <thread/tocsin-{'x' * 90}@example.com>" in raw
    assert f"Message-ID: <page-{'y' * 120}@example.com>" in raw


async def test_other_alphabets_and_long_links_survive():
    link = "https://tocsin.example.com/answer/" + "Ab9_-." * 60
    mail = await deliver(carried(TO, subject="INC-12 Überlauf €", body="Zu groß: 40 %\n.\n..punkt", answer_link=link))
    assert mail["Subject"] == "INC-12 Überlauf €"
    assert link in mail.get_content().splitlines()
    assert mail.get_content().splitlines()[:3] == ["Zu groß: 40 %", ".", "..punkt"]
    raw = compose(carried(TO, body="ß"), parameters(25)).as_bytes()
    assert raw.isascii(), "not every server takes 8 bits"


async def test_a_plain_link_is_plain_on_the_wire():
    raw = compose(carried(TO, answer_link=ANSWER), parameters(25)).as_bytes()
    assert b"\r\n" + ANSWER.encode() + b"\r\n" in raw


# --- headers that somebody else would like to write


@pytest.mark.parametrize(
    "evil",
    ["x\r\nBcc: eve@example.com", "x\nBcc: eve@example.com", "x\rBcc: eve@example.com", "x\x00\x0bBcc: e",
     "x\u2028Bcc: e", "x\r\n\r\n<html>"],
)  # fmt: skip
async def test_no_text_becomes_a_header(evil: str):
    message = carried(TO, subject=evil, key=evil, dedup=evil, person=evil, system=evil)
    plain = await deliver(carried(TO))
    mail = await deliver(message)
    assert mail.keys() == plain.keys()
    assert "\n" not in mail["Subject"]
    assert mail.get_content() == plain.get_content()


@pytest.mark.parametrize(
    "address",
    ["dana@example.com\r\nRCPT TO:<eve@example.com>", "dana@example.com, eve@example.com", "Dana <dana@example.com>",
     "dana", '"x y"@example.com', "dana@-example.com", "a..b@example.com", "@example.com", "dana@", "dana@a b.com"],
)  # fmt: skip
async def test_no_address_becomes_two(address: str):
    assert PAGER.check_address(address)
    failed = await failure(opened(parameters(1)), carried(address))
    assert failed.permanent


@pytest.mark.parametrize(
    "address", ["dana@example.com", "d.o'dea+desk@mail.example.co.uk", "ops@localhost", "x@10.0.0.1"]
)
def test_good_addresses(address: str):
    assert PAGER.check_address(address) is None


# --- failures


@pytest.mark.parametrize(
    ("box", "permanent", "maybe_sent", "words"),
    [
        (Box(rcpt="550 5.1.1 no such user"), True, False, "no such user"),  # wrong address
        (Box(rcpt="450 4.2.1 mailbox busy"), False, False, "busy"),  # greylisting and the like
        (Box(mail="553 5.7.1 sender refused"), True, False, "553"),
        (Box(mail="452 4.3.1 no space"), False, False, "452"),
        (Box(data="554 5.6.0 looks like spam"), True, False, "spam"),
        (Box(data="451 4.3.0 try later"), False, False, "later"),
        (Box(drop="mail"), False, False, "sender"),  # hung up before the content
        (Box(drop="rcpt"), False, False, "recipient"),
        (Box(drop="data"), False, True, "may have left"),  # hung up after it
    ],
    ids=lambda value: "" if isinstance(value, Box) else str(value),
)
async def test_what_the_server_says(box: Box, permanent: bool, maybe_sent: bool, words: str):
    async with smtp(box) as port:
        failed = await failure(opened(parameters(port)), carried(TO))
    assert (failed.permanent, failed.maybe_sent) == (permanent, maybe_sent)
    assert words in str(failed)


async def test_no_server_at_all():
    async with smtp(Box()) as port:
        pass
    failed = await failure(opened(parameters(port)), carried(TO))
    assert (failed.permanent, failed.maybe_sent) == (False, False)


async def test_a_server_that_says_nothing():
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with strange(silent) as port:
        failed = await failure(opened(parameters(port, timeout_seconds=0.05)), carried(TO))
    assert (failed.permanent, failed.maybe_sent) == (False, False)


async def test_a_server_that_talks_nonsense_after_the_content():
    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            if line == b".\r\n":
                writer.write(b"what?\r\n")
            elif line.startswith(b"DATA"):
                writer.write(b"354 go\r\n")
            elif line[:4] in (b"EHLO", b"MAIL", b"RCPT"):
                writer.write(b"250 ok\r\n")

    async with strange(odd) as port:
        failed = await failure(opened(parameters(port)), carried(TO))
    assert (failed.permanent, failed.maybe_sent) == (False, True)


# --- encryption and login


async def test_starttls_with_the_authority_given(certificate: tuple[Path, ssl.SSLContext]):
    box = Box()
    async with smtp(box, tls_context=certificate[1], require_starttls=True) as port:
        await opened(parameters(port, "starttls", ca_file=str(certificate[0]))).send(carried(TO))
    assert box.encrypted == [True]


async def test_tls_from_the_start(certificate: tuple[Path, ssl.SSLContext]):
    box = Box()
    async with smtp(box, implicit=certificate[1]) as port:
        await opened(parameters(port, "tls", ca_file=str(certificate[0]))).send(carried(TO))
    assert box.encrypted == [True]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_stranger_with_a_certificate_of_their_own(security: str, certificate: tuple[Path, ssl.SSLContext]):
    box = Box()
    options: dict[str, Any] = {"implicit" if security == "tls" else "tls_context": certificate[1]}
    async with smtp(box, **options) as port:
        failed = await failure(opened(parameters(port, security)), carried(TO))
    assert failed.permanent
    assert "TOCSIN_SMTP_CA_FILE" in str(failed)
    assert box.mails == []


async def test_starttls_is_never_given_up():
    """A line on which somebody strips the offer sends nothing in the clear, not even the name to log in with."""
    box = Box()
    async with smtp(box) as port:
        given = parameters(port, "starttls", username="tocsin", password=PASSWORD)
        failed = await failure(opened(given), carried(TO), [PASSWORD])
    assert failed.permanent
    assert "does not offer STARTTLS" in str(failed)
    assert box.mails == []


async def test_a_missing_authority_file():
    failed = await failure(opened(parameters(1, "tls", ca_file="/nowhere.pem")), carried(TO))
    assert failed.permanent
    assert "TOCSIN_SMTP_CA_FILE" in str(failed)


def login(right: bool) -> Callable[..., AuthResult]:
    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert (data.login, data.password) == (b"tocsin", PASSWORD.encode())
        return AuthResult(success=right, handled=False, message=None if right else f"535 no such pair {PASSWORD}")

    return authenticate


@pytest.mark.parametrize("right", [True, False])
async def test_login(right: bool, certificate: tuple[Path, ssl.SSLContext]):
    box = Box()
    options: dict[str, Any] = {"authenticator": login(right), "auth_required": True, "tls_context": certificate[1]}
    async with smtp(box, **options) as port:
        given = parameters(port, "starttls", ca_file=str(certificate[0]), username="tocsin", password=PASSWORD)
        if right:
            await opened(given).send(carried(TO))
            assert len(box.mails) == 1
        else:
            failed = await failure(opened(given), carried(TO), [PASSWORD])
            assert failed.permanent
            assert "535" in str(failed)


async def test_a_server_without_login(certificate: tuple[Path, ssl.SSLContext]):
    async with smtp(Box(), implicit=certificate[1], auth_exclude_mechanism=["LOGIN", "PLAIN"]) as port:
        given = parameters(port, "tls", ca_file=str(certificate[0]), username="tocsin", password=PASSWORD)
        failed = await failure(opened(given), carried(TO), [PASSWORD])
    assert failed.permanent


# --- settings


@pytest.mark.parametrize(
    "changes",
    [
        {"password": PASSWORD},  # a password in the clear
        {"from_address": "tocsin"},
        {"from_address": "a@example.com, b@example.com"},
        {"from_address": "Tocsin <a@example.com>\nBcc: eve@example.com"},
        {"security": "maybe"},
        {"host": ""},
        {"typo": "x"},
    ],
)
def test_bad_settings(changes: dict[str, str]):
    with pytest.raises(ValidationError) as caught:
        parameters(25, **changes)
    assert PASSWORD not in str(caught.value)


def test_the_password_is_not_shown():
    assert PASSWORD not in repr(parameters(465, "tls", username="tocsin", password=PASSWORD))

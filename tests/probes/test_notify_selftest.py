"""notify_selftest: a real mail server, and Slack's and PagerDuty's answers. Nothing is ever sent to anybody."""

import asyncio

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from bot.core.evidence import Trouble
from bot.probes.notify_selftest import PROBE
from tests.probes.kit import fails, look
from tests.probes.servers import (
    HOST,
    SECRET,
    Answer,
    Certificates,
    bot_site,
    closed_port,
    garbled,
    hanging_up,
    listening,
    silent,
    web,
)

KNOWN = {"mail_user": "desk", "mail_password": SECRET, "token": SECRET}


class Mailbox:
    def __init__(self):
        self.received = []

    async def handle_DATA(self, server, session, envelope):
        self.received.append(envelope)
        return "250 OK"


def authenticator(server, session, envelope, mechanism, data):
    good = data.login == b"desk" and data.password == SECRET.encode()
    return AuthResult(success=good, handled=False)


@pytest.fixture
async def mail(tmp_path):
    made, box = Certificates(tmp_path), Mailbox()
    tls = made.context(HOST)

    def serve():
        return SMTP(box, hostname=HOST, tls_context=tls, authenticator=authenticator, auth_require_tls=True)

    server = await asyncio.get_running_loop().create_server(serve, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    yield {"way": "smtp", "host": HOST, "port": port, "ca_file": str(made.file)}, box
    server.close()


async def test_a_mail_server_that_takes_us(mail):
    parameters, box = mail
    async with bot_site("", KNOWN) as site:
        seen = await look(PROBE, site, **parameters, user="mail_user", secret="mail_password")
        assert (seen.facts["reached"], seen.facts["valid"], seen.facts["trouble"]) == (True, True, None)
        seen = await look(PROBE, site, **parameters)
        assert seen.facts["valid"] is True
    assert box.received == []


async def test_a_password_that_is_wrong(mail):
    async with bot_site("", {**KNOWN, "mail_password": "wrong-" + SECRET}) as site:
        seen = await look(PROBE, site, **mail[0], user="mail_user", secret="mail_password")
    assert (seen.facts["reached"], seen.facts["valid"], seen.facts["trouble"]) == (True, False, "auth")
    assert SECRET not in repr(seen)


async def test_a_certificate_nobody_knows(mail):
    async with bot_site("", KNOWN) as site:
        seen = await look(PROBE, site, **{**mail[0], "ca_file": None})
    assert (seen.facts["reached"], seen.facts["valid"], seen.facts["trouble"]) == (False, None, "tls")


@pytest.mark.parametrize(
    ("handler", "troubles"),
    [(silent, {"timeout"}), (hanging_up, {"lost", "timeout"}), (garbled, {"lost", "timeout", "refused"})],
)
async def test_what_answers_is_no_mail_server(handler, troubles):
    async with listening(handler) as port, bot_site() as site:
        seen = await look(PROBE, site, way="smtp", host=HOST, port=port, tls="none", seconds=0.5)
    assert seen.facts["valid"] in (None, False)
    assert seen.facts["trouble"] in troubles


async def test_nobody_there():
    async with bot_site("", KNOWN) as site:
        seen = await look(PROBE, site, way="smtp", host=HOST, port=await closed_port())
        assert (seen.facts["reached"], seen.facts["trouble"]) == (False, "refused")
    async with bot_site(f"http://{HOST}:{await closed_port()}", KNOWN) as site:
        for way in ("slack", "pagerduty"):
            seen = await look(PROBE, site, way=way, secret="token")
            assert (seen.facts["reached"], seen.facts["trouble"]) == (False, "refused")


@pytest.mark.parametrize(
    ("way", "path", "answer", "facts"),
    [
        ("slack", "/auth.test", '{"ok": true, "user": "tocsin", "team": "Desk"}', (True, None)),
        ("slack", "/auth.test", '{"ok": false, "error": "invalid_auth"}', (False, "auth")),
        ("pagerduty", "/abilities", '{"abilities": ["teams"]}', (True, None)),
        ("pagerduty", "/abilities", Answer('{"error": {"message": "x"}}', 401), (False, "auth")),
        ("pagerduty", "/abilities", Answer("[]", 500), (False, None)),
    ],
)
async def test_over_http(way, path, answer, facts):
    async with web({path: answer}) as server, bot_site(server.url, KNOWN) as site:
        seen = await look(PROBE, site, way=way, secret="token")
    assert (seen.facts["valid"], seen.facts["trouble"]) == facts
    assert SECRET in server.asked[0].headers["authorization"]
    assert SECRET not in repr(seen)


@pytest.mark.parametrize(
    ("answer", "valid"),
    [(Answer("no_text", 400), True), (Answer("invalid_payload", 400), True), (Answer("no_service", 404), False),
     (Answer("invalid_token", 403), False), (Answer("ok", 200), False)],
)  # fmt: skip
async def test_an_incoming_webhook_is_sent_nothing_to_post(answer, valid):
    async with web({f"/services/{SECRET}": answer}) as server:
        async with bot_site(server.url, {"hook": f"{server.url}/services/{SECRET}"}) as site:
            seen = await look(PROBE, site, way="slack_webhook", secret="hook")
        async with bot_site("", {"hook": f"http://elsewhere/{SECRET}"}) as site:
            said = await fails(PROBE, site, Trouble.MISSING, "hook is no address", way="slack_webhook", secret="hook")
    assert seen.facts["valid"] is valid
    assert server.asked[0].body == "payload=%7B%7D"
    assert SECRET not in repr(seen) + said


@pytest.mark.parametrize("answer", ["garbage", "", "[1]", Answer("x" * 5_000_000)])
async def test_nonsense(answer):
    async with web({"/auth.test": answer}) as server, bot_site(server.url, KNOWN) as site:
        trouble = Trouble.TOO_MUCH if isinstance(answer, Answer) else Trouble.PARSE
        await fails(PROBE, site, trouble, way="slack", secret="token")


def test_what_each_way_needs():
    for wrong in ({"way": "smtp"}, {"way": "slack"}, {"way": "pagerduty"}, {"way": "carrier_pigeon"}):
        with pytest.raises(ValueError, match=r"way|needs"):
            PROBE.parameters(**wrong)

"""net_tls: real servers with good, expired, early, misnamed and unknown certificates; and openssl elsewhere."""

import shutil

import pytest

from bot.core.evidence import Trouble
from bot.probes._certificates import fits
from bot.probes.net_tls import PROBE
from bot.transports.base import Ran
from tests.probes.kit import a_site, fails, look
from tests.probes.servers import (
    HOST,
    Certificates,
    Distant,
    bot_site,
    closed_port,
    garbled,
    hanging_up,
    listening,
    silent,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


async def seen_by_bot(made, context, handler=silent, **parameters):
    async with listening(handler, context) as port, bot_site(now=lambda: made.now) as site:
        given = {"host": HOST, "port": port, "ca_file": str(made.file), "seconds": 4} | parameters
        return await look(PROBE, site, **given)


async def test_a_good_certificate(made):
    seen = await seen_by_bot(made, made.context(HOST, "stream.example.com", days=90))
    facts = seen.facts
    assert (facts["handshake"], facts["trusted"], facts["name_fits"], facts["why_not"]) == (True, True, True, None)
    assert facts["protocol"] == "TLSv1.3"
    assert (facts["days_left"], facts["expired"], facts["not_yet"]) == (90.0, False, False)
    assert facts["names"] == ["stream.example.com", HOST]
    assert (facts["subject"], facts["issuer"]) == (f"CN={HOST}", "CN=Loopback Authority")
    assert 0 < facts["took_ms"] < 4000


@pytest.mark.parametrize(
    ("context", "says", "facts"),
    [
        ({"days": -2, "ago": 30}, "expired", {"expired": True, "days_left": -2.0, "name_fits": True}),
        ({"days": 60, "ago": -3}, "not yet valid", {"expired": False, "not_yet": True}),
    ],
)
async def test_a_certificate_out_of_its_time(made, context, says, facts):
    seen = await seen_by_bot(made, made.context(HOST, **context))
    assert (seen.facts["handshake"], seen.facts["trusted"]) == (True, False)
    assert says in seen.facts["why_not"]
    assert facts.items() <= seen.facts.items()


async def test_a_certificate_for_another_name(made):
    seen = await seen_by_bot(made, made.context("stream.example.com"))
    assert (seen.facts["trusted"], seen.facts["name_fits"]) == (False, False)
    assert "mismatch" in seen.facts["why_not"]
    seen = await seen_by_bot(made, made.context("*.example.com"), name="stream.example.com")
    assert (seen.facts["trusted"], seen.facts["name_fits"]) == (True, True)


async def test_an_authority_nobody_knows(made):
    seen = await seen_by_bot(made, made.context(HOST), ca_file=None)
    assert (seen.facts["trusted"], seen.facts["name_fits"]) == (False, True)
    assert "local issuer certificate" in seen.facts["why_not"]


@pytest.mark.parametrize(
    ("handler", "troubles"),
    [(silent, {"timeout"}), (hanging_up, {"lost", "tls"}), (garbled, {"tls"})],
)
async def test_no_tls_there(made, handler, troubles):
    seen = await seen_by_bot(made, None, handler, seconds=0.6)
    assert seen.facts["handshake"] is False
    assert seen.facts["trouble"] in troubles
    assert seen.facts["days_left"] is None


async def test_nobody_there():
    async with bot_site() as site:
        seen = await look(PROBE, site, host=HOST, port=await closed_port())
        assert (seen.facts["handshake"], seen.facts["trouble"]) == (False, "refused")
        seen = await look(PROBE, site, host="nosuch.invalid")
        assert (seen.facts["handshake"], seen.facts["trouble"]) == (False, "dns")
        await fails(PROBE, site, Trouble.MISSING, "cannot be read", host=HOST, ca_file="/nothing.pem")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
async def test_openssl_elsewhere(made):
    place = a_site(Distant(), now=lambda: made.now)
    given = {"host": HOST, "ca_file": str(made.file)}
    async with listening(silent, made.context(HOST, days=90)) as port:
        seen = await look(PROBE, place, port=port, **given)
    assert (seen.facts["trusted"], seen.facts["days_left"], seen.facts["name_fits"]) == (True, 90.0, True)
    assert seen.facts["protocol"] == "TLSv1.3"
    async with listening(silent, made.context(HOST, days=-2, ago=30)) as port:
        seen = await look(PROBE, place, port=port, **given)
    assert (seen.facts["trusted"], seen.facts["expired"]) == (False, True)
    assert "expired" in seen.facts["why_not"]
    seen = await look(PROBE, place, port=await closed_port(), **given)
    assert (seen.facts["handshake"], seen.facts["trouble"]) == (False, "refused")
    async with listening(garbled) as port:
        seen = await look(PROBE, place, port=port, **given)
    assert (seen.facts["handshake"], seen.facts["trouble"]) == (False, "tls")


async def test_a_certificate_that_is_none():
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    asked = f"openssl s_client -connect {HOST}:443 -servername {HOST} -showcerts -verify_hostname {HOST}"
    await fails(PROBE, {asked: broken}, Trouble.PARSE, "certificate", host=HOST)
    await fails(PROBE, {asked: Ran(code=127, out="", err="openssl: not found")}, Trouble.MISSING, host=HOST)


@pytest.mark.parametrize(
    ("name", "names", "answer"),
    [
        ("a.example.com", ["A.Example.com."], True),
        ("a.example.com", ["*.example.com"], True),
        ("a.b.example.com", ["*.example.com"], False),
        ("example.com", ["*.example.com", "*.com"], False),
        ("127.0.0.1", ["127.0.0.1"], True),
        ("127.0.0.1", ["*.0.0.1"], False),
        ("a.example.com", [], False),
    ],
)
def test_which_names_stand_for_which(name, names, answer):
    assert fits(name, names) is answer

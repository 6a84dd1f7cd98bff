"""http_check: real servers, well and broken in every way, asked by the bot itself and by curl elsewhere."""

import gzip
from urllib.parse import parse_qsl

import pytest

from bot.core.evidence import Trouble
from bot.probes.http_check import PROBE
from bot.transports.base import Ran
from bot.transports.local import Local
from tests.probes.kit import Recorded, a_site, fails, look, no_program
from tests.probes.servers import (
    HOST,
    SECRET,
    Answer,
    Certificates,
    Distant,
    bot_site,
    closed_port,
    garbled,
    hanging_up,
    listening,
    silent,
    web,
)
from tests.programs import program

HEALTH = '{"status": "healthy", "problems": [], "time": "2026-11-21T03:11:48Z", "venues": {"a": 1, "b": 2}}'


@pytest.fixture(params=["bot", "curl"])
def place(request):
    """Where the question is asked from."""
    if request.param == "curl":
        program("curl")
    return Local() if request.param == "bot" else Distant()


async def asked(place, address, **parameters):
    secrets = {"gateway_key": SECRET, "user": "desk", "password": f'{SECRET}"\\'}
    async with bot_site(address, secrets, transport=place) as site:
        return await look(PROBE, site, **parameters)


async def test_all_is_well(place):
    async with web({"/api/health": Answer(HEALTH, headers=(("Content-Type", "application/json"),))}) as server:
        seen = await asked(
            place, f"{server.url}/api", path="/health", values={"status": "status", "nothing": "a.b"},
            counts={"problems": "problems", "venues": "venues", "each": "venues.*"}, ages={"answer": "time"},
            contains=["healthy"],
        )  # fmt: skip
    facts = seen.facts
    assert (facts["reached"], facts["status"], facts["success"], facts["trouble"]) == (True, 200, True, None)
    assert (facts["is_json"], facts["contains"], facts["size_bytes"]) == (True, True, len(HEALTH))
    assert facts["values"] == {"status": "healthy"}
    assert facts["counts"] == {"problems": 0, "venues": 2, "each": 2}
    assert facts["ages"] == {"answer": 12.0}
    assert facts["content_type"] == "application/json"
    assert 0 < facts["connect_ms"] <= facts["first_byte_ms"] <= facts["took_ms"] < 5000
    assert seen.excerpt == []


async def test_what_is_asked(place):
    async with web({"/orders": "[]"}) as server:
        await asked(place, server.url, path="/orders", query={"status": "a b&c=d", "q": '"x"'})
        await asked(place, server.url, path="/orders", method="HEAD")
        await asked(place, server.url, path="/orders", bearer="gateway_key")
        await asked(place, server.url, path="/orders", user="user", password="password")
        await asked(place, server.url, path="/orders", headers={"X-Api-Key": "password"})
    plain, head, bearer, basic, header = server.asked
    assert dict(parse_qsl(plain.query)) == {"status": "a b&c=d", "q": '"x"'}
    assert head.method == "HEAD"
    assert bearer.headers["authorization"] == f"Bearer {SECRET}"
    assert basic.headers["authorization"].startswith("Basic ZGVzazpi")
    assert header.headers["x-api-key"] == f'{SECRET}"\\'
    if isinstance(place, Distant):
        assert not [word for argv in place.asked for word in argv if SECRET in word], "arguments are public"


async def test_it_says_that_something_is_wrong(place):
    async with web({"/": Answer("Internal error\nat line 3", 500)}) as server:
        seen = await asked(place, server.url, path="/", contains=["healthy"], values={"status": "status"})
    assert (seen.facts["reached"], seen.facts["status"], seen.facts["success"]) == (True, 500, False)
    assert (seen.facts["contains"], seen.facts["is_json"], seen.facts["values"]) == (False, False, None)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 503])
async def test_a_status_is_an_answer(place, status):
    async with web({"/": Answer("no", status)}) as server:
        seen = await asked(place, server.url, path="/")
    assert (seen.facts["reached"], seen.facts["status"], seen.facts["success"]) == (True, status, False)
    assert seen.excerpt == ["no"]


async def test_no_redirect_is_followed(place):
    async with web({"/target": "x"}) as other:
        there = Answer("", 302, (("Location", f"{other.url}/target?token={SECRET}"),))
        async with web({"/": there, "/loop": Answer("", 301, (("Location", "/loop"),))}) as server:
            seen = await asked(place, server.url, path="/")
            loop = await asked(place, server.url, path="/loop")
    assert (seen.facts["status"], seen.facts["redirects_to"]) == (302, "http://127.0.0.1/target")
    assert loop.facts["redirects_to"] == "/loop"
    assert other.asked == []


@pytest.mark.parametrize(("handler", "trouble"), [(silent, "timeout"), (hanging_up, "lost"), (garbled, "parse")])
async def test_what_answers_is_no_server(place, handler, trouble):
    async with listening(handler) as port:
        seen = await asked(place, f"http://{HOST}:{port}", seconds=0.5)
    assert (seen.facts["reached"], seen.facts["status"]) == (False, None)
    assert seen.facts["trouble"] in {trouble, "lost"}


async def test_it_hangs_within_the_answer(place):
    async with web({"/": Answer(HEALTH, hangs=True)}) as server:
        seen = await asked(place, server.url, path="/", seconds=0.5)
    assert (seen.facts["reached"], seen.facts["trouble"]) == (False, "timeout")


async def test_nobody_there(place):
    seen = await asked(place, f"http://{HOST}:{await closed_port()}")
    assert (seen.facts["reached"], seen.facts["trouble"]) == (False, "refused")
    seen = await asked(place, "http://nosuch.invalid/")
    assert (seen.facts["reached"], seen.facts["trouble"]) == (False, "dns")


async def test_a_certificate_that_is_not_trusted(place, tmp_path):
    made = Certificates(tmp_path)
    async with web({"/": HEALTH}, made.context(HOST)) as server:
        seen = await asked(place, server.url, path="/")
    assert (seen.facts["reached"], seen.facts["trouble"]) == (False, "tls")


@pytest.mark.parametrize(
    ("body", "trouble", "says"),
    [
        ("<html>Sign in</html>", Trouble.PARSE, "the answer is no JSON"),
        ("x" * 3_000_000, Trouble.TOO_MUCH, "more came back than may be read"),
    ],
)
async def test_why_values_are_missing(place, body, trouble, says):
    """For a rule that needs one of them: the address does answer."""
    async with web({"/": body}) as server:
        seen = await asked(place, server.url, path="/", values={"enabled": "trading_enabled"})
    assert (seen.facts["success"], seen.facts["values"]) == (True, None)
    assert seen.lacking is not None
    assert seen.lacking.trouble is trouble
    assert says in seen.lacking.why


async def test_an_answer_without_end(place):
    async with web({"/": "x" * 3_000_000}) as server:
        seen = await asked(place, server.url, path="/", contains=["y"], values={"a": "a"})
    assert (seen.facts["reached"], seen.facts["size_bytes"], seen.facts["is_json"]) == (True, None, False)
    assert seen.facts["contains"] is None, "it may stand in what was not read"
    assert len(seen.output) <= 100_000


async def test_nothing_and_nonsense(place):
    async with web({"/": "", "/x": "{" * 50_000, "/y": b"\xff\xfe\x00", "/z": "null"}) as server:
        for path in ("/", "/x", "/y"):
            seen = await asked(place, server.url, path=path, values={"a": "a"})
            assert (seen.facts["reached"], seen.facts["is_json"], seen.facts["values"]) == (True, False, None)
        seen = await asked(place, server.url, path="/z", values={"a": "a"})
        assert (seen.facts["is_json"], seen.facts["values"]) == (True, {})


async def test_some_compress_although_nobody_asked():
    packed = Answer(gzip.compress(HEALTH.encode()), headers=(("Content-Encoding", "gzip"),))
    bomb = Answer(gzip.compress(b"0" * 50_000_000), headers=(("Content-Encoding", "gzip"),))
    broken = Answer(b"garbage", headers=(("Content-Encoding", "gzip"),))
    async with web({"/": packed, "/bomb": bomb, "/broken": broken}) as server:
        seen = await asked(Local(), server.url, path="/", values={"status": "status"})
        assert seen.facts["values"] == {"status": "healthy"}
        seen = await asked(Local(), server.url, path="/bomb")
        assert (seen.facts["reached"], seen.facts["size_bytes"]) == (True, None)
        seen = await asked(Local(), server.url, path="/broken")
        assert (seen.facts["reached"], seen.facts["trouble"]) == (False, "parse")


async def test_no_secret_is_shown(place):
    said = f'{{"api_key": "{SECRET}", "note": "Bearer {SECRET}", "status": "ok"}}'
    async with web({"/": said}) as server:
        seen = await asked(place, server.url, path="/", values={"key": "api_key", "note": "note", "status": "status"})
    assert SECRET not in repr(seen)
    assert seen.facts["values"]["status"] == "ok"


async def test_the_pack_is_wrong(place):
    for address in ("", "ftp://x", "not an address", "http://"):
        async with bot_site(address, transport=place) as site:
            await fails(PROBE, site, Trouble.MISSING, "no target", path="/")
    async with bot_site("http://127.0.0.1:9", transport=place) as site:
        await fails(PROBE, site, Trouble.MISSING, "variable nothing is not set", bearer="nothing")


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (no_program("curl"), Trouble.MISSING),
        (Ran(code=127, out="", err="sh: curl: not found\n"), Trouble.MISSING),
        (Ran(code=0, out="garbage", err=""), Trouble.PARSE),
        (Ran(code=1, out="", err="Permission denied\n"), Trouble.PERMISSION),
    ],
)
async def test_another_host_cannot_ask(said, trouble):
    """Then nothing is known of the target."""
    site = a_site(Recorded({"curl -q --config -": said}), address="http://127.0.0.1:9")
    await fails(PROBE, site, trouble)


@pytest.mark.parametrize("path", ["orders", "/a/../b", "/a b", "/a?b", "/a#b", "/a\nb", "//evil\\x", "/./a"])
def test_a_path_stays_below_the_target(path):
    with pytest.raises(ValueError, match="path"):
        PROBE.parameters(path=path)

"""The HTTP client: what each answer and each silence means, and what is never followed or believed."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.core.errors import DeliveryFailed
from bot.outbound.http import exchange, open_client, retry_after, scrub

NOW = datetime(2026, 11, 20, 3, 12, tzinfo=UTC)
URL = "https://pages.example.com/in/t0ken"


def client(answer: Any) -> httpx.AsyncClient:
    async def respond(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    return open_client(user_agent="Tocsin/1", transport=httpx.MockTransport(respond))


async def ask(answer: Any, **options: Any) -> httpx.Response:
    async with client(answer) as http:
        return await exchange(http, "POST", URL, provider="the desk", now=lambda: NOW, **options)


async def failure(answer: Any, **options: Any) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        await ask(answer, **options)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_success(status: int):
    assert (await ask(httpx.Response(status))).status_code == status


@pytest.mark.parametrize(
    ("status", "permanent", "maybe_sent"),
    [
        (301, True, False),  # somebody else's address
        (400, True, False),  # what we sent is wrong
        (401, True, False),  # the key is
        (404, True, False),
        (408, False, False),  # the request did not arrive whole
        (425, False, False),
        (429, False, False),  # refused for now
        (500, False, True),  # nobody knows what was done before it broke
        (502, False, True),
        (503, False, True),
    ],
)
async def test_other_answers(status: int, permanent: bool, maybe_sent: bool):
    failed = await failure(httpx.Response(status))
    assert (failed.permanent, failed.maybe_sent) == (permanent, maybe_sent)


async def test_a_redirect_is_not_followed():
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"Location": "https://evil.example.com/"})

    failed = await failure(answer)
    assert asked == ["pages.example.com"]
    assert "final address" in str(failed)


@pytest.mark.parametrize(
    ("error", "permanent", "maybe_sent"),
    [
        (httpx.ConnectError("x"), False, False),
        (httpx.ConnectTimeout("x"), False, False),
        (httpx.ReadTimeout("x"), False, True),
        (httpx.ReadError("x"), False, True),
        (httpx.RemoteProtocolError("x"), False, True),
        (httpx.UnsupportedProtocol("x"), True, False),
        (httpx.InvalidURL(URL), True, False),
    ],
)
async def test_silences(error: Exception, permanent: bool, maybe_sent: bool):
    failed = await failure(error)
    assert (failed.permanent, failed.maybe_sent) == (permanent, maybe_sent)
    assert "t0ken" not in str(failed)


async def test_an_answer_that_drips_is_given_up():
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with open_client(user_agent="Tocsin/1", transport=httpx.MockTransport(never)) as http:
        with pytest.raises(DeliveryFailed) as caught:
            await exchange(http, "GET", URL, provider="the desk", now=lambda: NOW, deadline=0.0)
    assert caught.value.maybe_sent
    assert not caught.value.permanent


async def test_the_answer_is_quoted_in_one_line_without_secrets():
    text = "routing key t0ken\nis unknown " + "x" * 500
    failed = await failure(httpx.Response(400, text=text), secrets=["t0ken"])
    assert "routing key *** is unknown" in str(failed)
    assert len(str(failed)) < 260
    assert "unknown" not in str(await failure(httpx.Response(400, text=text), quote=False))


def test_the_longest_secret_goes_first():
    assert scrub("abc abcdef", ["abc", "abcdef", ""]) == "*** ***"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("12", timedelta(seconds=12)),
        ("0.5", timedelta(seconds=0.5)),
        ("-1", timedelta()),
        ("Fri, 20 Nov 2026 03:13:00 GMT", timedelta(minutes=1)),
        ("Fri, 20 Nov 2026 03:13:00 -0000", timedelta(minutes=1)),  # a date that claims no zone is UTC
        ("Fri, 20 Nov 2026 03:11:00 GMT", timedelta()),
        ("nan", None),
        ("1e400", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after(given: str, expected: timedelta | None):
    assert retry_after({"Retry-AFTER": given}, NOW) == expected


def test_no_retry_after():
    assert retry_after({}, NOW) is None


async def test_it_says_who_asks_and_believes_no_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://evil.example.com:1")
    seen: list[httpx.Request] = []
    await ask(lambda request: seen.append(request) or httpx.Response(200))
    assert seen[0].headers["User-Agent"] == "Tocsin/1"
    async with open_client(user_agent="T") as bare, open_client(user_agent="T", trust_env=True) as proxied:
        assert (bare.trust_env, proxied.trust_env) == (False, True)
        assert bare.timeout == httpx.Timeout(connect=5, read=15, write=10, pool=5)

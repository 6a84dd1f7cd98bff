"""Traffic: what goes through the tap is passed on untouched, and kept without its secrets."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.playground.traffic import KEPT, Tap, Traffic
from tests.playground.kit import Clock

SECRET = "the-desk's-own-secret"


@pytest.fixture
def traffic(clock: Clock) -> Traffic:
    return Traffic(clock, (SECRET,))


async def echo(request: Request) -> Response:
    """Gives back what came, in pieces."""
    body = await request.body()

    async def pieces() -> Any:
        for at in range(0, len(body), 7):
            yield body[at : at + 7]

    return StreamingResponse(pieces(), 201, media_type=request.headers.get("content-type"))


async def faulty(request: Request) -> Response:
    request.state.fault = "mended-tomorrow"
    return PlainTextResponse("not well", 500)


async def broken(_request: Request) -> Response:
    raise RuntimeError("a bug")


@pytest.fixture
def client(traffic: Traffic) -> httpx.AsyncClient:
    routes = [
        Route("/alerts/{name}", echo, methods=["POST"]),
        Route("/callbacks/faulty", faulty, methods=["POST"]),
        Route("/callbacks/broken", broken, methods=["POST"]),
        Route("/healthz", lambda _: PlainTextResponse("ok")),
    ]
    tap = Tap(Starlette(routes=routes), traffic, {"/alerts/": "alert", "/callbacks/": "callback"})
    transport = httpx.ASGITransport(app=tap, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://bot.example")


async def test_everything_passes_and_what_is_asked_for_is_kept(client: httpx.AsyncClient, traffic: Traffic) -> None:
    told: list[int] = []
    traffic.watch(lambda: told.append(len(traffic.latest())))
    answer = await client.post("/alerts/one", json={"a": [1, "zwei"]})
    assert (answer.status_code, answer.json()) == (201, {"a": [1, "zwei"]})
    assert (await client.get("/healthz")).text == "ok"
    (kept,) = traffic.latest()
    assert (kept.kind, kept.what, kept.outcome, kept.good) == ("alert", "POST /alerts/one", "201", True)
    assert kept.asked["body"] == kept.answered["body"] == {"a": [1, "zwei"]}
    assert kept.took > 0
    assert told == [1]


@pytest.mark.parametrize(("body", "kept"), [
    (b"\xff\xfe no text", "�� no text"),
    (b"", ""),
    (b"[" * 3000, "[" * 3000),  # nested too deep to be read as JSON
    (b'{"broken": ', '{"broken": '),
])  # fmt: skip
async def test_any_body_is_kept_somehow(client: httpx.AsyncClient, traffic: Traffic, body: bytes, kept: str) -> None:
    answer = await client.post("/alerts/any", content=body)
    assert answer.content == body
    assert traffic.latest()[0].asked["body"] == kept


async def test_a_very_long_body_passes_whole_and_is_kept_cut(client: httpx.AsyncClient, traffic: Traffic) -> None:
    body = b"x" * 1_000_000
    assert (await client.post("/alerts/long", content=body)).content == body
    kept = traffic.latest()[0].asked["body"]
    assert len(kept) < 30_000
    assert kept.endswith("characters)")


async def test_a_fault_and_a_bug_show_as_what_they_are(client: httpx.AsyncClient, traffic: Traffic) -> None:
    await client.post("/callbacks/faulty")
    await client.post("/callbacks/broken")
    bug, fault = traffic.latest()
    assert (fault.outcome, fault.good, fault.fault) == ("500", False, "mended-tomorrow")
    assert (bug.outcome, bug.good, bug.fault) == ("500", False, "")


async def test_secrets_are_not_even_kept(client: httpx.AsyncClient, traffic: Traffic) -> None:
    headers = {"Authorization": f"Bearer {SECRET}", "X-Twilio-Signature": "c2lnbmVk"}
    form = {
        "Url": "http://bot.example/callbacks/phone/abc.def/digits",
        "note": f"it is {SECRET}",
        "routing_key": "k" * 32,
    }
    await client.post("/alerts/form", data=form, headers=headers)
    (kept,) = traffic.latest()
    assert kept.asked["body"] == {
        "Url": "http://bot.example/callbacks/phone/[secret]/digits", "note": "it is [secret]",
        "routing_key": "[secret]",
    }  # fmt: skip
    assert "c2lnbmVk" not in repr(kept)
    assert SECRET not in repr(kept)


def test_the_latest_are_kept_and_found_by_kind_and_words(traffic: Traffic, clock: Clock) -> None:
    for number in range(KEPT + 3):
        clock.pass_(1)
        traffic.record(
            "mail" if number % 2 else "slack", f"number {number}", outcome="ok", good=True, asked={"to": "Ann"}
        )
    found = traffic.latest()
    assert (len(found), found[0].number, found[-1].number) == (KEPT, KEPT + 3, 4)
    assert found[0].at == clock()
    assert {one.kind for one in traffic.latest("mail")} == {"mail"}
    assert [one.what for one in traffic.latest(words="NUMBER 77")] == ["number 77"]
    assert len(traffic.latest(words="ann")) == KEPT
    assert traffic.find(3) is None
    assert traffic.find(4) == found[-1]

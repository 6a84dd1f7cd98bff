"""Every probe that reads HTTP: whatever a server may say, it says what it declared, or why it could not look."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from bot.plugs import discover
from bot.probes._exchanges import venues
from bot.probes.base import Probe, ProbeFailed
from bot.transports.local import Local
from tests.probes.kit import a_site, undeclared
from tests.probes.servers import Answer, Request
from tests.probes.venues import ANSWERS, CREDENTIALS, ORDERS, SECRETS, SYMBOLS, leaks
from tests.probes.venues import given as asked

PROBES = discover("bot.probes", "PROBE", Probe)
ROW = {"rows": "a", "where": "item.a > 1", "at": "time", "number": "price", "group": "id", "values": {"x": "a.0.*"}}
CASES: dict[str, list[dict[str, Any]]] = {
    "http_check": [{"values": {"x": "a.b"}, "counts": {"x": "a.*"}, "ages": {"x": "time"}}],
    "http_json": [ROW],
    "net_egress": [{"allowed": ["10.0.0.0/8"]}],
    "metrics_scrape": [{"pick": {"x": {"metric": "x"}}}],
    "prometheus_query": [{"query": "up"}, {"query": "up", "over": "10m"}],
    "prometheus_rules": [{}],
    "prometheus_targets": [{}],
    "alertmanager_alerts": [{}],
    "grafana_health": [{"datasources": ["a"]}],
    "notify_selftest": [{"way": "slack", "secret": "token"}, {"way": "pagerduty", "secret": "token"}],
    "exchange_status": [{"venue": "binance"}, {"venue": "kraken"}, {"venue": "oanda", "by": "statuspage"}],
    "exchange_account": [asked(venue) for venue in CREDENTIALS],
    "exchange_symbol": [asked(venue, symbol=SYMBOLS[venue], quantity=1, price=1) for venue in CREDENTIALS],
    "exchange_market_data": [asked(venue, symbol=SYMBOLS[venue], ours={"url": "http://x/y"}) for venue in CREDENTIALS],
    "exchange_orders": [
        asked(venue, **more)
        for venue in CREDENTIALS
        for more in ({}, {"symbol": SYMBOLS[venue], "order": ORDERS[venue]})
    ],
    "exchange_rate_limit": [asked(venue) for venue in CREDENTIALS],
    "exchange_ping": [{"venue": venue} for venue in CREDENTIALS],
}

WORDS = """
a id status data result resultType metric value values labels groups rules name type state activeTargets health
error errors msg message code symbols symbol filters balances bids asks time price prices liquidity account orders
instruments quote bp bs ap as t descr vol vol_exec open serverTime epoch iso unixtime balance currency equity
buying_power cash account_number login tradeAllowed rateLimits limit receivers startsAt indicator description
incidents abilities ok database ip profile_id trading_enabled
"""
NAMES = st.sampled_from(WORDS.split())
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8),
    st.sampled_from(["0", "-1", "1e999", "nan", "success", "vector", "matrix", "2026-11-21T03:11:59Z", 10**30]),
)  # fmt: skip
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=25
)


Say = Callable[[httpx.Request], tuple[int, bytes]]


async def looked(probe: Probe, parameters: dict[str, Any], say: Say) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        status, body = say(request)
        return httpx.Response(status, stream=httpx.ByteStream(body))

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        site = a_site(Local(), http=client, address="http://x", secret=lambda name: SECRETS.get(name, ""))
        why = ""
        seen = None
        try:
            seen = await probe.look(probe.parameters(**parameters), site)
        except ProbeFailed as failure:
            why = str(failure)
    assert leaks(why, seen) == []
    if seen is None:
        assert why.strip()
        assert "\n" not in why
    else:
        assert undeclared(probe, seen) == []


def looked_each(name: str, say: Callable[[dict[str, Any]], Say]) -> None:
    """With all its parameters: thinking of an answer takes longer than looking at it."""

    async def one_after_the_other() -> None:
        for parameters in CASES[name]:
            note(f"looks with {parameters}")
            await looked(PROBES[name], parameters, say(parameters))

    asyncio.run(one_after_the_other())


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(document=DOCUMENTS, status=st.sampled_from([200, 200, 200, 400, 401, 404, 429, 500]))
def test_anything_may_be_said(name: str, document: Any, status: int):
    said = json.dumps(document).encode()
    looked_each(name, lambda _: lambda _: (status, said))


def changed(document: Any, at: int, into: Any) -> Any:
    """The document with its value at that place, counted through, replaced."""
    count = -1

    def walk(value: Any) -> Any:
        nonlocal count
        count += 1
        if count == at:
            return into
        if isinstance(value, dict):
            return {name: walk(one) for name, one in value.items()}
        if isinstance(value, list):
            return [walk(one) for one in value]
        return value

    return walk(document)


PRIVATE = [name for name in CASES if name.startswith("exchange_") and name != "exchange_status"]


@pytest.mark.parametrize("name", PRIVATE)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(at=st.integers(0, 30), into=LEAVES | st.just([]) | st.just({}))
def test_one_thing_is_otherwise_than_documented(name: str, at: int, into: Any):
    """A venue's real answers with one value changed in each, wherever it stands."""

    def documented(parameters: dict[str, Any]) -> Say:
        def say(request: httpx.Request) -> tuple[int, bytes]:
            asked_for = Request(
                request.method, request.url.path, request.url.query.decode(), request.headers, request.content.decode()
            )
            said = ANSWERS[parameters["venue"]].get(asked_for.path, "{}")
            said = said(asked_for) if callable(said) else said
            answer = said if isinstance(said, Answer) else Answer(said)
            return answer.status, json.dumps(changed(json.loads(answer.body), at, into)).encode()

        return say

    looked_each(name, documented)


def test_every_venue_is_among_them():
    assert set(venues()) == set(CREDENTIALS)

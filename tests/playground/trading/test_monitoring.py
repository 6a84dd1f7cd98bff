"""Monitoring: a true webhook of Alertmanager over HTTP, repeated, resolved, and tried again until it is taken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.core.endpoint import Endpoint
from bot.playground.listening import HOST, Listener
from bot.playground.trading.alertmanager import fingerprint
from bot.playground.trading.faults import all_faults
from bot.playground.trading.monitoring import Monitoring, Posted
from bot.sources.alertmanager import SOURCE
from tests.playground.trading.running import Running


class Watched:
    """A system, its monitoring, and an endpoint that takes or refuses what is posted there."""

    def __init__(self, hft: Running) -> None:
        self.hft = hft
        self.status = 202
        self.taken: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.bearers: set[str] = set()
        self.told: list[Posted] = []
        self.listener = Listener(Starlette(routes=[Route("/alerts/am", self._take, methods=["POST"])]))
        self.monitoring: Monitoring
        self.port = 0

    async def start(self) -> None:
        self.port = await self.listener.open()
        self.monitoring = Monitoring(
            lambda: self.hft.system.url, lambda: f"http://{HOST}:{self.port}/alerts/am", "t0ken", tell=self.told.append
        )

    async def _take(self, request: Request) -> Response:
        self.bearers.add(request.headers["Authorization"])
        if self.status == 202:
            self.taken.append(await request.json())
            self.raw.append(await request.body())
        return PlainTextResponse("said", self.status)

    async def go_on(self, seconds: float, step_s: float = 5) -> None:
        for _ in range(int(seconds / step_s)):
            await self.hft.go_on(step_s, step_s)
            await self.monitoring.tick(self.hft.now)

    async def breaks(self, fault: str, seconds: float = 30, step_s: float = 5) -> None:
        self.hft.system.break_(fault, self.hft.now)
        await self.go_on(seconds, step_s)

    def statuses(self) -> list[str]:
        return [one["status"] for one in self.taken]


@pytest.fixture
async def watched(hft: Running) -> AsyncIterator[Watched]:
    made = Watched(hft)
    await made.start()
    await made.go_on(60)
    yield made
    await made.monitoring.stop()
    await made.listener.close()


async def test_a_body_as_alertmanager_sends_it(watched: Watched) -> None:
    await watched.breaks("exchange_disconnected")
    (body,) = watched.taken
    url = watched.hft.system.url
    labels = {
        "alertname": "ExchangeDisconnected", "exchange": "binance", "severity": "critical", "component": "exchanges",
        "system": "hft", "job": "hft_system", "instance": "hft-1:8080",
    }  # fmt: skip
    (alert,) = body.pop("alerts")
    texts = alert.pop("annotations")
    assert body == {
        "version": "4", "groupKey": '{}:{alertname="ExchangeDisconnected", exchange="binance"}', "truncatedAlerts": 0,
        "status": "firing", "receiver": "tocsin", "commonLabels": labels, "commonAnnotations": texts,
        "groupLabels": {"alertname": "ExchangeDisconnected", "exchange": "binance"}, "externalURL": url,
    }  # fmt: skip
    assert alert == {
        "status": "firing", "labels": labels, "startsAt": "2026-11-21T03:03:10+00:00",
        "endsAt": "0001-01-01T00:00:00Z", "generatorURL": f"{url}/metrics", "fingerprint": fingerprint(labels),
    }  # fmt: skip
    assert texts["summary"] == "Binance is disconnected"
    assert watched.bearers == {"Bearer t0ken"}


async def test_the_source_understands_it(watched: Watched) -> None:
    """The two know each other by the protocol alone."""
    await watched.breaks("stale_data")
    endpoint = Endpoint(name="am", source="alertmanager", systems=("hft",))
    alerts = SOURCE.parse(watched.raw[0], {}, endpoint, watched.hft.now)
    assert [one.labels["symbol"] for one in alerts] == ["BTC-USD", "ETH-USD"]
    assert {one.group_key for one in alerts} == {'{}:{alertname="MarketDataStale", exchange="coinbase"}'}
    assert len({one.fingerprint for one in alerts}) == 2
    assert alerts[0].title.startswith("Prices of Coinbase BTC-USD are ")


async def test_over_when_it_is_mended(watched: Watched) -> None:
    await watched.breaks("database_down")
    watched.hft.system.mend()
    await watched.go_on(30)
    assert watched.statuses() == ["firing", "resolved"]
    first, last = (one["alerts"][0] for one in watched.taken)
    assert (last["fingerprint"], last["startsAt"]) == (first["fingerprint"], first["startsAt"])
    assert last["startsAt"] < last["endsAt"]
    await watched.breaks("database_down")
    assert watched.statuses() == ["firing", "resolved", "firing"]
    assert watched.taken[2]["alerts"][0]["startsAt"] > last["endsAt"]


async def test_repeated_while_it_fires(watched: Watched) -> None:
    await watched.breaks("exchange_disconnected")
    await watched.go_on(2.2 * 3600, step_s=300)
    assert watched.statuses() == ["firing"] * 3
    assert len({one["alerts"][0]["startsAt"] for one in watched.taken}) == 1


async def test_the_process_is_gone_and_nobody_answers(watched: Watched) -> None:
    await watched.breaks("process_gone")
    assert [one["alerts"][0]["labels"]["alertname"] for one in watched.taken] == ["SystemDown"]
    watched.hft.system.mend()
    await watched.go_on(30)
    assert watched.statuses() == ["firing", "resolved"]


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_what_is_not_taken_is_tried_again(watched: Watched, status: int) -> None:
    watched.status = status
    await watched.breaks("exchange_disconnected")
    assert len(watched.told) >= 3
    assert {one.status for one in watched.told} == {status}
    watched.status = 202
    await watched.go_on(60)
    assert watched.statuses() == ["firing"]
    assert watched.taken[0]["alerts"][0]["startsAt"] == "2026-11-21T03:03:10+00:00"


async def test_nobody_listens(watched: Watched) -> None:
    """Not even a connection: it is tried again, also when it is over by then."""
    await watched.listener.close()
    await watched.breaks("exchange_disconnected")
    assert {one.status for one in watched.told} == {0}
    await watched.listener.open(watched.port)
    await watched.go_on(10)
    assert watched.statuses() == ["firing"]
    await watched.listener.close()
    watched.hft.system.mend()
    await watched.go_on(30)
    await watched.listener.open(watched.port)
    await watched.go_on(10)
    assert watched.statuses() == ["firing", "resolved"]


async def test_what_is_refused_for_good_is_not_repeated_at_once(watched: Watched) -> None:
    watched.status = 401
    await watched.breaks("exchange_disconnected", seconds=120)
    assert [one.status for one in watched.told] == [401]


async def test_what_came_and_went_while_nobody_listened_is_not_told(watched: Watched) -> None:
    """As Alertmanager does: an end without a beginning says nothing."""
    await watched.listener.close()
    await watched.breaks("exchange_disconnected")
    watched.hft.system.mend()
    await watched.go_on(30)
    await watched.listener.open(watched.port)
    await watched.go_on(60)
    assert watched.taken == []


@pytest.mark.parametrize("fault", sorted(all_faults()))
async def test_each_fault_is_noticed_and_nothing_else(watched: Watched, fault: str) -> None:
    """Its own alert within two minutes, no other, and an end after it is mended."""
    system = watched.hft.system
    await watched.breaks(fault, seconds=120, step_s=10)
    names = {alert["labels"]["alertname"] for body in watched.taken for alert in body["alerts"]}
    assert names == {system.faults[fault].alert}
    await watched.go_on(300, step_s=60)
    system.mend(fault)
    await watched.go_on(120, step_s=15)
    assert watched.monitoring.firing == []
    names = {alert["labels"]["alertname"] for body in watched.taken for alert in body["alerts"]}
    assert names == {system.faults[fault].alert}
    assert watched.statuses()[-1] == "resolved"
    assert watched.monitoring.unknown == {}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, 14695981039346656037),
        ({"name": "garland, briggs", "fear": "love is not enough"}, 5799056148416392346),  # of Prometheus' own tests
    ],
)
def test_fingerprints_are_prometheus_own(labels: dict[str, str], expected: int) -> None:
    assert fingerprint(labels) == f"{expected:016x}"

"""Being watched: alive, ready, measured, and heard by somebody outside."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import structlog

from tests.scenarios.world import OPERATIONS, START, World


async def test_alive_and_ready(world: World) -> None:
    assert (await world.web.get("/healthz")).json() == {"status": "ok"}
    assert (await world.web.get("/readyz")).json() == {"status": "ready"}


async def test_not_ready_while_the_schema_is_old(world: World) -> None:
    """Only what keeps an alert from being committed makes it not ready, and it says what to do."""
    world.app.health.__dict__["schema"] = lambda: ("", "0001")
    answer = await world.web.get("/readyz")
    assert answer.status_code == 503
    assert "tocsin db upgrade" in answer.text


async def test_late_work_is_measured_and_said_but_never_refuses_alerts(world: World) -> None:
    await world.alert()
    assert "tocsin_healthy 1.0" in (await world.web.get("/metrics")).text
    await world.jump("6m")  # level 2 was due at 5 min and nobody worked it
    metrics = (await world.web.get("/metrics")).text
    assert "tocsin_escalations_late 1.0" in metrics
    assert "tocsin_healthy 0.0" in metrics
    assert (await world.web.get("/readyz")).status_code == 200
    assert (await world.alert(key="g2", tick=False)).status_code == 202


async def test_how_incidents_went_is_measured_by_system_and_severity(world: World) -> None:
    """From the database: after a restart it is told as before. Read again at most once a minute."""
    await world.alert()
    await world.at("4m")
    await world.ack()
    acknowledged = 'tocsin_incident_acknowledge_seconds{of="median",severity="critical",system="hft"} 240.0'
    metrics = (await world.web.get("/metrics")).text
    assert acknowledged in metrics
    assert 'tocsin_incidents_ever{severity="critical",system="hft"} 1.0' in metrics
    assert "tocsin_incident_resolve_seconds{" not in metrics, "nothing was resolved yet"
    await world.alert("RiskLimit", key="g2", severity="critical")
    assert 'system="hft"} 1.0' in (await world.web.get("/metrics")).text
    await world.pass_time("1m")
    assert 'tocsin_incidents_ever{severity="critical",system="hft"} 2.0' in (await world.web.get("/metrics")).text
    await world.stop_bot()
    await world.start_bot()
    assert acknowledged in (await world.web.get("/metrics")).text
    await world.jump("31d")
    metrics = (await world.web.get("/metrics")).text
    assert acknowledged not in metrics, "they are of the last thirty days"
    assert 'tocsin_incidents_ever{severity="critical",system="hft"} 2.0' in metrics


class Watcher:
    """Whoever is told every minute that all is well."""

    def __init__(self, world: World) -> None:
        self.beats, self.status = 0, 200
        self.app = world.app
        self.app.settings = self.app.settings.model_copy(update={"heartbeat_url": "https://watch.example.com/x"})
        self.app.http = httpx.AsyncClient(transport=httpx.MockTransport(self._beaten))

    def _beaten(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "https://watch.example.com/x"
        self.beats += 1
        return httpx.Response(self.status)

    async def minute(self) -> list[str]:
        """A minute has passed; what is logged of it."""
        with structlog.testing.capture_logs() as logged:
            await self.app._beat()
        return [line["event"] for line in logged]


@pytest.fixture
async def watcher(world: World) -> AsyncIterator[Watcher]:
    made = Watcher(world)
    yield made
    await made.app.http.aclose()


async def test_the_heartbeat_stops_when_due_work_is_late(world: World, watcher: Watcher) -> None:
    assert await watcher.minute() == []
    assert watcher.beats == 1
    await world.alert()
    await world.jump("6m")
    assert await watcher.minute() == ["heartbeat_withheld"]
    assert watcher.beats == 1
    await world.until(world.now)
    assert await watcher.minute() == []
    assert watcher.beats == 2


async def test_a_heartbeat_that_nobody_takes_is_noticed(world: World, watcher: Watcher) -> None:
    """The address is mistyped, or its check was deleted: nobody would miss this bot."""
    watcher.status = 404
    assert await watcher.minute() == ["heartbeat_failed"]
    assert "tocsin_heartbeat_failing 1.0" in (await world.web.get("/metrics")).text
    watcher.status = 200
    assert await watcher.minute() == []
    assert "tocsin_heartbeat_failing 0.0" in (await world.web.get("/metrics")).text


async def test_a_page_that_does_not_leave_stops_the_heartbeat(world: World) -> None:
    """The mail server refuses for minutes; the call has reached somebody."""
    world.mailbox.refuse = "451 try later"
    await world.alert()
    await world.ack()
    await world.alert(key="g2")
    await world.hear(world.call(OPERATIONS))
    await world.at("4m50s")
    assert await world.app.health.look() == ""
    await world.at("5m10s")
    assert await world.app.health.look() == "a page has been waiting for 310 s"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/command", "/callbacks/nobody"])
async def test_nothing_else_is_open(world: World, path: str) -> None:
    assert (await world.web.get(path)).status_code in (404, 405)


async def test_metrics_count_what_left(world: World) -> None:
    await world.alert()
    metrics = (await world.web.get("/metrics")).text
    assert 'tocsin_messages_total{outcome="sent",way="phone"} 1.0' in metrics
    assert 'tocsin_incidents_open{system="hft"} 1.0' in metrics
    assert world.now >= START

"""Being watched: alive, ready, measured, and heard by somebody outside."""

from __future__ import annotations

import httpx
import pytest
import structlog

from tests.scenarios.world import START, World


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


async def test_the_heartbeat_stops_when_due_work_is_late(world: World) -> None:
    beats: list[str] = []
    world.app.settings = world.app.settings.model_copy(update={"heartbeat_url": "https://heartbeat.example.com/x"})
    world.app.http = httpx.AsyncClient(
        transport=httpx.MockTransport(lambda request: beats.append(str(request.url)) or httpx.Response(200))
    )
    await world.app._beat()
    assert beats == ["https://heartbeat.example.com/x"]
    await world.alert()
    await world.jump("6m")
    with structlog.testing.capture_logs() as logged:
        await world.app._beat()
    assert len(beats) == 1
    assert [line["event"] for line in logged] == ["heartbeat_withheld"]
    await world.until(world.now)
    await world.app._beat()
    assert len(beats) == 2
    await world.app.http.aclose()


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/command", "/callbacks/nobody"])
async def test_nothing_else_is_open(world: World, path: str) -> None:
    assert (await world.web.get(path)).status_code in (404, 405)


async def test_metrics_count_what_left(world: World) -> None:
    await world.alert()
    metrics = (await world.web.get("/metrics")).text
    assert 'tocsin_messages_total{outcome="sent",way="phone"} 1.0' in metrics
    assert 'tocsin_incidents_open{system="hft"} 1.0' in metrics
    assert world.now >= START

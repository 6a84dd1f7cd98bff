"""The door of the monitors: what is taken, what is refused and with which words."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import Any

import pytest
import structlog

from bot.core.errors import StoreAway
from bot.engine.intake import Post
from tests.scenarios.world import START, TOKEN, World, make_alert

ALERTS = "/alerts/alertmanager"


def webhook(**changes: object) -> dict[str, object]:
    """A good body."""
    alert = make_alert("HighLatency", "critical", "firing", START, "", "", {})
    return {"version": "4", "groupKey": "g", "status": "firing", "alerts": [alert], **changes}


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_an_alert_is_stored_before_it_is_answered(world: World) -> None:
    answer = await world.web.post(ALERTS, json=webhook(), headers=bearer())
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted", "incidents": ["INC-1"]})
    assert (await world.incident()).alerts == 1


async def test_both_secrets_are_good_while_one_is_being_replaced(world: World) -> None:
    for token in (TOKEN, "the-next-token-the-next-token"):
        assert (await world.web.post(ALERTS, json=webhook(), headers=bearer(token))).status_code == 202


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "Authorization"),  # nothing at all
        ({"Authorization": "Bearer wrong"}, "token"),  # another token
        ({"Authorization": f"Token {TOKEN}"}, "Bearer"),  # another scheme
    ],
)
async def test_without_its_secret_nothing_is_taken(world: World, headers: dict[str, str], said: str) -> None:
    answer = await world.web.post(ALERTS, json=webhook(), headers=headers)
    assert answer.status_code == 401
    assert said.lower() in answer.text.lower()
    assert TOKEN not in answer.text
    assert await world.app.engine.look(lambda tx: tx.incidents.list_open()) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "JSON"),  # cut off
        (b"\xff\xfe", "UTF-8"),  # not text
        (b"[]", "object"),  # another shape
        (json.dumps(webhook(version="3")).encode(), "version"),  # an old Alertmanager
        (json.dumps(webhook(alerts=[{"labels": 7}])).encode(), "alerts[0].labels"),  # names the place
        (b'{"version":"4","alerts":' + b"[" * 2000 + b"]" * 2000 + b"}", "JSON"),  # nested for ever
    ],
)
async def test_what_is_not_understood_is_said_with_the_reason_and_logged(world: World, body: bytes, said: str) -> None:
    with structlog.testing.capture_logs() as logged:
        answer = await world.web.post(ALERTS, content=body, headers=bearer())
    assert answer.status_code == 400
    assert said.lower() in answer.text.lower()
    assert "Traceback" not in answer.text
    refused = [line for line in logged if line["event"] == "post_refused"]
    assert [(line["endpoint"], line["status"]) for line in refused] == [("alertmanager", 400)]
    assert (
        'tocsin_posts_refused_total{endpoint="alertmanager",status="400"} 1.0' in (await world.web.get("/metrics")).text
    )


async def test_a_body_too_large_is_refused_with_the_limit(world: World) -> None:
    answer = await world.web.post(ALERTS, content=b" " * (2 << 20), headers=bearer())
    assert answer.status_code == 413
    assert "1048576" in answer.text


async def test_an_unknown_endpoint_names_those_there_are(world: World) -> None:
    answer = await world.web.post("/alerts/nagios", json={}, headers=bearer())
    assert answer.status_code == 404
    assert "alertmanager" in answer.text


async def test_grafana_signs_its_bodies(world: World) -> None:
    alert = make_alert("HighLatency", "critical", "firing", START, "", "", {})
    content = json.dumps({"version": "1", "status": "firing", "groupKey": "g", "orgId": 1, "alerts": [alert]}).encode()
    good = hmac.new(b"grafana-signing-secret", content, hashlib.sha256).hexdigest()
    signed = await world.web.post("/alerts/grafana", content=content, headers={"X-Grafana-Alerting-Signature": good})
    assert signed.status_code == 202
    altered = await world.web.post(
        "/alerts/grafana", content=content + b" ", headers={"X-Grafana-Alerting-Signature": good}
    )
    assert altered.status_code == 401


async def test_any_monitor_by_a_mapping_that_is_content(world: World) -> None:
    body = {"title": "Disk nearly full", "severity": "warning", "status": "firing", "labels": {"host": "hft-db-1"}}
    answer = await world.web.post("/alerts/generic", json=body, headers=bearer("generic-token-generic-token"))
    assert answer.status_code == 202, answer.text
    assert (await world.incident()).title == "Disk nearly full"


async def test_an_alert_that_no_route_knows_opens_an_unrouted_incident(world: World) -> None:
    alert = make_alert("NobodyKnowsThis", "critical", "firing", START, "", "something new", {})
    await world.web.post(ALERTS, json=webhook(alerts=[alert]), headers=bearer())
    incident = await world.incident()
    assert (incident.unrouted, incident.title) == (True, "something new")


async def test_while_the_database_is_away_the_monitor_is_asked_to_come_again(world: World) -> None:
    """503 with Retry-After: Alertmanager keeps the alert and sends it again."""
    intake = world.app.engine.store
    run = intake.run

    async def away(_work: object) -> None:
        raise StoreAway("the database does not answer")

    world.app.engine.store = type("Away", (), {"run": staticmethod(away)})()  # type: ignore[assignment]
    answer = await world.web.post(ALERTS, json=webhook(), headers=bearer())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert (await world.web.get("/readyz")).status_code == 503
    world.app.engine.store = intake
    assert intake.run == run
    assert (await world.web.post(ALERTS, json=webhook(), headers=bearer())).status_code == 202


async def test_one_post_that_cannot_be_stored_takes_no_other_with_it(world: World) -> None:
    """Posts that arrive together are committed together; a bad one is found out and the rest is stored."""
    from bot.engine.group_commit import Intake

    intake = Intake(world.app.engine)
    door = next(iter(world.app.engine.desk.systems.values()))
    bad = Post(alerts=[object()], systems=[door])  # type: ignore[list-item]
    good = Post(alerts=[], systems=[door])
    first, second = intake.take(bad), intake.take(good)
    with pytest.raises(AttributeError):
        await first
    assert (await second).incidents == ()


async def test_once_the_database_is_away_nobody_waits_their_turn_to_hear_it(world: World) -> None:
    """A bad post, then the database goes: the first of the others finds out for all."""
    from bot.engine.group_commit import Intake

    intake, tried, run = Intake(world.app.engine), [], world.app.engine.store.run

    async def away(work: Any, **_how: bool) -> Any:
        tried.append(work)
        raise StoreAway("the database does not answer")

    class GoesAway:
        async def run(self, work: Any, **how: bool) -> Any:
            world.app.engine.store = type("Away", (), {"run": staticmethod(away)})()  # type: ignore[assignment]
            return await run(work, **how)

    door = next(iter(world.app.engine.desk.systems.values()))
    bad = Post(alerts=[object()], systems=[door])  # type: ignore[list-item]
    world.app.engine.store = GoesAway()  # type: ignore[assignment]
    posts = [bad, *(Post(alerts=[], systems=[door]) for _ in range(5))]
    answers = await asyncio.gather(*map(intake.take, posts), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreAway] * 6
    assert len(tried) == 1

"""PagerDuty: the events we send, and what people do there."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from bot.core.errors import WrongSecret
from bot.core.message import Heard, Sent
from bot.pagers.pagerduty import PAGER, PagerDutyParameters, event_for
from tests.pagers.kit import (
    ANSWER,
    NOW,
    RETRY_AFTER,
    SILENCES,
    STATUSES,
    THREAD,
    carried,
    client,
    failure,
    means,
    request,
    tools,
)

KEY = "0123456789abcdef0123456789abcdef"
URL = "https://events.pagerduty.com/v2/enqueue"
OLD, NEW = "old-secret-of-webhook", "new-secret-of-webhook"
GIVEN = PagerDutyParameters.model_validate({"webhook_secrets": f"{OLD}, {NEW}"})
ACCEPTED = httpx.Response(202, json={"status": "success", "dedup_key": "tocsin-12"})


@pytest.fixture
async def carrier():
    async with client() as http:
        yield PAGER.open(GIVEN, tools(http))


# --- events


@respx.mock
async def test_a_page_triggers(carrier):
    route = respx.post(URL).mock(ACCEPTED)
    message = carried(KEY, link=THREAD, answer_link=ANSWER)
    assert await carrier.send(message) == Sent(ref="tocsin-12")
    assert json.loads(route.calls[0].request.content) == {
        "routing_key": KEY,
        "event_action": "trigger",
        "dedup_key": "tocsin-12",
        "client": "Tocsin",
        "links": [{"href": THREAD, "text": "The incident in Slack"}, {"href": ANSWER, "text": "Answer"}],
        "payload": {
            "summary": message.subject,
            "source": "hft",
            "severity": "critical",
            "timestamp": "2026-11-20T03:12:00+00:00",
            "component": "order-gateway",
            "custom_details": {"text": message.body, "incident": 12, "system": "hft"},
        },
    }


@respx.mock
@pytest.mark.parametrize("verb", ["acknowledge", "resolve"])
async def test_the_other_verbs_name_the_incident_only(carrier, verb: str):
    route = respx.post(URL).mock(ACCEPTED)
    await carrier.send(carried(KEY, verb=verb, key="page-12-9"))
    assert json.loads(route.calls[0].request.content) == {
        "routing_key": KEY,
        "event_action": verb,
        "dedup_key": "tocsin-12",
    }


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("critical", "critical"), ("high", "error"), ("medium", "warning"), ("low", "info"), ("odd", "error")],
)
def test_severities(ours: str, theirs: str):
    assert event_for(carried(KEY, severity=ours))["payload"]["severity"] == theirs


def test_what_pagerduty_demands_is_always_there():
    payload = event_for(carried(KEY, subject="", system="", component=""))["payload"]
    assert payload["summary"]
    assert payload["source"]
    assert "component" not in payload
    assert len(event_for(carried(KEY, subject="x" * 3000))["payload"]["summary"]) == 1024


def test_long_dedup_keys_stay_apart():
    one, other = (event_for(carried(KEY, dedup="x" * 300 + end))["dedup_key"] for end in "12")
    assert one != other
    assert len(one) <= 255
    assert event_for(carried(KEY, dedup=""))["dedup_key"] == "page-12-1-0"


@pytest.mark.parametrize("address", ["", KEY[:-1], KEY + "0", "+15005550006", KEY[:-1] + "-"])
async def test_bad_keys_are_refused_and_not_repeated(carrier, address: str):
    failed = await failure(carrier, carried(address), [address] if address else [])
    assert failed.permanent


@respx.mock
@pytest.mark.parametrize(("status", "permanent"), STATUSES)
async def test_every_answer(carrier, status: int, permanent: bool):
    respx.post(URL).respond(status, json={"status": "invalid event", "errors": [f"routing_key {KEY} is unknown"]})
    failed = await failure(carrier, carried(KEY), [KEY, OLD, NEW])
    means(failed, status, permanent)
    assert "routing_key *** is unknown" in str(failed)


@respx.mock
@pytest.mark.parametrize(("error", "maybe_sent"), SILENCES)
async def test_every_silence(carrier, error: Exception, maybe_sent: bool):
    respx.post(URL).mock(side_effect=error)
    failed = await failure(carrier, carried(KEY), [KEY])
    assert (failed.permanent, failed.maybe_sent) == (False, maybe_sent)


@respx.mock
@pytest.mark.parametrize(("given", "expected"), RETRY_AFTER)
async def test_retry_after(carrier, given: str, expected: timedelta | None):
    respx.post(URL).respond(429, headers={"Retry-After": given})
    assert (await failure(carrier, carried(KEY))).after == expected


@respx.mock
async def test_the_european_address():
    given = PagerDutyParameters(events_url="https://events.eu.pagerduty.com/v2/enqueue")
    respx.post("https://events.eu.pagerduty.com/v2/enqueue").mock(ACCEPTED)
    async with client() as http:
        await PAGER.open(given, tools(http)).send(carried(KEY))


# --- webhooks

DANA = {"id": "PLH1HKV", "type": "user_reference", "summary": "Dana Dealer", "self": None, "html_url": None}


def event(kind: str, agent: Any = DANA, **changes: Any) -> dict[str, Any]:
    data = {"id": "PGR0VU2", "type": "incident", "status": "acknowledged", "incident_key": "tocsin-12"}
    fields = {
        "id": "01DEN1HNLBC1VITK192ETJ7MXN",
        "event_type": kind,
        "resource_type": "incident",
        "occurred_at": "2026-11-20T03:14:00.000Z",
        "agent": agent,
        "client": None,
        "data": data,
    }
    return {"event": fields | changes}


def signed(document: Any, *secrets: str, body: bytes | None = None) -> Any:
    raw = json.dumps(document).encode() if body is None else body
    macs = [hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest() for secret in secrets or (NEW,)]
    return request(body=raw, headers={"x-pagerduty-signature": ",".join(f"v1={mac}" for mac in macs)})


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("incident.acknowledged", "acknowledge"),
        ("incident.unacknowledged", "unacknowledge"),
        ("incident.resolved", "resolve"),
        ("incident.escalated", "escalate"),
    ],
)
def test_what_a_person_did(kind: str, state: str):
    answer = PAGER.callback.read(signed(event(kind)), GIVEN)
    assert answer.heard == (
        Heard(
            state=state,
            dedup="tocsin-12",
            who="Dana Dealer",
            why="in PagerDuty",
            event="01DEN1HNLBC1VITK192ETJ7MXN",
        ),
    )


def test_their_mail_is_passed_on_where_it_is_given():
    agent = DANA | {"email": "dana@example.com"}
    assert PAGER.callback.read(signed(event("incident.acknowledged", agent)), GIVEN).heard[0].mail == "dana@example.com"


@pytest.mark.parametrize(
    "agent",
    [
        {"id": "PXMQRWJ", "type": "inbound_integration_reference", "summary": "Events API V2"},  # that was us
        {"id": "PF9KMXH", "type": "service_reference", "summary": "hft"},  # a timeout of PagerDuty's own
        {"id": "PEP", "type": "escalation_policy_reference"},
        {"type": None},
        None,
        "somebody",
    ],
)
@pytest.mark.parametrize("kind", ["incident.acknowledged", "incident.resolved", "incident.unacknowledged"])
def test_what_no_person_did_is_not_heard(kind: str, agent: Any):
    """Otherwise our own acknowledgement would come back as one, and go round for ever."""
    assert PAGER.callback.read(signed(event(kind, agent)), GIVEN).heard == ()


@pytest.mark.parametrize(
    "document",
    [
        event("incident.triggered"),
        event("incident.annotated"),
        event("incident.reassigned"),
        event("pagey.ping"),  # their test button
        event("service.updated"),
        event("incident.acknowledged", data=None),
        event("incident.acknowledged", data={"incident_key": None}),  # opened by hand over there
        {"event": None},
        {},
        [],
        "x",
    ],
)
def test_nothing_to_hear(document: Any):
    assert PAGER.callback.read(signed(document), GIVEN).heard == ()


def test_a_signed_body_that_is_no_json():
    assert PAGER.callback.read(signed(None, body=b"\xff{"), GIVEN).heard == ()


@pytest.mark.parametrize("secrets", [(OLD,), (NEW,), ("retired", NEW), (OLD, NEW)])
def test_secrets_can_be_changed_without_a_gap(secrets: tuple[str, ...]):
    assert PAGER.callback.read(signed(event("incident.resolved"), *secrets), GIVEN).heard


@pytest.mark.parametrize("header", ["", "v1=", "v1=00", "v0=" + "0" * 64, ",,,", "v1=é", "garbage"])
def test_a_bad_signature(header: str):
    raw = json.dumps(event("incident.acknowledged")).encode()
    with pytest.raises(WrongSecret) as caught:
        PAGER.callback.read(request(body=raw, headers={"x-pagerduty-signature": header}), GIVEN)
    assert OLD not in str(caught.value)
    assert NEW not in str(caught.value)


def test_another_secret_or_another_body():
    with pytest.raises(WrongSecret):
        PAGER.callback.read(signed(event("incident.acknowledged"), "another"), GIVEN)
    genuine = signed(event("incident.acknowledged"))
    with pytest.raises(WrongSecret):
        PAGER.callback.read(request(body=genuine.body + b" ", headers=genuine.headers), GIVEN)


def test_without_a_secret_nobody_is_believed():
    """An empty secret would make a signature that everybody can compute."""
    raw = json.dumps(event("incident.acknowledged")).encode()
    mac = hmac.new(b"", raw, hashlib.sha256).hexdigest()
    with pytest.raises(WrongSecret):
        PAGER.callback.read(request(body=raw, headers={"x-pagerduty-signature": f"v1={mac}"}), PagerDutyParameters())


def test_the_event_has_a_name_even_without_an_id():
    document = event("incident.acknowledged", id=None)
    seen = signed(document)
    seen = request(body=seen.body, headers=dict(seen.headers) | {"x-webhook-id": "wh-1"})
    assert PAGER.callback.read(seen, GIVEN).heard[0].event == "wh-1"


def test_the_clock_of_the_test_is_the_message_s():
    assert event_for(carried(KEY))["payload"]["timestamp"] == NOW.isoformat()

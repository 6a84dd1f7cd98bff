"""Alertmanager's webhook: what is taken out of it, and that nothing malformed does more than be refused."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alert import Alert
from bot.core.endpoint import Endpoint
from bot.core.errors import BadAlert
from bot.sources.alertmanager import SOURCE

BODIES = Path(__file__).parent / "bodies"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ENDPOINT = Endpoint(name="am-fx", source="alertmanager", systems=("hft",), bearer=("token-1",))


def parse(body: Any) -> tuple[Alert, ...]:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return SOURCE.parse(raw, {}, ENDPOINT, NOON)


def from_file(name: str) -> tuple[Alert, ...]:
    return parse((BODIES / f"{name}.json").read_bytes())


def one(**given: Any) -> Alert:
    alert = {"status": "firing", "labels": {"alertname": "X"}, "annotations": {}, "startsAt": "2026-11-20T11:00:00Z"}
    return parse({"version": "4", "alerts": [{**alert, **given}]})[0]


def test_a_whole_body():
    firing, resolved = from_file("alertmanager")
    assert firing == Alert(
        endpoint="am-fx",
        fingerprint="1a30ba71cca2921f",
        firing=True,
        title="p99 order latency is 412 µs on fx-md-07",
        text="The p99 of order latency has been above 250 µs for 2 minutes.\nLook at the NIC queues first.\n"
        "Runbook: https://runbooks.example.com/latency",
        severity="critical",
        group_key='{}/{severity=~"critical|major"}:{alertname="OrderLatencyHigh"}',
        labels={
            "alertname": "OrderLatencyHigh",
            "component": "gateway",
            "instance": "fx-md-07:9100",
            "job": "gateway",
            "severity": "critical",
            "venue": "V1",
        },
        annotations=firing.annotations,
        numbers={"value": 412.5},
        starts_at=datetime(2026, 11, 20, 11, 58, 3, 157076, tzinfo=UTC),
        ends_at=None,
        link="http://prometheus.example.com:9090/graph?g0.expr=order_latency_p99+%3E+250&g0.tab=1",
        truncated=3,
    )
    assert firing.annotations["value"] == "412.5"
    assert not resolved.firing  # although the group fires: an alert's own status wins
    assert resolved.starts_at == datetime(2026, 11, 20, 11, 40, tzinfo=UTC)
    assert resolved.ends_at == datetime(2026, 11, 20, 11, 59, 30, 500000, tzinfo=UTC)
    assert resolved.link == "http://alertmanager.example.com:9093"  # without a generator, where Alertmanager is
    assert resolved.severity == "major"  # the monitor's own word, whatever it is


def test_an_old_body_has_stable_fingerprints_of_its_own():
    first, second = from_file("alertmanager_0_15")
    assert first.fingerprint != second.fingerprint
    assert [a.fingerprint for a in from_file("alertmanager_0_15")] == [first.fingerprint, second.fingerprint]
    assert first.truncated == 0
    assert second.ends_at is None  # resolved, and Go's zero time
    shuffled = one(labels={"b": "2", "a": "1"}).fingerprint
    assert shuffled == one(labels={"a": "1", "b": "2"}).fingerprint
    assert shuffled != one(labels={"a": "12", "b": ""}).fingerprint
    assert one(labels={"a": "x" * 2000 + "1"}).fingerprint != one(labels={"a": "x" * 2000 + "2"}).fingerprint


def test_twins_stay_two():
    first, second = from_file("alertmanager_twins")
    assert first.labels == second.labels
    assert first.fingerprint != second.fingerprint


def test_an_old_version_is_named():
    with pytest.raises(BadAlert, match="version must be 4, not '3'"):
        from_file("alertmanager_v3")
    with pytest.raises(BadAlert, match="set this endpoint's source to grafana"):
        from_file("grafana")


@pytest.mark.parametrize(
    ("labels", "annotations", "title"),
    [
        ({"alertname": "X"}, {"summary": "s", "title": "t"}, "s"),  # the summary first
        ({"alertname": "X"}, {"title": "t", "message": "m"}, "t"),
        ({"alertname": "X"}, {"message": "m", "description": "d"}, "m"),
        ({"alertname": "X"}, {"description": "\n\n first \nsecond"}, "first"),  # its first line that says something
        ({"alertname": "X"}, {"summary": " \n "}, "X"),  # a summary that says nothing
        ({"alertname": "X", "instance": "fx-1:9100"}, {}, "X on fx-1:9100"),
        ({"alertname": "fx-1", "instance": "fx-1"}, {}, "fx-1"),  # not "fx-1 on fx-1"
        ({"job": "gw", "dc": "ld4"}, {}, "job=gw, dc=ld4"),  # no name at all
        ({"alertname": "X"}, {"summary": "a\tb\r\n\x1b[31mc\u202e"}, "a b"),  # one line, and harmless
        ({}, {"runbook_url": "u"}, "An alert without a name"),
        ({"alertname": "X"}, {"summary": "y" * 400}, "y" * 299 + "…"),
    ],
)
def test_titles(labels: dict[str, str], annotations: dict[str, str], title: str):
    assert one(labels=labels, annotations=annotations).title == title


@pytest.mark.parametrize(
    ("given", "field", "wanted"),
    [
        ({"status": None}, "firing", True),  # nothing said: it fires
        ({"status": "RESOLVED"}, "firing", False),  # written large
        ({"startsAt": None}, "starts_at", NOON),  # no time: now
        ({"startsAt": "0001-01-01T00:00:00Z"}, "starts_at", NOON),  # Go's zero time: now
        ({"startsAt": "2026-11-20T11:00:00"}, "starts_at", datetime(2026, 11, 20, 11, tzinfo=UTC)),  # no zone: UTC
        ({"fingerprint": 77}, "fingerprint", "77"),  # a number is as good
        ({"fingerprint": "f" * 300}, "fingerprint", None),  # too long for its column: shortened
        ({"labels": None, "annotations": {"summary": "s"}}, "labels", {}),  # Go's nil map
        ({"labels": {"port": 9100, "up": False, "dc": None}}, "labels", {"port": "9100", "up": "false", "dc": ""}),
        ({"labels": {"a": "x\x00y\nz"}}, "labels", {"a": "xy\nz"}),  # PostgreSQL takes no NUL
        ({"labels": {"a": "1", "b": "-2.5e3"}}, "numbers", {"a": 1.0, "b": -2500.0}),
        ({"labels": {"c": "1.2.3", "d": "NaN", "e": "12 ms", "f": "+Inf", "g": "1_0"}}, "numbers", {}),  # not wholly
        ({"annotations": {"value": "93.4%"}}, "numbers", {"value": 93.4}),  # `value` with its unit
        ({"annotations": {"value": "$1,250.5"}}, "numbers", {"value": 1250.5}),
        ({"annotations": {"value": "1.5k"}}, "numbers", {}),  # thousand or kibi: unknown
        ({"labels": {"value": "1"}, "annotations": {"value": "2"}}, "numbers", {"value": 2.0}),  # the measured one
        ({"labels": {"priority": "P2"}}, "severity", "P2"),  # where there is no severity
        ({"generatorURL": "javascript:alert(1)"}, "link", ""),
        ({"generatorURL": "https://x.example.com/" + "y" * 3000}, "link", ""),  # longer than a button takes
        ({"annotations": {"description": "d" * 200_000}}, "text", None),
    ],
)  # fmt: skip
def test_fields(given: dict[str, Any], field: str, wanted: Any):
    found = getattr(one(**given), field)
    if wanted is not None:
        assert found == wanted
    elif field == "text":
        assert len(found) == 128_000
        assert found.endswith("[cut: 200000 characters in all]…")
    else:
        assert len(found) <= 200


def test_labels_beyond_the_64th_are_left_out_and_that_is_said():
    alert = one(labels={f"l{i:02}": "x" for i in range(70)})
    assert len(alert.labels) == 64
    assert "(6 more labels were left out" in alert.text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is empty"),
        (b"{", "the body is not JSON"),
        (b"\xff\xfe", "the body is not JSON"),  # no UTF-8
        (b'{"version":"4","alerts":[],"x":NaN}', "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),  # nested without end
        ([], "the body must be an object, not a list"),
        ({"version": "4"}, "alerts must be a list, not nothing"),
        ({"version": 5, "alerts": []}, "version must be 4, not '5'"),
        ({"version": "4", "alerts": {}}, "alerts must be a list, not an object"),
        ({"version": "4", "alerts": [{}] * 5001}, "alerts has 5001 entries: the limit is 5000 alerts in one body"),
        ({"alerts": [{"labels": {"a": "b"}}, 7]}, r"alerts\[1\] must be an object, not a number"),
        ({"alerts": [None]}, r"alerts\[0\] must be an object, not nothing"),
        ({"alerts": [{}]}, r"alerts\[0\] has neither labels nor annotations"),
        ({"alerts": [{"labels": []}]}, r"alerts\[0\].labels must be an object, not a list"),
        ({"alerts": [{"labels": {"a": {}}}]}, r"alerts\[0\].labels.a must be a text, not an object"),
        ({"alerts": [{"annotations": {"a": []}}]}, r"alerts\[0\].annotations.a must be a text, not a list"),
        ({"alerts": [{"labels": {"a": "b"}, "status": "maybe"}]}, r"alerts\[0\].status must be firing or resolved"),
        ({"alerts": [{"labels": {"a": "b"}, "startsAt": "noon"}]}, r"alerts\[0\].startsAt must be a time such as"),
        ({"alerts": [{"labels": {"a": "b"}, "startsAt": []}]}, r"alerts\[0\].startsAt must be a time .* not a list"),
        ({"alerts": [{"labels": {"a": "b"}, "startsAt": 1e300}]}, r"alerts\[0\].startsAt must be a time"),
        ({"alerts": [{"labels": {"a": "b"}, "fingerprint": {}}]}, r"alerts\[0\].fingerprint must be a text"),
        ({"alerts": [{"labels": {"a": "b"}, "generatorURL": {}}]}, r"alerts\[0\].generatorURL must be a text"),
        ({"alerts": [], "status": 7}, "status must be firing or resolved, not a number"),
        ({"alerts": [], "groupKey": {}}, "groupKey must be a text, not an object"),
        ({"alerts": [], "truncatedAlerts": -1}, "truncatedAlerts must be a whole number"),
        ({"alerts": [], "truncatedAlerts": "3"}, "truncatedAlerts must be a whole number"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(body: Any, reason: str):
    with pytest.raises(BadAlert, match=reason):
        parse(body)


def test_a_large_body_is_read():
    labels = {"alertname": "X", "instance": "i"}
    body = {"version": "4", "alerts": [{"status": "firing", "labels": labels} for _ in range(5000)]}
    assert len(parse(body)) == 5000


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.sampled_from(["firing", "resolved", "4", "2026-11-20T11:00:00Z"])
    | st.sampled_from(["0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-02:00"]),  # beyond the calendar in UTC
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
WORDS = st.dictionaries(st.text(max_size=5), st.text(max_size=8) | VALUES, max_size=3)


def shaped(names: list[str], nested: dict[str, Any]) -> Any:
    """Objects with the source's own field names, some of them missing, whose values are anything or right."""
    fields = dict.fromkeys(names, VALUES) | {name: VALUES | right for name, right in nested.items()}
    return st.fixed_dictionaries({}, optional=fields)


ALERTS = shaped(
    ["status", "fingerprint", "startsAt", "endsAt", "generatorURL"], {"labels": WORDS, "annotations": WORDS}
)
ANYTHING = shaped(
    ["status", "groupKey", "externalURL", "truncatedAlerts", "version"], {"alerts": st.lists(ALERTS, max_size=3)}
)


@settings(max_examples=400, deadline=None)
@given(value=ANYTHING | VALUES)
def test_any_json_is_alerts_or_refused(alerts_or_refused: Any, value: Any):
    alerts_or_refused(parse, orjson.dumps(value))


@settings(deadline=None)
@given(raw=st.binary(max_size=60))
def test_any_bytes_are_alerts_or_refused(alerts_or_refused: Any, raw: bytes):
    alerts_or_refused(parse, raw)


@settings(deadline=None)
@given(data=st.data())
def test_a_damaged_body_is_alerts_or_refused(alerts_or_refused: Any, body: Any, data: st.DataObject):
    whole = body("alertmanager")
    start = data.draw(st.integers(0, len(whole)))
    stop = data.draw(st.integers(start, len(whole)))
    alerts_or_refused(parse, whole[:start] + data.draw(st.binary(max_size=4)) + whole[stop:])

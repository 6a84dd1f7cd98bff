"""Grafana's webhooks of both generations."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alert import Alert
from bot.core.endpoint import Endpoint
from bot.core.errors import BadAlert
from bot.sources.grafana import SOURCE

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ENDPOINT = Endpoint(name="grafana", source="grafana", systems=("hft",), bearer=("token-1",))


def parse(body: Any) -> tuple[Alert, ...]:
    return SOURCE.parse(body if isinstance(body, bytes) else orjson.dumps(body), {}, ENDPOINT, NOON)


def unified(**given: Any) -> Alert:
    alert = {"status": "firing", "labels": {"alertname": "X"}, "startsAt": "2026-11-20T11:00:00Z"}
    return parse({"version": "1", "orgId": 1, "alerts": [{**alert, **given}]})[0]


def legacy(**given: Any) -> tuple[Alert, ...]:
    return parse({"ruleId": 77, "orgId": 1, "ruleName": "Gateway CPU", "state": "alerting", **given})


def test_a_unified_body(body: Any):
    firing, resolved = parse(body("grafana"))
    assert firing.fingerprint == "57c6d9296de2ad39"
    assert firing.title == "Fill ratio of mm-3 is 0.31"
    assert firing.text == (
        "Fill ratio of mm-3 fell below 0.4.\n"
        "Runbook: https://runbooks.example.com/fills\n"
        "Values: A = 0.31, C = 1\n"
        "Silence: https://grafana.example.com/alerting/silence/new?alertmanager=grafana&matcher=alertname%3DFill+ratio+low"
    )
    assert firing.numbers == {"A": 0.31, "C": 1.0}
    assert firing.link == "https://grafana.example.com/d/fills?orgId=1&viewPanel=4"  # the panel, where there is one
    assert firing.severity == "warning"
    assert firing.group_key == '{}/{team="execution"}:{alertname="Fill ratio low"}'
    assert firing.starts_at == datetime(2026, 11, 20, 11, 58, 10, tzinfo=UTC)
    assert not resolved.firing
    assert resolved.ends_at == datetime(2026, 11, 20, 11, 59, 10, tzinfo=UTC)
    assert resolved.numbers == {"fill_ratio": 0.55}  # only in the value string
    assert resolved.link == "https://grafana.example.com/alerting/grafana/ce5rw9f0b2o0gd/view?orgId=1"


def test_a_rule_without_data_names_the_rule(body: Any):
    (alert,) = parse(body("grafana_no_data"))
    assert alert.firing
    assert alert.title == "Fill ratio low (no data)"


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        ({"values": {"B": 1, "C": 2.5}}, {"B": 1.0, "C": 2.5}),
        ({"values": None}, {}),  # no data
        ({"values": {"B": None, "C": "3", "D": "NaN", "E": True}}, {"C": 3.0}),  # what is no number is left out
        ({"valueString": "[ var='B0' metric='cpu' labels={host=a} value=97.5 ]"}, {"B0": 97.5}),
        ({"valueString": "[ metric='' labels={} value=14151.331895396988 ]"}, {"value": 14151.331895396988}),  # old
        ({"valueString": "[ var='A' labels={} value=+Inf ], [ var='B' labels={} value=2 ]"}, {"B": 2.0}),
        ({"valueString": "no data"}, {}),
        ({"values": {"A": 2}, "valueString": "[ var='A' labels={} value=1 ]"}, {"A": 2.0}),  # values are exacter
        ({"annotations": {"value": "7"}, "values": {"A": 2}}, {"value": 7.0, "A": 2.0}),
    ],
)
def test_numbers(given: dict[str, Any], numbers: dict[str, float]):
    assert unified(**given).numbers == numbers


def test_a_legacy_body(body: Any):
    (alert,) = parse(body("grafana_legacy"))
    assert alert == Alert(
        endpoint="grafana",
        fingerprint=alert.fingerprint,
        firing=True,
        title="Gateway CPU",
        text="CPU of the gateways is above 90 %.\nValues: fx-md-07 = 97.5, fx-md-08 = 91.25\n"
        "Picture: https://grafana.example.com/render/d-solo/abc.png",
        severity="high",
        labels={"severity": "high", "component": "gateway", "rack": "r4", "alertname": "Gateway CPU"},
        numbers={"fx-md-07": 97.5, "fx-md-08": 91.25},
        starts_at=NOON,
        dated=False,
        link="https://grafana.example.com/d/gw?tab=alert&viewPanel=2&orgId=1",
    )


def test_a_legacy_rule_is_one_alert_through_all_its_states(body: Any):
    (firing,) = parse(body("grafana_legacy"))
    (no_data,) = parse(body("grafana_legacy_no_data"))
    (over,) = legacy(state="ok")
    assert firing.fingerprint == no_data.fingerprint == over.fingerprint
    assert legacy(ruleId=78)[0].fingerprint != firing.fingerprint
    assert legacy(orgId=2)[0].fingerprint != firing.fingerprint
    assert legacy(ruleId=0)[0].fingerprint != legacy(ruleId=0, ruleName="Y")[0].fingerprint  # a test has no number


@pytest.mark.parametrize(
    ("state", "firing", "title"),
    [
        ("alerting", True, "Gateway CPU"),
        ("Alerting", True, "Gateway CPU"),
        ("no_data", True, "Gateway CPU (no data)"),  # not seeing is not being well
        ("ok", False, "Gateway CPU"),
        ("pending", None, None),  # not yet an alert
        ("paused", None, None),  # switched off by a person
        ("unknown", None, None),  # a rule that was never evaluated
    ],
)
def test_legacy_states(state: str, firing: bool | None, title: str | None):
    alerts = legacy(state=state)
    assert [(a.firing, a.title) for a in alerts] == ([] if firing is None else [(firing, title)])
    assert all((a.ends_at is None) is a.firing for a in alerts)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ([], "the body must be an object, not a list"),
        ({}, r"neither alerts \(unified alerting\) nor ruleName"),
        ({"alerts": None}, "alerts must be a list, not nothing"),
        ({"alerts": [], "version": "4"}, "version must be 1, not '4': version 4 is Alertmanager's"),
        ({"alerts": [{"labels": {"a": "b"}, "values": []}]}, r"alerts\[0\].values must be an object, not a list"),
        ({"alerts": [{"labels": {"a": "b"}, "panelURL": {}}]}, r"alerts\[0\].panelURL must be a text"),
        ({"alerts": [{"labels": {"a": "b"}, "valueString": {}}]}, r"alerts\[0\].valueString must be a text"),
        ({"ruleName": "x"}, "state must be alerting, ok, no_data, .* not nothing"),
        ({"ruleName": "x", "state": "burning"}, "state must be .* not 'burning'"),
        ({"ruleName": "x", "state": "ok", "evalMatches": {}}, "evalMatches must be a list, not an object"),
        ({"ruleName": "x", "state": "ok", "evalMatches": [1]}, r"evalMatches\[0\] must be an object, not a number"),
        ({"ruleName": "x", "state": "ok", "evalMatches": [{"tags": 1}]}, r"evalMatches\[0\].tags must be an object"),
        ({"ruleName": "x", "state": "ok", "tags": []}, "tags must be an object, not a list"),
        ({"ruleName": {}, "state": "ok"}, "ruleName must be a text"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(body: Any, reason: str):
    with pytest.raises(BadAlert, match=reason):
        parse(body)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.sampled_from(["ok", "alerting", "no_data", "firing", "1", "[ var='A' labels={} value=1 ]"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
ALERTS = st.fixed_dictionaries(
    {"labels": st.just({"alertname": "DatasourceNoData", "rulename": "r"}) | VALUES},
    optional=dict.fromkeys(["status", "values", "valueString", "panelURL", "annotations", "startsAt"], VALUES),
)
UNIFIED = st.fixed_dictionaries({"alerts": st.lists(ALERTS, max_size=2)}, optional={"version": VALUES})
MATCHES = st.lists(st.fixed_dictionaries({}, optional={"value": VALUES, "metric": VALUES, "tags": VALUES}), max_size=2)
LEGACY = st.fixed_dictionaries(
    {"state": st.sampled_from(["ok", "alerting", "no_data"]) | VALUES},
    optional={"evalMatches": MATCHES | VALUES}
    | dict.fromkeys(["ruleName", "ruleId", "orgId", "tags", "message", "title", "ruleUrl", "imageUrl"], VALUES),
)


@settings(max_examples=400, deadline=None)
@given(value=UNIFIED | LEGACY | VALUES)
def test_any_json_is_alerts_or_refused(alerts_or_refused: Any, value: Any):
    alerts_or_refused(parse, orjson.dumps(value))


@settings(deadline=None)
@given(raw=st.binary(max_size=60))
def test_any_bytes_are_alerts_or_refused(alerts_or_refused: Any, raw: bytes):
    alerts_or_refused(parse, raw)

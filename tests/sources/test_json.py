"""The generic source: a mapping in the endpoint's parameters makes alerts of anybody's JSON."""

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.alert import Alert
from bot.core.endpoint import Endpoint
from bot.core.errors import BadAlert, BadContent
from bot.sources.json import SOURCE

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINIMAL = {"title": "{{ item.message }}"}
FULL = {
    "items": "data.alerts",
    "title": "{{ item.host }}: {{ item.message }}",
    "text": "item.long",
    "fingerprint": "item.id",
    "firing": "item.status != 'ok'",
    "severity": "item.priority",
    "group_key": "{{ body.environment }}/{{ item.host }}",
    "labels": {"host": "item.host", "tag": "item.tags.0", "from": "body.source", "team": "risk", "ev": "headers.x-e"},
    "numbers": "item.details",
    "starts_at": "item.since",
    "link": "{{ item.url }}",
}  # fmt: skip


def parse(parameters: Any, body: Any, headers: dict[str, str] | None = None) -> tuple[Alert, ...]:
    endpoint = Endpoint(
        name="watch", source="json", systems=("hft",), hmac=("s",), signature_header="x-sig", parameters=parameters
    )
    return SOURCE.parse(body if isinstance(body, bytes) else orjson.dumps(body), headers or {}, endpoint, NOON)


def test_a_full_mapping(body: Any):
    first, second = parse(FULL, body("checks"), {"x-e": "drift"})
    assert first == Alert(
        endpoint="watch",
        fingerprint="7701",
        firing=True,
        title="fx-md-07: Position drift 1,250 USD",
        text="Book and venue disagree.\nSymbol EURUSD.",
        severity="p2",
        group_key="prod/fx-md-07",
        labels={"host": "fx-md-07", "tag": "risk", "from": "nightwatch", "team": "risk", "ev": "drift"},
        numbers={"drift": 1250.5, "limit": 1000.0},  # null says nothing
        starts_at=datetime(2025, 11, 20, 12, 0, 0, 123000, tzinfo=UTC),
        link="https://watch.example.com/7701",
    )
    assert not second.firing
    assert second.labels == {"host": "fx-md-08", "from": "nightwatch", "team": "risk", "ev": "drift"}
    assert (second.text, second.severity, second.link) == ("", "", "")  # null, null and empty


def test_the_least_mapping():
    (alert,) = parse(MINIMAL, {"message": "Feed is stale"})
    assert (alert.title, alert.firing, alert.starts_at, alert.labels) == ("Feed is stale", True, NOON, {})
    assert alert.fingerprint == parse(MINIMAL, {"message": "Feed is stale", "n": 2})[0].fingerprint
    assert alert.fingerprint != parse(MINIMAL, {"message": "Feed is late"})[0].fingerprint
    labelled = {**MINIMAL, "labels": "item.l"}
    prints = {parse(labelled, {"message": "m", "l": {"host": host}})[0].fingerprint for host in "ab"}
    assert len(prints) == 2


def test_a_mapping_may_come_as_any_mapping():
    frozen = MappingProxyType({**MINIMAL, "labels": MappingProxyType({"a": "item.a"})})
    assert parse(frozen, {"message": "m", "a": 1})[0].labels == {"a": "1"}


@pytest.mark.parametrize(
    ("items", "body", "titles"),
    [
        ("", {"message": "a"}, ["a"]),  # the body is one alert
        ("", [{"message": "a"}, {"message": "b"}], ["a", "b"]),  # or a list of them
        ("", [], []),
        ("alerts", {"alerts": [{"message": "a"}]}, ["a"]),
        ("body.a.b", {"a": {"b": [{"message": "a"}]}}, ["a"]),  # the body may be named
        ("items", {"items": [{"message": "a"}]}, ["a"]),  # a key that is a method's name too
    ],
)
def test_where_the_alerts_are(items: str, body: Any, titles: list[str]):
    assert [alert.title for alert in parse({**MINIMAL, "items": items}, body)] == titles


@pytest.mark.parametrize(
    ("title", "item", "wanted"),
    [
        ("{{ item.a }}", {"a": "x"}, "x"),
        ("item.a", {"a": "x"}, "x"),  # a path
        ("item.a.b.1", {"a": {"b": [1, "x"]}}, "x"),  # into objects and lists
        ("item.a-b", {"a-b": "x"}, "x"),  # a dash is no minus in a path
        ("{{ item['a.b'] }}", {"a.b": "x"}, "x"),  # a dot in a key
        ("{{ item.values }}", {"values": "x"}, "x"),  # a key that is a method's name too
        ("item.items", {"items": "x"}, "x"),
        ("Feed down", {}, "Feed down"),  # a fixed text
        ("itemised bill", {}, "itemised bill"),  # begins like a path, is none
        ("item.a is bad", {"a": "x"}, "item.a is bad"),  # a path has no blanks
        ("{{ item.a }}", {"a": 7}, "7"),
        ("{{ item.a }}", {"a": 18446744073709551615}, "18446744073709551615"),  # a large id keeps its digits
        ("{{ item.a }} {{ item.b }}", {"a": True, "b": {"c": [1]}}, 'true {"c":[1]}'),  # JSON for what is no text
        ("item.a", {"a": False}, "false"),
        ("{{ item.a or 'none' }}", {"a": ""}, "none"),
        ("{% if item.a == 1 %}one{% else %}more{% endif %}", {"a": 1}, "one"),
        ("{{ item.a | upper | replace('A', '4') }}", {"a": "abc"}, "4BC"),
        ("{{ item.a }}", {"a": "{{ body }} {% raw %}"}, "{{ body }} {% raw %}"),  # what comes in is no template
        ("{{ item.a }}", {"a": "x\ny\x00\u202e"}, "x y"),
    ],
)
def test_values(title: str, item: Any, wanted: str):
    assert parse({"title": title}, item)[0].title == wanted


@pytest.mark.parametrize(
    ("firing", "item", "wanted"),
    [
        ("", {}, True),
        ("", {"status": "OK"}, False),
        ("", {"state": " resolved "}, False),
        ("", {"state": "closed"}, False),
        ("", {"status": "normal"}, False),
        ("", {"status": "Recovered"}, False),
        ("", {"status": "alerting"}, True),
        ("", {"status": 0}, True),  # a number's meaning is not guessed
        ("", {"status": "", "state": "ok"}, False),  # an empty one says nothing
        ("item.status != 'ok'", {"status": "ok"}, False),
        ("item.up == 0", {"up": 0}, True),
        ("item.status != 'ok'", {}, True),  # unknown counts as firing
        ("item.status != 'ok'", {"status": None}, True),
        ("item.up", {"up": "no"}, True),  # mistyped is unknown too
        ("headers['x-event'] == 'problem'", {}, False),
    ],
)
def test_firing(firing: str, item: dict[str, Any], wanted: bool):
    alerts = parse({**MINIMAL, "firing": firing}, {"message": "m", **item}, {"x-event": "recovery"})
    assert alerts[0].firing is wanted


def test_the_status_of_the_body_counts_where_the_item_has_none():
    mapping = {**MINIMAL, "items": "rows"}
    body = {"status": "ok", "rows": [{"message": "a"}, {"message": "b", "status": "bad"}]}
    assert [alert.firing for alert in parse(mapping, body)] == [False, True]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2026-11-20T11:00:00Z", datetime(2026, 11, 20, 11, tzinfo=UTC)),
        ("2026-11-20 13:00:00+02:00", datetime(2026, 11, 20, 11, tzinfo=UTC)),
        (1795172400, datetime(2026, 11, 20, 11, tzinfo=UTC)),  # seconds
        (1795172400.5, datetime(2026, 11, 20, 11, 0, 0, 500000, tzinfo=UTC)),
        ("1795172400", datetime(2026, 11, 20, 11, tzinfo=UTC)),  # as a text
        (1795172400000, datetime(2026, 11, 20, 11, tzinfo=UTC)),  # milliseconds
        (1795172400000000, datetime(2026, 11, 20, 11, tzinfo=UTC)),  # microseconds
        (1795172400000000000, datetime(2026, 11, 20, 11, tzinfo=UTC)),  # nanoseconds
        (None, NOON),
        ("", NOON),
    ],
)
def test_times(value: Any, wanted: datetime):
    for where in ("item.t", "{{ item.t }}"):
        assert parse({**MINIMAL, "starts_at": where}, {"message": "m", "t": value})[0].starts_at == wanted


def test_numbers():
    mapping = {**MINIMAL, "numbers": {"ms": "item.ms", "twice": "{{ item.ms * 2 }}", "w": "item.w", "gone": "item.x"}}
    assert parse(mapping, {"message": "m", "ms": 12.5, "w": "high"})[0].numbers == {"ms": 12.5, "twice": 25.0}


def test_what_proves_the_sender_is_not_to_be_seen():
    headers = {"authorization": "Bearer s3cret", "x-sig": "s3cret", "cookie": "s3cret", "x-event": "e"}
    (alert,) = parse({"title": "{{ headers | tojson }}"}, {}, headers)
    assert "s3cret" not in alert.title
    assert "x-event" in alert.title


@pytest.mark.parametrize(
    ("parameters", "body", "reason"),
    [
        (MINIMAL, b"", "the body is empty"),
        (MINIMAL, 7, "the body must be an object or a list, not a number"),
        (MINIMAL, {"msg": "x", "id": 1}, "title of body: .*message.*; the item has msg, id"),
        (MINIMAL, {}, "title of body: .*; the item has nothing in it"),
        (MINIMAL, ["x"], r"title of body\[0\]: .*; the item is a text"),
        (MINIMAL, {"message": None}, "title of body: .*it is null"),
        (MINIMAL, {"message": "  "}, "title of body is empty"),
        ({"title": "item.a.b"}, {"a": 7}, r"item.a has no b \(it is a number\)"),
        ({**MINIMAL, "items": "data.rows"}, {"data": {"row": []}}, "body.data has no rows, it is an object with 'row'"),
        ({**MINIMAL, "items": "rows"}, {"rows": {}}, "body.rows must be a list, not an object"),
        ({**MINIMAL, "items": "rows"}, [], "items: body has no rows, it is a list"),
        ({**MINIMAL, "fingerprint": "item.id"}, {"message": "m"}, "fingerprint of body: item has no id"),
        ({**MINIMAL, "labels": "item.l"}, {"message": "m", "l": []}, "labels of body must be an object, not a list"),
        ({**MINIMAL, "starts_at": "item.t"}, {"message": "m", "t": "noon"}, "starts_at of body must be a time"),
        (MINIMAL, [{"message": "m"}] * 5001, "body has 5001 entries: the limit is 5000"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(parameters: dict[str, Any], body: Any, reason: str):
    with pytest.raises(BadAlert, match=reason):
        parse(parameters, body)


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"title": ""}, "title", "at least 1"),
        ({"title": "{{ item.a"}, "title", "not understood"),
        ({"title": "{{ a.b }}"}, "title", "looks at a: there are item, body and headers"),
        ({"title": "{{ item.a | nofilter }}"}, "title", "nofilter"),
        ({"firing": "status = 'ok'"}, "firing", "not understood"),
        ({"firing": "status == 'ok'"}, "firing", "status is not known here"),
        ({"labels": "host"}, "labels", "write a path"),
        ({"labels": {"a": "{{ item.a"}}, "labels", "not understood"),
        ({"items": "{{ body.a }}"}, "items", "write the path"),
        ({"titel": "x"}, "titel", "not permitted"),
    ],
)
def test_a_wrong_mapping_is_found_when_it_is_read(wrong: dict[str, Any], field: str, reason: str):
    with pytest.raises(ValidationError, match=reason) as caught:
        SOURCE.parameters.model_validate({**MINIMAL, **wrong})
    assert caught.value.errors()[0]["loc"] == (field,)
    with pytest.raises(BadContent, match="parameters are wrong"):
        parse({**MINIMAL, **wrong}, {"message": "m"})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
FIELDS = ["id", "host", "message", "long", "status", "priority", "tags", "details", "since", "url"]
ITEMS = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, VALUES)) | VALUES
BODIES = st.fixed_dictionaries({"data": st.fixed_dictionaries({"alerts": st.lists(ITEMS, max_size=3) | VALUES})})
MAPPINGS = [
    FULL,
    MINIMAL,
    {"title": "x", "labels": "body.data", "numbers": {"a": "{{ item.details | length }}"}, "items": "data.alerts"},
    {"title": "{{ item | tojson }}", "items": "data.alerts", "firing": "item.status > 5", "text": "item"},
    {"title": "{{ item.tags[0].x }}", "fingerprint": "{{ item.id }}", "items": "data.alerts", "ends_at": "item.since"},
]


@settings(max_examples=300, deadline=None)
@given(value=BODIES | VALUES, mapping=st.sampled_from(MAPPINGS))
def test_any_json_is_alerts_or_refused(alerts_or_refused: Any, value: Any, mapping: dict[str, Any]):
    alerts_or_refused(lambda raw: parse(mapping, raw), orjson.dumps(value))


@settings(deadline=None)
@given(raw=st.binary(max_size=60))
def test_any_bytes_are_alerts_or_refused(alerts_or_refused: Any, raw: bytes):
    alerts_or_refused(lambda body: parse(MINIMAL, body), raw)

"""The contract of the sources: who is let in, and how bodies and values are read."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.sources
from bot.core.endpoint import Endpoint
from bot.core.errors import BadAlert, WrongSecret
from bot.plugs import discover
from bot.sources.base import Source, a_count, labels_in, read_json, time_in, verify, verify_in

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STAMP = str(int(NOON.timestamp()))
BODY = '{"title":"Ü"}'.encode()


def endpoint(**given: Any) -> Endpoint:
    return Endpoint(**{"name": "am-fx", "source": "json", "systems": ("hft",), **given})


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def signed(key: str, body: bytes = BODY) -> str:
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


BEARER = endpoint(bearer=("old-token", "new-token"))
HMAC = endpoint(hmac=("old-key", "new-key"))
TIMED = endpoint(hmac=("key",), timestamp_header="X-Time")
BOTH = endpoint(bearer=("token",), hmac=("key",))
SIGNATURE = "x-hub-signature-256"


@pytest.mark.parametrize(
    ("door", "headers"),
    [
        (BEARER, {"authorization": "Bearer old-token"}),  # while one is replaced, both are good
        (BEARER, {"authorization": "Bearer new-token"}),
        (BEARER, {"authorization": "bearer   new-token "}),  # the scheme in any case, blanks around
        (BEARER, basic("anybody", "new-token")),  # as the password of Basic, whatever the user
        (BEARER, basic("", "new-token")),
        (endpoint(bearer=("a:b",)), basic("user", "a:b")),  # a colon belongs to the password
        (endpoint(bearer=("schlüssel",)), basic("u", "schlüssel")),
        (endpoint(bearer=("ü",)), {"authorization": "Bearer ü".encode().decode("latin-1")}),  # as servers decode it
        (HMAC, {SIGNATURE: signed("old-key")}),
        (HMAC, {SIGNATURE: "sha256=" + signed("new-key")}),  # as GitHub writes it
        (HMAC, {SIGNATURE: signed("new-key").upper()}),
        (endpoint(hmac=("k",), signature_header="X-Own"), {"x-own": signed("k")}),
        (TIMED, {SIGNATURE: signed("key", STAMP.encode() + b":" + BODY), "x-time": STAMP}),
        (BOTH, {"authorization": "Bearer token"}),  # one valid proof of any configured kind is enough
        (BOTH, {SIGNATURE: signed("key")}),
        (BOTH, {"authorization": "Bearer wrong", SIGNATURE: signed("key")}),
    ],
)
def test_let_in(door: Endpoint, headers: dict[str, str]):
    verify(headers, BODY, door, NOON)


@pytest.mark.parametrize(
    ("door", "headers", "reason"),
    [
        (endpoint(), {"authorization": "Bearer "}, "no secret configured"),
        (endpoint(bearer=("",), hmac=("",)), {"authorization": "Bearer ", SIGNATURE: signed("")}, "no secret"),
        (BEARER, {}, "the Authorization header is missing"),
        (BEARER, {"authorization": "Bearer"}, "not this endpoint's"),
        (BEARER, {"authorization": "Bearer old-toke"}, "not this endpoint's"),
        (BEARER, {"authorization": "Bearer old-token2"}, "not this endpoint's"),
        (BEARER, {"authorization": "Bearer ÿ€\ud800"}, "not this endpoint's"),  # whatever bytes
        (BEARER, {"authorization": "old-token"}, "neither Bearer nor Basic"),
        (BEARER, basic("new-token", "wrong"), "not this endpoint's"),  # the user's name proves nothing
        (BEARER, {"authorization": "Basic !!!"}, "not valid Basic"),
        (BEARER, {"authorization": "Basic é"}, "not valid Basic"),
        (BEARER, {SIGNATURE: signed("old-token")}, "Authorization header is missing"),  # not of the kind asked for
        (HMAC, {"authorization": "Bearer old-key"}, "signature header X-Hub-Signature-256 is missing"),
        (HMAC, {SIGNATURE: signed("other")}, "does not match the body"),
        (HMAC, {SIGNATURE: signed("old-key", BODY + b" ")}, "does not match the body"),
        (HMAC, {SIGNATURE: signed("old-key")[:-1]}, "does not match the body"),
        (HMAC, {SIGNATURE: "é€"}, "does not match the body"),
        (TIMED, {SIGNATURE: signed("key")}, "time header X-Time is missing"),
        (TIMED, {SIGNATURE: signed("key"), "x-time": STAMP}, "does not match the body"),  # the time was not signed
        (TIMED, {SIGNATURE: signed("key", b"noon:" + BODY), "x-time": "noon"}, "not in seconds"),
        (TIMED, {SIGNATURE: signed("key", b"9" * 400 + b":" + BODY), "x-time": "9" * 400}, "not in seconds"),
        (BOTH, {}, "Authorization header is missing; the signature header"),  # says all that is wrong
    ],
)
def test_refused(door: Endpoint, headers: dict[str, str], reason: str):
    with pytest.raises(WrongSecret, match=reason) as caught:
        verify(headers, BODY, door, NOON)
    for secret in (*door.bearer, *door.hmac):
        assert not secret or secret == "key" or secret not in str(caught.value)


@pytest.mark.parametrize(("off", "good"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_a_signed_time_is_good_for_five_minutes_either_way(off: int, good: bool):
    headers = {SIGNATURE: signed("key", STAMP.encode() + b":" + BODY), "x-time": STAMP}
    now = NOON + timedelta(seconds=off)
    if good:
        verify(headers, BODY, TIMED, now)
    else:
        with pytest.raises(WrongSecret, match=f"{off} s behind ours"):
            verify(headers, BODY, TIMED, now)


def test_grafana_has_its_own_header():
    headers = {"x-grafana-alerting-signature": signed("new-key")}
    verify_in("X-Grafana-Alerting-Signature")(headers, BODY, HMAC, NOON)
    with pytest.raises(WrongSecret):
        verify(headers, BODY, HMAC, NOON)


@settings(deadline=None)
@given(
    header=st.text(max_size=30),
    scheme=st.sampled_from(["", "Bearer ", "Basic ", "basic"]),
    stamp=st.text(max_size=12),
)
def test_no_header_makes_it_stumble(header: str, scheme: str, stamp: str):
    door = endpoint(bearer=("token",), hmac=("key",), timestamp_header="x-time")
    with pytest.raises(WrongSecret):
        verify({"authorization": scheme + header, SIGNATURE: header, "x-time": stamp}, BODY, door, NOON)


def test_every_source_describes_itself():
    sources = discover(bot.sources, "SOURCE", Source)
    assert {"alertmanager", "grafana", "json"} <= set(sources)
    for source in sources.values():
        assert len(source.help) > 40
        assert source.parameters.model_json_schema()["type"] == "object"
        with pytest.raises(WrongSecret):
            source.verify({}, b"{}", endpoint(), NOON)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b'{"a":1,"a":2}', {"a": 2}),  # a key twice: the last one
        (b"\xef\xbb\xbf[1]", [1]),  # a byte order mark, as PowerShell sends
        (b"18446744073709551615", 2**64 - 1),
        (b"123456789012345678901234567890", 123456789012345678901234567890.0),  # beyond 64 bits
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\ud83d"', "\ufffd"),  # half an emoji
        (b'["\\ude00\\ud83d", "\\\\ud83d", "\\ud83d\\ude00"]', ["\ufffd\ufffd", "\\ud83d", "😀"]),
        (b'"\\ud83d\\ud83d\\ude00"', "\ufffd😀"),
    ],
)
def test_json(body: bytes, wanted: Any):
    assert read_json(body) == wanted


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is empty"),
        (b" \n", "the body is empty"),
        (b"NaN", "not JSON"),
        (b"-Infinity", "not JSON"),
        (b"1e999", "not JSON"),  # more than a number holds
        (b'"\xed\xa0\x80"', "not JSON"),  # a surrogate in raw bytes is no UTF-8
        (b"[" * 2000 + b"]" * 2000, "not JSON"),
        (b'{"a":1}x', "not JSON"),
        (b"a=b&c=d", "not JSON"),  # a form
        (b'["\\ud83d", \\ud83d]', "not JSON"),
    ],
)
def test_no_json(body: bytes, reason: str):
    with pytest.raises(BadAlert, match=reason):
        read_json(body)


def test_labels_are_bounded_and_clean():
    labels, more = labels_in({"a\x00": "x\u202ey", "b" * 300: "z" * 2000, **{f"l{i}": i for i in range(80)}}, "labels")
    assert more == 18
    assert len(labels) == 64
    names = list(labels)
    assert labels[names[0]] == "xy"
    assert names[0].startswith("a~")
    assert len(names[1]) == 200
    assert labels[names[1]] == "z" * 999 + "…"


@pytest.mark.parametrize("value", ["yesterday", "2026-13-01T00:00:00Z", 1e300, True, [], "9999-12-31T23:59:59-14:00"])
def test_what_is_no_time_is_refused(value: Any):
    with pytest.raises(BadAlert, match="at must be a time such as"):
        time_in(value, "at")


@pytest.mark.parametrize("value", [None, "", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00"])
def test_no_time(value: Any):
    assert time_in(value, "at") is None


@pytest.mark.parametrize(("value", "wanted"), [(None, 0), (3, 3), (3.0, 3), (10**19, 2_000_000_000)])
def test_counts(value: Any, wanted: int):
    assert a_count(value, "n") == wanted

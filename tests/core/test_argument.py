"""Arguments: what people fill in is of a kind, and nothing else gets in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.argument import KINDS, fill, kind_of, places
from bot.core.check import Check, Place, Target
from bot.core.errors import BadContent, Refused


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("exchange", "binance"), ("symbol", "BTCUSDT"), ("symbol", "BTC-USD"), ("symbol", "EUR_USD"),
        ("order_id", "20261121-000417"), ("order_id", "a6f1c7b2-1d2e-4f3a-9b8c-001122334455"),
        ("name", "tmt-agents@2.service"), ("host", "api.binance.com"), ("host", "10.0.0.7"), ("count", "100"),
        ("number", "0.25"), ("span", "10m"), ("word", "connection refused"),
    ],
)  # fmt: skip
def test_what_people_write(kind: str, text: str):
    assert kind_of(kind).read(f" {text} ") == text


HOSTILE = [
    "", "-rf", "--help", "a;id", "a|id", "a&id", "$(id)", "`id`", "a\nb", "a\x00b", "../../etc/passwd", "/etc/passwd",
    "a' OR '1'='1", 'a"b', "a{b}", "a}b", "*", "a>b", "%0a", "a\\b", "\N{RIGHT-TO-LEFT OVERRIDE}a", "ａ", "x" * 300,
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_nobody_gets_in(kind: str, text: str):
    with pytest.raises(Refused, match="It looks like"):
        kind_of(kind).read(text)


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(max_size=80))
def test_whatever_gets_in_is_harmless(kind: str, text: str):
    try:
        value = kind_of(kind).read(text)
    except Refused:
        return
    assert value[0].isalnum()
    assert value.isascii()
    assert value.isprintable()
    assert not set(value) & set("'\"`$;|&<>(){}[]*?!\\\n\r\t%#~=+,:") or kind == "host"
    assert ".." not in value or kind == "name"


SECRETS = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "xoxb" + "-123456789012-abcdefABCDEF",
    "SK" + "0f1e2d3c4b5a6978" * 2,
    "aB3dE5gH" * 8,
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_nothing_to_look_for(text: str):
    """It would stand among the arguments of a program. The answer does not repeat it."""
    with pytest.raises(Refused) as refused:
        kind_of("order_id").read(text)
    assert text[:8] not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["28457392847", "x-A6SIDXVS17000001", "web_9a8B7c6D5e4F3g2H1i0J", "6gCrw2kRUAF9CvJDGP16IP", "OQCLML-BW3P3-BUCMWZ",
     "61e69015-8549-4bfd-b9c3-01e75843f47d", "6357", "0" * 40, "4bf92f3577b34da6a3ce929d0e0e4736"],
)  # fmt: skip
def test_ids_of_orders_are_no_secrets(text: str):
    assert kind_of("order_id").read(text) == text


def check(**parameters: Any) -> Check:
    return Check(
        name="x", system="hft", title="X", probe="http_json", parameters=parameters,
        target=Target(id="api", kind="endpoint", place=Place(id="bot")),
    )  # fmt: skip


def test_in_the_path_of_an_address_a_value_stays_within_its_step():
    book = check(path="/book/{symbol}/{depth}", query={"s": "{symbol}"}, columns=["{symbol}", 1])
    assert book.filled({"symbol": "BTC/USD", "depth": "5 b"}) == {
        "path": "/book/BTC%2FUSD/5%20b", "query": {"s": "BTC/USD"}, "columns": ["BTC/USD", 1],
    }  # fmt: skip


def test_an_unknown_kind_lists_the_known_ones():
    with pytest.raises(BadContent, match="order_id"):
        kind_of("oder_id")


def test_a_template_is_filled():
    assert places("/api/v1/orders/{order_id}/{part}") == ["order_id", "part"]
    assert fill("/api/v1/orders/{order_id}", {"order_id": "A-1"}) == "/api/v1/orders/A-1"
    with pytest.raises(Refused, match="order id is missing"):
        fill("/api/v1/orders/{order_id}", {})

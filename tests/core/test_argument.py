"""Arguments: what people fill in is of a kind, and nothing else gets in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.argument import KINDS, fill, kind_of, places
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


def test_an_unknown_kind_lists_the_known_ones():
    with pytest.raises(BadContent, match="order_id"):
        kind_of("oder_id")


def test_a_template_is_filled():
    assert places("/api/v1/orders/{order_id}/{part}") == ["order_id", "part"]
    assert fill("/api/v1/orders/{order_id}", {"order_id": "A-1"}) == "/api/v1/orders/A-1"
    with pytest.raises(Refused, match="order id is missing"):
        fill("/api/v1/orders/{order_id}", {})

"""What people mean by the words after /diag."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.core.argument import kind_of
from bot.core.check import Ask, Check, Checks, Place, Target
from bot.core.errors import Refused
from bot.core.wanted import wanted


def a_check(name: str, *suites: str, at: str = "box", words: tuple[str, ...] = (), **asks: str) -> Check:
    return Check(
        name=name, system="desk", title=name.title(), probe="look", parameters={}, suites=suites, words=words,
        target=Target(id=at, kind="host", place=Place(id="bot")),
        asks={n: Ask(kind=kind_of(kind.partition("=")[0]), default=kind.partition("=")[2]) for n, kind in asks.items()},
    )  # fmt: skip


_ALL = [
    a_check("trading", "health"),
    a_check("binance_api", "health", "exchange", at="binance"),
    a_check("kraken_api", "exchange", at="kraken"),
    a_check("errors", "logs", words=("exceptions",), since="span=15m"),
    a_check("order", "orders", id="order_id"),
    a_check("order_book", "orders", symbol="symbol=BTCUSDT"),
]
CHECKS = Checks(
    by_name={one.name: one for one in _ALL}, suites={"health": "", "exchange": "", "logs": "", "orders": ""}
)


@pytest.mark.parametrize(
    ("words", "names", "arguments"),
    [
        ("", ["trading", "binance_api"], {}),  # the health suite
        ("exchange", ["binance_api", "kraken_api"], {}),  # a suite
        ("exchange binance", ["binance_api"], {}),  # both words
        ("order book", ["order_book"], {}),  # a check, its name in two words
        ("order-book", ["order_book"], {}),
        ("order 20261121-000417", ["order"], {"id": "20261121-000417"}),  # what is left over is its argument
        ("order_book ETHUSDT", ["order_book"], {"symbol": "ETHUSDT"}),
        ("logs errors --since 10m", ["errors"], {"since": "10m"}),
        ("errors since=10m", ["errors"], {"since": "10m"}),
        ("errors --since=10m", ["errors"], {"since": "10m"}),
        ("exceptions 2h", ["errors"], {"since": "2h"}),  # a further word for it
        ("orders", ["order_book"], {}),  # what cannot be run without being told is left out
        ("orders 42", ["order", "order_book"], {"id": "42"}),
    ],
)
def test_what_is_meant(words: str, names: list[str], arguments: dict[str, str]):
    found = wanted(CHECKS, words.split())
    assert [check.name for check in found.checks] == names
    assert found.arguments == arguments


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("exchnage", "Did you mean exchange?"),
        ("nothing such", "Suites: health, exchange, logs, orders. More: /diag list"),
        ("order", "order needs id, which looks like 20261121-000417."),
        ("order ;reboot", "order does not know what to do with ';reboot'. It takes: id (20261121-000417)."),
        ("errors --since tomorrow", "'tomorrow' is no span. It looks like 10m."),
        ("errors --until 10m", "errors has no --until. There is: --since."),
        ("trading 5", "trading does not know what to do with '5'. It takes: nothing."),
        ("errors 10m 20m", "errors does not know what to do with '20m'."),
        ("errors --since", "'' is no span"),
    ],
)
def test_what_is_not_understood(words: str, said: str):
    with pytest.raises(Refused, match=re.escape(said)):
        wanted(CHECKS, words.split())


def test_what_is_not_there_is_said_and_not_looked_for():
    away = replace(a_check("login", "db", "health"), target=Target(
        id="main", kind="database", place=Place(id="bot"), absent="The demo has no database."))  # fmt: skip
    checks = Checks(by_name={**CHECKS.by_name, "login": away}, suites={**CHECKS.suites, "db": ""})
    found = wanted(checks, [])
    assert "login" not in [check.name for check in found.checks]
    assert found.left_out == "1 left out: The demo has no database."
    assert wanted(checks, ["exchange"]).left_out == ""
    with pytest.raises(Refused, match="login: The demo has no database"):
        wanted(checks, ["login"])
    with pytest.raises(Refused, match="db: The demo has no database"):
        wanted(checks, ["db"])

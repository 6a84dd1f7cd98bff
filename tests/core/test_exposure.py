"""What is at risk: figures that checks read, and the rules by which they make an incident graver."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.alert import Severity
from bot.core.evidence import Evidence, Seen, State
from bot.core.exposure import (
    Exposure,
    Figure,
    Raise,
    read,
    rule,
    say_figures,
    say_reading,
    stored_exposure,
)
from bot.core.expression import compile_expression

AT = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
INCIDENT = {"severity": "high", "type": "trading", "component": "gw1", "route": "feed"}
ORDERS = Figure(name="orders", title="open orders", check="orders", fact="count")
RESULT = Figure(name="result", title="profit", below_zero="loss", check="account", fact="values.pnl", unit="USD")


def seen(check: str, state: State = State.OK, verdict: str = "looked", later: int = 0, **facts: Any) -> Evidence:
    return Evidence(
        check=check, title=check.capitalize(), system="desk", state=state, verdict=verdict, seen=Seen(facts=facts),
        started=AT + timedelta(seconds=later), took=0.1,
    )  # fmt: skip


# What the probe reported of `values.pnl`, and what people read.
SAID = [
    (-1240, "loss $1,240"),
    (-0.5, "loss $0.50"),
    (1240.4, "profit $1,240"),
    (0, "profit $0"),
    (12.345, "profit $12.35"),  # cents while they matter
    ("-1240.00", "loss $1,240"),  # a number in quotes, as venues write them
    (None, "profit unknown"),
    ("soon", "profit unknown"),
    (True, "profit unknown"),  # a flag is no number
    (float("nan"), "profit unknown"),
    (float("inf"), "profit unknown"),
    ([1], "profit unknown"),
]


@pytest.mark.parametrize(("value", "said"), SAID)
def test_a_figure_as_it_is_read_and_said(value: Any, said: str) -> None:
    (reading,) = read([RESULT], [seen("account", values={"pnl": value})], ())
    assert say_reading(reading) == said
    assert (reading.value is None) == bool(reading.why)


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        (seen("account", State.UNKNOWN, "no answer within 10 s"), "no answer within 10 s"),
        (seen("account", values={}), "Account tells no such number"),
        (seen("account"), "Account tells no such number"),
        (seen("account", values=7), "Account tells no such number"),  # no mapping after all
    ],
)
def test_what_could_not_be_read_says_why(evidence: Evidence, why: str) -> None:
    (reading,) = read([RESULT], [evidence], ())
    assert (reading.value, reading.why) == (None, why)


def test_a_figure_is_read_although_its_check_cannot_judge() -> None:
    (reading,) = read([ORDERS], [seen("orders", State.UNKNOWN, "age is missing", count=3)], ())
    assert reading.value == 3


def test_what_a_look_left_out_stands_as_it_was_read_before() -> None:
    before = read([ORDERS, RESULT], [seen("orders", count=14), seen("account", values={"pnl": -3000})], ())
    after = read([ORDERS, RESULT], [seen("orders", later=60, count=12)], before)
    exposure = Exposure(readings=after)
    assert say_figures(exposure) == "open orders 12 · loss $3,000"
    assert exposure.as_of == AT, "the oldest of the times, for nobody to think the loss is a fresh one"


def test_a_figure_that_the_pack_no_longer_has_is_gone() -> None:
    before = read([ORDERS, RESULT], [seen("orders", count=14), seen("account", values={"pnl": 1})], ())
    assert [one.figure for one in read([ORDERS], [], before)] == ["orders"]


def test_it_is_stored_whole() -> None:
    readings = read([ORDERS, RESULT], [seen("orders", count=14), seen("account", State.UNKNOWN, "refused")], ())
    exposure = Exposure(readings=readings, raised=("too much",))
    assert stored_exposure(exposure.stored) == exposure
    assert stored_exposure(None) == Exposure()
    assert (say_figures(Exposure()), Exposure().as_of) == ("", None)


def test_another_unit_is_said_as_facts_are() -> None:
    share = Figure(name="share", title="failing trades", check="trades", fact="value", unit="%")
    (reading,) = read([share], [seen("trades", value=12.5)], ())
    assert say_reading(reading) == "failing trades 12.5 %"


# Rules. Loss above 1,000 by two accounts, or by one while the feed fails.
LIMIT = "exposure.result < -1000"
EITHER = "exposure.result < -1000 or exposure.other < -1000"
BOTH = "exposure.result < -1000 and checks.feed.state == 'fail'"
OTHER = Figure(name="other", title="other profit", below_zero="other loss", check="broker", fact="value", unit="USD")
UNREAD = {"result": None, "other": None}

RULED = [
    (LIMIT, {"result": -1000.01}, State.OK, True),
    (LIMIT, {"result": -1000}, State.OK, False),  # at the limit is not above it
    (LIMIT, {"result": 5000}, State.OK, False),
    (LIMIT, UNREAD, State.OK, True),  # cannot be read: counts as above
    (EITHER, {"result": 0, "other": 0}, State.OK, False),
    (EITHER, {"result": 0, "other": None}, State.OK, True),  # one of them might be
    (EITHER, {"result": -2000, "other": None}, State.OK, True),
    (BOTH, UNREAD, State.OK, False),  # no loss whatever would make it hold
    (BOTH, UNREAD, State.FAIL, True),
    (BOTH, {"result": -2000}, State.UNKNOWN, False),  # what else is unknown raises nothing
    ("checks.feed.gaps > 3", {}, State.UNKNOWN, False),  # that fact is missing
    ("exposure.result == 0", UNREAD, State.OK, True),
    ("exposure.result is defined and exposure.result < -1000", UNREAD, State.OK, False),  # as the pack wants it
    ("severity == 'high' and exposure.result < -1000", UNREAD, State.OK, True),
    ("severity == 'low' and exposure.result < -1000", UNREAD, State.OK, False),
]


@pytest.mark.parametrize(("when", "values", "feed", "holds"), RULED)
def test_a_rule_and_what_cannot_be_read(when: str, values: dict[str, float | None], feed: State, holds: bool) -> None:
    """ESCALATION 29."""
    figures = [one for one in (RESULT, OTHER) if one.name in values]
    found = [
        seen("account", values={"pnl": values.get("result")}),
        seen("broker", value=values.get("other")),
        seen("feed", feed),
    ]
    one = Raise(
        name="too much", when=compile_expression(when), figures=tuple(one.name for one in figures), checks=("feed",),
        severity=Severity.CRITICAL,
    )  # fmt: skip
    assert rule(one, read(figures, found, ()), found, INCIDENT).holds is holds


def test_a_rule_says_what_made_it_hold() -> None:
    """ESCALATION 29: it says why."""
    one = Raise(
        name="loss above $1,000", when=compile_expression(BOTH), figures=("result",), checks=("feed",),
        severity=Severity.CRITICAL,
    )  # fmt: skip
    feed = seen("feed", State.FAIL, "3 times closed")
    found = [seen("account", values={"pnl": -1240}), feed]
    ruling = rule(one, read([RESULT], found, ()), found, INCIDENT)
    assert ruling.why == "loss above $1,000: loss $1,240; Feed: 3 times closed"
    unread = [seen("account", State.UNKNOWN, "no answer within 10 s"), feed]
    ruling = rule(one, read([RESULT], unread, ()), unread, INCIDENT)
    assert ruling.why == (
        "loss above $1,000: profit cannot be read, which counts as above the limit (no answer within 10 s)"
    )


def test_a_rule_whose_figure_was_never_read_counts_as_above() -> None:
    """ESCALATION 29."""
    one = Raise(name="x", when=compile_expression(LIMIT), figures=("result",), severity=Severity.CRITICAL)
    assert rule(one, (), [], INCIDENT).holds

"""The one line that says what a check saw: in the words of its pack, with the numbers that matter."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.check import Check, Place, Target
from bot.core.evidence import Judgement, State
from bot.core.verdict import fact_label, facts_in, say_fact, verdict

FACTS = {
    "used_percent": 93.04, "free_bytes": 1_234_000_000, "names": ["binance", "kraken"], "nothing": None,
    "values": {"depth": 6200, "state": "running", "fs.file-nr": "1 0 9", "unread": None},
}  # fmt: skip
UNITS = {"used_percent": "%", "free_bytes": "bytes"}


def line(says: str, state: State = State.FAIL, why: str = "used_percent > 90", **arguments: str) -> str:
    check = Check(
        name="disk", system="hft", title="Disk", probe="host_disk", parameters={}, says=says,
        target=Target(id="trading", kind="host", place=Place(id="trading")),
    )  # fmt: skip
    return verdict(check, FACTS, Judgement(state=state, why=why), UNITS, arguments)


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ("disk {used_percent} full, {free_bytes} left", "disk 93.04 % full, 1.23 GB left"),
        ("{values.depth} wait, engine {values.state}", "6,200 wait, engine running"),
        ("{values.fs.file-nr}", "1 0 9"),  # a name with full stops in it
        ("{used_percent} {values.unread} {values.other} {nothing} {used_percent.of}", "93.04 % – – – –"),
        ("{values.unread} {nothing}", "used 93.04 % (rule: used_percent > 90)"),
        ("disk {used_percent}, with {nothing} after {values.unread}; {nothing} left, on box", "disk 93.04 %, on box"),
        ("{names}", "binance, kraken"),
        ("orders of {strategy}", "orders of eth_momentum"),
        ("no {Place} of ours: {a b}", "no {Place} of ours: {a b}"),
        ("disk {used_percent}[, {nothing} left]", "disk 93.04 %"),  # what is not known is left out with its words
        ("disk {used_percent}[, {free_bytes} left][; {values.unread}]", "disk 93.04 %, 1.23 GB left"),
        ("[{used_percent} and {nothing}]seen [as it is]", "seen [as it is]"),
        ("[{nothing}]", "used 93.04 % (rule: used_percent > 90)"),  # nothing is left of the pack's words
    ],
)  # fmt: skip
def test_the_packs_own_words(says: str, said: str):
    assert line(says, strategy="eth_momentum") == said


def test_without_words_it_is_the_rule_with_what_was_seen_of_it():
    assert line("") == "used 93.04 % (rule: used_percent > 90)"
    assert line("", State.OK, "") == "used 93.04 %, free 1.23 GB, names binance, kraken"


def test_what_is_unknown_says_why_and_nothing_else():
    assert line("disk {used_percent}", State.UNKNOWN, "the host is away") == "the host is away"


def test_of_a_long_path_the_end_is_told_too():
    said = line("", State.UNKNOWN, f"there is no file /var/{'deep/' * 60}orders.log")
    assert len(said) <= 200
    assert said.startswith("there is no file /var/deep/")
    assert said.endswith("/orders.log")


def test_it_is_one_short_line():
    assert line("one\ntwo   three") == "one two three"
    assert len(line("x" * 500)) == 200


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "none"), ([], "none"), ({"binance": 2}, "binance 2"), (True, "yes"), (False, "no"), (1500.4, "1,500.4"),
        (1.08532, "1.08532"), (43210.55, "43,210.55"), (43210.5, "43,210.5"), (0.00001234, "0.00001234"),  # prices
        (64123.12345678, "64,123.12345678"), (1234.0, "1,234"), (-0.01, "-0.01"), (0.0, "0"),
        (43210.56 - 43210.55, "0.01"), (1 / 3, "0.333333"), (12345 / 7, "1,763.5714"),  # computed
        (float("inf"), "inf"), (20261121000417, "20261121000417"), (6200, "6,200"),
        ([8001, 5432], "8001, 5432"), ([1500.5], "1,500.5"),  # ports are no amounts
        ({"order_id": 74001, "count": 74001}, "order_id 74001, count 74,001"),
        ({"a": 1, "b": 2, "c": 3, "d": 4}, "a 1, b 2, c 3, …"), ([1, 2, 3, 4], "1, 2, 3, …"), (None, "–"),
    ],
)  # fmt: skip
def test_facts_as_people_read_them(value: Any, said: str):
    assert say_fact(value) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("order_id", "48213"), ("orderId", "48213"), ("pid", "48213"), ("port", "48213"), ("account", "48213"),
        ("main PID", "48213"), ("orders", "48,213"), ("count", "48,213"), ("order_size", "48,213"), ("", "48,213"),
    ],
)  # fmt: skip
def test_identifiers_can_be_copied(name: str, said: str):
    assert say_fact(48213, "", name) == said


def test_a_book_that_is_crossed_by_a_cent_shows_it():
    facts = {"bid": 43210.56, "ask": 43210.55, "values": {"account": 20417}}
    check = Check(
        name="book", system="hft", title="Book", probe="exchange_market_data", parameters={},
        says="{bid} / {ask} on {values.account}", target=Target(id="x", kind="exchange", place=Place(id="x")),
    )  # fmt: skip
    assert verdict(check, facts, Judgement(state=State.FAIL, why="crossed"), {}, {}) == "43,210.56 / 43,210.55 on 20417"


def test_the_facts_that_a_line_needs():
    assert facts_in("{values.depth} of {values.capacity}, {count} {Other}") == ["values", "values", "count"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "0.2 s"), (119, "119 s"), (125, "2 min"), (28_615, "7 h 56 min"), (400_000, "4 d"), (-300, "-300 s")],
)
def test_long_spans_are_told_in_minutes_and_hours(seconds: float, said: str):
    assert say_fact(seconds, "s") == said


@pytest.mark.parametrize(
    ("name", "unit", "label"),
    [
        ("used_percent", "%", "used"),  # the unit stands at the value
        ("used_pct", "", "used %"),
        ("oldest_age_s", "s", "oldest age"),
        ("bytes_per_s", "bytes/s", "bytes per second"),
        ("slowest_p99_ms", "ms", "slowest 99th percentile"),
        ("oom_killed", "", "out-of-memory killed"),
        ("bytes", "bytes", "bytes"),
        ("cpu_cores", "", "CPU cores"),
    ],
)
def test_facts_have_names_in_words(name: str, unit: str, label: str):
    assert fact_label(name, unit) == label

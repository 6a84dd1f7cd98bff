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
        ("{values.unread} {values.other} {nothing} {used_percent.of}", "– – – –"),
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
        ({}, "none"), ([], "none"), ({"binance": 2}, "binance 2"), (True, "yes"), (False, "no"), (1500.4, "1,500"),
        (1.08532, "1.08532"),  # a price
        ([8001, 5432], "8001, 5432"), ([1500.5], "1,500"),  # ports are no amounts
        ({"a": 1, "b": 2, "c": 3, "d": 4}, "a 1, b 2, c 3, …"), ([1, 2, 3, 4], "1, 2, 3, …"), (None, "–"),
    ],
)  # fmt: skip
def test_facts_as_people_read_them(value: Any, said: str):
    assert say_fact(value) == said


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

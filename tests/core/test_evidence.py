"""What the rules of a check say: unknown is never green and never red."""

from typing import Any

import pytest

from bot.core.evidence import State, judge, worst
from bot.core.expression import compile_expression

LATENCY = {"warn": "ms > 100", "fail": "ms > 1000"}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"ms": 20}, State.OK),
        ({"ms": 101}, State.WARN),
        ({"ms": 1001}, State.FAIL),
        ({"ms": None}, State.UNKNOWN),
        ({}, State.UNKNOWN),
        ({"ms": float("nan")}, State.UNKNOWN),
        ({"ms": "fast"}, State.UNKNOWN),
    ],
)
def test_the_worse_rule_is_asked_first(facts: dict[str, Any], state: State):
    judged = judge(facts, warn=compile_expression(LATENCY["warn"]), fail=compile_expression(LATENCY["fail"]))
    assert judged.state is state
    assert (judged.why == "") == (state is State.OK)


def test_a_certain_failure_wins_over_what_the_milder_rule_cannot_read():
    judged = judge({"up": False}, warn=compile_expression("ms > 100"), fail=compile_expression("not up"))
    assert judged.state is State.FAIL


def test_without_rules_it_is_information():
    assert judge({"kernel": "6.1"}, warn=None, fail=None).state is State.OK


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], State.OK),
        ([State.OK, State.WARN], State.WARN),
        ([State.WARN, State.UNKNOWN], State.UNKNOWN),
        ([State.UNKNOWN, State.FAIL, State.OK], State.FAIL),
    ],
)
def test_the_worst_of_several(states: list[State], expected: State):
    """The contract of the exit codes: fail, unknown, warn, ok."""
    assert worst(states) is expected

"""What a new plan changes, in words (ESCALATION 19)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.escalation import RUNNING, Escalation
from bot.core.policy import Policy
from tests.core.kit import CRITICAL, HIGH, LOW, MEDIUM, T, at, climb, held, opened, policy

POLICY = {Severity.CRITICAL: CRITICAL, Severity.HIGH: HIGH, Severity.MEDIUM: MEDIUM, Severity.LOW: LOW}


def said(before: Escalation, severity: Severity, minutes: float, new: Policy | None = None) -> str:
    old, to = POLICY[before.severity], new or POLICY[severity]
    after = ladder.change_severity(before, old, to, severity, at(minutes), T)
    return ladder.say_change(before, old, after, to, at(minutes))


# A high ladder (0, 10, 30), whose first level was paged, changed at minute m.
SAID = [
    (1, Severity.CRITICAL, "level 2 (L2) in 5 min instead of 9 min, level 3 (L3) in 15 min instead of 29 min, "
                           "level 4 (L4) in 30 min"),
    # What comes earlier by its old time keeps it, and is not told.
    (7, Severity.CRITICAL, "level 3 (L3) in 15 min instead of 23 min, level 4 (L4) in 30 min"),
    # Lowered to medium (0, 30, 60).
    (1, Severity.MEDIUM, "level 2 (L2) in 29 min instead of 9 min, level 3 (L3) in 59 min instead of 29 min"),
]  # fmt: skip


@pytest.mark.parametrize(("minute", "severity", "words"), SAID)
def test_only_what_changes_is_told(minute: float, severity: Severity, words: str) -> None:
    assert said(opened(HIGH, Severity.HIGH), severity, minute) == words


def test_a_level_that_comes_at_once() -> None:
    """Mailed levels are called by the critical ladder."""
    escalation, _ = climb(opened(MEDIUM, Severity.MEDIUM), [30, 60], MEDIUM)
    assert said(escalation, Severity.CRITICAL, 65).startswith("level 1 (L1) now, level 2 (L2) in 5 min")


def test_levels_that_no_longer_come() -> None:
    words = said(opened(HIGH, Severity.HIGH), Severity.LOW, 1, policy("low", 0))
    assert words == "level 2 (L2) no longer, level 3 (L3) no longer"


def test_nothing_changes() -> None:
    same = policy("critical", 0, 10, 30)
    assert said(opened(HIGH, Severity.HIGH), Severity.CRITICAL, 40, same) == "the ladder stays as it is"


def test_a_ladder_that_somebody_has_is_not_spoken_of() -> None:
    assert said(held(5, severity=Severity.HIGH, of=HIGH), Severity.CRITICAL, 10) == ""


def test_a_long_ladder_is_cut() -> None:
    words = said(opened(HIGH, Severity.HIGH), Severity.CRITICAL, 1, policy("critical", 0, 1, 2, 3, 4, 5, 6))
    assert words.endswith(", and 2 more")


GAPS = st.lists(st.integers(1, 60), min_size=0, max_size=4)


def _policy(name: str, gaps: list[int]) -> Policy:
    minutes = [sum(gaps[:place]) for place in range(len(gaps) + 1)]
    return policy(name, *minutes)


@given(old=GAPS, new=GAPS, raised_at=st.integers(0, 240))
def test_raising_never_makes_anything_later(old: list[int], new: list[int], raised_at: int) -> None:
    """ESCALATION 19: whatever both ladders are and whenever it is raised, no level still to come comes later."""
    lesser, graver = _policy("high", old), _policy("critical", new)
    before = opened(lesser, Severity.HIGH)
    assert before.state == RUNNING
    now = at(raised_at)
    while (due := before.due_at) is not None and due <= now and before.next_rung is not None:
        before = ladder.advance(before, lesser, due, T).escalation
    after = ladder.change_severity(before, lesser, graver, Severity.CRITICAL, now, T)
    was = {rung.level: rung.due_at for rung in before.rungs if rung.paged_at is None}
    comes = {rung.level: rung.due_at for rung in after.rungs}
    for level, due in was.items():
        if level < len(graver.levels):
            assert comes[level] <= due
    for rung in after.rungs:
        if rung.paged_at is None:
            assert rung.due_at <= now + graver.levels[rung.level].after + timedelta(0)

"""Which policy an incident climbs (ESCALATION 4, 5)."""

from datetime import timedelta

import pytest

from bot.core.alert import Severity
from bot.core.policy import Choice, Plan, Target, Timings
from tests.core.kit import CRITICAL, HIGH, LOW, MEDIUM

PLAN = Plan(
    policies={p.name: p for p in (CRITICAL, HIGH, MEDIUM, LOW)},
    choices=[
        Choice(policy="critical", types=frozenset({"security"})),
        Choice(policy="high", severities=frozenset({Severity.HIGH, Severity.CRITICAL}), types=frozenset({"data"})),
        Choice(policy="medium", severities=frozenset({Severity.MEDIUM, Severity.HIGH})),
        Choice(policy="low", severities=frozenset({Severity.LOW})),
    ],
    catch_all="critical",
)

# Severity, type, the policy a route names; the policy.
CHOSEN = [
    # By type, whatever the severity.
    (Severity.LOW, "security", "", "critical"),
    # By both; the first row that fits wins over the later one for the severity alone.
    (Severity.HIGH, "data", "", "high"),
    # The type fits, the severity does not: the next row.
    (Severity.MEDIUM, "data", "", "medium"),
    # By severity alone.
    (Severity.LOW, "", "", "low"),
    # No row fits.
    (Severity.CRITICAL, "application", "", "critical"),
    # A route's own policy wins over the table.
    (Severity.CRITICAL, "security", "low", "low"),
    # A policy that is not there (any more) is not looked for.
    (Severity.LOW, "", "gone", "low"),
]


@pytest.mark.parametrize(("severity", "type_", "named", "policy"), CHOSEN)
def test_choosing(severity, type_, named, policy):
    """First match wins; something always matches."""
    assert PLAN.choose(severity, type_, named).name == policy


def test_the_judgement_calls_of_the_contract():
    """ESCALATION 6, 7, 8, 12, 20, 23, 24, 27: the numbers marked (ours), where a pack says nothing else."""
    times = {name: getattr(Timings(), name) for name in Timings.__slots__}
    minutes = {name: time.total_seconds() / 60 for name, time in times.items() if isinstance(time, timedelta)}
    assert minutes == {
        "call_again": 2,
        "one_call": 2,
        "way_patience": 2,
        "repeat_after": 15,
        "ack_lasts": 30,
        "confirm_within": 5,
        "reopen_within": 30,
        "warn_every": 60,
        "undo_merge": 60,
        "digest_every": 1,
        "update_critical": 15,
        "update_high": 30,
        "update_medium": 60,
        "update_low": 0,
        "review_after": 24 * 60,
        "review_every": 24 * 60,
    }
    assert {name: time for name, time in times.items() if isinstance(time, int)} == {
        "call_attempts": 2,
        "review_times": 14,
    }


def test_a_level_may_be_a_channel():
    """ESCALATION 28."""
    assert Target(to="#desk", ways=()).is_channel
    assert not Target(to="ops", ways=("mail",)).is_channel

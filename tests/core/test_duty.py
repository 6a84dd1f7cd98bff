"""Duties: which nobody has, and when that is asked about."""

from datetime import timedelta

import pytest

from bot.core.alert import Severity
from bot.core.duty import COMMUNICATIONS, LEAD, SCRIBE, DutyRules, OnDuty, unclaimed
from tests.core.kit import NOW


def on(duty: str) -> OnDuty:
    return OnDuty(duty=duty, person="ann", name="Ann", since=NOW)


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [LEAD, COMMUNICATIONS, SCRIBE]),
        ([COMMUNICATIONS], [LEAD, SCRIBE]),  # in their own order
        ([SCRIBE, LEAD, COMMUNICATIONS], []),
    ],
)
def test_what_nobody_has(taken: list[str], left: list[str]) -> None:
    assert unclaimed([on(duty) for duty in taken]) == left


@pytest.mark.parametrize(
    ("rules", "severity", "minutes"),
    [
        (DutyRules(), Severity.CRITICAL, 5),
        (DutyRules(), Severity.HIGH, 5),
        (DutyRules(), Severity.MEDIUM, None),
        (DutyRules(severities=frozenset()), Severity.CRITICAL, None),  # this desk asks nobody
        (DutyRules(severities=frozenset({Severity.LOW}), ask_after=timedelta(minutes=1)), Severity.LOW, 1),
    ],
)
def test_when_it_is_asked(rules: DutyRules, severity: Severity, minutes: int | None) -> None:
    expected = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert rules.ask_at(severity, NOW) == expected

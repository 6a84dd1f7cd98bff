"""What an alert does to the incidents there are (ESCALATION 21 to 26)."""

import pytest

from bot.core.alert import Severity
from bot.core.grouping import Fate, Grouped, Known, group
from bot.core.incident import ACTIVE, CLOSED, MONITORING, RESOLVED
from tests.core.kit import alert, at, incident


def fires(known_since: float) -> Known:
    return Known(firing=True, starts_at=at(known_since), severity=Severity.HIGH)


def is_over(known_since: float) -> Known:
    return Known(firing=False, starts_at=at(known_since), severity=Severity.HIGH)


def resolved(minutes: float, *, by: str = "", phase: str = RESOLVED):
    """An incident that ended so many minutes after it opened; `by` a person, or by the monitor."""
    return incident(phase=phase, resolved_at=at(minutes), resolved_by=by)


ACTIVE_ONE = incident(phase=ACTIVE)
MONITORING_ONE = incident(phase=MONITORING, resolved_at=at(10))
BY_ANNA = resolved(10, by="Anna")
BY_MONITOR = resolved(10)

# The alert, the latest incident of its group, what is known of the alert there, the minute it comes; its fate.
FATES = [
    # Nothing is known of its group: a new incident.
    (alert(starts=0), None, None, 0, Fate.OPEN),
    # 26: another alert of the same group is one more alert of the same card and ladder.
    (alert("f2", starts=1), ACTIVE_ONE, None, 1, Fate.JOIN),
    # 21, 24: the monitor repeats itself.
    (alert(starts=0), ACTIVE_ONE, fires(0), 5, Fate.REPEAT),
    # A pair of monitors, of which the second began some seconds before the first.
    (alert(starts=-0.1), ACTIVE_ONE, fires(0), 5, Fate.REPEAT),
    # A new firing whose end nobody told.
    (alert(starts=4), ACTIVE_ONE, fires(0), 5, Fate.JOIN),
    # One alert of the group was over and fires anew, while others kept the incident open.
    (alert(starts=4), ACTIVE_ONE, is_over(0), 5, Fate.JOIN),
    # The same firing, said to be over before: it fires, so it counts.
    (alert(starts=0), ACTIVE_ONE, is_over(0), 5, Fate.JOIN),
    # 22: over as the monitor said, one alert fires again before a person confirmed.
    (alert(starts=11), MONITORING_ONE, is_over(0), 11, Fate.REOPEN),
    # 22, 23: and so long after that no reopening would be due any more, for it is still open.
    (alert(starts=500), MONITORING_ONE, is_over(0), 500, Fate.REOPEN),
    # 22: another alert of the group.
    (alert("f2", starts=11), MONITORING_ONE, None, 11, Fate.REOPEN),
    # 23: a new firing within 30 minutes.
    (alert(starts=12), BY_MONITOR, is_over(0), 12, Fate.REOPEN),
    (alert(starts=12), BY_ANNA, is_over(0), 12, Fate.REOPEN),
    # 23: another alert of the same cause.
    (alert("f2", starts=12), BY_ANNA, None, 12, Fate.REOPEN),
    # 23: the thirtieth minute still counts, what comes after it does not.
    (alert(starts=40), BY_MONITOR, is_over(0), 40, Fate.REOPEN),
    (alert(starts=40), BY_MONITOR, is_over(0), 40.01, Fate.OPEN),
    # 24: the same firing repeats after a person resolved: it does not reopen, neither soon nor late.
    (alert(starts=0), BY_ANNA, fires(0), 11, Fate.IGNORE),
    (alert(starts=0), BY_ANNA, fires(0), 500, Fate.IGNORE),
    # 24: a new start time is a new firing, though nobody told of the end of the old one.
    (alert(starts=11), BY_ANNA, fires(0), 12, Fate.REOPEN),
    # 24: a monitor that gives no start: its repeats look new, and are not until it was over once.
    (alert(starts=4, dated=False), ACTIVE_ONE, fires(0), 5, Fate.REPEAT),
    (alert(starts=12, dated=False), BY_ANNA, fires(0), 12, Fate.IGNORE),
    (alert(starts=12, dated=False), BY_ANNA, is_over(0), 12, Fate.REOPEN),
    # 25: much later it is a new incident.
    (alert(starts=500), BY_ANNA, is_over(0), 500, Fate.OPEN),
    (alert(starts=500), BY_ANNA, fires(0), 500, Fate.OPEN),
    (alert("f2", starts=500), BY_MONITOR, None, 500, Fate.OPEN),
    # A closed incident is like a resolved one.
    (alert(starts=500), resolved(10, phase=CLOSED), None, 500, Fate.OPEN),
    # Over before it was ever known here.
    (alert(firing=False), None, None, 1, Fate.IGNORE),
    (alert(firing=False), ACTIVE_ONE, None, 1, Fate.IGNORE),
    # 22: over.
    (alert(firing=False), ACTIVE_ONE, fires(0), 1, Fate.CLEAR),
    # 24: over after a person had resolved, so that the hourly warning ends.
    (alert(firing=False), BY_ANNA, fires(0), 50, Fate.CLEAR),
    # Said twice.
    (alert(firing=False), ACTIVE_ONE, is_over(0), 1, Fate.IGNORE),
    # The end of a firing of which another monitor of the pair told us, with a slightly later start.
    (alert(firing=False, starts=0, ends_at=at(9)), ACTIVE_ONE, fires(0.1), 9, Fate.CLEAR),
    # The end of an earlier firing arrives late, when the next one has begun: what fires now is not over.
    (alert(firing=False, starts=0, ends_at=at(2)), ACTIVE_ONE, fires(3), 4, Fate.IGNORE),
    # A source that knows no times says now for the start and perhaps an end by its own clock.
    (alert(firing=False, starts=4, ends_at=at(2)), ACTIVE_ONE, fires(3), 4, Fate.CLEAR),
]


@pytest.mark.parametrize(("message", "latest", "known", "minute", "fate"), FATES)
def test_the_fate_of_an_alert(message, latest, known, minute, fate):
    """ESCALATION 21, 22, 23, 24, 25, 26."""
    decision = group(message, latest, known, at(minute))
    assert decision.fate is fate
    assert decision.why


def test_a_new_incident_of_an_old_cause_links_it():
    """ESCALATION 25."""
    late = group(alert(starts=500), BY_ANNA, is_over(0), at(500))
    assert late == Grouped(fate=Fate.OPEN, why="fires anew long after INC-12 was resolved", follows=12)
    assert group(alert(), None, None, at(0)).follows is None


# Who resolved it, and how the reason names them.
@pytest.mark.parametrize(("latest", "name"), [(BY_ANNA, "Anna"), (BY_MONITOR, "the monitor")])
def test_a_repeat_says_who_resolved_it(latest, name):
    """ESCALATION 24."""
    assert group(alert(), latest, fires(0), at(11)).why == f"the same firing that {name} resolved"

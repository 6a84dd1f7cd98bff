"""An incident's phases, and what may be done in each."""

import pytest

from bot.core.errors import Refused
from bot.core.incident import ACTIVE, CLOSED, MONITORING, RESOLVED, must_be_open
from tests.core.kit import at, incident

# Phase and whether it is open: 22 keeps a critical one open until a person has confirmed positions and orders.
PHASES = [(ACTIVE, True), (MONITORING, True), (RESOLVED, False), (CLOSED, False)]


@pytest.mark.parametrize(("phase", "is_open"), PHASES)
def test_phases(phase, is_open):
    """ESCALATION 22."""
    assert incident(phase=phase).is_open is is_open
    if is_open:
        must_be_open(incident(phase=phase))
    else:
        with pytest.raises(Refused, match="/incident reopen 12"):
            must_be_open(incident(phase=phase))


# What ended it, and what somebody who comes too late is told.
TOO_LATE = [
    ({"phase": RESOLVED, "resolved_by": "Anna"}, "INC-12 is already resolved by Anna."),
    ({"phase": RESOLVED}, "INC-12 is already resolved by the monitor."),
    # 27: a merged one names the number to go on with, whoever it says resolved it.
    (
        {"phase": RESOLVED, "resolved_by": "Anna", "merged_into": 11},
        "INC-12 was merged into INC-11: use that number.",
    ),
]


@pytest.mark.parametrize(("values", "told"), TOO_LATE)
def test_a_refusal_says_what_to_do_instead(values, told):
    """A stale click gets an answer, never silence."""
    with pytest.raises(Refused) as refused:
        must_be_open(incident(**values))
    assert str(refused.value).startswith(told)


def test_people_name_it_by_its_number():
    assert incident(12).label == "INC-12"


def test_the_key_for_other_systems_is_of_this_incident_only():
    """PagerDuty keeps one incident per key: another system's, another desk's or a later INC-12 has another key."""
    keys = {incident().dedup, incident(13).dedup, incident(system="fx").dedup, incident(opened_at=at(1)).dedup}
    assert len(keys) == 4
    assert incident().dedup == incident(title="Other words").dedup

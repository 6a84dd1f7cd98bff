"""The four severities (ESCALATION 31)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import SEVERITY_WORDS, Severity, severity_of

# A monitor's word, and what it means.
WORDS = [
    *[(word, Severity.CRITICAL) for word in ("page", "critical", "fatal", "emergency", "P1")],
    *[(word, Severity.HIGH) for word in ("error", "major", "high", "P2")],
    *[(word, Severity.MEDIUM) for word in ("warning", "minor", "P3")],
    *[(word, Severity.LOW) for word in ("info", "low", "notice", "P4", "P5", "p17")],
    # In any case, with blanks around it.
    (" CRITICAL ", Severity.CRITICAL),
    # Missing or unknown: nobody's page is lost over a spelling.
    ("", Severity.HIGH),
    ("catastrophic", Severity.HIGH),
    ("p", Severity.HIGH),
    ("pager", Severity.HIGH),
]


@pytest.mark.parametrize(("word", "severity"), WORDS)
def test_words(word, severity):
    """ESCALATION 31."""
    assert severity_of(word) is severity


def test_a_packs_own_words_win():
    """ESCALATION 31: and those it does not name mean what they mean to everybody."""
    own = {"warning": Severity.HIGH, "sev1": Severity.CRITICAL}
    assert severity_of("Warning", own) is Severity.HIGH
    assert severity_of("SEV1", own) is Severity.CRITICAL
    assert severity_of("info", own) is Severity.LOW


def test_every_severity_has_a_word_that_reads_back():
    assert {severity_of(s.word) for s in Severity} == set(Severity)
    assert max(Severity) is Severity.CRITICAL


@given(st.text(max_size=20))
def test_whatever_a_monitor_says_has_a_severity(word):
    """And nothing but a known word makes it less than high."""
    severity = severity_of(word)
    known = word.strip().lower() in SEVERITY_WORDS or word.strip().lower().startswith("p")
    assert severity >= Severity.HIGH or known

"""Severities: every word a monitor may use (ESCALATION sentence 31), and the alert as a value."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alert import SEVERITY_WORDS, Alert, Severity, severity_of


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("critical", Severity.CRITICAL),
        ("page", Severity.CRITICAL),
        ("fatal", Severity.CRITICAL),
        ("emergency", Severity.CRITICAL),
        ("P1", Severity.CRITICAL),
        ("disaster", Severity.CRITICAL),  # Zabbix
        ("high", Severity.HIGH),
        ("error", Severity.HIGH),
        ("major", Severity.HIGH),
        ("P2", Severity.HIGH),
        ("medium", Severity.MEDIUM),
        ("warning", Severity.MEDIUM),  # Prometheus' usual one
        ("minor", Severity.MEDIUM),
        ("average", Severity.MEDIUM),  # Zabbix
        ("P3", Severity.MEDIUM),
        ("low", Severity.LOW),
        ("info", Severity.LOW),
        ("notice", Severity.LOW),
        ("P4", Severity.LOW),
        ("P5", Severity.LOW),
        ("P17", Severity.LOW),  # P4 and below
        ("  CRITICAL ", Severity.CRITICAL),  # in any case, with blanks
        ("", Severity.HIGH),  # missing
        ("SEV0", Severity.CRITICAL),
        ("SEV1", Severity.CRITICAL),
        ("sev2", Severity.HIGH),
        ("SEV-3", Severity.MEDIUM),
        ("sev4", Severity.LOW),
        ("Sev5", Severity.LOW),
        ("S1", Severity.CRITICAL),
        ("S3", Severity.MEDIUM),
        ("s5", Severity.LOW),
        ("sevv3", Severity.HIGH),  # unknown: nobody's page is lost over a spelling
        ("p", Severity.HIGH),
        ("px", Severity.HIGH),
    ],
)
def test_sentence_31_words_of_monitors(word: str, severity: Severity):
    assert severity_of(word) is severity


def test_sentence_31_a_pack_maps_its_own():
    own = {"sev2": Severity.CRITICAL, "critical": Severity.LOW}
    assert severity_of("SEV2", own) is Severity.CRITICAL
    assert severity_of("critical", own) is Severity.LOW  # the pack's word wins
    assert severity_of("warning", own) is Severity.MEDIUM


def test_severities_compare_and_have_words():
    assert max(Severity) is Severity.CRITICAL
    assert [severity.word for severity in sorted(Severity)] == ["low", "medium", "high", "critical"]
    assert all(severity_of(severity.word) is severity for severity in Severity)
    assert all(word == word.strip().lower() for word in SEVERITY_WORDS)


@settings(deadline=None)
@given(st.text())
def test_any_word_is_a_severity(word: str):
    assert severity_of(word) in Severity


def test_an_alert_is_a_value():
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    given = {"endpoint": "am", "fingerprint": "f", "firing": True, "title": "t", "starts_at": noon}
    assert Alert(**given) == Alert(**given)
    assert Alert(**given).labels == {}
    with pytest.raises(FrozenInstanceError):
        Alert(**given).title = "u"

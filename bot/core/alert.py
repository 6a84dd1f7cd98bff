"""Alert: a normalised message of a monitor, and the four severities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Severity(IntEnum):
    """How bad it is; compares as a number, so `max` finds the worst."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The word people read and write: `critical`, `high`, `medium`, `low`."""
        return self.name.lower()


SEVERITY_MEANINGS: Mapping[Severity, str] = {
    Severity.CRITICAL: "Trading stops, money or data is being lost, or somebody broke in",
    Severity.HIGH: "An important part does not work, or is far too slow",
    Severity.MEDIUM: "Something small does not work, or only at times",
    Severity.LOW: "Blemishes, and what is a little slow: it can wait",
}
"""What they mean where a pack says nothing else."""

_SCALES = ("p", "sev", "sev-", "s")
"""What a number from 0 to 5 is written behind: P1, SEV1, SEV-1, S1."""

_NUMBERED = (Severity.CRITICAL, Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.LOW)

# ESCALATION 31. Everything a monitor may call a severity, in lower case.
SEVERITY_WORDS: Mapping[str, Severity] = {
    **dict.fromkeys(("critical", "crit", "page", "fatal", "emergency", "emerg", "disaster"), Severity.CRITICAL),
    **dict.fromkeys(("high", "error", "err", "major"), Severity.HIGH),
    **dict.fromkeys(("medium", "warning", "warn", "minor", "average"), Severity.MEDIUM),
    **dict.fromkeys(("low", "info", "informational", "information", "notice", "debug"), Severity.LOW),
    **{f"{scale}{number}": severity for scale in _SCALES for number, severity in enumerate(_NUMBERED)},
}


def severity_of(word: str, own: Mapping[str, Severity] | None = None) -> Severity:
    """The severity a monitor's word means; a system's `own` words win. Unknown or missing is high: nobody's page is
    lost over a spelling."""
    key = word.strip().lower()
    if own and key in own:
        return own[key]
    if key in SEVERITY_WORDS:
        return SEVERITY_WORDS[key]
    if len(key) > 1 and key[0] == "p" and key[1:].isdigit():
        return Severity.LOW
    return Severity.HIGH


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One alert, already redacted and with its sizes bounded by the source that parsed it."""

    endpoint: str
    """Name of the configured endpoint it came in by."""
    fingerprint: str
    """Identity for deduplication: the same alert firing again has the same fingerprint."""
    firing: bool
    """False: the monitor says it is over."""
    title: str
    """One line: what is wrong."""
    text: str = ""
    """The longer description, as the monitor wrote it."""
    severity: str = ""
    """The monitor's own word, mapped by `severity_of` when routed."""
    group_key: str = ""
    """The monitor's own group key (Alertmanager's `groupKey`); empty where it has none."""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Measured values the monitor sent along, by name."""
    starts_at: datetime
    """When this firing began, UTC; a new value for the same fingerprint is a new firing (ESCALATION 24)."""
    dated: bool = True
    """False: the monitor does not say when it began, so that a repeat looks like a new firing until it was over."""
    ends_at: datetime | None = None
    link: str = ""
    """Where the monitor shows it."""
    truncated: int = 0
    """How many further alerts the monitor says it left out of the message."""

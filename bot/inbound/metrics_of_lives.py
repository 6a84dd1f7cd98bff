"""What Prometheus may know of how incidents went: read from the database, so every replica says the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.core.alert import Severity
from bot.core.numbers import STAGES, Life, times_of

SPAN = timedelta(days=30)

MOST = 1000
"""Of more incidents than these the newest count: what is measured must not hold up what is to be paged."""

FRESH = timedelta(seconds=60)
"""How old it may be."""

_LABELS = ("system", "severity")
_SAID = {
    "acknowledge": "until a person had it",
    "diagnose": "until the first look at it had ended",
    "mitigate": "until it first stopped hurting",
    "resolve": "until it was resolved",
}


class Lives(Collector):
    """Times of the incidents of the last thirty days, and how many there ever were. Labels are systems and severities,
    of which there are few."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None
        self._groups: dict[tuple[str, str], list[Life]] = {}
        self._counts: Sequence[tuple[str, Severity, int]] = ()

    def is_stale(self, now: datetime) -> bool:
        """Whether it is to be read again."""
        return self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH

    def set(self, lives: Iterable[Life], counts: Sequence[tuple[str, Severity, int]], now: datetime) -> None:
        """This is how it is now."""
        groups: dict[tuple[str, str], list[Life]] = {}
        for life in lives:
            groups.setdefault((life.system, life.severity.word), []).append(life)
        self._groups, self._counts, self._read_at = groups, counts, now

    def collect(self) -> Iterable[Metric]:
        """The families, whole each time: what is no longer there is no longer told."""
        # No counter: another severity is another number here, and one less there.
        opened = GaugeMetricFamily(
            "tocsin_incidents_ever", "Incidents that were opened, as graded now.", labels=_LABELS
        )
        for system, severity, count in self._counts:
            opened.add_metric([system, severity.word], count)
        yield opened
        times = {key: times_of(lives) for key, lives in self._groups.items()}
        for stage in STAGES:
            said = f"Of the last {MOST:,} incidents of the last 30 days: from opening {_SAID[stage]}."
            family = GaugeMetricFamily(f"tocsin_incident_{stage}_seconds", said, labels=[*_LABELS, "of"])
            for key, took in times.items():
                spread = getattr(took, stage)
                if spread is not None:
                    for of, span in (("median", spread.median), ("p90", spread.p90), ("worst", spread.worst)):
                        family.add_metric([*key, of], span.total_seconds())
            yield family

"""prometheus_targets: which targets Prometheus reaches, and why it does not reach the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._json import age_of, numeric
from bot.probes._prometheus import MonitorParameters, ask_api
from bot.probes._text import clean, greatest, not_understood
from bot.probes.base import Fact, Probe, Site

_MOST_ROWS = 40


class PrometheusTargetsParameters(MonitorParameters):
    """Which targets there have to be."""

    job: str = Field(default="", max_length=200, description="Only the targets of this job", examples=["hft_system"])
    expect: tuple[str, ...] = Field(
        default=(), max_length=100, description="Jobs that have to have a target", examples=[["hft_system"]]
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Target:
    job: str
    instance: str
    health: str
    error: str
    age_s: float | None
    took_s: float | None


async def _look(parameters: PrometheusTargetsParameters, site: Site) -> Seen:
    data, _ = await ask_api(site, parameters, "/targets", {"state": "active"})
    targets = [one for one in _targets_in(data, site.now()) if parameters.job in ("", one.job)]
    down = [one for one in targets if one.health == "down"]
    jobs = {one.job for one in targets}
    ordered = sorted(targets, key=lambda one: (one.health != "down", one.job, one.instance))
    return Seen(
        facts={
            "targets": len(targets),
            "up": sum(1 for one in targets if one.health == "up"),
            "down": len(down),
            "down_names": [f"{one.job} {one.instance}" for one in down[:50]],
            "not_yet": sum(1 for one in targets if one.health == "unknown"),
            "missing": [job for job in parameters.expect if job not in jobs],
            "up_by_job": dict(Counter(one.job for one in targets if one.health == "up").most_common(50)),
            "oldest_s": greatest([one.age_s for one in targets]),
            "slowest_s": greatest([one.took_s for one in targets]),
        },
        table=Table(
            columns=("job", "instance", "health", "age s", "error"),
            rows=tuple((one.job, one.instance, one.health, one.age_s, one.error) for one in ordered[:_MOST_ROWS]),
        ),
        excerpt=[f"{one.job} {one.instance}: {one.error}" for one in down[:5]],
    )


def _targets_in(data: Any, now: datetime) -> Iterator[_Target]:
    try:
        for one in data["activeTargets"]:
            labels, last = one["labels"], str(one.get("lastScrape", ""))
            yield _Target(
                job=one_line(str(labels.get("job") or one.get("scrapePool", "")), 200),
                instance=one_line(str(labels.get("instance", "")), 200),
                health=str(one["health"])[:20],
                error=one_line(clean(str(one.get("lastError") or "")), 200),
                age_s=None if last.startswith("0001-") else age_of(last, now),
                took_s=numeric(one.get("lastScrapeDuration")),
            )
    except (KeyError, TypeError, AttributeError):
        raise not_understood("Prometheus") from None


PROBE = Probe(
    name="prometheus_targets",
    help="Which targets Prometheus reaches, since when it has not, and why.",
    parameters=PrometheusTargetsParameters,
    facts={
        "targets": Fact(sort="number", help="targets there are"),
        "up": Fact(sort="number", help="targets whose last scrape went well"),
        "down": Fact(sort="number", help="targets whose last scrape failed"),
        "down_names": Fact(sort="list", help="job and instance of those"),
        "not_yet": Fact(sort="number", help="targets that have not been scraped yet"),
        "missing": Fact(sort="list", help="expected jobs without a target"),
        "up_by_job": Fact(sort="map", help="targets that are up, by job"),
        "oldest_s": Fact(sort="number", unit="s", help="since the last scrape of the target that waits longest"),
        "slowest_s": Fact(sort="number", unit="s", help="how long the slowest scrape took"),
    },
    look=_look,
    target="url",
)

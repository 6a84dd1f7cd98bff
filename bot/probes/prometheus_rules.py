"""prometheus_rules: whether Prometheus has its rules, evaluates them without errors, and which alerts fire."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._json import age_of
from bot.probes._paths import FilePattern, files_of
from bot.probes._prometheus import MonitorParameters, ask_api
from bot.probes._text import clean, not_understood, refused
from bot.probes.base import Fact, Probe, Site

_MOST_ROWS = 40
_LINT = re.compile(r"SUCCESS: \d+ rules? found|FAILED", re.IGNORECASE)


class PrometheusRulesParameters(MonitorParameters):
    """Which rules there have to be."""

    group: str = Field(default="", max_length=200, description="Only the rules of this group", examples=["hft"])
    expect: tuple[str, ...] = Field(
        default=(), max_length=200, description="Names of rules that have to be there", examples=[["TradingSystemDown"]]
    )
    files: FilePattern | None = Field(
        default=None,
        description="Rule files on the place itself, which promtool checks, too",
        examples=["/etc/prometheus/alerts/*.yml"],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rule:
    group: str
    name: str
    is_alert: bool
    health: str
    state: str
    error: str
    age_s: float | None


async def _look(parameters: PrometheusRulesParameters, site: Site) -> Seen:
    data, _ = await ask_api(site, parameters, "/rules")
    rules = [one for one in _rules_in(data, site.now()) if parameters.group in ("", one.group)]
    failing = [one for one in rules if one.health == "err"]
    names = {one.name for one in rules}
    files_fit, lint = await _lint(parameters, site)

    def in_state(state: str) -> list[str]:
        return sorted({one.name for one in rules if one.state == state})[:100]

    ordered = sorted(rules, key=lambda one: (one.health != "err", one.state != "firing", one.state != "pending"))
    return Seen(
        facts={
            "rules": len(rules),
            "alerts": sum(1 for one in rules if one.is_alert),
            "missing": [name for name in parameters.expect if name not in names],
            "failing": sorted({one.name for one in failing})[:100],
            "firing": in_state("firing"),
            "pending": in_state("pending"),
            "oldest_s": max((one.age_s for one in rules if one.age_s is not None), default=None),
            "files_fit": files_fit,
        },
        table=Table(
            columns=("rule", "group", "state", "health", "error"),
            rows=tuple((one.name, one.group, one.state, one.health, one.error) for one in ordered[:_MOST_ROWS]),
        ),
        excerpt=[f"{one.name}: {one.error}" for one in failing[:5]] + lint[-5:],
        output="\n".join(lint),
    )


def _rules_in(data: Any, now: datetime) -> Iterator[_Rule]:
    try:
        for group in data["groups"]:
            for one in group["rules"]:
                yield _Rule(
                    group=one_line(str(group["name"]), 200),
                    name=one_line(str(one["name"]), 200),
                    is_alert=one["type"] == "alerting",
                    health=str(one.get("health", "unknown"))[:20],
                    state=str(one.get("state", ""))[:20],
                    error=one_line(clean(str(one.get("lastError") or "")), 200),
                    age_s=_age(one.get("lastEvaluation"), now),
                )
    except (KeyError, TypeError, AttributeError):
        raise not_understood("Prometheus") from None


def _age(said: Any, now: datetime) -> float | None:
    """One that was never evaluated has the year 1."""
    return None if str(said).startswith("0001-") else age_of(said, now)


async def _lint(parameters: PrometheusRulesParameters, site: Site) -> tuple[bool | None, list[str]]:
    """What promtool says of the files, and whether they are well. Raises ProbeFailed where it cannot be run."""
    if parameters.files is None:
        return None, []
    ran = await site.run("promtool", "check", "rules", *await files_of(site, parameters.files))
    text = ran.out + ran.err
    if not _LINT.search(text):
        raise refused(ran, "promtool")
    return ran.code == 0, [one_line(clean(line), 300) for line in text.split("\n") if line.strip()][:100]


PROBE = Probe(
    name="prometheus_rules",
    help="Prometheus' rules: whether those that are needed are there, evaluated without errors, and which alerts fire.",
    parameters=PrometheusRulesParameters,
    facts={
        "rules": Fact(sort="number", help="rules there are"),
        "alerts": Fact(sort="number", help="rules that alert"),
        "missing": Fact(sort="list", help="expected rules that are not there"),
        "failing": Fact(sort="list", help="rules whose last evaluation failed"),
        "firing": Fact(sort="list", help="alerts that fire"),
        "pending": Fact(sort="list", help="alerts whose condition holds, but not long enough yet"),
        "oldest_s": Fact(sort="number", unit="s", help="since the last evaluation of the rule that waits longest"),
        "files_fit": Fact(sort="flag", help="whether promtool finds nothing wrong with the files"),
    },
    look=_look,
    target="url",
)

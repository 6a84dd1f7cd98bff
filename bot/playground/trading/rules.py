"""Alerting rules: which series are wrong, for how long, and what alert that makes; read from rules.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from prometheus_client.samples import Sample
from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from bot.core.expression import Blanks, compile_expression

_TEXTS = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
_MINUTE = timedelta(minutes=1)

Labels = tuple[tuple[str, str], ...]


class Rule(BaseModel):
    """One rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alert: str
    metric: str
    where: dict[str, str] = {}
    """Labels that a series must have."""
    per_minute: bool = False
    """`value` is what a counter gained in the last minute."""
    when: str
    for_s: float
    keep: list[str] = []
    labels: dict[str, str]
    annotations: dict[str, str]


class Rules(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group_by: list[str]
    group_wait_s: float
    group_interval_s: float
    repeat_interval_s: float
    labels: dict[str, str]
    """Of every alert."""
    rules: list[Rule]


@cache
def read_rules() -> Rules:
    """The rules of rules.yaml. Raises pydantic's ValidationError with the place."""
    return Rules.model_validate(YAML(typ="safe").load(Path(__file__).with_name("rules.yaml")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Raised:
    """One alert, firing or over."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime
    """When it began to fire, which is `for_s` after it began to be wrong."""
    ends_at: datetime | None = None
    """None: it fires."""


class Evaluator:
    """Looks at one scrape after the other and remembers since when what is wrong."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.firing: dict[Labels, Raised] = {}
        self.unknown: dict[str, str] = {}
        """Rules that the last scrape could not answer, by alert, with the reason."""
        self._since: dict[Labels, datetime] = {}
        self._seen: dict[tuple[str, Labels], list[tuple[datetime, float]]] = {}

    def look(self, samples: Sequence[Sample], now: datetime) -> list[Raised]:
        """Take in a scrape; the alerts that are over since the last one. A series that is missing is not wrong."""
        facts = {one.name: one.value for one in samples if not one.labels}
        wrong = dict(pair for rule in self.rules.rules for pair in self._wrong(rule, samples, facts, now))
        self._since = {key: self._since.get(key, now) for key in wrong}
        over = [self.firing.pop(key) for key in list(self.firing) if key not in wrong]
        for key, (rule, labels, texts) in wrong.items():
            if key in self.firing or now - self._since[key] >= timedelta(seconds=rule.for_s):
                starts = self.firing[key].starts_at if key in self.firing else now
                self.firing[key] = Raised(labels=labels, annotations=texts, starts_at=starts)
        return [
            Raised(labels=one.labels, annotations=one.annotations, starts_at=one.starts_at, ends_at=now) for one in over
        ]

    def _wrong(
        self, rule: Rule, samples: Sequence[Sample], facts: Mapping[str, float], now: datetime
    ) -> Iterator[tuple[Labels, tuple[Rule, dict[str, str], dict[str, str]]]]:
        expression = compile_expression(rule.when)
        self.unknown.pop(rule.alert, None)
        for sample in samples:
            if sample.name != rule.metric or not rule.where.items() <= sample.labels.items():
                continue
            value = self._gained(sample, now) if rule.per_minute else sample.value
            known: dict[str, Any] = {**facts, "value": value, "labels": Blanks(sample.labels)}
            known["metric"] = lambda name, **where: _value(samples, name, where)
            answer = expression.ask(known)
            if answer.value is None:
                self.unknown[rule.alert] = answer.why
            if not answer.value:
                continue
            kept = {name: sample.labels[name] for name in rule.keep}
            labels = {"alertname": rule.alert, **self.rules.labels, **kept, **rule.labels}
            texts = {name: _TEXTS.from_string(text).render(known).strip() for name, text in rule.annotations.items()}
            yield tuple(sorted(labels.items())), (rule, labels, texts)

    def _gained(self, sample: Sample, now: datetime) -> float:
        """What a counter gained in the last minute; one that fell began anew."""
        seen = self._seen.setdefault((sample.name, tuple(sorted(sample.labels.items()))), [])
        if seen and seen[-1][1] > sample.value:
            seen.clear()
        seen.append((now, sample.value))
        while len(seen) > 1 and seen[1][0] <= now - _MINUTE:
            seen.pop(0)
        span = (now - seen[0][0]) / _MINUTE
        return (sample.value - seen[0][1]) / max(span, 1.0)


def _value(samples: Sequence[Sample], name: str, where: Mapping[str, str]) -> float:
    """One series' value; 0 where there is none."""
    found = (one.value for one in samples if one.name == name and where.items() <= one.labels.items())
    return next(found, 0.0)

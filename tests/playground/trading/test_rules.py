"""Rules: what fires, from when on, with which words; and the file itself."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from bot.playground.trading.faults import all_faults
from bot.playground.trading.rules import Evaluator, Rules, read_rules
from tests.playground.trading.running import START, Running

_RULE = {
    "alert": "QueueLong", "metric": "depth", "when": "value / capacity > 0.5", "for_s": 10, "keep": ["queue"],
    "labels": {"severity": "error"}, "annotations": {"summary": "{{ labels.queue }}: {{ value | int }}"},
}  # fmt: skip


def rules(**more: Any) -> Rules:
    return Rules.model_validate(
        {"group_by": [], "group_wait_s": 0, "group_interval_s": 10, "repeat_interval_s": 60, "labels": {"system": "x"}}
        | {"rules": [_RULE | more]}
    )


def scrape(**depths: float) -> list[Sample]:
    return [Sample("capacity", {}, 100), *(Sample("depth", {"queue": name}, value) for name, value in depths.items())]


class Looking:
    """One scrape every five seconds."""

    def __init__(self, **more: Any) -> None:
        self.evaluator = Evaluator(rules(**more))
        self.now = START

    def sees(self, seconds: float = 5, **depths: float) -> tuple[list[str], list[str]]:
        """What fires and what is over."""
        self.now += timedelta(seconds=seconds)
        over = self.evaluator.look(scrape(**depths), self.now)
        return [r.annotations["summary"] for r in self.evaluator.firing.values()], [r.labels["queue"] for r in over]


def test_it_fires_after_its_time_and_says_when_it_is_over() -> None:
    looking = Looking()
    assert looking.sees(a=60) == ([], [])
    assert looking.sees(a=60) == ([], [])
    assert looking.sees(a=70) == (["a: 70"], [])
    (fires,) = looking.evaluator.firing.values()
    assert fires.labels == {"alertname": "QueueLong", "system": "x", "queue": "a", "severity": "error"}
    assert fires.starts_at == looking.now
    assert looking.sees(a=80) == (["a: 80"], [])
    assert next(iter(looking.evaluator.firing.values())).starts_at == fires.starts_at
    assert looking.sees(a=50) == ([], ["a"])
    assert looking.sees(a=50) == ([], [])


def test_a_blip_does_not_count() -> None:
    looking = Looking()
    for depth in (60, 60, 50, 60, 60, 50):
        assert looking.sees(a=depth) == ([], [])


def test_every_series_is_an_alert_of_its_own() -> None:
    looking = Looking(for_s=0)
    assert looking.sees(a=60, b=10, c=70) == (["a: 60", "c: 70"], [])
    assert looking.sees(b=60, c=70) == (["c: 70", "b: 60"], ["a"])


def test_a_filter_chooses_series() -> None:
    assert Looking(for_s=0, where={"queue": "b"}).sees(a=60, b=61) == (["b: 61"], [])


def test_a_counter_s_gain_in_a_minute() -> None:
    """Not its value; and one that begins anew has gained nothing yet."""
    looking = Looking(for_s=0, per_minute=True, when="value > 3")
    seen = [bool(looking.sees(15, a=count)[0]) for count in (100, 101, 102, 104, 106, 106, 106, 106, 2, 2)]
    assert seen == [False, False, False, True, True, True, True, False, False, False]


def test_an_answer_that_is_unknown_is_told() -> None:
    looking = Looking(when="value > limit", for_s=0)
    assert looking.sees(a=60) == ([], [])
    assert "limit" in looking.evaluator.unknown["QueueLong"]


async def test_a_system_that_runs_well_answers_every_rule(hft: Running) -> None:
    """Every metric that a rule names is there, no answer is unknown, and nothing fires."""
    page = await hft.page()
    samples = [
        Sample("up", {}, 1),
        *(sample for family in text_string_to_metric_families(page) for sample in family.samples),
    ]
    evaluator = Evaluator(read_rules())
    evaluator.look(samples, START)
    evaluator.look(samples, START + timedelta(minutes=5))
    assert (evaluator.firing, evaluator.unknown) == ({}, {})
    missing = {
        rule.alert
        for rule in evaluator.rules.rules
        if not any(one.name == rule.metric and rule.where.items() <= one.labels.items() for one in samples)
    }
    assert missing == set()


def test_every_rule_notices_one_fault() -> None:
    noticed = Counter(fault.alert for fault in all_faults().values())
    assert noticed == Counter(rule.alert for rule in read_rules().rules)


@pytest.mark.parametrize("rule", read_rules().rules, ids=lambda rule: rule.alert)
def test_every_rule_says_what_a_person_needs(rule: Any) -> None:
    assert set(rule.annotations) == {"summary", "description"}
    assert rule.labels["severity"] in ("critical", "error", "warning")
    assert rule.labels["component"]

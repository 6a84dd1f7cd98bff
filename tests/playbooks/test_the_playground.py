"""The trading system broken in each of its ways: the right playbook is offered first, and walking it with its checks
reaches what was broken, in at most three human answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.core.alert import Alert
from bot.core.evidence import State
from bot.core.playbook import Playbook, Step, walk
from bot.core.playbook.offering import offered
from bot.core.playbook.walk import Finding, Stand, Walk
from bot.core.routing import facts_of, route
from bot.playground.trading.faults import all_faults
from tests.packs.test_hft_checks import ELSEWHERE, SAID_BY, Desk
from tests.playbooks.kit import contents
from tests.playground.trading.running import Running

MOST_ANSWERS = 3
TOLD = {
    # PostgreSQL itself is not there in the playground: only a person can say what it does.
    "database_down": {"reachable": "It does not answer", "unit": "It does not run"},
    "connection_pool": {"held": "None runs long"},
}
STEPS = {"process_gone": "fails_to_start.crashed", "stale_data": "no_market_data.resubscribe"}
"""Where no item within a section of the guide is the cause: the step that finds or ends it."""
_PATIENCE = timedelta(seconds=5)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with httpx.AsyncClient(trust_env=False) as client:
        hft = Running(tmp_path / "hft", client)
        await hft.system.start()
        await hft.go_on(120)
        made = Desk(hft, client)
        yield made
        await made.stop()
        await hft.system.stop()


class Walked:
    """One walk by the checks of the desk. What these cannot tell here is answered as the fault is; else by the first
    choice."""

    def __init__(self, desk: Desk, book: Playbook, labels: dict[str, str], told: Mapping[str, str]) -> None:
        self._told = told
        self._desk, self._books, self._book = desk, contents()["hft"].playbooks.by_name, book
        self._at = walk.begin(book, walk.from_labels(book, labels))
        self.answers = 0
        self.steps: list[str] = []

    async def to(self, wanted: set[str], cause: str = "") -> bool:
        """Whether it comes to the step of the cause, or where none is named to one that does the work of these ids."""
        for _ in range(60):
            step = self._book.steps[self._at.step]
            self.steps.append(f"{self._book.name}.{step.name}")
            if self.steps[-1] == cause or (not cause and wanted & set(step.covers)):
                return True
            if self._at.stand.is_over:
                return False
            self._at = await self._on(step, self._at)
        return False

    async def _on(self, step: Step, at: Walk) -> Walk:
        now = self._desk.hft.now
        match at.stand:
            case Stand.LOOKING:
                return walk.found(self._book, at, await self._seen(step, at), now)
            case Stand.CALLING:
                return walk.called(self._book, at, "called", now)
            case Stand.MOVING:
                other = self._books[step.playbook]
                moved = walk.moved(at, step, other, now)
                self._book = other
                return moved
        self.answers += 1
        says = [choice.say for choice in step.choices]
        choice = says.index(self._told[step.name]) if step.name in self._told else 0
        return walk.answer(self._book, at, choice, by="Ann", now=now)

    async def _seen(self, step: Step, at: Walk) -> dict[str, Finding]:
        """What the checks come to; those that look at the machine on which this runs are well."""
        known, given = self._desk.checks.by_name, walk.arguments_of(at, step)
        here = [known[name] for name in step.checks if name not in ELSEWHERE]
        seen = await self._desk.look(here, within=_PATIENCE, **given)
        findings = {one.check: Finding(state=one.state, facts=one.seen.facts, verdict=one.verdict) for one in seen}
        return {name: findings.get(name, Finding(state=State.OK)) for name in step.checks}


def causes_of(fault: str) -> set[str]:
    """The ids of a fault's causes: those within a section, since a section is any of its causes."""
    return {one for one in all_faults()[fault].covers if one.count(".") == 2}


@pytest.mark.parametrize("fault", sorted(SAID_BY))
async def test_the_right_playbook_leads_to_the_cause(desk: Desk, fault: str):
    covers = set(all_faults()[fault].covers)
    desk.hft.system.break_(fault, desk.hft.now)
    await desk.go_on_until_noticed()
    await desk.hft.go_on(30)
    raised = desk.noticed
    alert = Alert(
        endpoint="alertmanager",
        fingerprint=fault,
        firing=True,
        title=raised.annotations.get("summary", ""),
        text=raised.annotations.get("description", ""),
        severity=raised.labels.get("severity", ""),
        labels=dict(raised.labels),
        annotations=dict(raised.annotations),
        starts_at=desk.hft.now,
    )
    routed = route(alert, [desk.system])
    failing = [one.check for one in await desk.health() if one.state is State.FAIL]
    its = contents()["hft"]
    offers = offered(
        its.playbooks.by_name.values(),
        route=routed.route,
        alerts=[facts_of(alert, routed.severity)],
        text=f"{alert.title}\n{alert.text}",
        errors=its.errors,
        failing=failing,
    )
    first = offers[0].playbook
    assert covers & {*first.covers, *(id_ for step in first.steps.values() for id_ in step.covers)}, [
        (one.playbook.name, one.why) for one in offers
    ]
    walked = Walked(desk, first, dict(alert.labels), TOLD.get(fault, {}))
    assert await walked.to(causes_of(fault), STEPS.get(fault, "")), walked.steps
    assert walked.answers <= MOST_ANSWERS, walked.steps

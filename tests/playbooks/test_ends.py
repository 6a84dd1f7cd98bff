"""An end says what was reached: `fixed` only where something was done, and only when what brought people in is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from bot.core.evidence import State
from bot.core.playbook import Kind, Playbook, Step, stepping
from bot.core.playbook.walk import Finding, Stand, Walk, outcome_of
from tests.playbooks.kit import NOW, SYSTEMS, contents, playbooks

BY_TIME = {
    # A restart stays visible for an hour, also the one that has mended it; the step itself waits for ten minutes.
    ("service_crashes", "verify", "container_restarts"),
    # Docker tells of the last end as long as the container runs; with a restart of late the step waits.
    ("service_crashes", "verify", "container_oom"),
    # It is asked first whether trades are made, and that is what it ends with.
    ("no_trades", "verify", "engine_health"),
    # There it says that trading is on already, which is no trouble.
    ("resume_trading", "verify", "order_answers"),
    ("resume_trading", "verify", "trading"),
}
"""What looks milder at the end than at the beginning, and is not."""


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_is_fixed_where_all_was_well_and_nothing_done(system: str):
    found = {book.name for book in playbooks(system).values() if "fixed" in ends_without_doing(book)}
    assert found == set()


def ends_without_doing(book: Playbook) -> set[str]:
    """The outcomes of a playbook whose checks are all well, whatever people answer, as long as nobody does anything."""
    ends: set[str] = set()
    seen: set[str] = set()
    waiting = [stepping.begin(book, _values(book))]
    while waiting:
        at = waiting.pop()
        if at.step in seen:
            continue
        seen.add(at.step)
        step = book.steps[at.step]
        if step.kind is Kind.DONE:
            ends.add(outcome_of(book, at))
        waiting += _next(book, at, step)
    return ends


def _next(book: Playbook, at: Walk, step: Step) -> Iterator[Walk]:
    if at.stand is Stand.LOOKING:
        at = stepping.found(book, at, {name: Finding(state=State.OK) for name in step.checks}, NOW)
        if at.stand is not Stand.WAITING or at.step != step.name:
            yield at
            return
    if step.kind in (Kind.ASK, Kind.CHECK):
        for place in range(len(step.choices)):
            yield stepping.answer(book, at, place, by="Ann", now=NOW)


def _values(book: Playbook) -> dict[str, str]:
    return {name: one.default or one.kind.example.split(" or ")[0] for name, one in book.parameters.items()}


@pytest.mark.parametrize("system", SYSTEMS)
def test_it_is_fixed_only_when_what_led_there_is_over(system: str):
    found = {lax for book in playbooks(system).values() for lax in milder_at_the_end(system, book)}
    assert found - BY_TIME == set()


def milder_at_the_end(system: str, book: Playbook) -> Iterator[tuple[str, str, str]]:
    """The checks of its first step whose trouble leads on from there, and yet to `fixed` at its end."""
    first = book.steps[book.start]
    for last in book.steps.values():
        shared = set(first.checks) & set(last.checks)
        for check in sorted(shared) if last.name != first.name else ():
            for state in _troubles(system, check):
                led, ended = (_leads(book, step, {check: state}) for step in (first, last))
                if led not in ("", first.branches[-1].go) and ended and book.steps[ended].outcome == "fixed":
                    yield book.name, last.name, check


def _troubles(system: str, check: str) -> list[State]:
    its = contents()[system].checks.by_name[check]
    return [state for state, rule in ((State.WARN, its.warn), (State.FAIL, its.fail)) if rule is not None]


def _leads(book: Playbook, step: Step, states: Mapping[str, State]) -> str:
    """Where a check's step leads when all else is well; empty where that hangs on more than states."""
    at = Walk(playbook=book.name, step=step.name, stand=Stand.LOOKING, arguments=_values(book))
    findings = {name: Finding(state=states.get(name, State.OK)) for name in step.checks}
    on = stepping.found(book, at, findings, NOW)
    return _went(step, on.trail[-1].said) if on.trail else ""


def _went(step: Step, said: str) -> str:
    return next(branch.go for branch in step.branches if branch.say == said)

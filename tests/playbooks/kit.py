"""The kit of the playbooks' tests: the five packs as they are, and a walk with given findings and answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import bot.probes
from bot import packs
from bot.configured import probe_infos
from bot.core.evidence import State
from bot.core.playbook import Playbook, filling, stepping
from bot.core.playbook.walk import Finding, Stand, Walk, outcome_of
from bot.packs import Contents
from bot.plugs import discover
from bot.probes.base import Probe

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SYSTEMS = ("hft", "tmt", "pyrt", "sapphire", "botcore")


@cache
def contents() -> Mapping[str, Contents]:
    """All five packs."""
    probes = probe_infos(discover(bot.probes, "PROBE", Probe))
    return packs.load([], SYSTEMS, variables={}, ways={}, probes=probes).contents


def playbooks(system: str) -> Mapping[str, Playbook]:
    """Those of a system."""
    return contents()[system].playbooks.by_name


class Story:
    """One walk whose findings and answers are told beforehand."""

    def __init__(self, system: str, told: Mapping[str, Any]) -> None:
        self._books = playbooks(system)
        self._checks = {name: _visits(said) for name, said in told.get("checks", {}).items()}
        self._answers = {name: _visits(said) for name, said in told.get("answers", {}).items()}
        self._given = dict(told.get("given", {}))
        self._labels = dict((told.get("alert") or {}).get("labels", {}))
        self.steps: list[str] = []
        self.outcome = ""

    def walk(self, name: str) -> Walk:
        """To the end."""
        book = self._books[name]
        at = stepping.begin(book, {**filling.from_labels(book, self._labels), **self._given})
        while True:
            self.steps.append(at.step)
            assert len(self.steps) < 200, "it goes on for ever"
            step = book.steps[at.step]
            match at.stand:
                case Stand.LOOKING:
                    at = stepping.found(book, at, {name: self._finding(name) for name in step.checks}, NOW)
                    if at.stand is Stand.WAITING and at.step == step.name:
                        at = self._answered(book, at)
                case Stand.WAITING:
                    at = self._answered(book, at)
                case Stand.CALLING:
                    at = stepping.called(book, at, "level 2 paged now", NOW)
                case Stand.MOVING:
                    book = self._books[step.playbook]
                    at = stepping.moved(at, step, book, NOW)
                case _:
                    self.outcome = outcome_of(book, at)
                    return at

    def _finding(self, name: str) -> Finding:
        said = _next(self._checks, name, "ok")
        if isinstance(said, str):
            return Finding(state=State(said), facts={}, verdict=f"{name} is {said}")
        return Finding(state=State(said.get("state", "ok")), facts=said.get("facts", {}), verdict=name)

    def _answered(self, book: Playbook, at: Walk) -> Walk:
        choices = book.steps[at.step].choices
        said = _next(self._answers, at.step, choices[0].say if len(choices) == 1 else "")
        fits = [place for place, choice in enumerate(choices) if choice.say == said]
        assert fits, f"{book.name}.{at.step}: {said!r} is none of {[c.say for c in choices]}"
        return stepping.answer(book, at, fits[0], by="Ann", now=NOW)


def _visits(said: Any) -> list[Any]:
    return list(said) if isinstance(said, list) else [said]


def _next(told: Mapping[str, list[Any]], name: str, usual: Any) -> Any:
    waiting = told.get(name)
    if not waiting:
        return usual
    return waiting.pop(0) if len(waiting) > 1 else waiting[0]

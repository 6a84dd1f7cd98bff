"""What the bundled checks say where nothing answers: why, and no dash in the place of a number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bot.probes
from bot.core.check import Check
from bot.core.evidence import Judgement, State
from bot.core.verdict import verdict
from bot.packs import ProbeInfo, load
from bot.plugs import discover
from bot.probes.base import Probe
from tests.packs.kit import WAYS

PACKS = Path(__file__).parents[2] / "playbooks"
SYSTEMS = ["hft", "tmt", "sapphire", "pyrt", "botcore"]
PROBES: dict[str, Probe] = discover(bot.probes, "PROBE", Probe)
INFOS = {
    name: ProbeInfo(parameters=probe.parameters, facts=frozenset(probe.facts), fills=frozenset(probe.fills))
    for name, probe in PROBES.items()
}
FLAGS = ("reached", "connected", "answers", "connects", "open")


def _unreachable() -> Iterator[tuple[Check, dict[str, Any]]]:
    """Each check that may be told that nothing answers, with the facts of that."""
    loaded = load([PACKS], SYSTEMS, variables={}, ways=WAYS, probes=INFOS)
    for system in SYSTEMS:
        for check in loaded.checks[system].by_name.values():
            known = PROBES[check.probe].facts
            if flags := [name for name in FLAGS if name in known and known[name].sort == "flag"]:
                facts: dict[str, Any] = {**dict.fromkeys(known), **dict.fromkeys(flags, False)}
                yield check, facts | ({"trouble": "refused"} if "trouble" in known else {})


UNREACHABLE = list(_unreachable())


def test_there_are_enough_of_them():
    assert len(UNREACHABLE) > 50


@pytest.mark.parametrize(("check", "facts"), [pytest.param(*one, id=one[0].key) for one in UNREACHABLE])
def test_where_nothing_answers_it_says_so_and_why(check: Check, facts: dict[str, Any]):
    units = {name: fact.unit for name, fact in PROBES[check.probe].facts.items()}
    arguments = dict.fromkeys(check.asks, "x")
    said = verdict(check, facts, Judgement(state=State.FAIL, why="not reached"), units, arguments)
    assert "–" not in said
    assert said.strip(" ()"), "something is said"
    if facts.get("trouble"):
        assert "refused" in said

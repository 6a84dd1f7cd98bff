"""Finding: how long a question takes over the five packs and over a hundred imported ones, and making the index."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ruamel.yaml import YAML

from bench.client import quantile
from bench.figures import Figure, at_most
from bot.configured import find_ways, load_content
from bot.core.finding import Finder, Material
from bot.settings import Environment

_PACKS = 100
_MOST_MS = 50.0
_QUESTIONS = Path(__file__).parent.parent / "tests" / "playbooks" / "questions"
_LOG = "2026-11-21 03:04:05.123 ERROR [connector-7] order 8f3a00c1d2e4 rejected by venue: {} after 250 ms, will retry\n"


def measure() -> list[Figure]:
    """Everything. No database takes part in it."""
    environment = Environment({})
    settings = environment.settings()
    content = load_content(environment, settings, find_ways(environment, settings), whole=True)
    bundled = [contents.material for contents in content.packs.values()]
    imported = [_renamed(bundled[number % len(bundled)], f"desk{number}") for number in range(_PACKS)]
    asked = _questions()
    return [*_measured(f"{len(bundled)} packs", bundled, asked), *_measured(f"{_PACKS} packs", imported, asked)]


def _renamed(material: Material, name: str) -> Material:
    """The same pack under another name."""
    return replace(
        material,
        system=name,
        playbooks=tuple(replace(playbook, system=name) for playbook in material.playbooks),
        errors=tuple(replace(entry, system=name) for entry in material.errors),
    )


def _questions() -> list[str]:
    """What tired operators ask, and a piece of a log as long as anybody pastes."""
    asked = [row["ask"] for path in sorted(_QUESTIONS.glob("*.yaml")) for row in YAML(typ="safe").load(path)]
    return [*asked, "".join(_LOG.format(one) for one in asked[:40])]


def _measured(where: str, materials: Sequence[Material], asked: Sequence[str]) -> list[Figure]:
    count = sum(len(tuple(material.playbooks)) for material in materials)
    began = time.perf_counter()
    finder = Finder(materials)
    finder.find(asked[0])
    made = time.perf_counter() - began
    systems = [material.system for material in materials]
    everywhere = [_took(finder, one, "") for one in asked]
    one_system = [_took(finder, one, systems[number % len(systems)]) for number, one in enumerate(asked)]
    return [
        Figure(database="none", what=f"find: index made of {where}, {count} playbooks", value=made * 1000, unit="ms"),
        at_most("none", f"find over {where}, p99", quantile(everywhere, 0.99), "ms", _MOST_MS),
        at_most("none", f"find over {where}, the longest", max(everywhere), "ms", _MOST_MS),
        at_most("none", f"find in one of {where}, p99", quantile(one_system, 0.99), "ms", _MOST_MS),
    ]


def _took(finder: Finder, asked: str, system: str) -> float:
    began = time.perf_counter()
    finder.find(asked, system)
    return (time.perf_counter() - began) * 1000

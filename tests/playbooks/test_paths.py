"""Each playbook's own stories, as data: this alert, these findings, these answers lead by these steps to this end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.playbooks.kit import SYSTEMS, Story, playbooks

FOLDER = Path(__file__).parent


def stories() -> list[Any]:
    found = []
    for system in SYSTEMS:
        file = FOLDER / f"{system}.yaml"
        told = YAML(typ="safe").load(file.read_text()) if file.is_file() else {}
        found += [
            pytest.param(system, name, story, id=f"{system}-{name}-{place}")
            for name, its in told.items()
            for place, story in enumerate(its)
        ]
    return found


@pytest.mark.parametrize(("system", "name", "told"), stories())
def test_it_leads_there(system: str, name: str, told: dict[str, Any]):
    story = Story(system, told)
    story.walk(name)
    assert story.steps == told["steps"]
    assert story.steps[-1] == told["ends"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_playbook_has_a_story(system: str):
    told = {param.values[1] for param in stories() if param.values[0] == system}
    assert playbooks(system).keys() - told == set()

"""All of the five guides is there: every item of their inventories, every command, every look."""

from __future__ import annotations

import pytest

from tests.playbooks.kit import SYSTEMS, contents

LOOKS = {"hft": 179, "tmt": 45, "pyrt": 87, "sapphire": 66, "botcore": 98}
ITEMS = {"hft": 179, "tmt": 52, "pyrt": 107, "sapphire": 78, "botcore": 79}


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_look_has_a_check(system: str):
    its = contents()[system]
    assert its.guide is not None
    wanted = its.guide.lines("probe")
    served = {line for check in its.checks.by_name.values() for line in check.lines}
    assert len(wanted) == LOOKS[system]
    assert [line for line in wanted if line not in served] == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_check_claims_a_line_that_is_no_look(system: str):
    its = contents()[system]
    assert its.guide is not None
    known = {line for line, _ in its.guide.commands}
    for check in its.checks.by_name.values():
        assert set(check.lines) - known == set(), check.name


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_item_is_covered(system: str):
    its = contents()[system]
    assert its.guide is not None
    ids = [item.id for item in its.guide.items]
    assert len(ids) == ITEMS[system]
    assert [id_ for id_ in ids if id_ not in its.covering.ids] == []
    assert its.covering.ids.keys() - set(ids) == set()


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_command_stands_in_a_step(system: str):
    its = contents()[system]
    assert its.guide is not None
    typed = its.guide.lines("probe", "action", "manual-edit")
    assert [line for line in typed if line not in its.covering.lines] == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_health_check_has_its_playbook(system: str):
    its = contents()[system]
    explained = {check for book in its.playbooks.by_name.values() for check in book.offer.checks}
    assert [check.name for check in its.checks.of_suite("health") if check.name not in explained] == []

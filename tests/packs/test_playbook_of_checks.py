"""The playbooks of checks: whatever check fails, there is a playbook to press, and the one that is about it."""

from __future__ import annotations

import pytest

from tests.playbooks.kit import SYSTEMS, contents

FOR_ANY_INCIDENT = {"incident", "first_steps", "triage", "collect_diagnostics"}
"""Playbooks that look at everything, and so explain nothing by themselves."""


def looked_at(system: str) -> dict[str, set[str]]:
    """The playbooks with a step that looks at a check, by check."""
    found: dict[str, set[str]] = {}
    for playbook in contents()[system].playbooks.by_name.values():
        for check in (check for step in playbook.steps.values() for check in step.checks):
            found.setdefault(check, set()).add(playbook.name)
    return found


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_check_of_a_step_leads_to_a_playbook_with_it(system: str):
    offered = {check for one in contents()[system].playbooks.by_name.values() for check in one.offer.checks}
    playbook_of, steps = contents()[system].playbook_of, looked_at(system)
    assert set(playbook_of) == offered | set(steps)
    assert len(set(steps) - offered) >= 15
    assert {check: playbook_of[check] for check in set(steps) - offered if playbook_of[check] not in steps[check]} == {}


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_one_that_is_offered_for_it_goes_before_all_others(system: str):
    books = contents()[system].playbooks.by_name
    first = {check: one.name for one in reversed(books.values()) for check in one.offer.checks}
    assert {check: contents()[system].playbook_of[check] for check in first} == first


@pytest.mark.parametrize("system", SYSTEMS)
def test_one_for_any_incident_only_explains_what_no_other_does(system: str):
    offered = {check for one in contents()[system].playbooks.by_name.values() for check in one.offer.checks}
    assert {
        check: names
        for check, names in looked_at(system).items()
        if check not in offered and contents()[system].playbook_of[check] in FOR_ANY_INCIDENT
        if names - FOR_ANY_INCIDENT
    } == {}


def test_some_of_them():
    assert contents()["hft"].playbook_of["stream_dns"] == "exchange_connection"
    assert contents()["tmt"].playbook_of["clock"] == "recovery"
    assert contents()["hft"].playbook_of["health_script"] == "incident"

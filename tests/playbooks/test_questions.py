"""Tired people find their playbook: measured on questions that were put aside while the ranking was made."""

from __future__ import annotations

import pytest

from tests.playbooks.asking import (
    KEPT,
    TUNING,
    Figures,
    all_figures,
    answers,
    figures,
    offered_for_nothing,
    questions,
)
from tests.playbooks.kit import SYSTEMS

# What was reached: a change that finds worse fails. The goals are first 85 %, among three 95 %, first over all five
# 75 %, and nothing offered for 80 % of what no guide answers.
FIRST, THREE, OVER_ALL, IN_EACH, QUIET = 0.89, 0.96, 0.75, 0.85, 0.90


@pytest.fixture(scope="module")
def kept() -> Figures:
    return all_figures(KEPT)


@pytest.mark.parametrize("system", SYSTEMS)
def test_there_are_questions_for_each_system(system: str):
    asked = questions(system)
    assert len(asked) >= 40
    assert len({one.ask for one in asked}) == len(asked)
    assert {one.half for one in asked} == {TUNING, KEPT}
    assert sum(one.half == KEPT for one in asked) >= 20
    assert [one.ask for one in asked if not any(id_ in answers() for id_ in one.covers)] == []


def test_the_right_one_is_first(kept: Figures):
    assert kept.first >= FIRST * kept.total, f"{kept}"


def test_the_right_one_is_among_three(kept: Figures):
    assert kept.three >= THREE * kept.total, f"{kept}"


def test_the_right_one_is_first_over_all_five(kept: Figures):
    assert kept.over_all >= OVER_ALL * kept.total, f"{kept}"


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_system_is_left_behind(system: str):
    found = figures(system, KEPT)
    assert found.first >= IN_EACH * found.total, f"{found}"


@pytest.mark.parametrize("system", ["", *SYSTEMS])
def test_nothing_is_offered_for_what_no_guide_answers(system: str):
    asked, offered = questions("none", KEPT), offered_for_nothing(KEPT, system)
    assert len(offered) <= (1 - QUIET) * len(asked), f"{len(offered)} of {len(asked)}"

"""Making the calls of a decision, and whether they reach anybody (ESCALATION 3, 6, 28)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.escalation import Call, Escalation, Whom
from bot.core.oncall import Contact, Roster
from bot.core.policy import Policy, Target
from tests.core.kit import ANNA, CRITICAL, NOW, T, at, climb, minute, opened, waiting

PEOPLE = {name: Contact(id=name, name=name.title()) for name in ("ops", "eng", "arch", "hot")}
ROLES = {"level1": ["ops"], "level2": ["eng"], "level3": ["arch"], "level4": ["hot"]}


@dataclass
class Calls:
    """Who was called, and on which levels that fails."""

    failing: set[int]
    made: list[tuple[int | None, list[str]]] = field(default_factory=list)
    why: list[str] = field(default_factory=list)

    def page(self, escalation: Escalation, call: Call, whom: Whom) -> bool:
        self.made.append((call.level, [f"{contact.id} {way}" for contact, way in whom.people] + list(whom.channels)))
        self.why.append(call.why)
        return bool(whom.people) and call.level not in self.failing

    def ask(self, escalation: Escalation, call: Call) -> None:
        self.made.append((None, [escalation.holder]))


def calls(move, of=CRITICAL, *, failing=(), now=0.0, roles=ROLES) -> tuple[Escalation, Calls]:
    made = Calls(set(failing))
    return ladder.climb(move, of, Roster(contacts=PEOPLE, roles=roles), at(now), made), made


def first(of: Policy = CRITICAL) -> ladder.Move:
    return ladder.advance(ladder.start(of, Severity.CRITICAL, NOW, T), of, NOW, T)


def test_a_level_that_reaches_somebody_brings_nobody_else():
    """ESCALATION 6."""
    after, made = calls(first())
    assert made.made == [(0, ["ops phone", "ops slack"])]
    assert waiting(after) == {2: 5, 3: 15, 4: 30}


# The levels (from 0) on which nobody can be reached; who is called at once; the levels that keep their times.
FAILING = [
    ([0], [0, 1], {3: 15, 4: 30}),
    ([0, 1], [0, 1, 2], {4: 30}),
    ([0, 2], [0, 1], {3: 15, 4: 30}),
    ([0, 1, 2, 3], [0, 1, 2, 3], {}),
]


@pytest.mark.parametrize(("failing", "called", "others"), FAILING)
def test_a_level_that_reaches_nobody_brings_the_next_at_once(failing, called, others):
    """ESCALATION 6: and the one after, as long as that fails too; the reason says so."""
    after, made = calls(first(), failing=failing)
    assert [level for level, _ in made.made] == called
    assert waiting(after) == others
    assert made.why[1] == "level 2 (L2) paged: nobody could be reached on level 1"


def test_a_role_without_anybody_is_a_level_that_reaches_nobody():
    """ESCALATION 6, 32."""
    _, made = calls(first(), roles=ROLES | {"level1": []})
    assert made.made == [(0, []), (1, ["eng phone", "eng slack"])]


def test_below_a_level_that_is_called_in_the_same_move_a_failure_brings_nobody():
    """ESCALATION 3, 6: levels 2, 3, 4 and 1 are called after long sleep. Level 2 fails; level 3 is called anyway, and
    not once more."""
    move = ladder.advance(opened(), CRITICAL, at(50), T)
    after, made = calls(move, failing=[1], now=50)
    assert [level for level, _ in made.made] == [1, 2, 3, 0]
    assert waiting(after) == {3: 60, 4: 75}


def test_in_one_move_nobody_is_paged_twice():
    """ESCALATION 3: Ops stands in for level 2; both were overdue. They were reached, so level 3 keeps its time."""
    move = ladder.advance(ladder.start(CRITICAL, Severity.CRITICAL, NOW, T), CRITICAL, at(6), T)
    after, made = calls(move, now=6, roles=ROLES | {"level2": ["ops"]})
    assert made.made == [(0, ["ops phone", "ops slack"]), (1, [])]
    assert waiting(after) == {3: 15, 4: 30}


def with_channel(*, people: bool) -> Policy:
    channel = Target(to="#desk", ways=())
    level = CRITICAL.levels[0]
    return replace(CRITICAL, levels=(replace(level, targets=(channel, *level.targets) if people else (channel,)),
                                     *CRITICAL.levels[1:]))  # fmt: skip


def test_a_channel_by_itself_is_reached_by_its_card():
    """ESCALATION 28."""
    of = with_channel(people=False)
    after, made = calls(first(of), of)
    assert made.made == [(0, ["#desk"])]
    assert waiting(after) == {2: 5, 3: 15, 4: 30}


def test_a_card_is_no_reason_to_wait_when_all_ways_to_people_have_failed():
    """ESCALATION 6, 28: a channel wakes nobody."""
    of = with_channel(people=True)
    _, made = calls(first(of), of, failing=[0])
    assert [level for level, _ in made.made] == [0, 1]


def test_a_holder_is_asked_and_that_brings_nobody():
    """ESCALATION 12."""
    taken = ladder.acknowledge(opened(), ANNA, Severity.CRITICAL, at(1), T)
    after, made = calls(ladder.advance(taken, CRITICAL, at(31), T), now=31)
    assert made.made == [(None, ["anna"])]
    assert minute(after.due_at) == 36


# The minutes climbed after level 1; the pages of the round, as (level from 0, state); whether they reach nobody.
REACHED = [
    ([], [(0, "failed"), (0, "unreached"), (0, "failing")], True),
    # Still on its way, or dropped because another came: not lost.
    ([], [(0, "failed"), (0, "waiting")], False),
    ([], [(0, "failed"), (0, "sent")], False),
    ([], [(0, "unreached"), (0, "answered")], False),
    # What was dropped reached nobody either.
    ([], [(0, "dropped"), (0, "failed")], True),
    # A role without anybody: not even a page.
    ([], [], True),
    # Level 2 has been paged too.
    ([5], [(0, "failed"), (1, "delivered")], False),
    ([5], [(0, "failed"), (1, "failed")], True),
]


@pytest.mark.parametrize(("minutes", "pages", "nobody"), REACHED)
def test_whether_a_round_reaches_nobody(minutes, pages, nobody):
    """ESCALATION 6."""
    escalation, _ = climb(opened(), minutes)
    assert ladder.reaches_nobody(escalation, CRITICAL, pages) is nobody


@pytest.mark.parametrize(
    "escalation",
    [
        ladder.start(CRITICAL, Severity.CRITICAL, NOW, T),
        ladder.acknowledge(opened(), ANNA, Severity.CRITICAL, at(1), T),
        ladder.stop(opened(), at(1)),
    ],
)
def test_where_nobody_was_called_or_somebody_has_it_nobody_is_missing(escalation):
    """ESCALATION 6, 11, 22."""
    assert not ladder.reaches_nobody(escalation, CRITICAL, [(0, "failed")])


def test_a_level_that_is_a_channel_counts_as_reached():
    """ESCALATION 28."""
    of = with_channel(people=False)
    assert not ladder.reaches_nobody(opened(of), of, [])


def test_only_what_this_round_has_called_counts():
    """ESCALATION 8: after a raise a level may be due again whose earlier page had failed."""
    fresh = ladder.page_again(opened(), [0], at(1))
    assert not ladder.reaches_nobody(fresh, CRITICAL, [(0, "failed")])

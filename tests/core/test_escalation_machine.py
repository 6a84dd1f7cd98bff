"""Whatever people and time do to a ladder: what is true of it all the same."""

from datetime import timedelta

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.escalation import ENDED, HELD, RUNNING, Escalation, Move
from bot.core.policy import Policy
from bot.store.rows import escalation_row, read_escalation
from tests.core.kit import ANNA, BORIS, CRITICAL, HIGH, LOW, MEDIUM, NOW, PLAN, T, policy

SEVERITIES = st.sampled_from(list(Severity))
PEOPLE = st.sampled_from([ANNA, BORIS])
# The minutes at which something is due come up often; so do instants just beside them, and long silence.
PAUSES = st.one_of(
    st.sampled_from([0, 1, 5, 10, 15, 30, 45, 60]).map(lambda m: timedelta(minutes=m)),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(minutes=20)),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)),
)
LADDERS = [CRITICAL, HIGH, MEDIUM, LOW]
OTHER = [
    policy("critical", 0, 0, 5),
    policy("high", 0),
    policy("medium", 0, 15, 15, 60, ways=("slack",)),
    policy("low", 0, repeats=False),
]


def unpaged(escalation: Escalation) -> dict[int, object]:
    return {rung.level: rung.due_at for rung in escalation.rungs if rung.paged_at is None}


def paged(escalation: Escalation) -> set[int]:
    return {rung.level for rung in escalation.rungs if rung.paged_at is not None}


class Ladder(RuleBasedStateMachine):
    """One ladder, changed as the engine changes it: each decision is followed by what is due then."""

    @initialize(severity=SEVERITIES, other=st.booleans())
    def open(self, severity, other):
        self.policies = {p.name: p for p in (OTHER if other else LADDERS)}
        self.now, self.severity = NOW, severity
        self.escalation = ladder.start(self.policy, severity, NOW, T)
        self.epoch = self.escalation.epoch
        self.advance()

    @property
    def policy(self) -> Policy:
        return self.policies[self.severity.word]

    def take(self, move: Move, *, replanned: bool = False, insisted: bool = False) -> None:
        """Check the calls of a decision and keep its ladder."""
        before, after = self.escalation, move.escalation
        called = [call.level for call in move.calls]
        assert all(call.due_at <= self.now for call in move.calls), "called before it was due"
        assert all(call.why for call in move.calls), "no reason"
        assert len(called) == len(set(called)), "called twice in one decision"
        if None in called:
            assert called == [None], "the holder and a level at once"
            assert after.state == HELD
        elif after.round == before.round and not replanned and not insisted:
            assert not paged(before) & set(called), "called twice in one round"
        if after.state == RUNNING:
            assert paged(after) <= paged(before) | set(called), "counted as paged but not called"
            assert set(called) <= set(range(len(self.policy.levels)))
        self.escalation = after

    @rule(pause=PAUSES)
    def time_passes(self, pause):
        """The bot sleeps: nothing is advanced, so a later decision finds levels overdue."""
        self.now += pause

    @rule(pause=PAUSES)
    def awake(self, pause):
        """The bot wakes whenever something is due until then."""
        until = self.now + pause
        for _ in range(200):
            due = self.escalation.due_at
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self.advance()
        self.now = until

    @rule()
    def advance(self):
        before = self.escalation
        move = ladder.advance(before, self.policy, self.now, T)
        self.take(move)
        if before.state == HELD:
            asked = before.asked_for == "" and move.escalation.asked_for == ladder.QUIET
            assert not move.calls or asked or move.released, "an acknowledged ladder called somebody"
        if before.state == ENDED:
            assert not move.calls
        again = ladder.advance(self.escalation, self.policy, self.now, T)
        assert again.calls == ()
        assert again.escalation == self.escalation
        assert self.escalation.due_at is None or self.escalation.due_at > self.now

    @precondition(lambda self: self.escalation.state == RUNNING)
    @rule(who=PEOPLE)
    def acknowledge(self, who):
        self.escalation = ladder.acknowledge(self.escalation, who, self.severity, self.now, T)
        assert self.escalation.due_at is None or self.escalation.due_at == self.now + T.ack_lasts
        assert (self.escalation.due_at is not None) == (self.severity is Severity.CRITICAL)
        assert ladder.advance(self.escalation, self.policy, self.now, T).calls == ()

    @precondition(lambda self: self.escalation.state == HELD)
    @rule(above=st.booleans())
    def release(self, above):
        before, top = self.escalation, len(self.policy.levels) - 1
        move = ladder.release(before, self.policy, self.now, T, above=above)
        self.take(move)
        first = min(max(before.highest, 0) + above, top) if before.highest >= 0 else 0
        assert move.released
        assert first in {call.level for call in move.calls}
        assert min(rung.level for rung in self.escalation.rungs) == first
        assert not any(call.loud for call in move.calls)
        self.advance()

    @precondition(lambda self: self.escalation.state == HELD)
    @rule()
    def confirm(self):
        self.escalation = ladder.confirm(self.escalation, self.severity, self.now, T)
        assert self.escalation.answer_by is None

    @rule(who=PEOPLE)
    def touch(self, who):
        before = self.escalation
        self.escalation = ladder.touch(before, self.now, T, by=who.id)
        assert before.state == HELD or self.escalation == before
        assert before.severity <= before.covers or before.asked_for in ("", ladder.QUIET) or self.escalation == before

    @precondition(lambda self: self.escalation.state == RUNNING)
    @rule(insist=st.booleans())
    def next_level_now(self, insist):
        before, top = self.escalation, len(self.policy.levels) - 1
        move = ladder.next_level_now(before, self.policy, self.now, T, "asked for", insist=insist)
        self.take(move, insisted=insist)
        called = [call.level for call in move.calls]
        if unpaged(before):
            assert called
            assert not paged(before) & set(called), "the next level is one that was called"
        else:
            last = next(rung.paged_at for rung in before.rungs if rung.level == top)
            assert called == ([top] if insist and self.now - last >= T.call_again else [])
            assert move.escalation.due_at == before.due_at
        for level, due in unpaged(self.escalation).items():
            assert due <= unpaged(before)[level]
        self.advance()

    @precondition(lambda self: self.escalation.state == RUNNING and paged(self.escalation))
    @rule(data=st.data())
    def level_fails(self, data):
        before = self.escalation
        level = data.draw(st.sampled_from(sorted(paged(before))))
        self.escalation = ladder.level_failed(before, level, self.now)
        for above, due in unpaged(self.escalation).items():
            assert due <= unpaged(before)[above]
        self.advance()

    @rule(severity=SEVERITIES)
    def change_severity(self, severity):
        """As `engine.replan` does it: before a lowering, what is due; after a raise, the question or what is due."""
        raised = severity > self.severity
        if severity < self.severity:
            self.advance()
        before, old = self.escalation, self.policy
        self.severity = severity
        after = ladder.change_severity(before, old, self.policy, severity, self.now, T)
        both = unpaged(before).keys() & unpaged(after).keys()
        if raised:
            assert all(unpaged(after)[level] <= unpaged(before)[level] for level in both), "a raise made it later"
            assert after.state != RUNNING or after.repeat_at is None or after.repeat_at >= self.now
        else:
            assert all(unpaged(after)[level] >= unpaged(before)[level] for level in both), "a lowering made it earlier"
            assert not (paged(before) & unpaged(after).keys()), "un-paged"
            assert None in (after.repeat_at, before.repeat_at) or after.repeat_at >= before.repeat_at
        self.escalation = after
        if before.state == HELD and severity > before.covers:
            self.take(ladder.ask(after, ladder.RAISED, self.now, T, why="raised"), replanned=True)
        else:
            self.take(ladder.advance(after, self.policy, self.now, T), replanned=True)

    @rule()
    def stop(self):
        self.escalation = ladder.stop(self.escalation, self.now)
        assert self.escalation.due_at is None

    @precondition(lambda self: self.escalation.state == ENDED)
    @rule(who=PEOPLE)
    def resume(self, who):
        before = self.escalation
        move = ladder.resume(before, self.now, T, by=who.id)
        self.take(move)
        assert move.escalation.state == before.stopped_from
        asks = before.stopped_from == HELD and (before.holder != who.id or before.severity > before.covers)
        goes_on = before.left_to_answer is not None and self.now - before.stopped_at <= T.reopen_within
        assert (move.escalation.answer_by is not None) == asks
        assert len(move.calls) == (asks and not goes_on), "who is being asked is not called once more"
        self.advance()

    @invariant()
    def holds(self):
        escalation = self.escalation
        assert escalation.epoch >= self.epoch, "the epoch fell"
        self.epoch = escalation.epoch
        assert escalation.policy == self.policy.name
        assert escalation.severity == self.severity
        assert {rung.level for rung in escalation.rungs} <= set(range(len(self.policy.levels)))
        assert -1 <= escalation.highest < len(self.policy.levels)
        assert bool(escalation.holder) == (HELD in (escalation.state, escalation.stopped_from))
        assert bool(escalation.asked_for) == (escalation.answer_by is not None)
        assert escalation.state == HELD or not escalation.asked_for
        assert (escalation.stopped_at is not None) == (escalation.state == ENDED)

    @invariant()
    def survives_the_database(self):
        row = escalation_row(12, self.escalation)
        assert read_escalation(orjson.loads(orjson.dumps(row["body"]))) == self.escalation
        assert row["due_at"] == self.escalation.due_at


TestLadder = Ladder.TestCase
TestLadder.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def test_the_plan_of_the_kit_has_a_ladder_for_each_severity():
    """So that the machine above climbs what the other tests climb."""
    assert [PLAN.choose(s, "").name for s in sorted(Severity, reverse=True)] == [p.name for p in LADDERS]

"""Escalation: where one incident stands on its policy, and when it is next due. The ladder's every decision.

An incident has one escalation per *part*: `main`; `help`, while an acknowledged incident calls for more people; and one
per issue type that arrived later, which only that type's people can stop. Every function answers with a new value and
the calls to make; nothing here knows the time, a database or a person's number. Sentences are those of ESCALATION.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.alert import Severity
from bot.core.oncall import Actor
from bot.core.policy import Policy, Timings
from bot.core.spans import say_span

RUNNING, HELD, ENDED = "running", "held", "ended"
MAIN, HELP = "main", "help"

QUIET, RAISED, REOPENED = "quiet", "raised", "reopened"
"""Why a holder is asked to confirm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One level of the policy in the current round."""

    level: int
    due_at: datetime
    paged_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """One ladder of one incident."""

    part: str = MAIN
    policy: str
    severity: Severity
    """The severity it is planned for."""
    state: str = RUNNING
    epoch: int = 1
    """Rises whenever earlier pages are no longer wanted; a page of an older epoch is dropped."""
    round: int = 1
    began_at: datetime
    """When this round began: delays count from here (1)."""
    rungs: tuple[Rung, ...] = ()
    repeat_at: datetime | None = None
    """When the next round begins (8); None: never."""
    highest: int = -1
    """The highest level ever paged; -1: none yet."""
    holder: str = ""
    """Id of the person who has it, while `held`; for an ended `help`, of the one who came."""
    holder_name: str = ""
    holder_slack: str = ""
    held_at: datetime | None = None
    covers: Severity = Severity.LOW
    """The severity the holder's acknowledgement was given for (20)."""
    ask_at: datetime | None = None
    """When to ask the holder whether they still have it."""
    asked_for: str = ""
    """`quiet`, `raised` or `reopened` while an answer is awaited."""
    answer_by: datetime | None = None
    """Silence until then is an un-acknowledgement."""
    stopped_at: datetime | None = None
    stopped_from: str = ""
    """The state it was stopped in, for the reopening."""

    @property
    def due_at(self) -> datetime | None:
        """When it next wants `advance`; None: never by itself."""
        if self.state == RUNNING:
            waiting = [rung.due_at for rung in self.rungs if rung.paged_at is None]
            return min([*waiting, *([self.repeat_at] if self.repeat_at else [])], default=None)
        if self.state == HELD:
            return self.answer_by or self.ask_at
        return None

    @property
    def next_rung(self) -> Rung | None:
        """The next level to be paged in this round."""
        return min((r for r in self.rungs if r.paged_at is None), key=lambda r: (r.due_at, r.level), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Somebody is to be paged now."""

    level: int | None
    """A level of the policy; None: the holder is asked to confirm."""
    why: str
    loud: bool = False
    """A repeated round is announced loudly in the channel (8)."""
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """What a decision changes."""

    escalation: Escalation
    calls: tuple[Call, ...] = ()
    why: str = ""
    """The named reason, for the timeline; empty where the calls say it all."""
    released: bool = False
    """The holder lost it by this move."""


def start(policy: Policy, severity: Severity, now: datetime, timings: Timings, part: str = MAIN) -> Escalation:
    """Round one, beginning now; its first level is due at once by `advance`."""
    fresh = Escalation(part=part, policy=policy.name, severity=severity, began_at=now)
    return _round(fresh, policy, now, timings, number=1)


def advance(escalation: Escalation, policy: Policy, now: datetime, timings: Timings) -> Move:
    """Everything that is due at `now`: overdue levels once each and in order (3), new rounds (8), holders asked, and
    silence taken as un-acknowledgement (12)."""
    if escalation.state == HELD:
        return _advance_held(escalation, policy, now, timings)
    if escalation.state != RUNNING:
        return Move(escalation=escalation)
    calls: dict[int, Call] = {}
    current = escalation
    while True:
        current, overdue = _page_overdue(current, policy, now)
        for call in overdue:
            assert call.level is not None
            calls.setdefault(call.level, call)
        if current.repeat_at is None or current.repeat_at > now:
            break
        begins = _latest_round(current.repeat_at, policy, now, timings)
        current = _round(current, policy, begins, timings, number=current.round + 1)
    return Move(escalation=current, calls=tuple(calls.values()))


def _page_overdue(escalation: Escalation, policy: Policy, now: datetime) -> tuple[Escalation, list[Call]]:
    overdue = sorted(
        (r for r in escalation.rungs if r.paged_at is None and r.due_at <= now), key=lambda r: (r.due_at, r.level)
    )
    if not overdue:
        return escalation, []
    calls = [
        Call(level=r.level, why=_why_paged(escalation, policy, r, now), loud=_again(escalation, r), due_at=r.due_at)
        for r in overdue
    ]
    rungs = tuple(replace(r, paged_at=now) if r in overdue else r for r in escalation.rungs)
    return replace(escalation, rungs=rungs, highest=max(escalation.highest, *(r.level for r in overdue))), calls


def _again(escalation: Escalation, rung: Rung) -> bool:
    """Whether a level is paged once more because the ladder began again (8)."""
    return escalation.round > 1 and rung.level <= escalation.highest


def _why_paged(escalation: Escalation, policy: Policy, rung: Rung, now: datetime) -> str:
    name = f"level {rung.level + 1} ({policy.levels[rung.level].name}) paged"
    late = f", {say_span(now - rung.due_at)} late" if now - rung.due_at >= timedelta(seconds=30) else ""
    if escalation.part == HELP:
        return f"{name} as help{late}"
    if _again(escalation, rung):
        return f"{name} again, round {escalation.round}: nobody has acknowledged{late}"
    # A round that began with a release has no levels below its first.
    since = escalation.began_at if escalation.round == 1 else escalation.rungs[0].due_at
    if rung.due_at > since:
        return f"{name}: no acknowledgement for {say_span(rung.due_at - since)}{late}"
    if escalation.round > 1:
        return f"{name}: nobody has acknowledged{late}"
    opened = "the incident opened" if escalation.part == MAIN else f"the incident is also of type {escalation.part}"
    return f"{name}: {opened}{late}"


def _latest_round(begins: datetime, policy: Policy, now: datetime, timings: Timings) -> datetime:
    """The begin of the last round that has begun by now: rounds slept through are not made up for (3). One earlier
    round is kept where the last has not reached every level, so that each overdue level is paged."""
    period = policy.levels[-1].after + _rest(timings)
    missed = (now - begins) // period
    return begins + period * max(0, missed - 1)


def _rest(timings: Timings) -> timedelta:
    """From the last level to the next round: never so short that the ladder would turn on the spot."""
    return max(timings.repeat_after, timedelta(minutes=1))


def _round(
    escalation: Escalation, policy: Policy, begins: datetime, timings: Timings, *, number: int, first: int = 0
) -> Escalation:
    """A round from level `first`, which is due when the round begins; later levels keep the policy's gaps."""
    offset = policy.levels[first].after if first else timedelta(0)
    rungs = tuple(
        Rung(level=i, due_at=begins + level.after - offset) for i, level in enumerate(policy.levels) if i >= first
    )
    repeat_at = rungs[-1].due_at + _rest(timings) if policy.repeats else None
    return replace(
        escalation,
        state=RUNNING,
        policy=policy.name,
        round=number,
        began_at=begins - offset,
        rungs=rungs,
        repeat_at=repeat_at,
    )


def _advance_held(escalation: Escalation, policy: Policy, now: datetime, timings: Timings) -> Move:
    if escalation.answer_by is not None:
        if escalation.answer_by > now:
            return Move(escalation=escalation)
        silence = f"no confirmation from {escalation.holder_name} within {say_span(timings.confirm_within)}"
        move = release(escalation, policy, now, timings)
        return replace(move, why=silence)
    if escalation.ask_at is None or escalation.ask_at > now:
        return Move(escalation=escalation)
    return ask(
        escalation,
        QUIET,
        now,
        timings,
        why=f"{escalation.holder_name} is asked: no note, step or update for {say_span(timings.ack_lasts)}",
    )


def ask(escalation: Escalation, reason: str, now: datetime, timings: Timings, why: str) -> Move:
    """Call the holder, who has a few minutes to confirm (12, 20, 23). Asked already: the earlier deadline stays."""
    deadline = now + timings.confirm_within
    if escalation.answer_by is not None:
        deadline = min(deadline, escalation.answer_by)
    asked = replace(escalation, ask_at=None, asked_for=reason, answer_by=deadline)
    return Move(escalation=asked, calls=(Call(level=None, why=why, due_at=now),), why=why)


def acknowledge(escalation: Escalation, who: Actor, severity: Severity, now: datetime, timings: Timings) -> Escalation:
    """`who` has it: nothing more is due but, when critical, the question whether they still have it (11, 12).
    A part that was called as help ends, and the incident's holder keeps it (14)."""
    if escalation.part == HELP:
        return replace(stop(escalation, now), holder=who.id, holder_name=who.name, holder_slack=who.slack, held_at=now)
    return replace(
        escalation,
        state=HELD,
        epoch=escalation.epoch + 1,
        severity=severity,
        covers=severity,
        holder=who.id,
        holder_name=who.name,
        holder_slack=who.slack,
        held_at=now,
        asked_for="",
        answer_by=None,
        ask_at=_ask_at(severity, now, timings),
    )


def confirm(escalation: Escalation, severity: Severity, now: datetime, timings: Timings) -> Escalation:
    """The holder still has it, at the severity it has now."""
    return _answered(replace(escalation, severity=severity, covers=severity), now, timings)


def _answered(escalation: Escalation, now: datetime, timings: Timings) -> Escalation:
    return replace(
        escalation,
        epoch=escalation.epoch + 1,
        asked_for="",
        answer_by=None,
        ask_at=_ask_at(escalation.severity, now, timings),
    )


def touch(escalation: Escalation, now: datetime, timings: Timings) -> Escalation:
    """A person did something: the acknowledgement lasts from now, and a question about silence is answered (12).
    A question about a raise or a reopening still wants its own answer."""
    if escalation.state != HELD:
        return escalation
    if escalation.asked_for == QUIET:
        return _answered(escalation, now, timings)
    if escalation.ask_at is not None:
        return replace(escalation, ask_at=now + timings.ack_lasts)
    return escalation


def _ask_at(severity: Severity, now: datetime, timings: Timings) -> datetime | None:
    return now + timings.ack_lasts if severity is Severity.CRITICAL else None


def release(escalation: Escalation, policy: Policy, now: datetime, timings: Timings, *, above: bool = False) -> Move:
    """Nobody has it any more: a round begins at the highest level already paged, that level now (13). With `above`
    the one who had it cannot go on, so it begins one level higher where there is one (14)."""
    top = len(policy.levels) - 1
    first = min(max(escalation.highest + (1 if above else 0), 0), top)
    freed = replace(
        escalation,
        epoch=escalation.epoch + 1,
        holder="",
        holder_name="",
        holder_slack="",
        held_at=None,
        covers=Severity.LOW,
        ask_at=None,
        asked_for="",
        answer_by=None,
    )
    again = _round(freed, policy, now, timings, number=escalation.round + 1, first=first)
    moved, calls = _page_overdue(again, policy, now)
    had = escalation.holder_name or "nobody"
    calls = [replace(c, loud=False, why=_name_why(policy, c, f"{had} no longer has it")) for c in calls]
    return Move(escalation=moved, calls=tuple(calls), released=True)


def _name_why(policy: Policy, call: Call, why: str) -> str:
    assert call.level is not None
    return f"level {call.level + 1} ({policy.levels[call.level].name}) paged: {why}"


def next_level_now(escalation: Escalation, policy: Policy, now: datetime, timings: Timings, why: str) -> Move:
    """Page the next level now; the later ones keep their gaps (14). Above the last one the ladder begins again."""
    rung = escalation.next_rung
    if rung is None:
        if escalation.part == HELP:
            return Move(escalation=escalation, why="there is no level above")
        again = _round(escalation, policy, now, timings, number=escalation.round + 1)
        moved, calls = _page_overdue(again, policy, now)
        return Move(
            escalation=moved, calls=tuple(calls), why=f"{why}; there is no level above, so the ladder begins again"
        )
    shift = max(rung.due_at - now, timedelta(0))
    rungs = tuple(r if r.paged_at else replace(r, due_at=r.due_at - shift) for r in escalation.rungs)
    repeat_at = escalation.repeat_at - shift if escalation.repeat_at else None
    moved, calls = _page_overdue(replace(escalation, rungs=rungs, repeat_at=repeat_at), policy, now)
    named = tuple(replace(c, why=_name_why(policy, c, why)) for c in calls)
    return Move(escalation=moved, calls=named, why=why)


def call_help(main: Escalation, policy: Policy, now: datetime, timings: Timings, earlier: Escalation | None) -> Move:
    """On an acknowledged incident: the holder keeps it, and the level above the highest paged (by this ladder, or by an
    `earlier` call for help) is called; unanswered, the following ones, each after its gap (14)."""
    paged = max(main.highest, earlier.highest if earlier else -1)
    first = min(paged + 1, len(policy.levels) - 1)
    epoch = earlier.epoch + 1 if earlier else 1
    fresh = Escalation(part=HELP, policy=policy.name, severity=main.severity, epoch=epoch, began_at=now)
    ladder = replace(_round(fresh, policy, now, timings, number=1, first=first), repeat_at=None)
    moved, calls = _page_overdue(ladder, policy, now)
    return Move(escalation=moved, calls=tuple(calls), why=f"help called: level {first + 1}")


def raise_highest(escalation: Escalation, level: int) -> Escalation:
    """Levels up to this one have been paged, be it by another ladder of the incident."""
    return replace(escalation, highest=max(escalation.highest, level))


def level_failed(escalation: Escalation, level: int, now: datetime) -> Escalation:
    """All ways of a level have failed, or it has nobody: the next is due at once; later ones keep their times (6)."""
    above = [r for r in escalation.rungs if r.level > level and r.paged_at is None]
    if escalation.state != RUNNING or not above or any(r.level > level and r.paged_at for r in escalation.rungs):
        return escalation
    nearest = min(above, key=lambda r: r.level)
    return replace(
        escalation, rungs=tuple(replace(r, due_at=min(r.due_at, now)) if r is nearest else r for r in escalation.rungs)
    )


def change_severity(
    escalation: Escalation, old: Policy, new: Policy, severity: Severity, now: datetime, timings: Timings
) -> Escalation:
    """Re-plan for another severity's policy (19). Raised: each level not yet paged is due at the earlier of its old
    time and now plus its new delay. Lowered: nobody is un-paged, nothing overdue cancelled, and nothing comes earlier.

    After a raise a level counts as paged only if the new policy wants nobody there, and no way, not used already. The
    clock of a stopped ladder stands still, so there it counts from the stop."""
    raised = severity > escalation.severity
    held = HELD in (escalation.state, escalation.stopped_from)
    at = escalation.stopped_at or now
    rungs = tuple(_replanned(escalation, i, old, new, at, raised=raised) for i in range(len(new.levels)))
    paged = range(min(escalation.highest + 1, len(new.levels)))
    planned = replace(
        escalation,
        policy=new.name,
        severity=severity,
        rungs=rungs,
        repeat_at=_repeat_at(escalation, rungs, new, at, timings, raised=raised),
        highest=max((i for i in paged if held or not raised or _covered(old, new, i)), default=-1),
    )
    return _question_after_change(planned, now, timings) if escalation.state == HELD else planned


def _replanned(escalation: Escalation, level: int, old: Policy, new: Policy, at: datetime, *, raised: bool) -> Rung:
    fresh = (at if raised else escalation.began_at) + new.levels[level].after
    rung = next((r for r in escalation.rungs if r.level == level), None)
    if rung is not None and rung.paged_at is None:
        if raised:
            return replace(rung, due_at=min(rung.due_at, fresh))
        return rung if rung.due_at <= at else replace(rung, due_at=max(rung.due_at, fresh))
    below = rung is None and bool(escalation.rungs) and level < escalation.rungs[0].level
    if (rung is None and not below) or (raised and not _covered(old, new, level)):
        return Rung(level=level, due_at=fresh)
    return rung or Rung(level=level, due_at=at, paged_at=at)


def _repeat_at(
    escalation: Escalation, rungs: tuple[Rung, ...], new: Policy, at: datetime, timings: Timings, *, raised: bool
) -> datetime | None:
    """When the re-planned ladder begins again: after a raise no later than it would have, unless a level comes after
    that; after a lowering no earlier."""
    if not new.repeats:
        return None
    last, before = max(rung.due_at for rung in rungs), escalation.repeat_at
    repeat_at = last + _rest(timings)
    if not raised:
        return max(repeat_at, before or at + _rest(timings))
    return max(min(repeat_at, before) if before and before > last else repeat_at, at)


def _question_after_change(held: Escalation, now: datetime, timings: Timings) -> Escalation:
    """A question that the new severity has made needless is taken back; silence is asked about only while critical."""
    needless = {RAISED: held.severity <= held.covers, QUIET: held.severity is not Severity.CRITICAL}
    if needless.get(held.asked_for, False):
        return _answered(held, now, timings)
    if held.asked_for:
        return held
    kept = held.ask_at if held.severity is Severity.CRITICAL else None
    return replace(held, ask_at=kept or _ask_at(held.severity, now, timings))


def _covered(old: Policy, new: Policy, level: int) -> bool:
    if level >= len(old.levels):
        return False
    had = {(t.to, way) for t in old.levels[level].targets for way in (t.ways or ("",))}
    wants = {(t.to, way) for t in new.levels[level].targets for way in (t.ways or ("",))}
    return wants <= had


def stop(escalation: Escalation, now: datetime) -> Escalation:
    """Nothing more is due: resolved, merged away, or help arrived. Remembers where it stood."""
    if escalation.state == ENDED:
        return escalation
    return replace(
        escalation,
        state=ENDED,
        epoch=escalation.epoch + 1,
        stopped_at=now,
        stopped_from=escalation.state,
        ask_at=None,
        asked_for="",
        answer_by=None,
    )


def resume(escalation: Escalation, now: datetime, timings: Timings) -> Move:
    """Reopened: the ladder goes on where it stood, so that flapping still reaches the next level; a former holder is
    called and has a few minutes (23)."""
    if escalation.state != ENDED:
        return Move(escalation=escalation)
    paused = now - (escalation.stopped_at or now)
    risen = replace(
        escalation,
        state=escalation.stopped_from or RUNNING,
        epoch=escalation.epoch + 1,
        stopped_at=None,
        stopped_from="",
    )
    if risen.state == HELD:
        return ask(risen, REOPENED, now, timings, why=f"{risen.holder_name} is asked: the incident reopened")
    rungs = tuple(r if r.paged_at else replace(r, due_at=r.due_at + paused) for r in risen.rungs)
    repeat_at = risen.repeat_at + paused if risen.repeat_at else None
    return Move(escalation=replace(risen, rungs=rungs, began_at=risen.began_at + paused, repeat_at=repeat_at))


def page_again(escalation: Escalation, levels: Collection[int], now: datetime) -> Escalation:
    """These levels are due now, whatever was decided of them: their pages never left."""
    rungs = tuple(replace(r, paged_at=None, due_at=now) if r.level in levels else r for r in escalation.rungs)
    return replace(escalation, rungs=rungs)


def bring_forward(escalation: Escalation, other: Escalation, now: datetime) -> Escalation:
    """Merging: the earlier due time of the two ladders stays (27); where all levels are paged, of the next round."""
    theirs, mine = other.due_at, escalation.due_at
    if escalation.state != RUNNING or other.state != RUNNING or theirs is None or mine is None or theirs >= mine:
        return escalation
    first, at = escalation.next_rung, max(theirs, now)
    if first is None:
        return replace(escalation, repeat_at=at)
    return replace(escalation, rungs=tuple(replace(r, due_at=at) if r is first else r for r in escalation.rungs))

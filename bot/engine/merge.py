"""Merge: two incidents turn out to be one (ESCALATION 27). It can be undone for an hour."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.core import escalation as ladder
from bot.core.errors import Refused
from bot.core.escalation import HELD, MAIN, RUNNING, Escalation
from bot.core.incident import ACTIVE, RESOLVED, must_be_open
from bot.core.oncall import Actor
from bot.core.spans import say_span
from bot.engine import paging, reporting, updates
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import notify_paged, tell_paging_systems
from bot.engine.replan import add_type, raise_severity
from bot.engine.resolve import open_again, over
from bot.engine.said import Said
from bot.store.transaction import Tx


def merge(tx: Tx, desk: Desk, source: int, target: int, who: Actor, now: datetime, why: str = "") -> Said:
    """`source` goes into `target`: the higher severity, the earlier due time and both timelines stay; acknowledged only
    if the target was, and at that severity."""
    if source == target:
        raise Refused("An incident cannot be merged into itself.")
    first, second = sorted((source, target))
    changes = {number: Change.load(tx, desk, number, now) for number in (first, second)}
    away, into = changes[source], changes[target]
    must_be_open(away.incident)
    must_be_open(into.incident)
    if away.incident.system != into.incident.system:
        raise Refused(
            f"{away.incident.label} is of {away.incident.system}, {into.incident.label} of {into.incident.system}: "
            "only incidents of one system can be merged."
        )
    moved = tx.alerts.move(source, target)
    phase = away.incident.phase
    calm = into.incident.is_monitored and away.incident.phase == ACTIVE
    if away.incident.lasts and (into.incident.awaits_confirmation or calm):
        open_again(into, who, f"merged with {away.incident.label}, which is not over")
    brought = _unite(away, into, who)
    tx.merges.add(source, target, now, {"alerts": moved, "phase": phase, "parts": brought})
    _retire(away, into, who, why)
    into.tell("merged", f"{away.incident.label} was merged into this one", who=who, why=why, broadcast=True)
    into.touch(who)
    away.save()
    into.save()
    undo = say_span(into.timings.undo_merge)
    return Said(
        text=f"{away.incident.label} is part of {into.incident.label} now. To undo it within {undo}: "
        f"/incident unmerge {source}",
        incident=into.incident,
    )


def _unite(away: Change, into: Change, who: Actor) -> list[str]:
    """The parts that the target has because of this merge, or of an earlier one as well."""
    total, firing = into.tx.alerts.count(into.incident.number)
    into.set(alerts=total, firing=firing, since=min(away.incident.since, into.incident.since))
    raise_severity(
        into, away.incident.severity, who, f"merged with {away.incident.label}, which is {away.incident.severity.word}"
    )
    brought = []
    for part in away.parts:
        type_ = _type_of(away, part)
        if not type_ or type_ == into.incident.type or away.ladders[part].state != RUNNING:
            continue
        if type_ not in into.ladders:
            add_type(into, type_, who, f"merged with {away.incident.label}")
        elif type_ not in into.brought:
            continue
        if type_ in into.ladders:
            brought.append(type_)
    into.put(ladder.bring_forward(into.main, away.main, into.now))
    move = ladder.advance(into.main, into.policy(), into.now, into.timings)
    paging.apply(into, move)
    return brought


def _type_of(change: Change, part: str) -> str:
    """The type whose people a part calls; empty where it calls those of the incident."""
    return change.incident.type if part == MAIN else part


def _retire(away: Change, into: Change, who: Actor, why: str) -> None:
    away.set(
        phase=RESOLVED,
        merged_into=into.incident.number,
        resolved_at=away.now,
        resolved_by=who.name,
        warn_at=None,
        digest_at=None,
        handover_to="",
    )
    for escalation in list(away.ladders.values()):
        away.stop_paging(ladder.stop(escalation, away.now))
    away.tell("merged", f"Merged into {into.incident.label}: go on there", who=who, why=why, broadcast=True)
    updates.end(away)
    reporting.publish(away)
    notify_paged(away, "merged", who)
    tell_paging_systems(away, "resolve", who)


def unmerge(tx: Tx, desk: Desk, source: int, who: Actor, now: datetime, why: str = "") -> Said:
    """Undo: the source has its alerts and its ladder again, which goes on where it stood; the target keeps its own, and
    the parts that came with the merge go along, with whoever has them."""
    found = tx.merges.last_of(source)
    if found is None:
        raise Refused(f"INC-{source} was not merged into another incident.")
    id_, target, at, before = found
    first, second = sorted((source, target))
    changes = {number: Change.load(tx, desk, number, now) for number in (first, second)}
    away, into = changes[source], changes[target]
    if away.incident.merged_into != target:
        raise Refused(f"INC-{source} is no longer merged into INC-{target}.")
    if into.incident.merged_into:
        onward = into.incident.merged_into
        raise Refused(
            f"INC-{target}, which it became part of, was itself merged into INC-{onward}: undo that first, "
            f"with /incident unmerge {target}"
        )
    newer = tx.incidents.open_of_group(away.incident.system, away.incident.group)
    if newer and newer != source:
        raise Refused(f"The same trouble is open as INC-{newer} by now: go on there.")
    if now - at > away.timings.undo_merge:
        raise Refused(
            f"INC-{source} was merged {say_span(now - at)} ago; a merge can be undone for "
            f"{say_span(away.timings.undo_merge)}. Declare a new incident instead: /incident declare"
        )
    tx.alerts.move_back(before["alerts"], target, source)
    tx.merges.undo(id_, now)
    for change in (away, into):
        total, firing = tx.alerts.count(change.incident.number)
        change.set(alerts=total, firing=firing)
    away.set(phase=before["phase"], merged_into=None, resolved_at=None, resolved_by="")
    away.tell("merged", f"No longer merged into {into.incident.label}", who=who, why=why, broadcast=True)
    into.tell("merged", f"{away.incident.label} is an incident of its own again", who=who, why=why)
    if away.incident.awaits_confirmation:
        away.set(warn_at=now + away.timings.warn_every)
    taken_along = _take_back(away, into, before.get("parts", ()), who)
    if away.incident.lasts:
        for part in away.parts:
            _go_on(away, part, taken_along.get(_type_of(away, part)), into)
        if away.incident.alerts and not away.incident.firing:
            over(away)
    updates.begin(away)
    reporting.publish(away)
    into.touch(who)
    away.save()
    into.save()
    return Said(text=f"{away.incident.label} is an incident of its own again.", incident=away.incident)


def _take_back(away: Change, into: Change, parts: Collection[str], who: Actor) -> dict[str, Escalation]:
    """Take the parts from the target that came with the merge, and that nothing else has brought since."""
    gone = {part: into.ladders[part] for part in parts if part in into.ladders}
    for part in gone.keys() & into.tx.merges.brought(into.incident.number):
        del gone[part]  # by another merge, which stands
    for part in gone:
        into.withdraw(part)
        into.tell("type", f"No longer of type {part}: that is {away.incident.label}", who=who)
    return gone


def _go_on(away: Change, part: str, there: Escalation | None, into: Change) -> None:
    """A part climbs on where it stood; unless somebody took it `there`, where it was meanwhile: they have it here."""
    move = ladder.resume(away.ladders[part], away.now, away.timings)
    if there is None or there.state != HELD or move.escalation.state != RUNNING:
        paging.apply(away, move)
        paging.page_what_is_due(away, part)
        return
    holder = Actor(id=there.holder, name=there.holder_name, via="bot", slack=there.holder_slack)
    away.stop_paging(ladder.acknowledge(move.escalation, holder, away.incident.severity, away.now, away.timings))
    had = f"they had the part {there.part} of {into.incident.label}"
    away.tell("acknowledged", f"{holder.name} has it", who=holder, why=had)

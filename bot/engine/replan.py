"""Replan: what a further alert, evidence or a person changes about a running incident: its severity and its type."""

from __future__ import annotations

from bot.core import escalation as ladder
from bot.core.alert import Alert, Severity
from bot.core.errors import Refused
from bot.core.escalation import HELP, MAIN, Escalation
from bot.core.incident import must_be_open
from bot.core.oncall import Actor
from bot.core.page import WAITING, WENT_OUT, Page
from bot.core.routing import Routed
from bot.engine import checklists, duties, paging, reporting, updates
from bot.engine.change import Change
from bot.engine.said import comes_next


def new_alert(change: Change, alert: Alert, to: Routed) -> None:
    """A further alert of the group: a higher severity is a raise, a new type calls that type's people; the same or
    lower changes nothing (ESCALATION 20, 21)."""
    who = Actor(id=f"monitor:{alert.endpoint}", name=alert.endpoint, via="monitor", person=False)
    why = f"alert: {alert.title}"
    if to.severity > change.incident.severity:
        raise_severity(change, to.severity, who, why, named=to.policy)
    if to.type and to.type != change.incident.type:
        add_type(change, to.type, who, why, named=to.policy)


def raise_severity(
    change: Change, severity: Severity, who: Actor, why: str, *, named: str = "", known_to: str = ""
) -> str:
    """Raise: pages not yet sent come no later, and a holder has to confirm (ESCALATION 19, 20), but for the one whose
    own decision it is, whose id is `known_to`. Anything that is not higher is ignored, so that evidence can only raise
    (29). What it changes of the ladder, in words."""
    old = change.incident.severity
    if severity <= old:
        return ""
    catch_all = change.incident.plan.catch_all
    kept = change.incident.policy if change.incident.policy != catch_all else ""  # unrouted: now there is a better one
    change.set(severity=severity, policy=named or kept)
    before = [change.ladders[part] for part in change.parts]
    data = {"ladder": _replan(change, severity), "before": old.word}
    change.tell("severity", f"Severity {old.word} → {severity.word}", who=who, why=why, broadcast=True, data=data)
    for stood in before:
        _go_on(change, stood, severity, known_to)
    duties.plan(change)
    checklists.begin_fitting(change)
    updates.replan(change)
    reporting.publish(change)
    change.touch(who)
    return data["ladder"]


def _replan(change: Change, severity: Severity) -> str:
    """All parts before any of them calls: two may climb the same policy from now on. What that changes of the
    incident's own ladder, in words."""
    said = ""
    for part in change.parts:
        type_ = change.incident.type if part == MAIN else part
        new = change.incident.plan.choose(severity, type_, change.incident.policy if part == MAIN else "")
        stood, old = change.ladders[part], change.policy(part)
        change.put(ladder.change_severity(stood, old, new, severity, change.now, change.timings))
        said = ladder.say_change(stood, old, change.ladders[part], new, change.now) if part == MAIN else said
    return said


def _go_on(change: Change, before: Escalation, severity: Severity, known_to: str) -> None:
    """After a raise a part calls what is due, or asks whoever has it."""
    part = before.part
    if before.state == ladder.HELD and before.holder == known_to:
        change.put(ladder.confirm(change.ladders[part], severity, change.now, change.timings))
    elif before.state == ladder.HELD and severity > before.covers:
        why = f"{before.holder_name} is asked: the severity rose from {before.covers.word} to {severity.word}"
        paging.apply(change, ladder.ask(change.ladders[part], ladder.RAISED, change.now, change.timings, why))
    else:
        due = ladder.advance(change.ladders[part], change.policy(part), change.now, change.timings)
        paging.apply(change, due, anew=True)


def lower_severity(change: Change, severity: Severity, who: Actor, why: str) -> str:
    """Lower: only a person may; nobody is un-paged and nothing overdue is cancelled (ESCALATION 19, 29). What it
    changes of the ladder, in words."""
    old = change.incident.severity
    if not who.person:
        raise Refused("Only people lower a severity.")
    for part in [part for part in (*change.parts, HELP) if _climbs(change, part)]:
        due = ladder.advance(change.ladders[part], change.policy(part), change.now, change.timings)
        paging.apply(change, due)
    change.set(severity=severity)
    data = {"ladder": _replan(change, severity), "before": old.word}
    change.tell("severity", f"Severity {old.word} → {severity.word}", who=who, why=why, data=data)
    updates.replan(change)
    reporting.publish(change)
    return data["ladder"]


def _climbs(change: Change, part: str) -> bool:
    return part in change.ladders and change.ladders[part].state == ladder.RUNNING


def set_severity(change: Change, severity: Severity, who: Actor, why: str) -> str:
    """A person sets the severity; what to answer."""
    must_be_open(change.incident)
    old = change.incident.severity
    if severity == old:
        return f"{change.incident.label} is {old.word} already."
    if severity > old:
        planned = raise_severity(change, severity, who, why, known_to=who.id)
    else:
        planned = lower_severity(change, severity, who, why)
    change.touch(who)
    changed = f"{planned[:1].upper()}{planned[1:]}." if planned else _comes_next(change)
    return " ".join(
        part for part in (f"{change.incident.label} is {severity.word} now (was {old.word}).", changed) if part
    )


def _comes_next(change: Change) -> str:
    """What follows where the ladder does not climb: whoever has it is asked, or told when the next update is due."""
    if not change.incident.lasts:
        return f"Next: check positions and orders, then: /incident confirm {change.incident.number}"
    return " ".join(part for part in (comes_next(change), updates.next_due(change)) if part)


def add_type(change: Change, type_: str, who: Actor, why: str, named: str = "") -> None:
    """The incident is of this type too: that type's people are paged at once, by a ladder of their own that only
    they can stop (ESCALATION 20). While the very same policy is climbing already, that calls nobody new."""
    if type_ in change.ladders:
        if type_ in change.brought:
            change.brought.remove(type_)
            change.tx.merges.has_itself(change.incident.number, type_)
        return
    policy = change.incident.plan.choose(change.incident.severity, type_, named)
    running = {e.policy for part, e in change.ladders.items() if part != HELP and e.state == ladder.RUNNING}
    change.tell("type", f"Also of type {type_}", who=who, why=why, broadcast=policy.name not in running)
    checklists.begin_fitting(change, type_)
    if policy.name in running or not change.incident.lasts:
        return
    earlier = max((page.epoch for page in change.tx.pages.of(change.incident.number) if page.part == type_), default=0)
    severity = change.incident.severity
    change.put(ladder.start(policy, severity, change.now, change.timings, part=type_, epoch=earlier + 1))
    paging.apply(change, ladder.advance(change.ladders[type_], policy, change.now, change.timings))


def may_stop(change: Change, part: str, who: Actor) -> bool:
    """Whether a person's acknowledgement counts for a ladder: a further type's only by that type's people, those it has
    called, and whoever answers for them in PagerDuty."""
    if part in (MAIN, HELP) or who.id in people_of(change, part):
        return True
    return who.via == "pagerduty" and any(page.way == "pagerduty" for page in called_for(change, part))


def people_of(change: Change, part: str) -> set[str]:
    """The ids of all whom a ladder calls, on whatever level, and of those it has called."""
    targets = [target for level in change.policy(part).levels for target in level.targets if not target.is_channel]
    now = {contact.id for target in targets for contact in change.roster.on_call(target.to)}
    return now | {page.person for page in called_for(change, part)}


def called_for(change: Change, part: str) -> list[Page]:
    """The pages of a ladder that somebody may have noticed, or is about to."""
    pages = change.tx.pages.of(change.incident.number)
    return [page for page in pages if page.part == part and page.state in {*WENT_OUT, WAITING}]

"""Checklists: begun for an incident, shown in its thread; lines ticked, taken and given by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.checklist import Checklist, Line, Tick, Ticked
from bot.core.errors import Refused
from bot.core.escalation import HELP, MAIN
from bot.core.incident import Incident, must_be_unfinished
from bot.core.oncall import BOT, Actor, Contact, outsider
from bot.core.spans import say_ago
from bot.engine import keeping
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import notify_contact
from bot.engine.said import Said, say
from bot.store.transaction import Tx


def of_system(desk: Desk, system: str) -> Sequence[Checklist]:
    """The checklists of a system's pack; none of one that is no longer configured."""
    return desk.packs[system].checklists if system in desk.packs else ()


def fitting(desk: Desk, incident: Incident, parts: Sequence[str] = ()) -> list[Checklist]:
    """Those that begin by themselves for such an incident; `parts` are its further types."""
    return [one for one in of_system(desk, incident.system) if one.begins(incident.severity, (incident.type, *parts))]


def begin_fitting(change: Change, also: str = "") -> None:
    """Those that fit begin in the thread, once somebody is there to tick them; those that have begun stay. `also`: a
    type that the incident has from now on."""
    incident = change.incident
    if incident.acknowledged_at is None or not of_system(change.desk, incident.system):
        return
    begun = {one.checklist.name for one in change.tx.checklists.of(incident.number)}
    parts = [part for part in change.ladders if part not in (MAIN, HELP)]
    for one in fitting(change.desk, incident, [*parts, also] if also else parts):
        if one.name not in begun:
            _begin(change, one, BOT)


def _begin(change: Change, one: Checklist, who: Actor) -> None:
    change.tx.checklists.begin(change.incident.number, one, change.now)
    change.tell("checklist", f"Checklist begun: {one.title}", who=who, thread=False, data={"list": one.name})
    change.keep(f"{keeping.LIST}{one.name}")


def begin(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, name: str) -> Said:
    """The checklist of that name stands in the incident's thread from now on, if it does not already."""
    change = Change.load(tx, desk, number, now)
    if tx.checklists.get(number, name) is None:
        must_be_unfinished(change.incident)
        there = of_system(desk, change.incident.system)
        one = next((one for one in there if one.name == name), None)
        if one is None:
            names = ", ".join(one.name for one in there) or "none"
            raise Refused(f"{change.incident.system} has no checklist {name!r}. It has: {names}.")
        _begin(change, one, who)
        change.touch(who)
        change.save()
    return say(change, f"The checklist is in the thread of {change.incident.label}.")


def tick(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, name: str, line: str) -> Said:
    """That line is done, says a person. Of two at once the first ticks it, and the second is told who did."""
    change, stands, its_line = _load(tx, desk, number, now, name, line)
    was = stands.tick(line)
    if was.at is not None:
        return say(change, f"{was.by} ticked that {say_ago(now - was.at)}: {its_line.text}")
    _put(change, name, replace(was, at=now, by=who.name))
    said = _told(change, who, stands, its_line, "tick", f"{who.name} ticked: {its_line.text}", "Ticked")
    return say(change, said.text, _comes_next(change, name))


def untick(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, name: str, line: str) -> Said:
    """That line is not done after all."""
    change, stands, its_line = _load(tx, desk, number, now, name, line)
    was = stands.tick(line)
    if was.at is None:
        return say(change, f"That is not ticked: {its_line.text}")
    _put(change, name, replace(was, at=None, by=""))
    text = f"{who.name} took the tick of {was.by} back: {its_line.text}"
    said = _told(change, who, stands, its_line, "tick", text, "Not done any more")
    return say(change, said.text, _comes_next(change, name))


def _comes_next(change: Change, name: str) -> str:
    """How far the checklist is, and its next line."""
    stands = change.tx.checklists.get(change.incident.number, name)
    if stands is None:
        return ""
    done, lines = stands.progress
    if not stands.open_lines:
        return f"All {lines} lines are done."
    line = stands.open_lines[0]
    owner = stands.tick(line.name).owner_name
    return f"{done} of {lines} done, next{f' for {owner}' if owner else ''}: {line.text}"


def give_line(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, name: str, line: str, to: Contact) -> Said:
    """That line is somebody's; who gives one to another has them told quietly."""
    change, stands, its_line = _load(tx, desk, number, now, name, line)
    was = stands.tick(line)
    if was.at is not None:
        return say(change, f"{was.by} ticked that already: {its_line.text}")
    if was.owner == to.id:
        return say(change, f"It is {to.name}'s already: {its_line.text}")
    _put(change, name, replace(was, owner=to.id, owner_name=to.name))
    own = to.id == who.id
    if not own:
        notify_contact(change, to, f"line:{its_line.text}", who)
    text = f"{who.name} {'takes' if own else f'gives {to.name}'}: {its_line.text}"
    return _told(change, who, stands, its_line, "checklist", text, "Yours" if own else f"{to.name}'s")


def take_line(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, name: str, line: str) -> Said:
    """That line is one's own."""
    return give_line(tx, desk, number, who, now, name, line, outsider(who.id, who.name, who.slack))


def _load(tx: Tx, desk: Desk, number: int, now: datetime, name: str, line: str) -> tuple[Change, Ticked, Line]:
    """The lock on the incident comes first: whoever ticks at the same moment waits, and sees what was ticked."""
    change = Change.load(tx, desk, number, now)
    must_be_unfinished(change.incident)
    stands = tx.checklists.get(number, name)
    found = stands.checklist.line(line) if stands is not None else None
    if stands is None or found is None:
        raise Refused(f"{change.incident.label} has no such line. /incident checklist {number} shows what it has.")
    return change, stands, found


def _put(change: Change, name: str, tick: Tick) -> None:
    change.tx.checklists.put(change.incident.number, name, tick)


def _told(change: Change, who: Actor, stands: Ticked, line: Line, kind: str, text: str, answer: str) -> Said:
    """On the timeline; the thread sees it by the list, which is drawn anew."""
    about = {"list": stands.checklist.name, "line": line.name, "stage": line.stage}
    change.tell(kind, text, who=who, why=stands.checklist.title, thread=False, data=about)
    change.touch(who)
    change.keep(f"{keeping.LIST}{stands.checklist.name}")
    change.save()
    return say(change, f"{answer}: {line.text}")

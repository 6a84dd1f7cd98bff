"""Next level: a person has it called, by "I can't" or by "escalate now"."""

from __future__ import annotations

from datetime import datetime

from bot.core import escalation as ladder
from bot.core.errors import Refused
from bot.core.escalation import HELD, HELP, MAIN, RUNNING, Move
from bot.core.incident import must_be_active
from bot.core.oncall import Actor
from bot.engine import paging
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.replan import people_of
from bot.engine.respond import part_of, release
from bot.engine.said import Said, comes_next, level_named, paged_now, say
from bot.store.transaction import Tx


def pass_on(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """ "I can't": the next level is paged now, the gaps of the later ones stay. Where everybody has been called nobody
    is called twice: the answer says when the ladder begins again (ESCALATION 8, 14)."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    part = _asked_of(change, who)
    stood = change.ladders[part]
    if stood.state == HELD and stood.holder != who.id:
        raise Refused(
            f"{stood.holder_name} has {change.incident.label}: there is nothing to pass on. Nobody further is paged."
        )
    if stood.state == HELD:
        change.tell("passed", f"{who.name} cannot go on", who=who, why=why)
        paged = release(change, part=part, above=True)
    elif _passed_already(change, who):
        return say(change, "You have said so already.", comes_next(change, part))
    else:
        change.tell("passed", f"{who.name} can't", who=who, why=why, thread=True)
        move = ladder.next_level_now(stood, change.policy(part), now, change.timings, f"{who.name} can't")
        paged = paging.apply(change, move)
    change.save()
    return say(change, "Understood.", paged_now(paged), comes_next(change, part))


def _asked_of(change: Change, who: Actor) -> str:
    """The part that somebody cannot do: what they hold; else, where the incident itself is held by another, a part that
    still calls them."""
    held = part_of(change, who)
    if change.ladders[held].holder == who.id:
        return held
    others = [part for part, e in change.ladders.items() if e.state == RUNNING and part not in (MAIN, HELP)]
    called = [part for part in others if who.id in people_of(change, part)]
    not_mains = change.main.state == HELD or who.id not in people_of(change, MAIN)
    return called[0] if called and not_mains else MAIN


def _passed_already(change: Change, who: Actor) -> bool:
    """Whether they said so before and were not paged since: a second click does not page one level more."""
    number = change.incident.number
    said = [entry.at for entry in change.tx.timeline.of(number) if entry.kind == "passed" and entry.who.id == who.id]
    pages = change.tx.pages.of(number) if said else []
    return bool(said) and not any(page.person == who.id and page.made_at >= said[-1] for page in pages)


def escalate_now(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """The next level now. On an acknowledged incident it is called as help and the holder keeps it (ESCALATION 14).
    At the last level that one is called once more, unless its calls are under way."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    change.touch(who)
    move = _next_level(change, who)
    part = move.escalation.part
    if not move.calls:
        change.save()
        top = len(change.policy(part).levels) - 1
        under_way = f"The last level, {level_named(change, part, top)}, is being called now; nobody is above."
        return say(change, under_way, _keeps(change) if part == HELP else comes_next(change))
    change.tell("escalated", f"{who.name} asks for the next level", who=who, why=why)
    paged = paging.apply(change, move, insist=True)
    change.save()
    nobody = f"Nobody could be paged: /incident why {number} tells what is missing."
    return say(change, paged_now(paged) or nobody, comes_next(change, part), _keeps(change) if part == HELP else "")


def _next_level(change: Change, who: Actor) -> Move:
    part = MAIN if change.main.state == RUNNING else HELP
    called = change.ladders.get(part)
    if called is None or called.state != RUNNING:
        return ladder.call_help(change.main, change.policy(), change.now, change.timings, called)
    why = f"{who.name} asked for " + ("it" if part == MAIN else "more help")
    return ladder.next_level_now(called, change.policy(part), change.now, change.timings, why, insist=True)


def _keeps(change: Change) -> str:
    return f"{change.main.holder_name} keeps {change.incident.label}."

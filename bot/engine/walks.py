"""The verbs of playbooks: start one, answer, skip, go back, hand on, stop; and what the bot does on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import escalation as ladder
from bot.core.errors import Refused
from bot.core.evidence import Evidence
from bot.core.look import Look
from bot.core.oncall import Actor, Contact
from bot.core.playbook import filling, stepping, turning
from bot.core.playbook.findings import findings
from bot.core.playbook.walk import Stand, Walk, outcome_of
from bot.engine import looks, offers, paging
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.said import Said, paged_now, say
from bot.store.runs import Run
from bot.store.transaction import Tx

LEASE = looks.LEASE
_AT_ONCE = 20
_MOST_OPEN = 5
"""Walks of one incident that may be under way at once."""
_MOVES = 10
"""Steps that the bot takes by itself in one go, without looking at anything."""


# --- people


def start(
    tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, playbook: str, arguments: Mapping[str, str]
) -> Said:
    """Begin a walk in the incident's thread. What is not given comes from the alerts' labels."""
    change = Change.load(tx, desk, number, now)
    book = offers.playbook_of(desk, change.incident.system, playbook)
    under_way = [run for run in tx.runs.of_incident(number) if not run.walk.stand.is_over]
    if any(run.walk.playbook == playbook for run in under_way):
        raise Refused(f"{book.title!r} is being walked already, in the thread of {change.incident.label}.")
    if len(under_way) >= _MOST_OPEN:
        raise Refused(f"{len(under_way)} playbooks are under way already: stop one first.")
    given = {**filling.from_labels(book, tx.alerts.labels_of(number)), **arguments}
    begun = stepping.begin(
        book, {name: text for name, text in given.items() if name in book.parameters or name in arguments}
    )
    run = Run(incident=number, system=book.system, walk=begun, books={book.name: book}, holder=who.name, made_at=now)
    run = replace(run, id=tx.runs.add(run, now))
    change.touch(who)
    change.tell(
        "playbook", f"{who.name} started the playbook {book.title!r}", who=who, data={"run": run.id}, thread=False
    )
    _keep(change, _onward(change, run))
    change.save()
    return say(change, f"Started: {book.title}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """Which step of which run somebody saw when they answered."""

    run: int
    revision: int
    """0: whatever it is now."""


def answer(tx: Tx, desk: Desk, pressed: Pressed, who: Actor, now: datetime, choice: int, why: str = "") -> Said:
    """Answer a question, or say how it went."""
    return _by_person(
        tx, desk, pressed, who, now,
        lambda run: stepping.answer(run.playbook, run.walk, choice, by=who.name, now=now, why=why),
    )  # fmt: skip


def skip(tx: Tx, desk: Desk, pressed: Pressed, who: Actor, now: datetime, choice: int | None, why: str) -> Said:
    """Go on without it, for a reason; `choice` says where, and may be None where there is one way on."""
    return _by_person(
        tx, desk, pressed, who, now,
        lambda run: stepping.skip(run.playbook, run.walk, choice, by=who.name, why=why, now=now),
    )  # fmt: skip


def look_again(tx: Tx, desk: Desk, pressed: Pressed, who: Actor, now: datetime) -> Said:
    """Run the checks of its step once more, where they could not tell or led in a circle."""
    return _by_person(
        tx, desk, pressed, who, now, lambda run: stepping.look_again(run.playbook, run.walk, by=who.name, now=now)
    )


def call_next(tx: Tx, desk: Desk, pressed: Pressed, who: Actor, now: datetime) -> Said:
    """Call the next level because the walk goes in a circle; it keeps waiting where it is. Raises Refused where it goes
    in none."""
    change, run = _loaded(tx, desk, pressed, now)
    if not run.walk.circling:
        raise Refused(f"It goes in no circle. To call the next level: /incident escalate {change.incident.number}")
    change.touch(who)
    result = _call(change, f"{who.name}: the playbook {run.playbook.title!r} goes in a circle")
    _keep(change, replace(run, walk=run.walk.changed(asks=f"{run.walk.asks}. {who.name} asked for others: {result}")))
    change.save()
    return say(change, f"{result[:1].upper()}{result[1:]}.")


def back(tx: Tx, desk: Desk, pressed: Pressed, who: Actor, now: datetime) -> Said:
    """Decide the last thing again."""
    return _by_person(tx, desk, pressed, who, now, lambda run: turning.back(run.walk), told="went back a step")


def stop(tx: Tx, desk: Desk, pressed: Pressed, who: Actor, now: datetime, why: str = "") -> Said:
    """Give the walk up."""
    return _by_person(
        tx, desk, pressed, who, now, lambda run: stepping.stop(run.walk, why), told="stopped the playbook"
    )


def fill_in(tx: Tx, desk: Desk, pressed: Pressed, who: Actor, now: datetime, values: Mapping[str, str]) -> Said:
    """Say what the step's commands need: a process, an order."""
    told = "filled in " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items())
    return _by_person(
        tx, desk, pressed, who, now, lambda run: filling.learned(run.playbook, run.walk, values), told=told
    )


def go_back(tx: Tx, desk: Desk, pressed: Pressed, who: Actor, now: datetime) -> Said:
    """From a playbook that was not it, back to the one from which it was turned to."""
    return _by_person(
        tx, desk, pressed, who, now, lambda run: turning.gone_back(run.books, run.walk, by=who.name, now=now)
    )


def hand_to(tx: Tx, desk: Desk, pressed: Pressed, who: Actor, now: datetime, to: Contact) -> Said:
    """Somebody else walks on."""
    change, run = _loaded(tx, desk, pressed, now)
    if to.id in (who.id, who.slack):
        raise Refused("That is you: to walk on, answer the step. To give it to somebody else: /playbook hand PERSON")
    if to.name == run.holder:
        raise Refused(f"{to.name} walks this playbook already.")
    change.touch(who)
    text = f"{who.name} gives the playbook {run.playbook.title!r} to {to.name}"
    change.tell("playbook", text, who=who, data={"run": run.id, "to": to.name, "to_slack": to.slack})
    changed = replace(run, holder=to.name, walk=replace(run.walk, revision=run.walk.revision + 1))
    _keep(change, changed)
    change.save()
    return say(change, f"{to.name} walks on.")


def _loaded(tx: Tx, desk: Desk, pressed: Pressed, now: datetime) -> tuple[Change, Run]:
    incident = tx.runs.incident_of(pressed.run)
    if incident is None:
        raise Refused("There is no such walk. /playbook start NAME begins one.")
    change = Change.load(tx, desk, incident, now)
    run = tx.runs.get(pressed.run)
    assert run is not None
    if pressed.revision and pressed.revision != run.walk.revision:
        raise Refused(f"That step is over already: {_where(run)} Look at the newest message of the playbook.")
    return change, run


def _where(run: Run) -> str:
    last = run.walk.trail[-1] if run.walk.trail else None
    if run.walk.stand.is_over:
        return "the playbook has ended."
    return f"{last.by or 'the bot'} decided {last.said!r}." if last else "it has just begun."


Change_of = Callable[[Run], Walk]


def _by_person(
    tx: Tx, desk: Desk, pressed: Pressed, who: Actor, now: datetime, changed: Change_of, *, told: str = ""
) -> Said:
    change, run = _loaded(tx, desk, pressed, now)
    before = run.walk
    run = replace(run, walk=changed(run))
    change.touch(who)
    last = run.walk.trail[-1] if len(run.walk.trail) > len(before.trail) else None
    if last is not None:
        step = run.books[last.playbook].steps[last.step]
        text = f"{filling.said(before, step.text)} → {'skipped, ' if last.skipped else ''}{last.said}"
        change.tell("step", text, who=who, why=last.why, data={"run": run.id, "step": last.step}, thread=False)
    elif told:
        text = f"{who.name} {told}: {run.playbook.title}"
        change.tell("step", text, who=who, why=run.walk.ended, data={"run": run.id}, thread=False)
    run = _onward(change, run)
    _keep(change, run)
    change.save()
    return say(change, _now(run))


def _now(run: Run) -> str:
    """What comes next, for the person who answered."""
    step = run.playbook.steps[run.walk.step]
    text = filling.said(run.walk, step.text)
    match run.walk.stand:
        case Stand.LOOKING:
            return f"Looking: {text}"
        case Stand.DONE:
            return f"The end: {text}"
        case Stand.STOPPED:
            return "Stopped."
        case _:
            return f"Next: {text}"


# --- the bot


def claim(tx: Tx, lease: timedelta, now: datetime) -> list[Run]:
    """Take the runs whose checks are to be run."""
    return tx.runs.claim(now, now + lease, _AT_ONCE)


def found(
    tx: Tx, desk: Desk, run_id: int, revision: int, look: Look, evidence: Sequence[Evidence], missing: Sequence[str],
    now: datetime,
) -> Said | None:  # fmt: skip
    """The checks of a step have been run: what they saw is kept as that look, and the walk goes on. None where somebody
    went on in the meantime. `missing`: checks that the pack has no longer."""
    if evidence:
        looks.keep_of_step(tx, desk, look, evidence, now)
    incident = tx.runs.incident_of(run_id)
    if incident is None:
        return None
    change = Change.load(tx, desk, incident, now)
    run = tx.runs.get(run_id)
    if run is None or run.walk.revision != revision or run.walk.stand is not Stand.LOOKING:
        return None
    before = run.walk
    run = replace(run, walk=stepping.found(run.playbook, before, findings(evidence, missing), now))
    if len(run.walk.trail) > len(before.trail):
        last, step = run.walk.trail[-1], run.books[before.playbook].steps[before.step]
        change.tell(
            "step", f"{filling.said(before, step.text)} → {last.said}", why=last.why,
            data={"run": run.id, "step": step.name}, thread=False,
        )  # fmt: skip
    run = _onward(change, run)
    _keep(change, run)
    change.save()
    return say(change, _now(run))


def _onward(change: Change, run: Run) -> Run:
    """Takes the steps that the bot takes at once: calling the next level, turning to another playbook."""
    for _ in range(_MOVES):
        step = run.playbook.steps[run.walk.step]
        if run.walk.stand is Stand.CALLING:
            result = _call(change, filling.said(run.walk, step.text))
            run = replace(run, walk=stepping.called(run.playbook, run.walk, result, change.now))
        elif run.walk.stand is Stand.MOVING:
            run = _moved(change, run)
        else:
            break
    return run


def _moved(change: Change, run: Run) -> Run:
    step = run.playbook.steps[run.walk.step]
    try:
        other = offers.playbook_of(change.desk, run.system, step.playbook)
        moved = stepping.moved(run.walk, step, other, change.now)
    except Refused as problem:
        return replace(run, walk=stepping.stop(run.walk, str(problem)))
    return replace(run, walk=moved, books={**run.books, other.name: other})


def _call(change: Change, why: str) -> str:
    """Call the next level for a playbook's reason; what came of it."""
    if not change.incident.is_open:
        return "nobody was called: the incident is over"
    main = change.main
    if main.state == ladder.RUNNING:
        move = ladder.next_level_now(main, change.policy(), change.now, change.timings, why)
    else:
        called = change.ladders.get(ladder.HELP)
        move = (
            ladder.call_help(main, change.policy(), change.now, change.timings, called)
            if called is None or called.state != ladder.RUNNING
            else ladder.next_level_now(called, change.policy(ladder.HELP), change.now, change.timings, why)
        )
    if not move.calls:
        return "nobody is above the last level, which was called"
    change.tell("escalated", "The playbook asks for the next level", why=why)
    return paged_now(paging.apply(change, move)).rstrip(".") or "nobody could be paged"


def _keep(change: Change, run: Run) -> None:
    over = run.walk.stand.is_over
    run = replace(run, ended_at=change.now if over else None)
    if over:
        step = run.playbook.steps[run.walk.step]
        text = (
            filling.said(run.walk, step.text)
            if run.walk.stand is Stand.DONE
            else f"stopped{f': {run.walk.ended}' if run.walk.ended else ''}"
        )
        change.tell(
            "playbook", f"{run.playbook.title}: {text}",
            data={"run": run.id, "outcome": outcome_of(run.playbook, run.walk)}, thread=False,
        )  # fmt: skip
    change.tx.runs.put(run, change.now)
    change.post_step(run.id)

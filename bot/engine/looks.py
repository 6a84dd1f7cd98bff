"""The verbs of looking: what a look runs, and what becomes of what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.check import Check
from bot.core.errors import Refused
from bot.core.evidence import Evidence, State
from bot.core.look import Look, changed, ranked, sum_up
from bot.core.oncall import Actor
from bot.engine import exposing
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.look_plan import checks_beside
from bot.engine.notices import tell_verdict
from bot.store.transaction import Tx

LEASE = timedelta(minutes=3)
"""Longer than any check may take, and the queue before it."""

_DECIDED = (State.OK, State.WARN, State.FAIL)
"""What is unknown diagnoses nothing."""

_AT_ONCE = 20
_TOLD = 25
"""Checks that a line in the thread names at most."""


def checks_of(desk: Desk, look: Look, labels: Mapping[str, str]) -> tuple[list[Check], dict[str, str]]:
    """The checks of a look that can be run by themselves, and their arguments: those that it has, else what an alert's
    labels of the same name say. A look at an incident also reads what is at risk."""
    found = desk.checks(look.system).find(look.what.split())
    if look.incident is not None:
        found += [check for check in checks_beside(desk, look.system) if check not in found]
    values: dict[str, str] = dict(look.arguments)
    ready = []
    for check in found:
        for name, ask in check.asks.items():
            if name not in values and labels.get(name):
                try:
                    values[name] = ask.kind.read(labels[name])
                except Refused:
                    continue
        if all(name in values or ask.default for name, ask in check.asks.items()):
            ready.append(check)
    return ready, values


def claim(tx: Tx, _desk: Desk, lease: timedelta, now: datetime) -> list[tuple[Look, dict[str, str]]]:
    """Take the looks that are due, each with the labels of the alerts of its incident."""
    return [(look, _labels(tx, look.incident)) for look in tx.looks.claim(now, now + lease, _AT_ONCE)]


def _labels(tx: Tx, incident: int | None) -> dict[str, str]:
    return tx.alerts.labels_of(incident) if incident is not None else {}


def so_far(tx: Tx, desk: Desk, look: Look, found: Sequence[Evidence], total: int, now: datetime) -> None:
    """What is known of the first look at an incident while slower checks are still under way, if it is bad news."""
    if look.incident is None or not any(one.state is State.FAIL for one in found):
        return
    change = Change.load(tx, desk, look.incident, now)
    if change.incident.is_open and not change.incident.verdict:
        change.set(verdict=desk.redactor.text(sum_up(ranked(found), total)))
        tell_verdict(change, first=False)
        change.save()


def finish(tx: Tx, desk: Desk, look: Look, found: Sequence[Evidence], now: datetime) -> list[Evidence]:
    """Keep what was found; of an incident it also becomes the verdict: on the card, in the direct messages, in the
    thread, and in every later page (ESCALATION 10). The evidence with its numbers; none where another process was
    faster."""
    verdict = desk.redactor.text(sum_up(ranked(found))) if found else "there was nothing to look at"
    change = Change.load(tx, desk, look.incident, now) if look.incident is not None else None
    before = _last(tx, look) if change is not None else []
    ids = tx.looks.finish(look.id, found, verdict, now)
    if ids is None:
        return []
    kept = [replace(one, id=id_) for one, id_ in zip(found, ids, strict=True)]
    if change is not None and kept:
        news = changed(before, kept) if before else ""
        _tell(change, look, kept, verdict, news, again=bool(before) and not news)
        change.save()
    return kept


def keep(tx: Tx, desk: Desk, look: Look, found: Sequence[Evidence], now: datetime) -> list[Evidence]:
    """Keep a look that somebody waited for. The evidence with its numbers."""
    return finish(tx, desk, replace(look, id=tx.looks.add(look)), found, now)


def bundled(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, told: str) -> None:
    """A bundle was made for an incident."""
    change = Change.load(tx, desk, number, now)
    change.touch(who)
    change.tell("bundle", told, who=who, thread=False)
    change.save()


def bundle_filed(tx: Tx, desk: Desk, number: int, now: datetime, name: str, link: str) -> None:
    """It lies in Slack, and the report links to it there."""
    change = Change.load(tx, desk, number, now)
    change.tell("bundle_filed", f"{name} is in Slack", thread=False, data={"bundle": name, "link": link})
    change.save()


def keep_of_step(tx: Tx, desk: Desk, look: Look, found: Sequence[Evidence], now: datetime) -> None:
    """Keep what a playbook's step looked at; the step itself tells of it."""
    verdict = desk.redactor.text(sum_up(ranked(found)))
    tx.looks.finish(tx.looks.add(look), found, verdict, now)


def _last(tx: Tx, look: Look) -> list[Evidence]:
    """What the last look of the same kind at this incident came to."""
    assert look.incident is not None
    earlier = [one for one in tx.looks.of_incident(look.incident) if one.what == look.what and one.id != look.id]
    return tx.looks.evidence_of(earlier[-1].id) if earlier else []


def _tell(change: Change, look: Look, found: Sequence[Evidence], verdict: str, news: str, *, again: bool) -> None:
    """What was found stands everywhere. Found `again` as it was, it is no news for the thread."""
    by_itself, books = not look.by, books_of(change.desk, look.system, change.incident.number)
    if any(one.state in _DECIDED for one in found):
        change.set(diagnosed_at=change.incident.diagnosed_at or change.now)
    data = {
        "look": look.id,
        "changed": news,
        "checks": [
            {
                "id": one.id,
                "check": one.check,
                "title": one.title,
                "state": one.state.value,
                "verdict": one.verdict,
                "book": books.get(one.check, ""),
            }
            for one in ranked(found)[:_TOLD]
        ],
    }
    if change.incident.is_open:
        exposing.note(change, found)
    change.tell("verdict", verdict, why=look.why, data=data, thread=by_itself and not again)
    if by_itself and change.incident.is_open:
        only = len(change.tx.looks.of_incident(change.incident.number)) == 1
        change.set(verdict=verdict)
        tell_verdict(change, first=only)
    exposing.judge(change, found)


def books_of(desk: Desk, system: str, incident: int | None) -> dict[str, str]:
    """For each check the incident and the playbook that explains its failing, as the button takes them."""
    if incident is None or system not in desk.packs:
        return {}
    return {check: f"{incident} {playbook}" for check, playbook in desk.packs[system].playbook_of.items()}

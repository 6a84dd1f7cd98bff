"""Overview: what those who look on are shown, read in one transaction each. Nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bot.core.incident import Incident, no_such
from bot.core.numbers import Facts
from bot.core.past import Found, Wanted
from bot.core.pin import as_read
from bot.core.weeks import begins
from bot.engine import reporting
from bot.engine.desk import Desk
from bot.store.transaction import Tx
from bot.views.board import Standing
from bot.views.board_incident import Walked, Whole
from bot.views.report import HTML, render

_SHOWN = 100
"""Open incidents on one page."""
_LATELY = 10
_A_PAGE = 50
"""Incidents of the past on one page."""
_PAGES, _LOOKS = 200, 6
_WEEKS = 13


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """What is open."""

    standing: tuple[Standing, ...]
    """The most urgent ones."""
    total: int
    lately: tuple[Found, ...]
    """Those that ended last."""


def open_now(tx: Tx) -> Open:
    """What is open now, the most urgent first."""
    numbers, total = tx.board.open(_SHOWN)
    tx.incidents.look_up(numbers)
    duties = tx.board.duties_of(numbers)
    standing = [_standing(tx, number, duties.get(number, ())) for number in numbers]
    return Open(standing=tuple(standing), total=total, lately=tuple(tx.board.lately(_LATELY)))


def _standing(tx: Tx, number: int, duties: tuple[tuple[str, str], ...]) -> Standing:
    return Standing(incident=_there(tx, number), ladders=tx.incidents.escalations(number), duties=duties)


def one(tx: Tx, number: int, entries: int) -> Whole:
    """Everything about one incident, with so many of the newest entries of its timeline. Raises Refused where there is
    none of that number."""
    _there(tx, number)
    recorded = tx.timeline.recorded(number, entries)
    looks = tx.looks.of_incident(number)[-_LOOKS:][::-1]
    evidence = tx.board.evidence_of([look.id for look in looks])
    return Whole(
        standing=_standing(tx, number, tx.board.duties_of([number]).get(number, ())),
        entries=as_read(recorded),
        is_all=len(recorded) < entries,
        pages=tx.board.pages(number, _PAGES),
        all_pages=tx.board.count_pages(number),
        runs=[
            Walked(playbook=run.playbook, walk=run.walk, holder=run.holder, made_at=run.made_at)
            for run in tx.runs.of_incident(number)[::-1]
        ],
        checklists=tx.checklists.of(number),
        looks=[(look, evidence[look.id]) for look in looks],
        merged=tx.board.merged_into(number),
    )


def printed(tx: Tx, desk: Desk, number: int) -> str:
    """The report of an incident as a page to print, as it stands. Raises Refused where there is none of that number."""
    incident = _there(tx, number)
    own, zone = reporting.templates(desk, incident.system), desk.zone(incident.system)
    return render(reporting.written(tx, desk, incident), HTML, own, zone, board=f"/board/incidents/{number}")


def _there(tx: Tx, number: int) -> Incident:
    incident = tx.incidents.get(number)
    if incident is None:
        raise no_such(number)
    return incident


def facts(tx: Tx, now: datetime, zone: tzinfo) -> Facts:
    """What happened this week and in those before it."""
    return tx.figures.facts(begins(now, zone, _WEEKS).astimezone(UTC), now)


@dataclass(frozen=True, kw_only=True, slots=True)
class Searched:
    """A page of what was found in the past."""

    incidents: tuple[Found, ...]
    more: bool
    """Whether there is more after it."""
    systems: tuple[str, ...]
    """Those to choose from."""


def past(tx: Tx, wanted: Wanted) -> Searched:
    """A page of what was looked for."""
    found = tx.board.find(wanted, _A_PAGE + 1)
    return Searched(incidents=tuple(found[:_A_PAGE]), more=len(found) > _A_PAGE, systems=tuple(tx.board.systems()))

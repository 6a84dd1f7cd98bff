"""One incident on the board: how it stands, what was done, who was paged, what checks saw, and its timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.checklist import Ticked
from bot.core.evidence import Evidence, State
from bot.core.incident import Incident
from bot.core.look import Look, ranked
from bot.core.page import CONFIRM, Page
from bot.core.playbook import Playbook
from bot.core.playbook.filling import said as filled
from bot.core.playbook.walk import Walk, outcome_of
from bot.core.spans import say_span
from bot.core.timeline import Entry
from bot.views.board import Frame, Standing, date, rendered, said, summary
from bot.views.evidence import WORDS, fact_lines, one_line_kept, table_text
from bot.views.words import count, cut, one_line

_LINES, _LINE, _TEXT = 30, 300, 2_000
_WEB = ("http://", "https://")


@dataclass(frozen=True, kw_only=True, slots=True)
class Walked:
    """A run of a playbook."""

    playbook: Playbook
    walk: Walk
    holder: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """Everything that the page of an incident shows."""

    standing: Standing
    entries: Sequence[Entry]
    """Oldest first, as people read them."""
    is_all: bool = True
    """Whether these are all there are."""
    pages: Sequence[Page] = ()
    """Newest first."""
    all_pages: int = 0
    runs: Sequence[Walked] = ()
    checklists: Sequence[Ticked] = ()
    looks: Sequence[tuple[Look, Sequence[Evidence]]] = ()
    """Newest first."""
    merged: Sequence[int] = ()
    """Numbers of the incidents that were merged into it."""


def incident_page(frame: Frame, whole: Whole, more: str) -> str:
    """Everything about one incident, the newest first; `more` is the address that shows more of its timeline."""
    incident = whole.standing.incident
    head = summary(whole.standing, frame.now)
    return rendered(
        frame,
        "incident.html",
        title=f"{incident.label} {incident.severity.word}",
        here="incident",
        one={**head, "facts": [*head["facts"], *_times(incident)]},
        text=[said(line, _TEXT) for line in incident.text.split("\n")[:_LINES] if line.strip()],
        monitor=web_address(incident.link),
        others=_others(whole),
        checklists=[_checklist(one) for one in whole.checklists],
        runs=[_run(one) for one in whole.runs],
        pages=[_page(one) for one in whole.pages],
        all_pages=whole.all_pages,
        looks=[_look(look, found) for look, found in whole.looks],
        timeline=[_entry(entry) for entry in reversed(whole.entries)],
        more="" if whole.is_all else more,
    )


def _times(incident: Incident) -> list[tuple[str, str]]:
    known = (
        ("Acknowledged", incident.acknowledged_at),
        ("First diagnosis", incident.diagnosed_at),
        ("Mitigated", incident.mitigated_at),
        ("Resolved", incident.resolved_at),
        ("Closed", incident.closed_at),
    )
    told = [(name, f"after {say_span(at - incident.opened_at)}") for name, at in known if at is not None]
    return [*told, *([("Fixed by", said(incident.fixed_by, _LINE))] if incident.fixed_by else [])]


def _others(whole: Whole) -> list[tuple[str, int]]:
    incident = whole.standing.incident
    found = [("Merged into", incident.merged_into)] if incident.merged_into else []
    found += [("Follows", incident.follows)] if incident.follows else []
    return [*found, *(("Merged into this one", number) for number in whole.merged)]


def _checklist(one: Ticked) -> dict[str, Any]:
    done, lines = one.progress
    return {
        "title": said(one.checklist.title, 120),
        "progress": f"{done} of {lines}",
        "stages": [
            (said(stage, 80), [_line(one, line.name, line.text) for line in members])
            for stage, members in one.checklist.stages
        ],
    }


def _line(one: Ticked, name: str, text: str) -> dict[str, Any]:
    tick = one.tick(name)
    return {
        "text": said(text, _LINE),
        "done": tick.at is not None,
        "who": said(tick.by or tick.owner_name, 80),
        "at": date(tick.at) if tick.at else "",
    }


def _run(one: Walked) -> dict[str, Any]:
    step = one.playbook.steps[one.walk.step]
    over = outcome_of(one.playbook, one.walk)
    return {
        "title": said(one.playbook.title, 120),
        "stand": over.replace("_", " ") or str(one.walk.stand),
        "step": said(filled(one.walk, step.text), _LINE),
        "holder": said(one.holder, 80),
        "trail": [
            {
                "said": said(visit.said, _LINE),
                "who": said(visit.by, 80),
                "why": said(visit.why, _LINE),
                "skipped": visit.skipped,
                "at": date(visit.at),
            }
            for visit in one.walk.trail[-_LINES:]
        ],
    }


def _page(page: Page) -> dict[str, Any]:
    """Without the address: it is somebody's number, and the board may hang on a wall."""
    level = "asked to confirm" if page.purpose == CONFIRM else "by name"
    return {
        "at": date(page.made_at),
        "who": said(page.name, 80),
        "way": page.way,
        "level": f"level {page.level + 1}" if page.level is not None else level,
        "state": page.state,
        "outcome": said(page.outcome, _LINE),
        "why": said(page.why, _LINE),
    }


def _look(look: Look, found: Sequence[Evidence]) -> dict[str, Any]:
    return {
        "what": said(look.what, 120),
        "at": date(look.made_at),
        "why": said(f"{look.why}{f', asked by {look.by}' if look.by else ''}", _LINE),
        "verdict": said(look.verdict, _LINE),
        "checks": [_check(one) for one in ranked(found)],
        "well": count(sum(one.state is State.OK for one in found), "check"),
    }


def _check(one: Evidence) -> dict[str, Any]:
    table = table_text(one) if one.seen.table is not None and one.seen.table.rows else ""
    seen = [
        *fact_lines(one),
        *table.split("\n")[: _LINES * 2],
        *(cut(line, _LINE) for line in one.seen.excerpt[:_LINES]),
    ]
    return {
        "state": one.state.value,
        "word": WORDS[one.state],
        "title": said(one.title, 150),
        "verdict": said(one.verdict, _LINE),
        "rules": [f"{word}: {one_line(rule)[:_LINE]}" for word, rule in one.rules.items()],
        "help": said(one.help, _LINE),
        "seen": "\n".join(one_line_kept(line) for line in seen if line.strip()),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    checks: Sequence[Mapping[str, Any]] = entry.data.get("checks") or ()
    bad = [one for one in checks if one.get("state") != State.OK.value]
    return {
        "at": date(entry.at),
        "kind": entry.kind.replace("_", " "),
        "who": said(entry.who.name, 80) if entry.who.person else "",
        "text": [said(line, _TEXT) for line in entry.text.split("\n")[:_LINES] if line.strip()],
        "why": said(entry.why, _LINE),
        "link": web_address(str(entry.data.get("link") or "")),
        "files": [
            (said(str(one.get("name")), 120), web_address(str(one.get("link") or "")))
            for one in entry.data.get("files") or ()
        ],
        "checks": [f"{said(str(one.get('title')), 150)}: {said(str(one.get('verdict')), _LINE)}" for one in bad[:8]],
    }


def web_address(link: str) -> str:
    """The address, where it is one that a browser may open; else nothing."""
    address = one_line(link)
    return address if address.startswith(_WEB) and len(address) <= 2_000 else ""


__all__ = ["Walked", "Whole", "incident_page", "web_address"]

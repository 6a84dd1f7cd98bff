"""Report: the account of an incident for those who were not there, written from its columns and its timeline alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.core.exposure import say_reading, stored_exposure
from bot.core.incident import ACTIVE, CLOSED, MONITORING, RESOLVED, Incident
from bot.core.item import Item
from bot.core.timeline import PINNED, Entry

STATUSES: Mapping[str, str] = {
    ACTIVE: "🔴 ACTIVE",
    MONITORING: "🟡 MONITORING",
    RESOLVED: "🟢 RESOLVED",
    CLOSED: "🟢 RESOLVED, closed",
}
UNSAID = "Not said yet."
"""What stands where people have to say something and have not."""

UPDATE_FIELDS = ("summary", "services", "users", "business", "actions", "next")
REVIEW_FIELDS = ("symptoms", "cause", "resolution", "prevention", "lessons")
"""What an update, and what a postmortem says, as the timeline's data name it."""

REPORT_TEMPLATES = ("report.slack.j2", "report.md.j2", "report.html.j2", "report.mail.j2")
"""What it is written by: for Slack, as Markdown, as a page, as mail."""

_DEED = "tick"
"""The kind of entry that is something done; of a playbook's steps, those that a person took are."""
_NOTES = frozenset({"note", PINNED})
"""Kinds in which people told what they did and saw, in their own words."""
_QUIET = frozenset({"update_due", "review_due", "bundle_filed"})
"""Kinds that tell of the report itself and what hangs on it, which its timeline leaves out."""
_WEB = ("https://", "http://")


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    kind: str
    text: str
    why: str = ""
    who: str = ""
    """The person; empty: the bot or a monitor."""

    @property
    def day(self) -> date:
        """The day it is told under, UTC."""
        return self.at.astimezone(UTC).date()


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Something that was done, or that somebody noted on the way."""

    at: datetime
    text: str
    who: str = ""
    note: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """The five points of a postmortem."""

    at: datetime
    by: str
    symptoms: str = ""
    cause: str = ""
    resolution: str = ""
    prevention: str = ""
    lessons: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundled:
    """A diagnostics bundle that was made."""

    text: str
    """What it is called, how much is in it, and its digest."""
    link: str = ""
    """Where it lies in Slack; empty where it never got there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contacts:
    """Whom to ask."""

    lead: str = ""
    """Who leads, else who has it, else who resolved it."""
    escalation: str = ""
    """Who would be called next; where nobody is above, the last level that was called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Everything that a template of a report may say."""

    label: str
    system: str
    title: str
    severity: str
    type: str
    phase: str
    status: str
    """`🔴 ACTIVE` and so on."""
    summary: str
    verdict: str
    services: tuple[str, ...]
    users: str
    """Empty where nobody has said; so are `business` and `recovery`."""
    business: str
    exposure: tuple[str, ...]
    """What is at risk, a line each, as checks have read it; of what is over, what was at risk until then."""
    began: datetime
    """When the trouble began, as the monitor says."""
    detected: datetime
    responded: datetime | None
    mitigated: datetime | None
    resolved: datetime | None
    """None while it is not over, or only the monitor says so."""
    resolved_by: str
    closed: datetime | None
    fixed_by: str
    causes: tuple[str, ...]
    """What playbooks came to, that were walked to an end."""
    deeds: tuple[Deed, ...]
    recovery: str
    """What is to be done next to end it."""
    prevention: str
    items: tuple[Item, ...]
    contacts: Contacts
    review: Review | None
    bundles: tuple[Bundled, ...]
    updates: int
    updated: datetime
    """When something last happened."""
    spoken: datetime | None
    """When a person last gave an update."""
    timeline: tuple[Moment, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is still going on."""
        return self.phase in (ACTIVE, MONITORING)

    @property
    def risk(self) -> str:
        """What to call the figures of `exposure`: nobody reads them any more once it is over."""
        return "At risk" if self.is_open else "At risk when it was resolved"

    @property
    def open_items(self) -> tuple[Item, ...]:
        """What is still to be done."""
        return tuple(item for item in self.items if item.is_open)


def report(incident: Incident, entries: Sequence[Entry], contacts: Contacts) -> Report:
    """The report of an incident as it stands. `entries` is its whole timeline, oldest first; the same incident and
    timeline make the same report."""
    said = _said(entries)
    review = _review(entries)
    items = _items(incident.number, entries)
    over = incident.phase in (RESOLVED, CLOSED)
    updates = [entry for entry in entries if entry.kind == "update"]
    return Report(
        label=incident.label,
        system=incident.system,
        title=incident.title,
        severity=incident.severity.word,
        type=incident.type,
        phase=incident.phase,
        status=_status(incident),
        summary=said.get("summary") or incident.title,
        verdict=incident.verdict,
        services=tuple(services_in(said.get("services", ""))) or _services(incident),
        users=said.get("users", ""),
        business=said.get("business", ""),
        exposure=tuple(say_reading(one) for one in stored_exposure(incident.exposure).readings),
        began=incident.since,
        detected=incident.opened_at,
        responded=incident.acknowledged_at,
        mitigated=incident.mitigated_at,
        resolved=incident.resolved_at if over else None,
        resolved_by=incident.resolved_by if over else "",
        closed=incident.closed_at if incident.phase == CLOSED else None,
        fixed_by=incident.fixed_by,
        causes=tuple(e.text for e in entries if e.kind == "playbook" and e.data.get("outcome") in ("fixed", "cause")),
        deeds=tuple(_deeds(entries)),
        recovery="" if over else said.get("next", ""),
        prevention=review.prevention if review else "",
        items=items,
        contacts=contacts,
        review=review,
        bundles=tuple(_bundles(entries)),
        updates=len(updates),
        updated=entries[-1].at if entries else incident.opened_at,
        spoken=updates[-1].at if updates else None,
        timeline=tuple(_moment(entry) for entry in entries if entry.kind not in _QUIET),
    )


def _status(incident: Incident) -> str:
    if incident.merged_into:
        return f"🔀 MERGED into INC-{incident.merged_into}"
    return STATUSES.get(incident.phase, incident.phase)


def _said(entries: Sequence[Entry]) -> dict[str, str]:
    """What the updates say, of each field the newest that says something."""
    said: dict[str, str] = {}
    for entry in entries:
        if entry.kind == "update":
            said |= {name: text for name in UPDATE_FIELDS if (text := str(entry.data.get(name) or "").strip())}
    return said


def _services(incident: Incident) -> tuple[str, ...]:
    return (incident.component,) if incident.component else (incident.system,)


def services_in(text: str) -> list[str]:
    """The services that somebody listed, by commas or one a line."""
    return list(
        dict.fromkeys(part for line in text.split("\n") for one in line.split(",") if (part := one.strip(" -•")))
    )


def _deeds(entries: Sequence[Entry]) -> list[Deed]:
    done: list[Deed] = []
    for entry in entries:
        who = _name(entry)
        if entry.kind == "update":
            # The form offers what the timeline tells already.
            known = {deed.text for deed in done}
            lines = [line for line in _lines(str(entry.data.get("actions") or "")) if line not in known]
            done += [Deed(at=entry.at, text=line, who=who) for line in lines]
        elif entry.kind in _NOTES:
            done.append(Deed(at=entry.at, text=entry.text, who=who, note=True))
        elif entry.kind == _DEED or (entry.kind == "step" and entry.who.person):
            done.append(Deed(at=entry.at, text=entry.text, who="" if who and who in entry.text else who))
    return done


def _bundles(entries: Sequence[Entry]) -> list[Bundled]:
    filed = {str(e.data.get("bundle")): str(e.data.get("link")) for e in entries if e.kind == "bundle_filed"}
    links = {name: link for name, link in filed.items() if link.startswith(_WEB)}
    return [Bundled(text=e.text, link=links.get(e.text.partition(":")[0], "")) for e in entries if e.kind == "bundle"]


def _lines(text: str) -> list[str]:
    return [line for one in text.split("\n") if (line := one.strip().lstrip("-•* ").strip())]


def _review(entries: Sequence[Entry]) -> Review | None:
    written = next((entry for entry in reversed(entries) if entry.kind == "postmortem"), None)
    if written is None:
        return None
    points = {name: str(written.data.get(name) or "").strip() for name in REVIEW_FIELDS}
    return Review(at=written.at, by=_name(written), **points)


def _items(number: int, entries: Sequence[Entry]) -> tuple[Item, ...]:
    """The action items as the timeline tells of them."""
    items: dict[int, Item] = {}
    for entry in entries:
        id_ = entry.data.get("item")
        if not isinstance(id_, int):
            continue
        if entry.kind == "item":
            due = entry.data.get("due_on")
            items[id_] = Item(
                id=id_,
                incident=number,
                text=str(entry.data.get("text") or entry.text),
                owner=str(entry.data.get("owner") or ""),
                owner_name=str(entry.data.get("owner_name") or ""),
                due_on=date.fromisoformat(due) if isinstance(due, str) and due else None,
                made_at=entry.at,
                made_by=_name(entry),
            )
        elif entry.kind == "item_moved" and id_ in items:
            items[id_] = replace(items[id_], due_on=date.fromisoformat(str(entry.data["due_on"])))
        elif entry.kind == "item_done" and id_ in items:
            items[id_] = replace(items[id_], done_at=entry.at, done_by=_name(entry))
    return tuple(items.values())


def _moment(entry: Entry) -> Moment:
    return Moment(at=entry.at, kind=entry.kind, text=entry.text, why=entry.why, who=_name(entry))


def _name(entry: Entry) -> str:
    return entry.who.name if entry.who.person else ""

"""Simulation: who would be paged, how and when, for an alert, a time and perhaps an acknowledgement. Nothing is sent.

It climbs the ladder by the same functions as the running bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.escalation import Call, Escalation, Whom
from bot.core.oncall import Actor, Contact
from bot.core.policy import Policy
from bot.core.routing import Routed
from bot.core.spans import say_span
from bot.core.system import System

_EVERY_WAY: Mapping[str, str] = {}
_SOMEBODY = Actor(id="somebody", name="somebody", via="simulation")


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that would happen."""

    offset_s: int
    """Seconds after the alert."""
    kind: str
    """`page`; `unreachable` (a level that has nobody); `card` (a level that is a channel); `acknowledge`; `ask` (the
    holder is asked whether they still have it); `unacknowledge`; `repeat` (the ladder begins again)."""
    level: int | None
    """From 1; None where it is about no level."""
    level_name: str
    pager: str
    """The way: `phone`, `mail`, `slack`, ...; empty where it is about none."""
    to: str
    """Whom, with the address where one is set."""
    why: str


def simulate(
    system: System,
    routed: Routed,
    severity: Severity,
    at: datetime,
    *,
    ack_after: timedelta | None,
    until: timedelta | None = None,
    missing: Mapping[str, str] = _EVERY_WAY,
) -> list[Event]:
    """What would happen after an alert that arrives `at`. Without `until` it ends when the ladder would begin again, or
    when the holder would be asked. `missing` says, by its name, why a way cannot be used here: a level that cannot be
    tried by any way brings the next one at once (ESCALATION 6), unless nothing `can_be_sent` yet."""
    plan = system.plan
    policy = plan.choose(severity, routed.type, routed.policy)
    current = ladder.start(policy, severity, at, plan.timings)
    listing = _Listing(missing=missing, as_meant=not can_be_sent(system, policy, missing))
    events = listing.events
    ack_at = at + ack_after if ack_after is not None else None
    end = at + until if until is not None else None
    while (due := _next(current, ack_at)) is not None and (end is None or due <= end):
        offset = int((due - at).total_seconds())
        if due == ack_at:  # at equal times the acknowledgement wins (ESCALATION 2)
            current, ack_at = ladder.acknowledge(current, _SOMEBODY, severity, due, plan.timings), None
            events.append(
                _event(offset, "acknowledge", why=f"acknowledged after {say_span(due - at)}: nobody further is paged")
            )
            continue
        if end is None and due == current.repeat_at and current.next_rung is None and ack_at is None:
            span = say_span(plan.timings.repeat_after)
            events.append(
                _event(
                    offset,
                    "repeat",
                    level=1,
                    name=policy.levels[0].name,
                    why=f"nobody has acknowledged: the whole ladder begins again, {span} after its last level",
                )
            )
            break
        if end is None and current.state == ladder.HELD and current.answer_by is not None:
            break
        current = _step(system, policy, current, due, offset, listing)
    return events


def can_be_sent(system: System, policy: Policy, missing: Mapping[str, str] = _EVERY_WAY) -> bool:
    """Whether any page of a ladder could be sent as things are. Where none can, it is shown as it is meant: as if all
    were set."""
    pages = (one for level in policy.levels for one in system.roster.behind(level))
    return any(not _problem(contact, way, missing) for contact, way in pages)


def _next(current: Escalation, ack_at: datetime | None) -> datetime | None:
    due = [moment for moment in (current.due_at, ack_at) if moment is not None]
    return min(due, default=None)


def _step(
    system: System, policy: Policy, current: Escalation, due: datetime, offset: int, listing: _Listing
) -> Escalation:
    move = ladder.advance(current, policy, due, system.plan.timings)
    if move.released:
        listing.events.append(_event(offset, "unacknowledge", why=move.why))
    return ladder.climb(move, policy, system.roster, due, _Listed(listing=listing, offset=offset))


def _problem(contact: Contact, way: str, missing: Mapping[str, str]) -> str:
    """Why a page cannot even be tried (32); empty when it can."""
    if not contact.address(way):
        return f"cannot be sent until {contact.variable(way) or way + ' address'} is set"
    return f"cannot be sent: {missing[way]}" if way in missing else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Listing:
    """What is listed of one ladder."""

    missing: Mapping[str, str]
    as_meant: bool
    """A page that cannot be sent yet counts as one that can."""
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Listed:
    """Lists the calls of one moment instead of making them."""

    listing: _Listing
    offset: int

    def page(self, escalation: Escalation, call: Call, whom: Whom) -> bool:
        assert call.level is not None
        events, tried = self.listing.events, False
        listed = partial(_event, self.offset, level=call.level + 1, name=whom.level.name)
        events.extend(listed("card", to=channel, why=call.why) for channel in whom.channels)
        for contact, way in whom.people:
            address = contact.address(way)
            to = f"{contact.name} <{address}>" if address else contact.name
            problem = _problem(contact, way, self.listing.missing)
            tried = tried or not problem
            why = f"{call.why}; {problem}" if problem else call.why
            events.append(listed("page", pager=way, to=to, why=why))
        if whom.nobody:
            events.append(listed("unreachable", why=f"{call.why}, but it has nobody"))
        return tried or (self.listing.as_meant and bool(whom.people))

    def ask(self, escalation: Escalation, call: Call) -> None:
        self.listing.events.append(_event(self.offset, "ask", to="the holder", why=call.why))


def _event(
    offset: int, kind: str, *, level: int | None = None, name: str = "", pager: str = "", to: str = "", why: str
) -> Event:
    return Event(offset_s=offset, kind=kind, level=level, level_name=name, pager=pager, to=to, why=why)


def summary(system: System, routed: Routed, severity: Severity, title: str) -> dict[str, object]:
    """The incident that would open, for JSON."""
    policy = system.plan.choose(severity, routed.type, routed.policy)
    return {
        "system": system.name,
        "title": title,
        "severity": severity.word,
        "type": routed.type,
        "component": routed.component,
        "route": routed.route,
        "unrouted": routed.unrouted,
        "policy": policy.name,
        "channel": system.channel,
        "why": routed.why,
    }

"""Why was I (not) paged? Every page of an incident with its reason, and the reader's own case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.core.escalation import HELD, MAIN, RUNNING, Escalation
from bot.core.incident import Incident
from bot.core.oncall import Actor, Roster
from bot.core.page import Page
from bot.core.policy import Policy
from bot.core.spans import say_span

_SHOWN = 40
_WORDS = {
    "waiting": "waits to leave",
    "sending": "is leaving",
    "sent": "left",
    "delivered": "arrived",
    "answered": "answered",
    "unreached": "not reached",
    "failing": "keeps failing",
    "failed": "failed",
    "dropped": "dropped",
}


def explain(
    incident: Incident, ladders: Mapping[str, Escalation], pages: Sequence[Page], roster: Roster, me: Actor
) -> str:
    """Who was paged when, how and why, and why `me` was, or was not. Times are UTC."""
    lines = [f"{incident.label} opened {_clock(incident.opened_at)} UTC. Paged so far:"]
    lines += [_page(page) for page in pages[:_SHOWN]] or ["nobody"]
    if len(pages) > _SHOWN:
        lines.append(f"and {len(pages) - _SHOWN} more")
    lines += ["", *_mine(incident, ladders, pages, roster, me)]
    return "\n".join(lines)


def _page(page: Page) -> str:
    outcome = f" ({page.outcome})" if page.outcome else ""
    state = _WORDS.get(page.state, page.state)
    address = " (no address)" if not page.address else ""
    return f"{_clock(page.made_at)} {page.name} by {page.way}{address}: {state}{outcome} – {page.why}"


def _clock(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%H:%M:%S}"


def _mine(
    incident: Incident, ladders: Mapping[str, Escalation], pages: Sequence[Page], roster: Roster, me: Actor
) -> list[str]:
    mine = [page for page in pages if page.person == me.id]
    if mine:
        ways = ", ".join(dict.fromkeys(page.way for page in mine))
        return [f"You were paged ({ways}): {mine[0].why}"]
    main = ladders.get(MAIN)
    found = [(e, level) for e in ladders.values() for level in _levels(incident, e, roster, me)]
    if not found:
        policy = incident.plan.policies.get(main.policy) if main is not None else None
        named = ", ".join(_targets(policy)) if policy is not None else "nobody"
        return [f"You were not paged: no level of policy {main.policy if main else '?'} names you. It names {named}."]
    return ["You were not paged:", *[_reason(incident, e, level) for e, level in found]]


def _levels(incident: Incident, ladder: Escalation, roster: Roster, me: Actor) -> list[int]:
    policy = incident.plan.policies.get(ladder.policy)
    if policy is None:
        return []
    return [
        place
        for place, level in enumerate(policy.levels)
        if any(me.id == c.id for t in level.targets if not t.is_channel for c in roster.on_call(t.to))
    ]


def _targets(policy: Policy) -> list[str]:
    return list(dict.fromkeys(target.to for level in policy.levels for target in level.targets))


def _reason(incident: Incident, ladder: Escalation, place: int) -> str:
    level = incident.plan.policies[ladder.policy].levels[place]
    name = f"level {place + 1} ({level.name}) names you"
    due = next((rung for rung in ladder.rungs if rung.level == place), None)
    if due is not None and due.paged_at is not None:
        return f"{name}: it was paged {_clock(due.paged_at)}, when others answered for it or no way to you worked."
    if ladder.state == HELD:
        return f"{name}: it comes {say_span(level.after)} after the opening; {ladder.holder_name} acknowledged before."
    if ladder.state == RUNNING and due is not None:
        return f"{name}: it is due {_clock(due.due_at)} UTC if nobody acknowledges before."
    return f"{name}: it comes {say_span(level.after)} after the opening, and the paging had stopped before."

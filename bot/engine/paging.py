"""Paging: whom a decision calls: the people of a level, a holder who is asked, or somebody by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core import escalation as ladder
from bot.core.escalation import HELP, Call, Called, Escalation, Move, Whom
from bot.core.oncall import Contact
from bot.core.page import CONFIRM, DIRECT, DROPPED, FAILED, PAGE, Page, lost
from bot.engine import look_plan
from bot.engine.change import Change
from bot.engine.ledger import make_page, send_pages

_VOICE, _PAGERDUTY, _ANSWERED_IN = "phone", "pagerduty", ("slack", "mail")


def apply(change: Change, move: Move, *, anew: bool = False, insist: bool = False) -> list[str]:
    """Take over what a decision says: the ladder's new state and the calls to make. The levels on which somebody is
    paged, as people read them: `level 2 (Engineering)`. A level on which nobody can be reached brings the next one at
    once (ESCALATION 6), so they may be others than the decision named.

    `anew`: a level may have been paged already by what it was before, so that pages which have not left give way.
    `insist`: somebody wants it called now, so that it is no matter whether another ladder has called it."""
    change.put(move.escalation)
    if not move.calls:
        return []
    part = move.escalation.part
    caller = _Caller(change=change, anew=anew)
    called = {} if insist else _called_beside(change, part)
    change.put(ladder.climb(move, change.policy(part), change.roster, change.now, caller, called))
    if caller.paged and any(call.level for call in move.calls):
        look_plan.plan(change, f"{caller.paged[-1]} was paged")
    return caller.paged


def _called_beside(change: Change, part: str) -> Called:
    """Whom other ladders that climb the same policy have called, not longer ago than a round lasts: nobody is paged
    twice for the same thing. Who answers their page answers this ladder too, as far as it is theirs to stop.

    Only what is still wanted there counts, so that of such ladders one always calls."""
    mine = change.ladders[part]
    others = [e for e in change.ladders.values() if e.state == ladder.RUNNING and e.policy == mine.policy]
    beside = {e.part: e for e in others if e.part not in (part, HELP)}
    if part == HELP or not beside:
        return {}
    change.tx.flush()  # they may have called in this very transaction
    since = change.now - ladder.lasts(change.policy(part), change.timings)
    called: dict[int, set[tuple[str, str]]] = {}
    for page in change.tx.pages.of(change.incident.number):
        other = beside.get(page.part)
        if other is None or page.epoch != other.epoch or page.purpose != PAGE or page.level is None:
            continue
        stands = any(rung.level == page.level and rung.paged_at is not None for rung in other.rungs)
        if stands and page.made_at > since and page.state not in (FAILED, DROPPED):
            called.setdefault(page.level, set()).add((page.person, page.way))
    return called


def page_what_is_due(change: Change, part: str) -> list[str]:
    """Where pages were dropped that a ladder still wants, as after a reopening: levels that were overdue when it
    stopped, and those whose pages had all been dropped before they left, so that they have paged nobody yet. The levels
    paged, as by `apply`."""
    escalation = change.ladders[part]
    if escalation.state != ladder.RUNNING:
        return []
    made = _of_this_round(change, escalation)
    states: dict[int, set[str]] = {}
    for level, page in made:
        states.setdefault(level, set()).add(page.state)
    unpaged = [level for level, found in states.items() if found == {DROPPED}]
    _send_what_was_dropped(change, escalation, made, unpaged)
    again = ladder.page_again(escalation, unpaged, change.now)
    return apply(change, ladder.advance(again, change.policy(part), change.now, change.timings))


def _of_this_round(change: Change, escalation: Escalation) -> list[tuple[int, Page]]:
    """The pages of the levels of a ladder in its present round; with those of others of its policy, which count for it.
    Each with its level."""
    same = {p for p, e in change.ladders.items() if e.policy == escalation.policy and p not in (escalation.part, HELP)}
    since = change.now - ladder.lasts(change.policy(escalation.part), change.timings)
    return [
        (page.level, page)
        for page in change.tx.pages.of(change.incident.number)
        if page.purpose == PAGE and page.level is not None
        if (page.part, page.round) == (escalation.part, escalation.round)
        or (page.part in same and page.made_at > since)
    ]


def _send_what_was_dropped(
    change: Change, escalation: Escalation, made: Sequence[tuple[int, Page]], unpaged: Sequence[int]
) -> None:
    """Of a level that has paged people in part: those pages once more that had not left yet, such as a call that waited
    for another to the same number (7)."""
    left = {(level, page.person, page.way) for level, page in made if page.state != DROPPED}
    dropped = {(level, page.person, page.way): page for level, page in made if page.state == DROPPED}
    for (level, person, way), page in dropped.items():
        contact = change.roster.contacts.get(person)
        if level in unpaged or (level, person, way) in left or contact is None:
            continue
        again = make_page(change, escalation.part, level, contact, way, page.why, PAGE)
        name = change.policy(escalation.part).levels[level].name
        send_pages(change, [again], level=level, level_name=name, why=page.why)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Caller:
    """Makes the calls of one decision."""

    change: Change
    anew: bool
    paged: list[str] = field(default_factory=list)

    def page(self, escalation: Escalation, call: Call, whom: Whom) -> bool:
        assert call.level is not None
        change, level = self.change, whom.level
        change.put(escalation)
        for channel in whom.channels:
            change.add_card(channel, small=True)
        part, number = escalation.part, call.level
        pages = [make_page(change, part, number, contact, way, call.why, PAGE) for contact, way in whom.people]
        if self.anew or escalation.round > 1:
            change.replace_waiting(pages)
        send_pages(change, pages, level=number, level_name=level.name, why=call.why)
        _tell_level(change, call, whom, pages)
        reached = not lost(page.state for page in pages)
        if reached or whom.channels:
            self.paged.append(f"level {number + 1} ({level.name})")
        return reached

    def ask(self, escalation: Escalation, call: Call) -> None:
        """By every way there is to the holder, or to whoever has the shift now (ESCALATION 12)."""
        change, part = self.change, escalation.part
        change.put(escalation)
        asked = [(contact, way) for contact in _holders(change, part) for way in _ways_to_ask(change, contact)]
        pages = [make_page(change, part, None, contact, way, call.why, CONFIRM) for contact, way in asked]
        send_pages(change, pages, level=None, level_name="", why=call.why)
        _tell_asked(change, escalation, call, pages)


def _tell_level(change: Change, call: Call, whom: Whom, pages: Sequence[Page]) -> None:
    assert call.level is not None
    by_person: dict[str, list[str]] = {}
    for page in pages:
        by_person.setdefault(page.name, []).append(page.way + (" (failed)" if page.state == FAILED else ""))
    named = [f"{name} ({', '.join(ways)})" for name, ways in by_person.items()] + list(whom.channels)
    text = f"Level {call.level + 1}, {whom.level.name}: " + (
        "there is nobody to page"
        if whom.nobody
        else f"paging {', '.join(named)}"
        if named
        else "everybody has been paged already"
    )
    # The first page is part of the card; from the second level on it is news for the channel.
    news = call.level > 0
    change.tell(
        "paged", text, why=call.why, level=call.level, broadcast=news, loud=call.loud, data={"failed": _failed(pages)}
    )


def _tell_asked(change: Change, escalation: Escalation, call: Call, pages: Sequence[Page]) -> None:
    tried = [page for page in pages if page.state != FAILED]
    names = ", ".join(sorted({page.name for page in pages})) or escalation.holder_name
    ways = ", ".join(dict.fromkeys(page.way for page in tried))
    text = (
        f"Asking {names} ({ways}) whether they still have it"
        if tried
        else f"{names} cannot be asked whether they still have it: no way to them works"
    )
    limit = escalation.answer_by.isoformat() if escalation.answer_by else ""
    change.tell("asked", text, why=call.why, broadcast=True, data={"answer_by": limit, "failed": _failed(pages)})


def _failed(pages: Sequence[Page]) -> list[str]:
    return [f"{page.name} by {page.way}: {page.outcome}" for page in pages if page.state == FAILED]


def _holders(change: Change, part: str) -> list[Contact]:
    """The holder; or, when what they were paged for has passed to others, those."""
    escalation = change.ladders[part]
    holder = change.holder_of(escalation)
    if holder.id not in change.roster.contacts:
        return [holder]
    on_duty = {c.id: c for role in _roles(change, part, holder.id) for c in change.roster.on_call(role)}
    return [holder] if holder.id in on_duty or not on_duty else list(on_duty.values())


def _roles(change: Change, part: str, person: str) -> list[str]:
    """What somebody answers for here: of the levels at which they were paged their own role, or the one they stood in
    for; and where they were not paged, whatever the pack says they are."""
    levels = change.policy(part).levels
    paged = {p.level for p in change.tx.pages.of(change.incident.number) if p.person == person and p.part == part}
    asked = [t.to for i, level in enumerate(levels) if i in paged for t in level.targets if not t.is_channel]
    roles = change.roster.roles
    return [r for r in asked if person in roles.get(r, ())] or asked or [r for r, ids in roles.items() if person in ids]


def _ways_to(change: Change, contact: Contact) -> list[str]:
    """By which ways somebody is called by name: what wakes them, and where they answer best."""
    known = change.desk.ways
    waking = sorted((way for way in known if known[way].wakes), key=lambda way: (not known[way].voice, way))
    return [way for way in dict.fromkeys((*waking, *_ANSWERED_IN)) if way in known and contact.address(way)]


def _ways_to_ask(change: Change, contact: Contact) -> list[str]:
    """The same without PagerDuty where they can be telephoned: it may wake somebody else."""
    ways = _ways_to(change, contact)
    called = _VOICE in ways and not change.desk.ways[_VOICE].missing
    return [way for way in ways if not (called and way == _PAGERDUTY)]


def page_people(change: Change, contacts: Sequence[Contact], why: str) -> list[Page]:
    """Page people by name, outside the ladder (`/page`), by every way that wakes them and where they answer best."""
    pages = [make_page(change, ladder.MAIN, None, c, way, why, DIRECT) for c in contacts for way in _ways_to(change, c)]
    send_pages(change, pages, level=None, level_name="", why=why)
    return pages

"""Paging: from "this level is due" to pages on the ledger and messages in the outbox."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core import escalation as ladder
from bot.core.escalation import HELP, Call, Move
from bot.core.oncall import Contact
from bot.core.page import CONFIRM, DIRECT, DROPPED, FAILED, PAGE, Outgoing, Page, lost
from bot.core.policy import Level
from bot.engine.change import Change
from bot.views.direct import direct
from bot.views.pages import PageText, page_text

WAKING_FIRST = ("phone", "sms", "pagerduty", "slack", "mail")
"""The ways by which a holder is asked, as far as there is an address."""


def apply(change: Change, move: Move) -> None:
    """Take over what a decision says: the ladder's new state and the calls to make. A level that nobody can be
    reached on brings the next one at once (ESCALATION 6), so this may make more calls than the decision named."""
    part = move.escalation.part
    change.put(move.escalation)
    reached: set[tuple[str, str]] = set()
    waiting = list(move.calls)
    while waiting:
        call = waiting.pop(0)
        if call.level is None:
            _ask_holder(change, part, call)
            continue
        if _page_level(change, part, call, reached):
            continue
        before = change.ladders[part]
        change.put(ladder.level_failed(before, call.level, change.now))
        if not waiting and change.ladders[part] != before:
            more = ladder.advance(change.ladders[part], change.policy(part), change.now, change.timings)
            change.put(more.escalation)
            waiting.extend(
                replace(c, why=f"level {(c.level or 0) + 1} paged: nobody could be reached on level {call.level + 1}")
                for c in more.calls
            )


def page_what_was_dropped(change: Change, part: str) -> None:
    """After a reopening: a level whose pages had all been dropped before they left has paged nobody yet."""
    escalation = change.ladders[part]
    states: dict[int, set[str]] = {}
    for page in change.tx.pages.of(change.incident.number):
        if page.part == part and page.round == escalation.round and page.level is not None and page.purpose == PAGE:
            states.setdefault(page.level, set()).add(page.state)
    unpaged = [level for level, found in states.items() if found == {DROPPED}]
    if escalation.state == ladder.RUNNING and unpaged:
        again = ladder.page_again(escalation, unpaged, change.now)
        apply(change, ladder.advance(again, change.policy(part), change.now, change.timings))


def _page_level(change: Change, part: str, call: Call, reached: set[tuple[str, str]]) -> bool:
    """Page everybody of a level by all their ways side by side; False when nobody can be reached there. `reached` holds
    (person, way) of the levels paged in the same move: one page per person (ESCALATION 3)."""
    assert call.level is not None
    level = change.policy(part).levels[call.level]
    channels = [target.to for target in level.targets if target.is_channel]
    for channel in channels:
        change.add_card(channel, small=True)
        change.redraw_one(channel, small=True)
    wanted = list(_people(change, level))
    fresh = [(contact, way) for contact, way in wanted if (contact.id, way) not in reached]
    reached.update((contact.id, way) for contact, way in fresh)
    pages = [_page(change, part, call.level, contact, way, call.why, PAGE) for contact, way in fresh]
    send_pages(change, pages, level=call.level, level_name=level.name, why=call.why)
    _tell_level(change, call, level, pages, channels, nobody=not wanted and not channels)
    if not wanted:
        return bool(channels)
    # A card in a channel wakes nobody: it is no reason to wait when all ways to people have failed.
    return len(fresh) < len(wanted) or not lost(page.state for page in pages)


def _people(change: Change, level: Level) -> Iterable[tuple[Contact, str]]:
    seen = set()
    for target in level.targets:
        if target.is_channel:
            continue
        for contact in change.roster.on_call(target.to):
            for way in target.ways:
                if (contact.id, way) not in seen:
                    seen.add((contact.id, way))
                    yield contact, way


def _page(change: Change, part: str, level: int | None, contact: Contact, way: str, why: str, purpose: str) -> Page:
    escalation = change.ladders[part]
    rung = f"l{level + 1}" if level is not None else purpose
    opened, now = (f"{int(moment.timestamp()):x}" for moment in (change.incident.opened_at, change.now))
    climb = f"{part}.e{escalation.epoch}.r{escalation.round}.{rung}"
    tail = f".{secrets.token_hex(3)}" if purpose == DIRECT else ""
    key = f"{change.incident.label}.{opened}.{now}.{climb}.{contact.id}.{way}{tail}"
    address = contact.address(way)
    problem = _cannot(change, contact, way, address)
    return Page(
        key=key,
        incident=change.incident.number,
        part=part,
        epoch=escalation.epoch,
        round=escalation.round,
        level=level,
        purpose=purpose,
        person=contact.id,
        name=contact.name,
        way=way,
        address=address,
        why=why,
        made_at=change.now,
        state=FAILED if problem else "waiting",
        outcome=problem,
    )


def _cannot(change: Change, contact: Contact, way: str, address: str) -> str:
    """Why this page cannot even be tried; empty when it can."""
    known = change.desk.ways.get(way)
    if not address:
        variable = contact.unset.get(way) or (contact.unset.get("phone", "") if way == "sms" else "")
        return f"{contact.name} has no {way} address" + (f": set {variable}" if variable else "")
    if known is None:
        return f"there is no way of paging called {way}"
    return known.missing


def _tell_level(
    change: Change, call: Call, level: Level, pages: Sequence[Page], channels: Sequence[str], *, nobody: bool
) -> None:
    assert call.level is not None
    by_person: dict[str, list[str]] = {}
    for page in pages:
        by_person.setdefault(page.name, []).append(page.way + (" (failed)" if page.state == FAILED else ""))
    whom = [f"{name} ({', '.join(ways)})" for name, ways in by_person.items()] + list(channels)
    text = f"Level {call.level + 1}, {level.name}: " + (
        "there is nobody to page"
        if nobody
        else f"paging {', '.join(whom)}"
        if whom
        else "everybody was paged with the level before"
    )
    data = {"failed": [f"{p.name} by {p.way}: {p.outcome}" for p in pages if p.state == FAILED]}
    # The first page is part of the card; from the second level on it is news for the channel.
    change.tell("paged", text, why=call.why, level=call.level, broadcast=call.level > 0, loud=call.loud, data=data)


def _ask_holder(change: Change, part: str, call: Call) -> None:
    """Call the one who holds it, or whoever has the shift now, by every way there is (ESCALATION 12)."""
    escalation = change.ladders[part]
    asked = _holders(change, part)
    pages = [
        _page(change, part, None, contact, way, call.why, CONFIRM)
        for contact in asked
        for way in WAKING_FIRST
        if contact.address(way) and way in change.desk.ways and not (way == "pagerduty" and contact.address("phone"))
    ]
    send_pages(change, pages, level=None, level_name="", why=call.why)
    names = ", ".join(sorted({page.name for page in pages})) or escalation.holder_name
    ways = ", ".join(dict.fromkeys(page.way for page in pages)) or "no way is known"
    limit = escalation.answer_by
    change.tell(
        "asked",
        f"Asking {names} ({ways}) whether they still have it",
        why=call.why,
        broadcast=True,
        data={"answer_by": limit.isoformat() if limit else ""},
    )


def _holders(change: Change, part: str) -> list[Contact]:
    """The holder; or, when what they were paged for has passed to others, those."""
    escalation = change.ladders[part]
    holder = change.roster.contacts.get(escalation.holder)
    if holder is None:
        slack = escalation.holder_slack or escalation.holder
        return [Contact(id=escalation.holder, name=escalation.holder_name, addresses={"slack": slack} if slack else {})]
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


def page_people(
    change: Change, contacts: Sequence[Contact], why: str, ways: Sequence[str] = WAKING_FIRST
) -> list[Page]:
    """Page people by name, outside the ladder (`/page`)."""
    pages = [
        _page(change, "main", None, c, way, why, DIRECT)
        for c in contacts
        for way in ways
        if c.address(way) and way in change.desk.ways
    ]
    send_pages(change, pages, level=None, level_name="", why=why)
    return pages


def send_pages(change: Change, pages: Sequence[Page], *, level: int | None, level_name: str, why: str) -> None:
    """Record pages, and put those that can be tried into the outbox with their text frozen."""
    busy = change.tx.incidents.held_by_each({page.person for page in pages})
    texts: dict[str, PageText] = {}
    for page in pages:
        change.tx.page(page)
        if page.state == FAILED:
            continue
        if page.person not in texts:
            texts[page.person] = page_text(
                change.incident,
                number_of_level=None if level is None else level + 1,
                level_name=level_name,
                why=why,
                purpose=page.purpose,
                already_on=[n for n in busy.get(page.person, ()) if n != page.incident],
                now=change.now,
            )
        if change.desk.ways[page.way].keeps_incidents:
            _wake_again(change, page)
        change.tx.send(outgoing(change, page, texts[page.person]))


def _wake_again(change: Change, page: Page) -> None:
    """A system that keeps incidents of its own wakes nobody by a second trigger for one it has already, acknowledged or
    not: end that one first, and the trigger opens it anew under the same key."""
    if not change.tx.pages.was_sent(page.incident, page.way, page.address):
        return
    payload = carried_payload(change, page.name, page.way, page.address, "notice", change.now) | {
        "verb": "resolve",
        "subject": change.incident.title[:120],
        "body": change.incident.title,
        "short": "",
        "speech": "",
    }
    change.tx.send(
        Outgoing(
            key=f"again.{page.key}",
            kind="notice",
            incident=page.incident,
            lane=lane_of(page, change.incident.dedup),
            way=page.way,
            target=f"{page.way}:{page.address}",
            urgent=True,
            not_before=change.now,
            made_at=change.now,
            payload=payload,
        )
    )


def carried_payload(change: Change, name: str, way: str, address: str, purpose: str, at: datetime) -> dict[str, Any]:
    """What every message to a person carries, whatever it says."""
    incident = change.incident
    return {
        "way": way,
        "to": address,
        "person": name,
        "purpose": purpose,
        "severity": incident.severity.word,
        "verb": "",
        "system": incident.system,
        "component": incident.component,
        "dedup": incident.dedup,
        "at": at.isoformat(),
    }


def outgoing(change: Change, page: Page, text: PageText) -> Outgoing:
    """The outbox message that carries a page."""
    incident = change.incident
    payload = carried_payload(change, page.name, page.way, page.address, page.purpose, page.made_at) | {
        "subject": text.subject,
        "body": text.body,
        "short": text.short,
        "speech": text.speech,
        "verb": "trigger",
    }
    if page.way == "slack":
        holder = change.main.holder_name if page.part == HELP else ""
        drawn = direct(text, incident, purpose=page.purpose, holder=holder)
        payload |= {"blocks": list(drawn.blocks), "subject": drawn.text}
    return Outgoing(
        key=page.key,
        kind="page",
        incident=page.incident,
        lane=lane_of(page, incident.dedup),
        way=page.way,
        target=f"{page.way}:{page.address}",
        urgent=True,
        page=page.key,
        not_before=page.made_at,
        made_at=page.made_at,
        payload=payload,
    )


def lane_of(page: Page, dedup: str) -> str:
    """Pages leave side by side, each in a lane of its own, so that later edits of the same direct message and
    later words to the same PagerDuty incident come after it."""
    return f"pd:{dedup}:{page.address}" if page.way == "pagerduty" else f"page:{page.key}"


def help_ladder(change: Change) -> bool:
    """True while help was called and nobody came yet."""
    return HELP in change.ladders and change.ladders[HELP].state == ladder.RUNNING

"""Ledger: a page is recorded, and what can be tried of it goes into the outbox with its text frozen."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.core.escalation import HELP
from bot.core.oncall import Contact
from bot.core.page import FAILED, Outgoing, Page
from bot.engine.change import Change
from bot.views.direct import direct
from bot.views.pages import PageText, page_text


def make_page(change: Change, part: str, level: int | None, contact: Contact, way: str, why: str, purpose: str) -> Page:
    """A page to one person by one way, as it is recorded: failed already where it cannot even be tried."""
    escalation = change.ladders[part]
    rung = f"l{level + 1}" if level is not None else purpose
    climb = f"{part}.e{escalation.epoch}.r{escalation.round}.{rung}"
    # Readable, and never there before: a raise pages a level once more in the same epoch and round.
    key = f"{change.incident.label}.{climb}.{contact.id}.{way}.{secrets.token_hex(6)}"
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
        why=change.desk.redactor.text(why),
        made_at=change.now,
        state=FAILED if problem else "waiting",
        outcome=problem,
    )


def _cannot(change: Change, contact: Contact, way: str, address: str) -> str:
    """Why this page cannot even be tried; empty when it can."""
    known = change.desk.ways.get(way)
    if not address:
        variable = contact.variable(way)
        return f"{contact.name} has no {way} address" + (f": set {variable}" if variable else "")
    if known is None:
        return f"there is no way of paging called {way}"
    return known.missing


def send_pages(change: Change, pages: Sequence[Page], *, level: int | None, level_name: str, why: str) -> None:
    """Record pages, and put those that can be tried into the outbox with their text frozen."""
    busy = change.tx.incidents.held_by_each(change.incident.system, {page.person for page in pages})
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
                in_slack=change.desk.has_slack,
                now=change.now,
            )
        if change.desk.ways[page.way].keeps_incidents:
            _wake_again(change, page)
        change.tx.send(outgoing(change, page, texts[page.person]))


def _wake_again(change: Change, page: Page) -> None:
    """A system that keeps incidents of its own wakes nobody by a second trigger for one it has already, acknowledged or
    not: end that one first, and the trigger opens it anew under the same key."""
    if change.tx.pages.was_sent(page.incident, page.way, page.address):
        tell_system(change, page, "resolve", key=f"again.{page.key}", urgent=True)


def tell_system(change: Change, page: Page, verb: str, *, key: str, urgent: bool = False) -> None:
    """Tell the system behind a page, which keeps incidents of its own, what to do with this one: `acknowledge` or
    `resolve`."""
    title = change.incident.title
    said = {"verb": verb, "subject": title[:120], "body": title, "short": "", "speech": ""}
    payload = carried_payload(change, page.name, page.way, page.address, "notice", change.now) | said
    send_notice(change, key, payload, lane_of(page, change.incident.dedup), urgent=urgent)


def send_notice(
    change: Change, key: str, payload: Mapping[str, Any], lane: str, *, page: str = "", urgent: bool = False
) -> None:
    """Put a notice into the outbox; `page` is the key of the page that it edits."""
    change.tx.send(
        Outgoing(
            key=key,
            kind="notice",
            incident=change.incident.number,
            lane=lane,
            way=payload["way"],
            target=f"{payload['way']}:{payload['to']}",
            urgent=urgent,
            page=page,
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

"""Notices: everybody who was paged learns quietly what became of it, and PagerDuty's own incident follows."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from bot.core.oncall import Actor, Contact
from bot.core.page import DROPPED, FAILED, WAITING, Page
from bot.engine.change import Change
from bot.engine.ledger import carried_payload, lane_of, send_notice, tell_system
from bot.views.pages import notice_text

_QUIET_WAYS = ("slack", "mail")
"""Ways that wake nobody (ESCALATION 5), the best first."""


def notify_paged(change: Change, what: str, who: Actor | None) -> None:
    """Tell everybody who was paged, but `who` did it. A direct message that paged them is edited. The others get a
    quiet message: by mail where one had reached them, since Slack may be away; else by what quiet way there is."""
    told = {who.id} if who else set()
    by_person: dict[str, list[Page]] = {}
    for page in change.tx.pages.went_out(change.incident.number):
        by_person.setdefault(page.person, []).append(page)
    for person, pages in by_person.items():
        direct = [page for page in pages if page.way == "slack"]
        for page in direct:
            notify(change, page.name, "slack", page.address, what, who, page=page)
        if person in told or direct:
            continue
        mail = next((page for page in pages if page.way == "mail"), None)
        if mail is not None:
            notify(change, mail.name, "mail", mail.address, what, who)
        else:
            notify_contact(change, change.roster.contacts.get(person), what, who)


def edit_paged(change: Change, what: str, who: Actor | None) -> None:
    """Edit the direct messages that paged somebody: they say who has it, and no longer who had."""
    for page in change.tx.pages.went_out(change.incident.number):
        if page.way == "slack":
            notify(change, page.name, "slack", page.address, what, who, page=page)


def remind_paged(change: Change, what: str) -> None:
    """Tell whoever had it, or, where nobody had, everybody who was paged: by a message of its own, which wakes nobody,
    since an edit would not be noticed."""
    if change.main.holder:
        notify_contact(change, change.holder_of(change.main), what, None)
        return
    for person in dict.fromkeys(page.person for page in change.tx.pages.went_out(change.incident.number)):
        notify_contact(change, change.roster.contacts.get(person), what, None)


def tell_verdict(change: Change, *, first: bool) -> None:
    """Edit the direct messages; and the first time tell everybody who was paged, by mail or else by text message
    (ESCALATION 10)."""
    paged: dict[str, dict[str, Page]] = {}
    for page in change.tx.pages.went_out(change.incident.number):
        paged.setdefault(page.person, {})[page.way] = page
        if page.way == "slack":
            notify(change, page.name, "slack", page.address, "verdict", None, page=page)
    for person, by_way in paged.items() if first else ():
        written = by_way.get("mail") or by_way.get("sms")
        if written is not None:
            notify(change, written.name, written.way, written.address, "verdict", None)
        elif "slack" not in by_way:
            notify_contact(change, change.roster.contacts.get(person), "verdict", None)


def notify_contact(change: Change, contact: Contact | None, what: str, who: Actor | None) -> None:
    """A quiet message to one person, by the first quiet way there is an address for."""
    way = quiet_way(change, contact) if contact is not None else ""
    if contact is not None and way:
        notify(change, contact.name, way, contact.address(way), what, who)


def quiet_way(change: Change, contact: Contact) -> str:
    """The first quiet way by which that person can be reached; empty: there is none."""
    usable = (way for way in _QUIET_WAYS if (known := change.desk.ways.get(way)) is not None and not known.missing)
    return next((way for way in usable if contact.address(way)), "")


def notify(
    change: Change, name: str, way: str, address: str, what: str, who: Actor | None, *, page: Page | None = None
) -> None:
    """One quiet message; with `page`, an edit of the direct message that carried it."""
    text = notice_text(change.incident, what, who.name if who else "")
    payload = carried_payload(change, name, way, address, "notice", change.now) | {
        "subject": text.subject,
        "body": text.body,
        "short": text.short,
        "speech": text.speech,
        "what": what,
        "who": who.name if who else "",
        "who_id": who.id if who else "",
        "who_slack": who.slack if who else "",
    }
    key = f"notice.{change.incident.number}.{secrets.token_hex(8)}"
    lane = lane_of(page, change.incident.dedup) if page else f"notice:{way}:{address}"
    send_notice(change, key, payload, lane, page=page.key if page else "")


def tell_paging_systems(change: Change, verb: str, who: Actor | None = None) -> None:
    """Tell the systems that keep incidents of their own (`acknowledge`, `resolve`); not the one that said so itself."""
    told = list(_one_per_address(change.tx.pages.of(change.incident.number), change))
    if who is not None and who.via == "pagerduty" and len(told) == 1:
        return
    for page in told:
        tell_system(change, page, verb, key=f"{verb}.{change.incident.dedup}.{secrets.token_hex(6)}")


def _one_per_address(pages: Iterable[Page], change: Change) -> Iterable[Page]:
    keepers = {name for name, way in change.desk.ways.items() if way.keeps_incidents}
    # One whose answer was lost may be ringing there, too.
    there = (page for page in pages if page.way in keepers and page.state not in (WAITING, FAILED, DROPPED))
    return {(page.way, page.address): page for page in there}.values()

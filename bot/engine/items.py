"""Action items: what is left to do, by whom and by when; who has to do it is reminded until it is done."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime

from bot.core.errors import Refused
from bot.core.item import Item, next_reminder, say_due
from bot.core.oncall import Actor, Contact
from bot.core.page import Outgoing
from bot.core.text import one_line
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.ledger import carried_payload, send_notice
from bot.engine.notices import quiet_way
from bot.engine.said import Said, say
from bot.store.transaction import Tx
from bot.views.blocks import Drawn
from bot.views.items import item_notice, item_text

_TEXT = 500


def add(
    tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, text: str, owner: Contact, due_on: date | None
) -> Said:
    """Something is left to do. The owner is reminded the day before it is due, on that day, and daily after it."""
    change = Change.load(tx, desk, number, now)
    if change.incident.merged_into:
        raise Refused(f"{change.incident.label} was merged into INC-{change.incident.merged_into}: use that number.")
    shown = one_line(desk.redactor.text(text), _TEXT)
    if not shown:
        raise Refused(f"Say what is to be done: /incident item {number} what @owner by friday")
    zone = desk.zone(change.incident.system)
    item = Item(
        incident=number,
        text=shown,
        owner=owner.id,
        owner_name=owner.name,
        owner_slack=owner.slack,
        due_on=due_on,
        made_at=now,
        made_by=who.name,
    )
    item = replace(item, remind_at=next_reminder(item, now, zone))
    item = replace(item, id=tx.items.add(item))
    due = say_due(due_on, now.astimezone(zone).date())
    data = {
        "item": item.id,
        "text": shown,
        "owner": owner.id,
        "owner_name": owner.name,
        "due_on": due_on.isoformat() if due_on else "",
    }
    change.tell("item", f"To do for {owner.name}, {due}: {shown}", who=who, data=data)
    change.touch(who)
    if owner.id != who.id:
        _remind_of(change, item, f"{who.name} gave you something to do")
    _set_next(change)
    change.save()
    dated = "" if due_on else f"Without a date nobody is reminded of it: /incident item due {item.id} friday"
    return say(change, f"Item {item.id} of {change.incident.label}: {owner.name}, {due}.", dated)


def done(tx: Tx, desk: Desk, id_: int, who: Actor, now: datetime) -> Said:
    """It is done; nobody is reminded any more. Anybody may say so."""
    change, item = _load(tx, desk, id_, now)
    if not item.is_open:
        return say(change, f"Item {id_} was done by {item.done_by} already.")
    tx.items.put(replace(item, done_at=now, done_by=who.name, remind_at=None))
    change.tell("item_done", f"Done: {item.text}", who=who, data={"item": id_})
    _set_next(change)
    change.save()
    left = sum(one.is_open for one in tx.items.of_incident(item.incident))
    more = f"{left} of {change.incident.label} left." if left else f"That was the last one of {change.incident.label}."
    return say(change, f"Item {id_} is done.", more)


def move(tx: Tx, desk: Desk, id_: int, who: Actor, now: datetime, due_on: date) -> Said:
    """It is due on another day."""
    change, item = _load(tx, desk, id_, now)
    if not item.is_open:
        raise Refused(f"Item {id_} was done by {item.done_by} already.")
    zone = desk.zone(change.incident.system)
    moved = replace(item, due_on=due_on)
    tx.items.put(replace(moved, remind_at=next_reminder(moved, now, zone)))
    due = say_due(due_on, now.astimezone(zone).date())
    data = {"item": id_, "due_on": due_on.isoformat()}
    change.tell("item_moved", f"Now {due}: {item.text}", who=who, data=data)
    _set_next(change)
    change.save()
    return say(change, f"Item {id_} is {due}.")


def _load(tx: Tx, desk: Desk, id_: int, now: datetime) -> tuple[Change, Item]:
    found = tx.items.get(id_)
    if found is None:
        raise Refused(f"There is no action item {id_}. /incident items lists them.")
    change = Change.load(tx, desk, found.incident, now)
    return change, tx.items.get(id_) or found  # once more: now it is locked


def _set_next(change: Change) -> None:
    change.set(items_at=change.tx.items.next_reminder(change.incident.number))


def remind(change: Change) -> None:
    """Those whose items are due soon, today, or late are reminded."""
    tx, now = change.tx, change.now
    zone = change.desk.zone(change.incident.system)
    for item in tx.items.of_incident(change.incident.number):
        if item.is_open and item.remind_at is not None and item.remind_at <= now:
            tx.items.put(replace(item, remind_at=next_reminder(item, now, zone)))
            _remind_of(change, item, say_due(item.due_on, now.astimezone(zone).date()).capitalize())
    _set_next(change)


def _remind_of(change: Change, item: Item, why: str) -> None:
    """A quiet message to the owner, by Slack or else by mail; where neither is possible the thread says it."""
    owner = change.roster.somebody(item.owner, item.owner_name, item.owner_slack)
    way = quiet_way(change, owner)
    if not way:
        change.tell("item_due", f"{item.owner_name}: {why[:1].lower()}{why[1:]}: {item.text}", data={"item": item.id})
        return
    text, address = item_text(change.incident, item, why), owner.address(way)
    payload = carried_payload(change, owner.name, way, address, "notice", change.now) | {
        "subject": text.subject,
        "body": text.body,
        "short": text.short,
        "speech": text.speech,
        "item": item.id,
        "why": why,
    }
    send_notice(change, f"item.{item.id}.{secrets.token_hex(8)}", payload, f"notice:{way}:{address}")


# --- as they leave


def is_done_with(tx: Tx, row: Outgoing) -> bool:
    """Whether a message reminds of an item that is done by now: it is not sent any more."""
    id_ = row.payload.get("item")
    found = tx.items.get(id_) if id_ is not None else None
    return found is not None and not found.is_open


def drawn(tx: Tx, row: Outgoing, link_to: str) -> Drawn | None:
    """The direct message that reminds of an item; None for other messages."""
    id_ = row.payload.get("item")
    item = tx.items.get(id_) if id_ is not None else None
    incident = tx.incidents.get(row.incident)
    if item is None or incident is None:
        return None
    return item_notice(incident, item, row.payload["why"], link_to=link_to)

"""Messages put on a timeline by the menu that Slack has on every message; 📌 does the same in an incident's thread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core.errors import Refused
from bot.core.oncall import Actor
from bot.core.pin import Attached, Quote
from bot.engine import pinning
from bot.store.transaction import Tx
from bot.views import pins
from bot.views.blocks import actions, section
from bot.views.mrkdwn import escape
from commands._grammar import number
from commands._which import actor, pick
from commands.base import REFUSED, Context, Form, OnForm, OnPress, Press, Reply, Shortcut

PIN_FROM_MENU = "incident.pin"

PIN_SHORTCUT = Shortcut(
    callback=PIN_FROM_MENU,
    title="Add to incident",
    kind="message",
    help="Put this message on an incident's timeline",
)

_CARRIED = 2200
"""Bytes of a quote that a form carries along: Slack takes 3000 characters, with what else is in there."""

_FILES = 3


async def _from_menu(pressed: Press, context: Context) -> Reply:
    """In an incident's thread that incident is meant; elsewhere a form asks which one."""
    if pressed.quote is None:
        raise Refused("Slack did not say which message that is. Please try again.")
    quote = await pressed.quote()
    known = await context.engine.look(lambda tx: tx.pins.get(quote.place, quote.ts))
    if known is not None and known.removed_at is None:
        said = f"That message is on the timeline of INC-{known.incident}, put there by {known.pinned_by}."
        return Reply(text=said, blocks=[section(escape(said)), actions(pins.take_off(quote.key))], personal=True)
    if context.incident is not None:
        return await _put(context, context.incident, quote)
    found = await context.engine.look(lambda tx: tx.incidents.list_open())
    mine = sorted(found, key=lambda one: one.system != context.system)
    view = pins.which_modal(mine, name=quote.name, text=quote.text, metadata=_packed(quote))
    return Reply(text="Add to an incident", view=view)


async def _chosen(form: Form, context: Context) -> Reply:
    carried = _unpacked(form.note)
    chosen = number(form.values.get(pins.INTO, ""))
    if chosen is None:
        return Reply(text="Choose an incident.", errors={pins.INTO: "Choose an incident."}, exit_code=REFUSED)
    now = await context.pins.fetch(carried.place, carried.ts) if context.pins is not None else None
    try:
        return await _put(context, chosen, now or carried)
    except Refused as problem:
        return Reply(text=str(problem), errors={pins.INTO: str(problem)}, exit_code=REFUSED)


async def _put(context: Context, number: int, quote: Quote) -> Reply:
    picked = await pick(context, [str(number)], "note")
    said = await context.engine.do(pinning.pin, picked.number, picked.who, quote)
    if context.pins is not None:
        await context.pins.receipt(quote.place, quote.ts)
    return Reply(text=said.text, incident=picked.number, personal=True)


async def _off(pressed: Press, context: Context) -> Reply:
    place, _, ts = pressed.value.partition("/")
    who = await context.engine.look(lambda tx: _who(tx, context, place, ts))
    said = await context.engine.do(pinning.unpin, place, ts, who)
    if said is None:
        return Reply(text="That message is on no timeline any more.", personal=True)
    if context.pins is not None:
        await context.pins.taken_off(place, ts)
    return Reply(text=said.text, incident=said.incident.number, personal=True)


def _who(tx: Tx, context: Context, place: str, ts: str) -> Actor:
    known = tx.pins.get(place, ts)
    incident = tx.incidents.get(known.incident) if known is not None else None
    return actor(context, incident.system) if incident is not None else context.who


def _packed(quote: Quote) -> str:
    """The quote as a form carries it; long texts only in part, for where Slack does not show the message again."""
    files = [{"name": file.name[:80], "link": file.link[:200]} for file in quote.files[:_FILES]]
    body = {
        "place": quote.place, "ts": quote.ts, "thread": quote.thread, "said_at": quote.said_at.isoformat(),
        "person": quote.person, "name": quote.name[:80], "link": quote.link, "files": files,
    }  # fmt: skip
    text = quote.text
    while len(json.dumps(json.dumps({**body, "text": text}))) > _CARRIED and text:
        text = text[: len(text) * 3 // 4].rstrip("…") + "…" if len(text) > 20 else ""
    return json.dumps({**body, "text": text})


def _unpacked(note: str) -> Quote:
    body: Mapping[str, Any] = json.loads(note)
    quote = Quote(**{**body, "said_at": datetime.fromisoformat(body["said_at"]), "files": ()})
    return replace(quote, files=tuple(Attached(**file) for file in body["files"]))


PIN_BUTTONS: dict[str, OnPress] = {PIN_FROM_MENU: _from_menu, "incident.unpin": _off}
PIN_FORMS: dict[str, OnForm] = {pins.ASK: _chosen}

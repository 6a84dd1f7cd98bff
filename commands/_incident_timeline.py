"""The timeline of an incident: the newest of it here, all of it as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from bot.core.timeline import Entry
from bot.engine.attaching import attach_timeline
from bot.store.transaction import Tx
from bot.views import terminal, timeline
from commands._grammar import Unclear, Verb, numbers, tidy
from commands._which import Picked, pick
from commands._zones import zone_of
from commands.base import TERMINAL, THREAD, Context, OnPress, Press, Reply

_ALL = 100_000
_RECORDED = ("recorded", "audit")


@click.pass_obj
async def _timeline(context: Context, words: tuple[str, ...]) -> Reply:
    recorded = [word for word in words if tidy(word) in _RECORDED]
    named, newest = _read([word for word in words if tidy(word) not in _RECORDED], context)
    picked = await pick(context, named, "timeline")
    number = picked.number

    def look(tx: Tx) -> Sequence[Entry]:
        return tx.timeline.recorded(number, _ALL) if recorded else tx.timeline.of(number, _ALL)

    entries = await context.engine.look(look)
    return _shown(context, picked, entries, newest)


def _read(words: Sequence[str], context: Context) -> tuple[list[str], int | None]:
    """`12`, `12 50`, `12 last 50`; in a thread `50` alone is how many, for the incident is known there. Unclear: what
    stands where the count would is none."""
    found, rest = numbers([word for word in words if tidy(word) not in ("last", "newest")])
    how_many = found[1:] or (found if context.incident is not None else [])
    if (found and rest) or 0 in how_many:
        wrong = rest[0] if rest else "0"
        raise Unclear(f"{wrong!r} is not how many entries. The newest 20: /incident timeline {found[0]} 20")
    if context.incident is not None and len(found) < 2:
        return [str(context.incident)], found[0] if found else None
    return [str(one) for one in found[:1]], found[1] if len(found) > 1 else None


def _shown(context: Context, picked: Picked, entries: Sequence[Entry], newest: int | None) -> Reply:
    incident, now = picked.incident, context.engine.clock.now()
    zone = zone_of(context, incident.system)
    data = {"number": incident.number, "timeline": [_entry(entry) for entry in entries]}
    if context.place == TERMINAL:
        chosen = entries[-newest:] if newest else entries
        head = f"{incident.label} · {incident.severity.word} · {incident.system}"
        text = "\n".join([head, "", *terminal.timeline(chosen, zone)])
        return Reply(text=text, code=True, data=data, incident=incident.number)
    shown = min(newest or timeline.SHOWN, timeline.MOST_SHOWN)
    alone = None if context.place == THREAD else zone
    drawn = timeline.message(incident, entries[-shown:], len(entries), alone)
    file = None
    if context.place == THREAD and len(entries) > shown:
        whole = timeline.whole(incident, entries, context.engine.desk.zone(incident.system), now)
        file = timeline.file_name(incident), whole
    return Reply(text=drawn.text, blocks=drawn.blocks, data=data, incident=incident.number, file=file)


def _entry(entry: Entry) -> Mapping[str, Any]:
    at: datetime = entry.at
    return {"at": at.isoformat(), "kind": entry.kind, "text": entry.text, "why": entry.why, "who": entry.who.name,
            "data": entry.data}  # fmt: skip


async def _file(pressed: Press, context: Context) -> Reply:
    """The button below: the file goes into the incident's thread."""
    picked = await pick(context, [pressed.value], "timeline")
    said = await context.engine.do(attach_timeline, picked.number)
    return Reply(text=said.text, personal=True, incident=picked.number)


TIMELINE_BUTTONS: dict[str, OnPress] = {"incident.timeline_file": _file}


def timelines() -> list[Verb]:
    """The subcommand of this file."""
    return [
        Verb(
            "timeline",
            aliases=("history",),
            near=("verlauf", "chronik"),
            callback=_timeline,
            words="[NUMBER] [N] [recorded]",
            help="What happened, the newest N entries of it. `recorded` also shows what was taken off.",
            short_help="What happened, the newest N entries of it.",
        )
    ]

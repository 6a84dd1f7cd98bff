"""A timeline to read: the newest of it as a message, and all of it as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from bot.core.incident import Incident
from bot.core.timeline import PINNED, Entry
from bot.core.zones import name_of
from bot.views.blocks import Block, Drawn, actions, plain, sealed, section
from bot.views.lines import EMOJI
from bot.views.mrkdwn import clock, date, fit, link
from bot.views.words import one_line, utc

SHOWN = 20
"""Entries of a message where nobody says how many."""

MOST_SHOWN = 60
_TEXT, _WHY = 240, 140
_SECTION, _MESSAGE = 2900, 9500
"""Characters of a section, and of all lines: what Slack takes, and people read."""


def message(incident: Incident, entries: Sequence[Entry], total: int, zone: tzinfo | None) -> Drawn:
    """The newest entries, as many of them as a message holds. Times are those of whoever reads it; with `zone`, the
    zone of the only reader, a heading says which day it is; without, where several read it, each line does. `total`:
    how many entries there are in all."""
    dated = zone is None and len({entry.at.astimezone(UTC).date() for entry in entries}) > 1
    kept = _fitting([(entry, _line(entry, dated=dated)) for entry in entries])
    lines = [line for _, line in kept] if zone is None else _with_days(kept, zone)
    shown = f"the newest {len(kept):,} of {_entries(total)}" if total > len(kept) else _entries(total)
    blocks = [
        ("head", section(f"*Timeline of {incident.label}* · {shown}")),
        *((f"part{place}", section(part)) for place, part in enumerate(_parts(lines))),
        ("act", actions(_as_file(incident))),
    ]
    return Drawn(text=f"Timeline of {incident.label}: {shown}", blocks=sealed(f"timeline.{incident.number}", blocks))


def _fitting(lines: Sequence[tuple[Entry, str]]) -> list[tuple[Entry, str]]:
    """The newest of them that are not too much for one message."""
    kept, room = [], _MESSAGE
    for entry, line in reversed(lines):
        room -= len(line) + 1
        if room < 0:
            break
        kept.append((entry, line))
    return kept[::-1]


def _with_days(lines: Sequence[tuple[Entry, str]], zone: tzinfo) -> list[str]:
    """With a heading for each day, where there are several."""
    days = [entry.at.astimezone(zone).date() for entry, _ in lines]
    if len(set(days)) < 2:
        return [line for _, line in lines]
    found: list[str] = []
    for place, (day, (_, line)) in enumerate(zip(days, lines, strict=True)):
        new = place == 0 or day != days[place - 1]
        found += [f"*{day:%A, %-d %B %Y}* ({name_of(zone)})", line] if new else [line]
    return found


def _line(entry: Entry, *, dated: bool) -> str:
    at = date(entry.at) if dated else clock(entry.at)
    name = fit(entry.who.name, 60) if entry.who.person else ""
    text = fit(entry.text, _TEXT)
    if entry.kind == PINNED:
        # As recorded, `who` is whoever pinned it.
        author = fit(str((entry.data.get("author") or {}).get("name") or entry.who.name), 60)
        said = link(str(entry.data.get("link") or ""), author or "somebody")
        files = [link(file["link"], file["name"]) for file in entry.data.get("files") or ()]
        return " ".join([at, EMOJI[PINNED], f"{said}: {text}", *files])
    by = f" – {name}" if name and name not in text else ""
    why = f" ({fit(entry.why, _WHY)})" if entry.why else ""
    return f"{at} {EMOJI.get(entry.kind, '•')} {text}{by}{why}"


def _entries(number: int) -> str:
    return f"{number:,} entr{'y' if number == 1 else 'ies'}"


def _parts(lines: Sequence[str]) -> list[str]:
    """The lines in as few sections as they fit into."""
    parts = [""]
    for line in lines:
        if parts[-1] and len(parts[-1]) + len(line) + 1 > _SECTION:
            parts.append("")
        parts[-1] = f"{parts[-1]}\n{line}" if parts[-1] else line
    return [part for part in parts if part]


def _as_file(incident: Incident) -> Block:
    value = str(incident.number)
    return {"type": "button", "action_id": "incident.timeline_file", "text": plain("Whole as File"), "value": value}


def file_name(incident: Incident) -> str:
    """What to call its file."""
    return f"{incident.label}-timeline.txt"


def whole(incident: Incident, entries: Sequence[Entry], zone: tzinfo, made_at: datetime) -> str:
    """All of it as plain text: in UTC, and beside it in the desk's zone."""
    beside = name_of(zone) != "UTC"
    named = f"UTC, and {name_of(zone)}" if beside else "UTC"
    head = [
        f"Timeline of {incident.label} ({incident.system}, {incident.severity.word}): {one_line(incident.title)}",
        f"Times in {named}. As of {utc(made_at)}: {_entries(len(entries))}.",
    ]
    lines: list[str] = []
    day = None
    for entry in entries:
        at, local = entry.at.astimezone(UTC), entry.at.astimezone(zone)
        if at.date() != day:
            day = at.date()
            lines += ["", f"{day:%A, %Y-%m-%d} (UTC)"]
        here = (f"  {local:%H:%M}" + ("" if local.date() == day else f" ({local:%a})")) if beside else ""
        lines += [f"  {at:%H:%M:%S}{here}  {one_line(entry.kind):<14}  {part}" for part in _told(entry)[:1]]
        lines += [f"{'':28}{part}" for part in _told(entry)[1:]]
    return "\n".join([*head, *lines]) + "\n"


def _told(entry: Entry) -> list[str]:
    text, by = one_line(entry.text), one_line(entry.who.name)
    said = [f"{by}: {text}"] if entry.kind == PINNED else []
    said = said or [text if not entry.who.person or not by or by in text else f"{text} – {by}"]
    files = [f"file: {one_line(file['name'])} {file['link']}".rstrip() for file in entry.data.get("files") or ()]
    where = str(entry.data.get("link") or "") if entry.kind == PINNED else ""
    return said + ([f"why: {one_line(entry.why)}"] if entry.why else []) + files + ([where] if where else [])

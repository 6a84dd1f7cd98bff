"""Plain text for the terminal: incidents, one incident's story, a simulated escalation, the problems of a pack."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from bot.core.escalation import MAIN, Escalation
from bot.core.incident import Incident
from bot.core.spans import say_ago
from bot.core.timeline import PINNED, Entry
from bot.core.zones import name_of
from bot.views.state import (
    ASKED,
    DONE,
    MERGED,
    MONITORED,
    OVER,
    OWNED,
    UNHELD,
    at_risk,
    further_lines,
    next_line,
    stand,
    state_line,
)
from bot.views.words import brief, count, cut, one_line, utc

_STATES = {
    UNHELD: "nobody has it",
    OWNED: "acknowledged",
    ASKED: "asked to confirm",
    MONITORED: "monitored",
    OVER: "to be confirmed",
    DONE: "resolved",
    MERGED: "merged",
}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, limits: Mapping[int, int] | None = None) -> str:
    """Columns side by side, as wide as their widest cell; `limits` cuts the cells of a column. Cells are made harmless:
    one line, no escape sequences."""
    cells = [[_cell(cell, (limits or {}).get(place)) for place, cell in enumerate(row)] for row in [heads, *rows]]
    widths = [max(_width(row[place]) for row in cells) for place in range(len(heads))]
    lines = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)) for row in cells
    ]
    ruler = "  ".join("-" * width for width in widths)
    return "\n".join(line.rstrip() for line in [lines[0], ruler, *lines[1:]])


def _cell(text: str, limit: int | None) -> str:
    plain = one_line(text)
    return plain if limit is None else brief(plain, limit)


def _width(text: str) -> int:
    """Terminal cells: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def incident_table(rows: Sequence[tuple[Incident, Mapping[str, Escalation]]], now: datetime) -> str:
    """The list of incidents, one line each."""
    if not rows:
        return "No open incidents."
    heads = ("NUMBER", "SEVERITY", "SYSTEM", "STATE", "WHO", "SINCE", "TITLE")
    return table(heads, [_row(incident, ladders, now) for incident, ladders in rows], limits={2: 20, 4: 24, 6: 60})


def _row(incident: Incident, ladders: Mapping[str, Escalation], now: datetime) -> tuple[str, ...]:
    main = ladders.get(MAIN)
    state = stand(incident, ladders)
    who = (
        incident.resolved_by
        if state in (DONE, MERGED)
        else main.holder_name
        if main and state in (OWNED, ASKED, MONITORED)
        else ""
    )
    word = f"merged into INC-{incident.merged_into}" if state == MERGED else _STATES[state]
    return (
        incident.label,
        incident.severity.word,
        incident.system,
        word,
        who,
        say_ago(now - incident.since),
        incident.title,
    )


def incident_story(
    incident: Incident,
    ladders: Mapping[str, Escalation],
    entries: Sequence[Entry],
    now: datetime,
    zone: tzinfo = UTC,
) -> str:
    """One incident: how it stands, what comes next, and its timeline in the reader's zone."""
    facts = [
        ("Since", f"{utc(incident.since)}, {say_ago(now - incident.since)}"),
        ("Component", one_line(incident.component)),
        ("Type", one_line(incident.type)),
        ("Alerts", f"{count(incident.alerts, 'alert')}, {incident.firing:,} firing" if incident.alerts else ""),
        ("Found", cut(one_line(incident.verdict), 500)),
        ("At risk", at_risk(incident)),
        ("First step", cut(one_line(incident.first_step), 500) if incident.is_open else ""),
        ("Monitor", one_line(incident.link)),
    ]
    lines = [
        f"{incident.label} · {incident.severity.word} · {one_line(incident.system)}",
        cut(one_line(incident.title), 300),
        "",
        state_line(incident, ladders),
        f"Next: {next_line(incident, ladders)}",
        *further_lines(incident, ladders),
        "",
        *(f"{name + ':':<12}{said}" for name, said in facts if said),
    ]
    return "\n".join([*lines, "", *timeline(entries, zone)]).rstrip()


def timeline(entries: Sequence[Entry], zone: tzinfo = UTC) -> list[str]:
    """The timeline, one line per entry and one more for each reason; times in `zone`, the day where it changes."""
    lines: list[str] = []
    day = ""
    for entry in entries:
        at = entry.at.astimezone(zone)
        if f"{at:%Y-%m-%d}" != day:
            day = f"{at:%Y-%m-%d}"
            lines.append(f"{day} ({name_of(zone)})")
        text = cut(one_line(entry.text), 500)
        author = entry.data.get("author") if entry.kind == PINNED else None
        by = one_line(str((author or {}).get("name") or entry.who.name))
        told = text if not entry.who.person or not by or by in text else f"{text} – {by}"
        via = f" ({one_line(entry.who.via)})" if entry.who.person and entry.who.via not in ("", "slack") else ""
        lines.append(f"  {at:%H:%M:%S}  {one_line(entry.kind):<14}  {told}{via}")
        if entry.why:
            lines.append(f"{'':28}why: {cut(one_line(entry.why), 300)}")
    return lines


def simulation_table(incident: Mapping[str, object], events: Sequence[Mapping[str, object]]) -> str:
    """Who would be paged, how and when: the incident that would open, and its events as `simulate --json` has them."""
    named = [str(incident.get(key) or "") for key in ("system", "severity", "type", "title")]
    head = f"{brief(' · '.join(one_line(part) for part in named if part), 200)}\n"
    if incident.get("policy"):
        head += f"Policy {one_line(str(incident['policy']))}{': unrouted' if incident.get('unrouted') else ''}\n"
    if incident.get("as_meant"):
        head += "None of these pages can be sent yet (see WHY); this is the ladder as it is once they can.\n"
    for one in _list_of(incident.get("may_rise")):
        head += f"It rises to {one['to']} by itself if a look finds: {brief(one_line(one['when']), 80)}\n"
    if not events:
        return f"{head}\nNobody would be paged."
    heads = ("AFTER", "EVENT", "LEVEL", "WHO", "BY", "WHY")
    return f"{head}\n{table(heads, [_event(event) for event in events], limits={2: 32, 3: 48, 4: 20, 5: 120})}"


def _list_of(value: object) -> Sequence[Mapping[str, str]]:
    return value if isinstance(value, list) else ()


def _event(event: Mapping[str, object]) -> tuple[str, ...]:
    level = f"{event['level']} {event.get('level_name') or ''}" if event.get("level") is not None else ""
    offset = timedelta(seconds=float(str(event.get("offset_s") or 0)))
    kind, to, pager, why = (str(event.get(key) or "") for key in ("kind", "to", "pager", "why"))
    return _offset(offset), kind, level, to, pager, why


def _offset(span: timedelta) -> str:
    """`+0:00`, `+5:00`, `+1:05:30`."""
    seconds = max(0, int(span.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"+{hours}:{minutes:02}:{seconds:02}" if hours else f"+{minutes}:{seconds:02}"

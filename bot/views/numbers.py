"""Numbers to read: the figures of a span, in Slack, in a terminal and for machines; and the weekly digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta, tzinfo
from typing import Any

from bot.core.numbers import Numbers, Spread, Times
from bot.core.zones import name_of
from bot.views.blocks import Block, Drawn, context, sealed, section
from bot.views.mrkdwn import date, fit
from bot.views.terminal import table
from bot.views.words import count, one_line, utc

STAGES = ("acknowledge", "diagnose", "mitigate", "resolve")
_HEADS = ("", "MEDIAN", "9 OF 10", "WORST")
_LISTED, _BAR, _MOST_DAYS = 5, 16, 32
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def figures(found: Numbers, *, about: str, zone: tzinfo, system: str = "") -> Drawn:
    """The figures as a message; `about` says of what and when, such as `hft, 7 days`."""
    head = f"*Numbers: {fit(about, 120)}* · {_said(found)}"
    blocks = [("head", section(head)), *_details(found, zone, by_system=not system)]
    return Drawn(text=f"Numbers: {fit(about, 120)}: {_said(found)}", blocks=sealed("numbers", blocks))


def weekly(now: Numbers, before: Numbers, *, title: str, zone: tzinfo) -> Drawn:
    """The week of one system for its channel, with what it was like the week before."""
    change = now.incidents - before.incidents
    than = "as many as the week before" if not change else f"{abs(change):,} {'more' if change > 0 else 'fewer'}"
    than = than if not change else f"{than} than the week before"
    head = f"*{fit(title, 80)}: the week until {date(now.until)}*"
    said = f"{_said(now)}; {than}"
    blocks = [("head", section(head, said)), ("days", section(_code(chart(now))))]
    blocks += _details(now, zone, by_system=False)
    return Drawn(text=f"{fit(title, 80)}: the week. {said}", blocks=sealed("weekly", blocks))


def chart(found: Numbers) -> str:
    """Incidents by day as bars of block characters: as wide as a phone shows a line of code."""
    most = max((number for _, number in found.days), default=0) or 1
    lines = []
    for day, number in found.days:
        eighths = round(8 * _BAR * number / most)
        bar = "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
        lines.append(f"{day:%a %d}  {bar or '·'} {number if number else ''}".rstrip())
    return "\n".join(lines)


def _said(found: Numbers) -> str:
    missed = f", {found.missed:,} over before anybody acknowledged" if found.missed else ""
    return f"{count(found.incidents, 'incident')}{missed}"


def _details(found: Numbers, zone: tzinfo, *, by_system: bool) -> list[tuple[str, Block]]:
    """What there is to tell, each part with its name."""
    groups = [(severity.word, group) for severity, group in found.by_severity.items()]
    groups += list(found.by_system.items()) if by_system and len(found.by_system) > 1 else []
    night = f"at night: 22 to 7 o'clock, {name_of(zone)}"
    alerts = [f"• {number:,} × {fit(name, 100)}" for name, number in found.alerts[:_LISTED]]
    parts = [
        ("times", "*How long it took to …*", [_code(_times(found.times))] if found.incidents else []),
        ("groups", "*Until acknowledged and resolved, median*", [_code(_groups(groups))] if groups else []),
        ("people", f"*Who was paged* ({night})", _loads(found)),
        ("alerts", "*Noisiest alerts*", alerts),
        ("books", "*Playbooks that helped*", _playbooks(found)),
    ]
    blocks = [(name, section(head, *lines)) for name, head, lines in parts if lines]
    return [*blocks, ("span", context(f"{date(found.since)} to {date(found.until)}"))]


def _times(times: Times) -> str:
    rows = [(name, *_spans(getattr(times, name))) for name in STAGES]
    return table(_HEADS, rows)


def _groups(groups: Sequence[tuple[str, tuple[int, Times]]]) -> str:
    rows = [(name, str(number), _median(times.acknowledge), _median(times.resolve)) for name, (number, times) in groups]
    return table(("", "COUNT", "ACK", "RESOLVED"), rows, limits={0: 14})


def _spans(spread: Spread | None) -> tuple[str, str, str]:
    return (short(spread.median), short(spread.p90), short(spread.worst)) if spread else ("–", "–", "–")


def _median(spread: Spread | None) -> str:
    return short(spread.median) if spread else "–"


def short(span: timedelta) -> str:
    """`45s`, `7m`, `1h30`, `3d`: for columns."""
    seconds = round(span.total_seconds())
    if seconds < 60:
        return f"{seconds}s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes}m"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours}h{minutes:02}" if minutes else f"{hours}h"
    return f"{hours // 24}d"


def _loads(found: Numbers) -> list[str]:
    lines = []
    for load in found.loads[:_LISTED]:
        nights = f", {load.at_night:,} of them in {count(load.nights, 'night')}" if load.nights else ""
        worst = f", {load.worst_night:,} in the worst" if load.nights > 1 else ""
        lines.append(f"• {fit(load.name, 60)}: {count(load.pages, 'page')}{nights}{worst}")
    left = len(found.loads) - _LISTED
    return [*lines, f"• and {left:,} more"] if left > 0 else lines


def _playbooks(found: Numbers) -> list[str]:
    return [f"• {fit(p.playbook, 60)}: fixed it {p.fixed:,} of {p.walked:,}" for p in found.playbooks[:_LISTED]]


def _code(text: str) -> str:
    """Text of ours, with names of others in it, as a block of code."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "'")
    return f"```{plain}```"


# --- in a terminal, and for machines


def figures_text(found: Numbers, *, about: str, zone: tzinfo) -> str:
    """The figures as plain text."""
    parts = [f"{one_line(about)}: {_said(found)}", f"{utc(found.since)} to {utc(found.until)}"]
    if found.incidents:
        parts += ["", _times(found.times)]
        parts += ["", chart(found)] if len(found.days) <= _MOST_DAYS else []
        groups = [(severity.word, group) for severity, group in found.by_severity.items()]
        parts += ["", _groups([*groups, *found.by_system.items()])]
    if found.loads:
        rows = [(one.name, *map(str, (one.pages, one.at_night, one.nights, one.worst_night))) for one in found.loads]
        parts += ["", table(("PAGED", "PAGES", "AT NIGHT", "NIGHTS", "WORST NIGHT"), rows, limits={0: 40})]
        parts.append(f"Night is 22 to 7 o'clock, {name_of(zone)}.")
    if found.alerts:
        parts += ["", table(("NOISIEST ALERTS", "COUNT"), [(n, f"{c:,}") for n, c in found.alerts], limits={0: 60})]
    if found.playbooks:
        rows = [(p.playbook, str(p.walked), str(p.fixed)) for p in found.playbooks]
        parts += ["", table(("PLAYBOOK", "WALKED", "FIXED IT"), rows, limits={0: 60})]
    return "\n".join(parts)


def figures_data(found: Numbers) -> Mapping[str, Any]:
    """The figures for machines; times in seconds."""
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "incidents": found.incidents,
        "missed": found.missed,
        "times": _times_data(found.times),
        "by_severity": {s.word: {"incidents": n, **_times_data(t)} for s, (n, t) in found.by_severity.items()},
        "by_system": {name: {"incidents": n, **_times_data(t)} for name, (n, t) in found.by_system.items()},
        "people": [
            {"person": one.person, "name": one.name, "pages": one.pages, "at_night": one.at_night,
             "nights": one.nights, "worst_night": one.worst_night}
            for one in found.loads
        ],
        "alerts": [{"name": name, "count": number} for name, number in found.alerts],
        "playbooks": [{"playbook": p.playbook, "walked": p.walked, "fixed": p.fixed} for p in found.playbooks],
        "days": [{"day": day.isoformat(), "incidents": number} for day, number in found.days],
    }  # fmt: skip


def _times_data(times: Times) -> Mapping[str, Any]:
    return {name: _spread_data(getattr(times, name)) for name in STAGES}


def _spread_data(spread: Spread | None) -> Mapping[str, float] | None:
    if spread is None:
        return None
    spans = {"median_s": spread.median, "p90_s": spread.p90, "worst_s": spread.worst}
    return {"count": spread.count, **{name: span.total_seconds() for name, span in spans.items()}}

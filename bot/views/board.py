"""The board's pages: what they share, and the list of what is open. HTML that works without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.core.escalation import MAIN, Escalation
from bot.core.incident import Incident
from bot.core.past import Found
from bot.core.spans import say_span
from bot.views.state import UNHELD, Tongue, at_risk, further_lines, next_line, stand, state_line
from bot.views.words import cut, one_line, utc, utc_clock

_TITLE, _LINE = 300, 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What every page of the board needs besides what it shows."""

    now: datetime
    speed: float = 1.0
    """How many times faster than real time the bot's clock goes."""
    mark: str = ""
    """Names the state of everything that is shown, for the stream of changes."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """Addresses of the style sheet and of the script, by their names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """An incident that is open, with what tells how it stands."""

    incident: Incident
    ladders: Mapping[str, Escalation]
    duties: Sequence[tuple[str, str]] = ()
    """Who has which duty: lead, communications, scribe."""


def list_page(frame: Frame, standing: Sequence[Standing], total: int, lately: Sequence[Found]) -> str:
    """What is open, as it is given; `total` says how many there are in all. Below it what was open lately."""
    unheld = sum(stand(one.incident, one.ladders) == UNHELD for one in standing)
    return rendered(
        frame,
        "list.html",
        title=f"({unheld}) Board" if unheld else "Board",
        here="open",
        shown=[summary(one, frame.now) for one in standing],
        total=total,
        unheld=unheld,
        lately=[found_row(one) for one in lately],
    )


def summary(one: Standing, now: datetime) -> dict[str, Any]:
    """How one incident stands, for its place in the list and the head of its page."""
    incident, ladders = one.incident, one.ladders
    tongue = html_tongue(now)
    return {
        "number": incident.number,
        "label": incident.label,
        "severity": incident.severity.word,
        "system": said(incident.system, 80),
        "wrong": said(incident.title, _TITLE) or "(no title)",
        "stand": stand(incident, ladders),
        "state": Markup(state_line(incident, ladders, tongue)),  # noqa: S704 - the tongue escapes
        "next": Markup(next_line(incident, ladders, tongue)),  # noqa: S704
        "further": [Markup(line) for line in further_lines(incident, ladders, tongue)],  # noqa: S704
        "found": said(incident.verdict, _LINE),
        "first_step": said(incident.first_step, _TITLE) if incident.is_open else "",
        "facts": [(name, fact) for name, fact in _facts(one, now) if fact],
        "news": f"{incident.label} {incident.severity.word}: {_news(incident, ladders)}",
    }


def _news(incident: Incident, ladders: Mapping[str, Escalation]) -> str:
    """How it stands, without instants, for a voice that reads out what has changed."""
    main = ladders.get(MAIN)
    match stand(incident, ladders):
        case "unheld":
            return "nobody has it"
        case "owned" | "asked" if main is not None:
            return f"{said(main.holder_name, 80) or 'somebody'} has it"
        case "monitored" if main is not None:
            return f"mitigated, {said(main.holder_name, 80) or 'somebody'} watches it"
        case "over":
            return "over, positions and orders to be confirmed"
        case _:
            return "closed" if incident.phase == "closed" else "resolved"


def _facts(one: Standing, now: datetime) -> list[tuple[str, Any]]:
    incident = one.incident
    alerts = f"{incident.alerts:,}, {incident.firing:,} firing" if incident.alerts else ""
    return [
        ("Since", date(incident.since)),
        ("Phase", incident.phase),
        ("Component", said(incident.component, 80)),
        ("Type", said(incident.type, 40)),
        ("Alerts", alerts),
        ("At risk", Markup(at_risk(incident, html_tongue(now)))),  # noqa: S704 - the tongue escapes
        *[(duty.capitalize(), said(name, 80)) for duty, name in one.duties],
        ("Next update", clock(incident.update_at, now) if incident.update_at else ""),
    ]


def found_row(one: Found) -> dict[str, Any]:
    """One incident as a row of a list of the past."""
    took = one.resolved_at - one.opened_at if one.resolved_at else None
    return {
        "number": one.number,
        "label": f"INC-{one.number}",
        "severity": one.severity.word,
        "system": said(one.system, 80),
        "wrong": said(one.title, 200) or "(no title)",
        "opened": date(one.opened_at),
        "ended": _ended(one, took),
        "found": said(one.fixed_by or one.verdict, 200),
    }


def _ended(one: Found, took: timedelta | None) -> str:
    if one.merged_into:
        return f"merged into INC-{one.merged_into}"
    if took is None:
        return one.phase
    by = f" by {said(one.resolved_by, 60)}" if one.resolved_by else ""
    return f"{one.phase} after {say_span(took)}{by}"


def said(text: str, most: int) -> str:
    """Outside text on one line, cut visibly. The templates escape it and keep its direction to itself."""
    return cut(one_line(text), most)


def date(at: datetime) -> Markup:
    """Day and time: in UTC, until the script shows the reader's own."""
    return Markup('<time datetime="{}" data-show="date">{}</time>').format(_iso(at), utc(at))


def clock(at: datetime, now: datetime) -> Markup:
    """The time of day and, when it lies ahead, how long it is until then."""
    shown = Markup('<time datetime="{}" data-show="clock">{}</time>').format(_iso(at), utc_clock(at))
    left = Markup(' <span class="left" data-until="{}">{}</span>').format(_iso(at), countdown(at - now))
    return shown + left if at > now else shown


def countdown(left: timedelta) -> str:
    """`in 4:12`, `in 1:04:12`; `now` when it has come."""
    seconds = -int(-left.total_seconds() // 1)
    if seconds <= 0:
        return "now"
    hours, rest = divmod(seconds, 3600)
    minutes = f"{rest // 60:02}" if hours else str(rest // 60)
    return f"in {f'{hours}:' if hours else ''}{minutes}:{rest % 60:02}"


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def html_tongue(now: datetime) -> Tongue:
    """How the board writes outside text, people and instants: escaped, each with its direction kept to itself."""

    def isolated(text: str) -> str:
        return f"<bdi>{escape(text)}</bdi>"

    return Tongue(
        text=lambda text, limit: isolated(said(text, limit)),
        who=lambda _, name: isolated(said(name, 80) or "somebody"),
        date=lambda at: str(date(at)),
        clock=lambda at: str(clock(at, now)),
    )


def plain_page(frame: Frame, title: str, lines: Sequence[str], *, form: bool = False) -> str:
    """A page that says something; with `form` it asks for the screen's token."""
    return rendered(frame, "plain.html", title=title, here="", lines=[said(line, _LINE) for line in lines], form=form)


def rendered(frame: Frame, template: str, **values: Any) -> str:
    """A page of the board."""
    page = _templates().get_template(f"board/{template}")
    return page.render(frame=frame, as_of=date(frame.now), epoch=frame.now.timestamp(), **values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("bot.views", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

"""The report as people read it: in Slack, as Markdown, a page and mail, each by a template that a desk may replace.

Templates are Jinja2's in its sandbox; a name that there is none of is an error. Whatever a template prints is made
harmless for the place where it is read, so that a template need not care."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache, partial
from typing import Any

from jinja2 import BaseLoader, PackageLoader, PrefixLoader, StrictUndefined, Template, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.dates import say_day
from bot.core.report import REPORT_TEMPLATES, UNSAID, Report
from bot.core.slack_cut import cut as whole_cut
from bot.core.spans import say_span
from bot.views import mrkdwn
from bot.views.blocks import Drawn, context, sealed, section
from bot.views.words import brief, clean, cut, one_line

SLACK, MARKDOWN, HTML, MAIL = REPORT_TEMPLATES
"""The file names of the templates, which are those of a pack's `templates/` too."""

_OWN = "<template>"
_MOST_SECTIONS = 20
_SECTION = 2900
_SUBJECT = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """What is wrong with a template."""

    line: int
    """From 1."""
    message: str


class _Raw(str):
    """Text that is written for its surface already."""

    __slots__ = ()


def render(written: Report, name: str, own: Mapping[str, str], zone: tzinfo = UTC, *, board: str = "") -> str:
    """The report by the template of that name; `own` are the desk's, by name. Where the desk's fails over a report, the
    usual one is taken, and says so: a report that is not as the desk wants it is better than none. Times are UTC, and
    in the zone beside it where that is another; in Slack in the reader's own. `board` is the address of the incident on
    the board, for whoever reads the report there."""
    usual = f"{{% extends 'tocsin/{name}' %}}"
    source = own.get(name, usual)
    wrong, text = _rendered(written, name, source, zone, board)
    if wrong is not None and source != usual:
        told = f"This is the usual report: the desk's own template {name} failed in line {wrong.line}: {wrong.message}"
        again, text = _rendered(written, name, usual, zone, board)
        assert again is None, again
        return f"{text.rstrip()}\n\n{_WRITES[name](told)}\n"
    assert wrong is None, wrong
    return text


def try_out(name: str, source: str, samples: tuple[Report, ...]) -> Wrong | None:
    """What is wrong with a desk's template, by writing these reports with it."""
    for sample in samples:
        wrong, _ = _rendered(sample, name, source, UTC, "")
        if wrong is not None:
            return wrong
    return None


def _rendered(written: Report, name: str, source: str, zone: tzinfo, board: str) -> tuple[Wrong | None, str]:
    try:
        template = _template(name, source)
        text = template.render(report=written, board=board, **_given(name, zone))
    except TemplateSyntaxError as problem:
        return Wrong(line=problem.lineno or 1, message=_said(problem)), ""
    except Exception as problem:  # whatever a template may do wrong
        return Wrong(line=_line(problem), message=_said(problem)), ""
    return None, re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"


def _line(problem: Exception) -> int:
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == _OWN]
    return (lines[-1] if lines else None) or 1


def _said(problem: Exception) -> str:
    text = re.sub(r"'bot\.core\.\w+\.(\w+) object'", lambda found: f"the {found[1].lower()}", one_line(str(problem)))
    return brief(text, 200) or type(problem).__name__


@lru_cache(maxsize=64)
def _template(name: str, source: str) -> Template:
    return _environment(name).from_string(source)


@lru_cache
def _environment(name: str) -> ImmutableSandboxedEnvironment:
    loader: BaseLoader = PrefixLoader({"tocsin": PackageLoader("bot.views", "templates/report")})
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=name == HTML,
        finalize=partial(_finalized, name),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters |= {
        "line": _line_of,
        "listed": _listed,
        "lines": _lines,
        "span": say_span,
        "day": say_day,
        "short": _short,
    }
    return environment


# --- what a value becomes where it is printed


def _finalized(name: str, value: object) -> object:
    if isinstance(value, _Raw) or hasattr(value, "__html__"):
        return value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _utc(value) if name == HTML else _WRITES[name](_utc(value))
    if isinstance(value, date):
        return say_day(value)
    if isinstance(value, str) and name == HTML:
        return clean(value)  # the page's own escaping follows
    return _WRITES[name](value) if isinstance(value, str) else value


def _markdown(text: str) -> str:
    """Outside text as Markdown that shows it: no markup, no headings, no HTML. Lists stay lists."""
    text = re.sub(r"([\\`*\[\]])", r"\\\1", clean(text))
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    text = re.sub(r"(?m)^(\s*)(#|=+\s*$|-{2,}\s*$|~{3})", r"\1\\\2", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_WRITES: Mapping[str, Callable[[str], str]] = {
    SLACK: mrkdwn.escape,
    MARKDOWN: _markdown,
    HTML: clean,
    MAIL: clean,
}


def _line_of(text: object) -> str:
    return one_line(str(text))


def _lines(text: str) -> list[str]:
    """The lines of a text that say something, without the dashes of a list."""
    return [line for one in text.split("\n") if (line := one.strip().removeprefix("-").removeprefix("•").strip())]


def _short(text: str, most: int) -> str:
    """At most so many characters without empty lines; what was cut is said."""
    return cut("\n".join(line for line in clean(text).split("\n") if line.strip()), most)


def _listed(parts: tuple[str, ...], most: int, each: int = 1000) -> str:
    """`a, b, c and 37 more`, each of at most so many characters."""
    shown = ", ".join(brief(one_line(part), each) for part in parts[:most])
    return shown if len(parts) <= most else f"{shown} and {len(parts) - most:,} more"


def _given(name: str, zone: tzinfo) -> dict[str, Any]:
    return {"unsaid": UNSAID, "when": partial(_when, name, zone), "clock": partial(_clock, name)}


def _when(name: str, zone: tzinfo, instant: datetime | None) -> str:
    """Day and time; in Slack as the reader's clock shows it."""
    if instant is None:
        return ""
    if name == SLACK:
        return _Raw(mrkdwn.date(instant))
    local = instant.astimezone(zone)
    if local.utcoffset() == timedelta(0):
        return _utc(instant)
    return f"{_utc(instant)} ({local:%Y-%m-%d %H:%M} {local.tzname()})"


def _clock(name: str, instant: datetime) -> str:
    return _Raw(mrkdwn.clock(instant)) if name == SLACK else f"{instant.astimezone(UTC):%H:%M:%S}"


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


# --- whole messages


def report_message(written: Report, own: Mapping[str, str], *, page: str = "") -> Drawn:
    """The report as one message. What Slack has no room for is cut, visibly. `page` is the incident's on the board;
    whatever the desk's template is, the message leads there."""
    parts = [part.strip("\n") for part in render(written, SLACK, own).split("\n\n") if part.strip()]
    if len(parts) > _MOST_SECTIONS:
        left = len(parts) - _MOST_SECTIONS
        parts = [*parts[:_MOST_SECTIONS], f"… and {left} more paragraphs: /incident report has all of it"]
    blocks = [(f"p{place}", section(whole_cut(part, _SECTION, markup=True))) for place, part in enumerate(parts)]
    blocks += [("board", context(mrkdwn.link(page, "Board")))] if page else []
    text = f"{written.label} {written.status}: {mrkdwn.fit(written.summary, 300)}"
    return Drawn(text=text, blocks=sealed(f"report.{written.label}", blocks))


def report_subject(written: Report) -> str:
    """The subject of the mail that carries it."""
    return brief(
        one_line(f"{written.label} {written.severity} {written.system} {written.status}: {written.title}"), _SUBJECT
    )

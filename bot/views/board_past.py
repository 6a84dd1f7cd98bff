"""The past on the board: a form to look for incidents, and those that were found, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from bot.core.alert import Severity
from bot.core.past import Found, Wanted
from bot.views.board import Frame, found_row, rendered, said

_SEVERITIES = [one.word for one in sorted(Severity, reverse=True)]


def past_page(
    frame: Frame,
    wanted: Wanted,
    found: Sequence[Found],
    systems: Sequence[str],
    *,
    more: bool = False,
    wrong: Sequence[str] = (),
) -> str:
    """What was found, newest first; `more`: there is more after the last one. `wrong` says what was not understood."""
    return rendered(
        frame,
        "past.html",
        title="Past incidents",
        here="past",
        form=_fields(wanted),
        severities=_SEVERITIES,
        systems=[said(name, 80) for name in systems],
        found=[found_row(one) for one in found],
        wrong=[said(line, 200) for line in wrong],
        older=_address(wanted, found[-1].number) if more and found else "",
        newest=_address(wanted, None) if wanted.before else "",
        count=len(found),
    )


def _fields(wanted: Wanted) -> dict[str, str]:
    return {
        "q": said(" ".join(wanted.words), 200),
        "system": said(wanted.system, 80),
        "severity": wanted.severity.word if wanted.severity else "",
        "from": wanted.since.isoformat() if wanted.since else "",
        "to": wanted.until.isoformat() if wanted.until else "",
    }


def _address(wanted: Wanted, before: int | None) -> str:
    given = {**_fields(wanted), "before": str(before or "")}
    return f"/board/past?{urlencode({name: value for name, value in given.items() if value})}"

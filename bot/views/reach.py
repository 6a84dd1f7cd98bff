"""Ways by which somebody could not be reached: one message of the thread for each time a level was paged."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.incident import Incident
from bot.core.page import FAILED, FAILING, UNREACHED, WAITING, Page
from bot.views.blocks import Drawn, sealed, section
from bot.views.mrkdwn import fit
from bot.views.words import count

_SHOWN, _OUTCOME = 12, 200


def failing(page: Page) -> bool:
    """Whether a page has not reached its person so far, although it was tried."""
    return page.state in (UNREACHED, FAILED, FAILING) or (page.state == WAITING and page.tries > 1)


def reach_message(incident: Incident, level: str, pages: Sequence[Page]) -> Drawn:
    """Of pages that went out together, those that failed; `level` is how people call what was paged."""
    failed = [page for page in pages if failing(page)]
    if not failed:
        said = f"Every way to {fit(level, 100)} that had failed works again"
        blocks = sealed(f"reach.{incident.number}", [("text", section(f"📶 {said}"))])
        return Drawn(text=f"{incident.label}: {said}", blocks=blocks)
    head = f"{len(failed):,} of {count(len(pages), 'way')} to {fit(level, 100)} failed so far"
    lines = [f"• {_said(page)}" for page in failed[:_SHOWN]]
    lines += [f"• and {len(failed) - _SHOWN:,} more"] if len(failed) > _SHOWN else []
    shown = [("text", section(f"📵 {head}", *lines))]
    said = f"{incident.label}: {head}: {', '.join(_said(page) for page in failed[:3])}"
    return Drawn(text=said, blocks=sealed(f"reach.{incident.number}", shown))


def _said(page: Page) -> str:
    return f"{fit(page.name, 80)} by {fit(page.way, 40)}: " + (fit(page.outcome, _OUTCOME) or page.state)

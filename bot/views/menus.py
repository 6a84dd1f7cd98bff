"""Messages only the asker sees: the menu, the question which incident is meant, and help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.escalation import Escalation
from bot.core.incident import Incident
from bot.views.blocks import CONFIRM_POSITIONS, Block, Drawn, actions, button, context, plain, sealed, section
from bot.views.card import notification
from bot.views.mrkdwn import code, fit, link
from bot.views.state import MARKS, OVER, SLACK, UNHELD, stand, state_line
from bot.views.words import count

SHOWN = 10
"""Incidents listed in a menu; Slack refuses very long messages, and nobody reads them."""

_HELP_ROWS, _HELP_SECTIONS = 12, 3

Standing = tuple[Incident, Mapping[str, Escalation]]


def menu(open_incidents: Sequence[Standing], *, board: str = "") -> Drawn:
    """`/incident` alone: the open incidents, each with its most likely button, and Declare."""
    many = len(open_incidents)
    point = f"{count(many, 'open incident')}" if many else "No open incidents"
    blocks = [("head", section(f"*{point}*"))]
    for incident, ladders in open_incidents[:SHOWN]:
        lines = (f"{MARKS[stand(incident, ladders)]} {notification(incident)}", state_line(incident, ladders, SLACK))
        blocks.append((f"i{incident.number}", section(*lines, accessory=_likely(incident, ladders))))
    blocks += _left(many, f"see {code('/incident list')}")
    start: Block = {
        "type": "button",
        "action_id": "incident.declare",
        "text": plain("Declare Incident"),
        "value": "new",
    }
    blocks.append(("act", actions(start)))
    more = f"{code('/incident help')} lists every command"
    where = link(board, "Board") if board else ""
    blocks.append(("foot", context(more, where)))
    return Drawn(text=point, blocks=sealed("menu", blocks))


def _likely(incident: Incident, ladders: Mapping[str, Escalation]) -> Block:
    match stand(incident, ladders):
        case state if state == UNHELD:
            return button("ack", incident.number)
        case state if state == OVER:
            return button("confirm", incident.number, label=CONFIRM_POSITIONS)
        case _:
            return button("note", incident.number)


def _left(total: int, what_to_do: str) -> list[tuple[str, Block]]:
    return [("left", context(f"And {total - SHOWN:,} more: {what_to_do}."))] if total > SHOWN else []


def help_message(rows: Sequence[tuple[str, str]], *, about: str = "") -> Drawn:
    """Commands and what they do; `about` comes first, in one sentence."""
    lines = [f"{code(usage, 110)} {fit(what, 120)}" for usage, what in rows]
    chunks = [lines[start : start + _HELP_ROWS] for start in range(0, len(lines), _HELP_ROWS)]
    left = len(lines) - _HELP_ROWS * _HELP_SECTIONS
    blocks = [("head", section(f"*{fit(about, 300) or 'Commands'}*"))]
    blocks += [(f"rows{place}", section(*chunk)) for place, chunk in enumerate(chunks[:_HELP_SECTIONS])]
    blocks += [("left", context(f"And {count(left, 'more command')}."))] if left > 0 else []
    blocks.append(
        ("foot", context("In a thread write @tocsin instead of the slash; the number may be left out there."))
    )
    return Drawn(text=fit(about, 300) or "Commands", blocks=sealed("help", blocks))

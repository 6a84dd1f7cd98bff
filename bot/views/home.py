"""The Home tab: what waits for the reader, what is theirs and still to be written, what is open, and who answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.core.incident import Incident
from bot.core.item import Item, say_due
from bot.views.blocks import Block, actions, button, context, section
from bot.views.items import done_button
from bot.views.menus import Standing, menu
from bot.views.mrkdwn import date as when
from bot.views.mrkdwn import fit
from bot.views.report_lines import report_button
from bot.views.state import MARKS, SLACK, next_line, stand

_SHOWN, _SYSTEMS, _ROLES = 8, 10, 10
"""A Home tab has a hundred blocks at most, and is read on a phone."""

_DIVIDER: Block = {"type": "divider"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """What one reader's tab shows."""

    waiting: Sequence[Incident]
    """They were paged for these, and nobody has them."""
    held: Sequence[Standing]
    """They have these."""
    owed: Sequence[Incident] = ()
    """The postmortems of these are theirs to write."""
    items: Sequence[Item]
    """What they still have to do, the soonest due first."""
    open: Sequence[Standing]
    on_call: Mapping[str, Sequence[tuple[str, Sequence[str]]]]
    """By system: each role and the names of who answers for it now."""
    board: str = ""
    """The address of the board; empty: there is none."""
    today: date
    at: datetime


def home(shown: Home) -> dict[str, Any]:
    """The Home tab."""
    parts = [_waiting(shown.waiting), _held(shown.held), _owed(shown.owed), _items(shown.items, shown.today)]
    blocks = [block for part in parts if part for block in (*part, _DIVIDER)]
    blocks += menu(shown.open, board=shown.board).blocks
    blocks += [_DIVIDER, *_on_call(shown.on_call)] if shown.on_call else []
    return {"type": "home", "blocks": [*blocks, context(f"As of {when(shown.at)}")]}


def _waiting(waiting: Sequence[Incident]) -> list[Block]:
    rows = [section(_named(one), accessory=button("ack", one.number, primary=True)) for one in waiting[:_SHOWN]]
    return [section("*These wait for your answer*"), *rows, *_left(len(waiting), "/incident ack mine")] if rows else []


def _held(held: Sequence[Standing]) -> list[Block]:
    blocks: list[Block] = []
    for incident, ladders in held[:_SHOWN]:
        said = f"{MARKS[stand(incident, ladders)]} {_named(incident)}"
        blocks.append(section(said, f"Next: {next_line(incident, ladders, SLACK)}"))
        verbs = [button("note", incident.number), button("handover", incident.number)]
        blocks.append(actions(*verbs, button("resolve", incident.number)))
    return [section("*You have*"), *blocks, *_left(len(held), "/incident list")] if blocks else []


def _owed(owed: Sequence[Incident]) -> list[Block]:
    rows = [
        section(_named(one), accessory=report_button("postmortem", "Write Postmortem", one.number))
        for one in owed[:_SHOWN]
    ]
    return (
        [section("*You still owe the postmortem of*"), *rows, *_left(len(owed), "/incident postmortem NUMBER")]
        if rows
        else []
    )


def _items(items: Sequence[Item], today: date) -> list[Block]:
    rows = [
        section(
            fit(item.text, 300), f"{say_due(item.due_on, today)} · INC-{item.incident}", accessory=done_button(item.id)
        )
        for item in items[:_SHOWN]
    ]
    return [section("*Your action items*"), *rows, *_left(len(items), "/incident items mine")] if rows else []


def _on_call(systems: Mapping[str, Sequence[tuple[str, Sequence[str]]]]) -> list[Block]:
    blocks = [section("*On call now*")]
    for system, roles in list(systems.items())[:_SYSTEMS]:
        lines = [f"{fit(role, 60)}: {fit(', '.join(names) or 'NOBODY', 180)}" for role, names in roles[:_ROLES]]
        more = [f"and {len(roles) - _ROLES} more roles"] if len(roles) > _ROLES else []
        blocks.append(section(f"*{fit(system, 60)}*", *lines, *more))
    left = len(systems) - _SYSTEMS
    return [*blocks, context(f"And {left} more systems: /oncall")] if left > 0 else blocks


def _named(incident: Incident) -> str:
    return f"{incident.label} {incident.severity.word} {fit(incident.system, 60)}: {fit(incident.title, 200)}"


def _left(total: int, command: str) -> list[Block]:
    return [context(f"And {total - _SHOWN:,} more: {command}")] if total > _SHOWN else []

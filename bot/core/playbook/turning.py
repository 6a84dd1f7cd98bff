"""Turning round: back to what a person decided, and to the playbook from which another was turned to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import Refused
from bot.core.playbook.value import Kind, Playbook
from bot.core.playbook.walk import Stand, Turn, Visit, Walk, outcome_of


def back(walk: Walk) -> Walk:
    """At the last step that a person decided, to decide it again. Raises Refused where there is none."""
    decided = [place for place, visit in enumerate(walk.trail) if visit.by]
    if not decided:
        raise Refused("There is nothing to go back to: nobody has decided anything yet.")
    last = decided[-1]
    visit = walk.trail[last]
    before = next((one.arguments for one in walk.trail[last:] if one.turn is not Turn.NONE), walk.arguments)
    return walk.changed(
        playbook=visit.playbook, step=visit.step, stand=Stand.WAITING, arguments=before,
        trail=walk.trail[:last], asks="", circling=False, ended="",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class WayBack:
    """Where another playbook was turned to, when that one came to nothing."""

    playbook: Playbook
    step: str
    """The last step there that may lead elsewhere."""
    number: int
    """The how-manieth of that playbook it was."""
    arguments: Mapping[str, str]


def way_back(books: Mapping[str, Playbook], walk: Walk) -> WayBack | None:
    """The way back to the playbook from which this one was turned to; only where this one ends by `not_this`."""
    if outcome_of(books[walk.playbook], walk) != "not_this":
        return None
    turns: list[int] = []
    for place, visit in enumerate(walk.trail):
        if visit.turn is Turn.ON:
            turns.append(place)
        elif visit.turn is Turn.BACK:
            turns.pop()
    if not turns:
        return None
    left = walk.trail[turns[-1]]
    its = [visit.step for visit in walk.trail[: turns[-1]] if visit.playbook == left.playbook]
    book = books[left.playbook]
    for number, step in reversed(list(enumerate(its, start=1))):
        if book.steps[step].choices:
            return WayBack(playbook=book, step=step, number=number, arguments=left.arguments)
    return None


def gone_back(books: Mapping[str, Playbook], walk: Walk, *, by: str, now: datetime) -> Walk:
    """At the step before the other playbook was turned to, where a person chooses another way. Raises Refused where
    there is no way back."""
    way = way_back(books, walk)
    if way is None:
        raise Refused("There is no playbook to go back to: this one was not turned to from another, or has not ended.")
    here = books[walk.playbook]
    visit = Visit(
        playbook=here.name, step=walk.step, said=f"back to: {way.playbook.title}", by=by, turn=Turn.BACK,
        arguments=walk.arguments, at=now,
    )  # fmt: skip
    asks = f"what they found led to {here.title!r}, and it is not that"
    return walk.changed(
        playbook=way.playbook.name, step=way.step, stand=Stand.WAITING, arguments=way.arguments,
        trail=(*walk.trail, visit), asks=asks if way.playbook.steps[way.step].kind is Kind.CHECK else "",
    )  # fmt: skip

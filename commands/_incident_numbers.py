"""How the desk does: the numbers of a span of time, and the digest of the last week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import click

from bot.core.numbers import numbers
from bot.core.spans import read_span
from bot.engine.weekly import drawn_for, week_of
from bot.store.transaction import Tx
from bot.views.blocks import Drawn
from bot.views.numbers import figures, figures_data, figures_text
from commands._grammar import Unclear, Verb, tidy
from commands._which import take_system
from commands.base import TERMINAL, Context, Reply

_USUAL, _SHORTEST, _LONGEST = timedelta(days=30), timedelta(hours=1), timedelta(days=366)


@click.pass_obj
async def _numbers(context: Context, words: tuple[str, ...]) -> Reply:
    system, span = _read(context, words)
    desk, now = context.engine.desk, context.engine.clock.now()
    zone = desk.zone(system)
    facts = await context.engine.look(lambda tx: tx.figures.facts(now - span, now, system))
    found = numbers(facts, zone)
    about = f"{system or 'all systems'}, {_said(span)}"
    data = {"system": system, **figures_data(found)}
    if context.place == TERMINAL:
        return Reply(text=figures_text(found, about=about, zone=zone), code=True, data=data)
    drawn = figures(found, about=about, zone=zone, system=system)
    return Reply(text=drawn.text, blocks=drawn.blocks, data=data)


def _read(context: Context, words: Sequence[str]) -> tuple[str, timedelta]:
    """`hft 7d`, in any order, each or none of them; `all` for all systems."""
    known = {name.lower(): name for name in context.engine.desk.systems}
    system, span = context.system, _USUAL
    for word in (tidy(word) for word in words):
        if word in known:
            system = known[word]
        elif word == "all":
            system = ""
        elif word[:1].isdigit():
            span = _read_span(word)
        elif word not in ("last", "the"):
            there = ", ".join(known.values())
            raise Unclear(f"{word!r} is no system and no span. There are {there}; spans are such as 7d, 30d and 90d.")
    return system, span


def _read_span(word: str) -> timedelta:
    try:
        span = read_span(word)
    except ValueError as problem:
        raise Unclear(f"{problem}: for numbers such as 7d, 30d or 90d.") from None
    if not _SHORTEST <= span <= _LONGEST:
        raise Unclear("Numbers are of an hour to a year: write for example 7d, 30d or 90d.")
    return span


def _said(span: timedelta) -> str:
    return f"{span.days} days" if span >= timedelta(days=2) else f"{span // timedelta(hours=1)} hours"


@click.pass_obj
async def _digest(context: Context, words: tuple[str, ...]) -> Reply:
    """Of the week until now; what is posted on Mondays ends on that Monday."""
    rest = list(words)
    system = take_system(context, rest)
    desk = context.engine.desk
    if not system or rest:
        raise Unclear(f"Say of which system: /incident digest {' | '.join(desk.systems)}")
    now = context.engine.clock.now()

    def look(tx: Tx) -> tuple[Drawn | None, object, str]:
        found, _ = week_of(tx, desk, system, now)
        text = figures_text(found, about=f"{system}, the week until now", zone=desk.zone(system))
        return drawn_for(tx, desk, system, now), figures_data(found), text

    drawn, data, text = await context.engine.look(look)
    if context.place == TERMINAL:
        return Reply(text=text, code=True, data=data)
    if drawn is None:
        return Reply(text=f"Two quiet weeks: {system} had no incident, and nobody was paged.", data=data)
    return Reply(text=drawn.text, blocks=drawn.blocks, data=data)


def figured() -> list[Verb]:
    """The subcommands of this file."""
    return [
        Verb(
            "numbers",
            aliases=("stats", "statistics", "figures"),
            near=("zahlen", "statistik", "metrics"),
            callback=_numbers,
            words="[SYSTEM] [7d | 30d | 90d]",
            help="How long incidents took, who was paged, what rang most, and what helped.",
        ),
        Verb(
            "digest",
            aliases=("week", "weekly"),
            callback=_digest,
            words="[SYSTEM]",
            help="The last seven days of a system, as its channel is told of them on Mondays.",
        ),
    ]

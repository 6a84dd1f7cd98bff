"""`tocsin playbook run`: the same walk in a terminal, question by question. Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Mapping

import click

from bot.core.errors import Refused
from bot.core.evidence import State
from bot.core.playbook import Playbook, walk
from bot.core.playbook.walk import Finding, Stand, Walk
from bot.engine import offers
from bot.views.playbook import step_text
from commands._grammar import Unclear
from commands._only_there import TerminalVerb
from commands._playbook_words import arguments_in
from commands._which import take_system
from commands.base import REFUSED, TERMINAL, USAGE, Context, Reply

_HELP = "a number, b back, s WHY skip, NAME=VALUE fill in, q quit"


@click.pass_obj
async def _run(context: Context, words: tuple[str, ...]) -> Reply:
    console = context.console
    if context.place != TERMINAL or console is None or context.investigation is None:
        return Reply(
            text="A playbook is run in a terminal of the bot's host; in Slack: /playbook start.", exit_code=USAGE
        )
    rest = list(words)
    system = take_system(context, rest)
    if not system or not rest:
        raise Unclear("Say which: tocsin playbook run SYSTEM NAME [parameter=value ...].")
    book = offers.playbook_of(context.engine.desk, system, rest[0])
    at, books = walk.begin(book, arguments_in(rest[1:])), {book.name: book}
    while not at.stand.is_over or walk.way_back(books, at):
        try:
            if at.stand.is_over:
                at, stays = await _turned_back(context, books, at)
                if stays:
                    break
            else:
                book, at = await _next(context, books[at.playbook], at)
                books[book.name] = book
        except Refused as problem:
            console.show(str(problem))
        except EOFError:
            return Reply(text="Nobody answers: the walk ends here.", exit_code=REFUSED)
    book = books[at.playbook]
    outcome = walk.outcome_of(book, at)
    data = {"playbook": book.name, "step": at.step, "outcome": outcome, "steps": [visit.step for visit in at.trail]}
    return Reply(text=step_text(book, at), data=data)


async def _next(context: Context, book: Playbook, at: Walk) -> tuple[Playbook, Walk]:
    step, now = book.steps[at.step], context.engine.clock.now()
    match at.stand:
        case Stand.LOOKING:
            return book, await _looked(context, book, at)
        case Stand.CALLING:
            return book, walk.called(book, at, "in a terminal nobody is called: /incident escalate does it", now)
        case Stand.MOVING:
            other = offers.playbook_of(context.engine.desk, book.system, step.playbook)
            return other, walk.moved(at, step, other, now)
        case _:
            return book, await _answered(context, book, at)


async def _turned_back(context: Context, books: Mapping[str, Playbook], at: Walk) -> tuple[Walk, bool]:
    """After a playbook that was not it: at the one before; or where it stands, and that it stays there."""
    console, way = context.console, walk.way_back(books, at)
    assert console is not None
    assert way is not None
    console.show("\n" + step_text(books[at.playbook], at))
    line = await console.ask(f"Back to {way.playbook.title!r}, step {way.number}? y/n > ")
    if not line.strip().lower().startswith("y"):
        return at, True
    return walk.gone_back(books, at, by=context.who.name, now=context.engine.clock.now()), False


async def _looked(context: Context, book: Playbook, at: Walk) -> Walk:
    step, known = book.steps[at.step], context.engine.desk.checks(book.system).by_name
    assert context.investigation is not None
    assert context.console is not None
    context.console.show(f"Looking: {walk.said(at, step.text)}")
    checks = [known[name] for name in step.checks if name in known]
    evidence = await context.investigation.look_all(checks, walk.arguments_of(at, step))
    findings = {
        one.check: Finding(state=one.state, facts=one.seen.facts, verdict=f"{one.title}: {one.verdict}")
        for one in evidence
    }
    missing = {name: Finding(state=State.UNKNOWN, verdict=f"{name}: no such check") for name in step.checks}
    return walk.found(book, at, {**missing, **findings}, context.engine.clock.now())


async def _answered(context: Context, book: Playbook, at: Walk) -> Walk:
    console, now = context.console, context.engine.clock.now()
    assert console is not None
    console.show("\n" + step_text(book, at))
    line = (await console.ask(f"{_HELP} > ")).strip()
    word, _, rest = line.partition(" ")
    match word.lower():
        case "q" | "quit" | "stop":
            return walk.stop(at, rest)
        case "b" | "back":
            return walk.back(at)
        case "s" | "skip":
            return walk.skip(book, at, 0, by=context.who.name, why=rest, now=now)
        case _ if "=" in line:
            return walk.learned(book, at, arguments_in(line.split()))
        case number if number.isdecimal():
            return walk.answer(book, at, int(number) - 1, by=context.who.name, now=now, why=rest)
    raise Refused(f"Write {_HELP}.")


VERBS = [
    TerminalVerb("run", callback=_run, words="SYSTEM NAME [PARAMETER=VALUE...]", help="Walk it here, in the terminal.")
]

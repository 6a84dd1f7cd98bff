"""`tocsin playbook run`: the same walk in a terminal, question by question. Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Mapping

import click

from bot.core.errors import Refused
from bot.core.playbook import Playbook, filling, stepping, turning
from bot.core.playbook.findings import findings
from bot.core.playbook.walk import Stand, Walk, outcome_of
from bot.engine import offers
from bot.views.playbook import step_text
from commands._grammar import Unclear
from commands._only_there import TerminalVerb
from commands._playbook_words import arguments_in, skipping
from commands._which import take_system
from commands.base import REFUSED, TERMINAL, USAGE, Context, Reply

_HELP = "a number, b back, s [NUMBER] WHY skip, l look again, NAME=VALUE fill in, q quit"
_USAGE = "Write: tocsin playbook run SYSTEM NAME [parameter=value ...]."


@click.pass_obj
async def _run(context: Context, words: tuple[str, ...]) -> Reply:
    console = context.console
    if context.place != TERMINAL or console is None or context.investigation is None:
        instead = f"{'In Slack' if context.place == TERMINAL else 'Here'}: /playbook start NAME"
        return Reply(text=f"This is run in a terminal of the bot's own host. {instead}", exit_code=USAGE)
    rest = list(words)
    systems = context.engine.desk.systems
    system = take_system(context, rest)
    if len(rest) == len(words) > 1 and "=" not in rest[1]:
        raise Unclear(f"{rest[0]!r} is no system here: {', '.join(systems)}. {_USAGE}")
    if not system or not rest:
        raise Unclear(f"Say which. {_USAGE}")
    book = offers.playbook_of(context.engine.desk, system, rest[0])
    at, books = stepping.begin(book, arguments_in(rest[1:])), {book.name: book}
    while not at.stand.is_over or turning.way_back(books, at):
        try:
            if at.stand.is_over:
                at, stays = await _turned_back(context, books, at)
                if stays:
                    break
            else:
                book, at = await _next(context, books, at)
                books[book.name] = book
        except Refused as problem:
            console.show(str(problem))
        except EOFError:
            return Reply(text="Nobody answers: the walk ends here.", exit_code=REFUSED)
    book = books[at.playbook]
    outcome = outcome_of(book, at)
    data = {"playbook": book.name, "step": at.step, "outcome": outcome, "steps": [visit.step for visit in at.trail]}
    return Reply(text=step_text(books, at), data=data)


async def _next(context: Context, books: Mapping[str, Playbook], at: Walk) -> tuple[Playbook, Walk]:
    book = books[at.playbook]
    step, now = book.steps[at.step], context.engine.clock.now()
    match at.stand:
        case Stand.LOOKING:
            return book, await _looked(context, book, at)
        case Stand.CALLING:
            return book, stepping.called(book, at, "in a terminal nobody is called: /incident escalate does it", now)
        case Stand.MOVING:
            other = offers.playbook_of(context.engine.desk, book.system, step.playbook)
            return other, stepping.moved(at, step, other, now)
        case _:
            return book, await _answered(context, books, at)


async def _turned_back(context: Context, books: Mapping[str, Playbook], at: Walk) -> tuple[Walk, bool]:
    """After a playbook that was not it: at the one before; or where it stands, and that it stays there."""
    console, way = context.console, turning.way_back(books, at)
    assert console is not None
    assert way is not None
    console.show("\n" + step_text(books, at))
    line = await console.ask(f"Back to {way.playbook.title!r}, step {way.number}? y/n > ")
    if not line.strip().lower().startswith("y"):
        return at, True
    return turning.gone_back(books, at, by=context.who.name, now=context.engine.clock.now()), False


async def _looked(context: Context, book: Playbook, at: Walk) -> Walk:
    step, known = book.steps[at.step], context.engine.desk.checks(book.system).by_name
    assert context.investigation is not None
    assert context.console is not None
    context.console.show(f"Looking: {filling.said(at, step.text)}")
    checks = [known[name] for name in step.checks if name in known]
    evidence = await context.investigation.look_all(checks, filling.arguments_of(at, step))
    missing = [name for name in step.checks if name not in known]
    return stepping.found(book, at, findings(evidence, missing), context.engine.clock.now())


async def _answered(context: Context, books: Mapping[str, Playbook], at: Walk) -> Walk:
    book, console, now = books[at.playbook], context.console, context.engine.clock.now()
    assert console is not None
    console.show("\n" + step_text(books, at))
    line = (await console.ask(f"{_HELP} > ")).strip()
    word, _, rest = line.partition(" ")
    match word.lower():
        case "q" | "quit" | "stop":
            return stepping.stop(at, rest)
        case "b" | "back":
            return turning.back(at)
        case "s" | "skip":
            choice, why = skipping(book.steps[at.step].choices, rest.split())
            return stepping.skip(book, at, choice, by=context.who.name, why=why, now=now)
        case "l" | "look":
            return stepping.look_again(book, at, by=context.who.name, now=now)
        case _ if "=" in line:
            return filling.learned(book, at, arguments_in(line.split()))
        case number if number.isdecimal():
            return stepping.answer(book, at, int(number) - 1, by=context.who.name, now=now, why=rest)
    raise Refused(f"Write {_HELP}.")


VERBS = [
    TerminalVerb("run", callback=_run, words="SYSTEM NAME [PARAMETER=VALUE...]", help="Walk it here, in the terminal.")
]

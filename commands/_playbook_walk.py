"""/playbook start, answer, skip, back, hand, stop: the walk in an incident's thread, by words and by buttons."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bot.core.errors import Refused
from bot.core.playbook import Playbook
from bot.core.playbook.filling import learned_at
from bot.core.playbook.walk import Stand
from bot.engine import offers, walks
from bot.engine.said import Said
from bot.engine.walks import Pressed
from bot.store.runs import Run
from bot.views import playbook_modals as modals
from commands._grammar import Unclear, Verb, joined, number, up_to
from commands._people import one
from commands._playbook_words import arguments_in, skipping
from commands._which import actor, pick, roster_of
from commands.base import Context, Form, OnForm, OnPress, Press, Reply


def said(told: Said) -> Reply:
    """What a verb answered, for whoever did it."""
    return Reply(text=told.text, incident=told.incident.number, data={"incident": told.incident.number})


# --- by words


@click.pass_obj
async def _start(context: Context, words: tuple[str, ...]) -> Reply:
    picked = await pick(context, words, "start")
    rest = list(picked.words)
    if not rest:
        raise Unclear("Say which: /playbook start NAME [parameter=value ...]. /playbook find WORDS looks for one.")
    name, arguments = rest[0], arguments_in(rest[1:])
    return said(await context.engine.do(walks.start, picked.number, picked.who, playbook=name, arguments=arguments))


@click.pass_obj
async def _answer(context: Context, words: tuple[str, ...]) -> Reply:
    run, rest = await _current(context, "answer", words, answers=True)
    if not rest:
        raise Unclear("Say which answer: /playbook answer NUMBER or its words.")
    choice, why = _choice(run, rest)
    who = actor(context, run.system)
    return said(await context.engine.do(walks.answer, Pressed(run=run.id, revision=0), who, choice=choice, why=why))


def _choice(run: Run, words: Sequence[str]) -> tuple[int, str]:
    """The answer that the words name, by its number or its text, and what is said besides."""
    choices = run.playbook.steps[run.walk.step].choices
    asked = number(words[0])
    if asked is not None:
        return asked - 1, joined(words[1:])
    text = joined(words).lower().strip(".!")
    fits = [place for place, choice in enumerate(choices) if choice.say.lower().startswith(text)]
    if len(fits) != 1:
        there = "; ".join(f"{place} {choice.say}" for place, choice in enumerate(choices, start=1)) or "none"
        raise Refused(f"No answer is called {text!r}. There are: {there}.")
    return fits[0], ""


@click.pass_obj
async def _skip(context: Context, words: tuple[str, ...]) -> Reply:
    run, rest = await _current(context, "skip", words, answers=True)
    who = actor(context, run.system)
    pressed = Pressed(run=run.id, revision=0)
    choice, why = skipping(run.playbook.steps[run.walk.step].choices, rest)
    return said(await context.engine.do(walks.skip, pressed, who, choice=choice, why=why))


@click.pass_obj
async def _look(context: Context, words: tuple[str, ...]) -> Reply:
    run, _ = await _current(context, "look", words)
    return said(await context.engine.do(walks.look_again, Pressed(run=run.id, revision=0), actor(context, run.system)))


@click.pass_obj
async def _back(context: Context, words: tuple[str, ...]) -> Reply:
    run, _ = await _current(context, "back", words, also_over=True)
    return said(await context.engine.do(walks.back, Pressed(run=run.id, revision=0), actor(context, run.system)))


@click.pass_obj
async def _stop(context: Context, words: tuple[str, ...]) -> Reply:
    run, rest = await _current(context, "stop", words)
    who = actor(context, run.system)
    return said(await context.engine.do(walks.stop, Pressed(run=run.id, revision=0), who, why=joined(rest)))


@click.pass_obj
async def _hand(context: Context, words: tuple[str, ...]) -> Reply:
    run, rest = await _current(context, "hand", words)
    if not rest:
        raise Unclear("Say to whom: /playbook hand PERSON.")
    to, _ = await one(context, await roster_of(context, run.system), rest, run.system)
    who = actor(context, run.system)
    return said(await context.engine.do(walks.hand_to, Pressed(run=run.id, revision=0), who, to=to))


async def _current(
    context: Context, verb: str, words: Sequence[str], *, answers: bool = False, also_over: bool = False
) -> tuple[Run, tuple[str, ...]]:
    """The walk that is meant: of the incident's those under way the newest."""
    picked = await pick(context, words, verb, notes=True, answers=answers)
    runs = await context.engine.look(lambda tx: tx.runs.of_incident(picked.number))
    found = [run for run in runs if also_over or not run.walk.stand.is_over]
    if not found:
        raise Refused(f"No playbook is being walked for {picked.incident.label}. /playbook start NAME begins one.")
    waiting = [run for run in found if run.walk.stand is Stand.WAITING]
    return (waiting or found)[-1], picked.words


@click.pass_obj
async def _fill(context: Context, words: tuple[str, ...]) -> Reply:
    run, rest = await _current(context, "fill", words)
    who = actor(context, run.system)
    return said(await context.engine.do(walks.fill_in, Pressed(run=run.id, revision=0), who, values=arguments_in(rest)))


@click.pass_obj
async def _return(context: Context, words: tuple[str, ...]) -> Reply:
    run, _ = await _current(context, "return", words, also_over=True)
    return said(await context.engine.do(walks.go_back, Pressed(run=run.id, revision=0), actor(context, run.system)))


VERBS = [
    Verb("start", aliases=("walk", "begin"), callback=_start, words="[INCIDENT] NAME [PARAMETER=VALUE...]",
         choices=up_to(1),
         help="Walk a playbook in the incident's thread."),
    Verb("answer", callback=_answer, words="NUMBER|WORDS", help="Answer the step's question, or say how it went."),
    Verb("fill", aliases=("fill in",), callback=_fill, words="PARAMETER=VALUE...",
         help="Say what the step's commands need, as in pid=4711."),
    Verb("return", callback=_return, words="[INCIDENT]", help="From a playbook that was not it to the one before."),
    Verb("skip", callback=_skip, words="[NUMBER] WHY",
         help="Go on without this step; NUMBER says as if which answer, where it has several."),
    Verb("look", aliases=("look again",), callback=_look, words="[INCIDENT]",
         help="Have the checks of this step look again."),
    Verb("back", callback=_back, words="[INCIDENT]", help="Decide the last thing again."),
    Verb("hand", aliases=("hand to", "give"), callback=_hand, words="PERSON", choices=up_to(1),
         help="Somebody else walks on."),
    Verb("stop", aliases=("end", "quit"), callback=_stop, words="[WHY]", help="Give the walk up."),
]  # fmt: skip


# --- by buttons


async def _press_start(pressed: Press, context: Context) -> Reply:
    incident, _, name = pressed.value.partition(" ")
    picked = await pick(context, [incident], "start")
    book = offers.playbook_of(context.engine.desk, picked.incident.system, name)
    labels = await context.engine.look(lambda tx: tx.alerts.labels_of(picked.number))
    if modals.asks_first(book, labels):
        view = modals.start_modal(book, labels, metadata=f"{picked.number} {name}")
        return Reply(text=f"Start {book.title}", view=view)
    return said(await context.engine.do(walks.start, picked.number, picked.who, playbook=name, arguments={}))


async def _press_answer(pressed: Press, context: Context) -> Reply:
    run, revision, choice = _read(pressed.value, 3)
    who = actor(context, await _system_of(context, run))
    seen = Pressed(run=run, revision=revision)
    return said(await context.engine.do(walks.answer, seen, who, choice=choice))


async def _press_fill(pressed: Press, context: Context) -> Reply:
    run, revision = _read(pressed.value, 2)
    found = await context.engine.look(lambda tx: tx.runs.get(run))
    if found is None or found.walk.revision != revision or not learned_at(found.playbook, found.walk):
        raise Refused("That step is over already. Look at the newest message of the playbook.")
    return Reply(text="Fill in", view=modals.fill_modal(found.playbook, found.walk, metadata=pressed.value))


async def _press_return(pressed: Press, context: Context) -> Reply:
    run, revision = _read(pressed.value, 2)
    who = actor(context, await _system_of(context, run))
    return said(await context.engine.do(walks.go_back, Pressed(run=run, revision=revision), who))


async def _press_more(pressed: Press, context: Context) -> Reply:
    verb, _, rest = pressed.value.partition(".")
    run, revision = _read(rest, 2)
    seen = Pressed(run=run, revision=revision)
    who = actor(context, await _system_of(context, run))
    if verb == "back":
        return said(await context.engine.do(walks.back, seen, who))
    if verb == "stop":
        return said(await context.engine.do(walks.stop, seen, who))
    if verb == "look":
        return said(await context.engine.do(walks.look_again, seen, who))
    if verb == "call":
        return said(await context.engine.do(walks.call_next, seen, who))
    found = await context.engine.look(lambda tx: tx.runs.get(run))
    if found is None:
        raise Refused("There is no such walk any more.")
    if verb == "skip":
        return Reply(text="Skip", view=modals.skip_modal(found.playbook, found.walk, metadata=rest))
    return Reply(text="Hand over", view=modals.hand_modal(found.playbook, metadata=rest))


async def _system_of(context: Context, run: int) -> str:
    found = await context.engine.look(lambda tx: tx.runs.get(run))
    return found.system if found else ""


def _read(value: str, count: int) -> list[int]:
    parts = value.split(".")
    if len(parts) != count or not all(part.isdecimal() for part in parts):
        raise Refused("That button is of an older version. Look at the newest message of the playbook.")
    return [int(part) for part in parts]


BUTTONS: dict[str, OnPress] = {
    "playbook.start": _press_start,
    "playbook.answer": _press_answer,
    "playbook.fill": _press_fill,
    "playbook.return": _press_return,
    "playbook.more": _press_more,
}

OPENS = frozenset(
    {
        "playbook.start.0",
        "playbook.start.1",
        "playbook.start.2",
        "playbook.start.check",
        "playbook.fill",
        "playbook.more",
    }
)


# --- forms


async def _sent_start(form: Form, context: Context) -> Reply:
    incident, _, name = form.note.partition(" ")
    picked = await pick(context, [incident], "start")
    book = offers.playbook_of(context.engine.desk, picked.incident.system, name)
    arguments, errors = _values(book, form)
    if errors:
        return Reply(text="Correct it, please.", errors=errors)
    return said(await context.engine.do(walks.start, picked.number, picked.who, playbook=name, arguments=arguments))


def _values(book: Playbook, form: Form) -> tuple[dict[str, str], dict[str, str]]:
    """What a form says of the parameters, and what is wrong with it."""
    values, errors = {}, {}
    for name, text in form.values.items():
        try:
            values[name] = book.parameters[name].kind.read(text)
        except Refused as problem:
            errors[name] = str(problem)
    return values, errors


async def _sent_fill(form: Form, context: Context) -> Reply:
    run, revision = _read(form.note, 2)
    found = await context.engine.look(lambda tx: tx.runs.get(run))
    if found is None:
        raise Refused("There is no such walk any more.")
    values, errors = _values(found.playbook, form)
    if errors:
        return Reply(text="Correct it, please.", errors=errors)
    seen = Pressed(run=run, revision=revision)
    return said(await context.engine.do(walks.fill_in, seen, actor(context, found.system), values=values))


async def _sent_skip(form: Form, context: Context) -> Reply:
    run, revision = _read(form.note, 2)
    who = actor(context, await _system_of(context, run))
    chosen, why = form.values.get(modals.CHOICE, ""), form.values.get(modals.WHY, "")
    seen = Pressed(run=run, revision=revision)
    choice = int(chosen) if chosen else None
    return said(await context.engine.do(walks.skip, seen, who, choice=choice, why=why))


async def _sent_hand(form: Form, context: Context) -> Reply:
    run, revision = _read(form.note, 2)
    system = await _system_of(context, run)
    to, _ = await one(context, await roster_of(context, system), [f"<@{form.values.get(modals.WHO, '')}>"], system)
    seen = Pressed(run=run, revision=revision)
    return said(await context.engine.do(walks.hand_to, seen, actor(context, system), to=to))


MODALS: dict[str, OnForm] = {
    modals.START: _sent_start,
    modals.FILL: _sent_fill,
    modals.SKIP: _sent_skip,
    modals.HAND: _sent_hand,
}

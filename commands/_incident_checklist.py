"""An incident's checklists: shown, ticked, and lines taken and given, by words and by button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import click

from bot.core.checklist import Ticked
from bot.core.errors import Refused
from bot.engine import checklists
from bot.engine.said import Said
from bot.store.transaction import Tx
from bot.views.checklist import GIVE_LINE, LINE, WHO, checklist_message, checklist_text, give_line_modal
from commands._grammar import Unclear, Verb, close, tidy, up_to
from commands._incident_answer import said
from commands._people import person
from commands._which import Picked, pick, roster_of
from commands.base import REFUSED, Context, Form, OnForm, OnPress, Press, Reply


@click.pass_obj
async def _checklist(context: Context, words: tuple[str, ...]) -> Reply:
    """Shows what the incident has; a list that is named, or the only one that fits, begins in its thread."""
    picked = await pick(context, words, "checklist")
    begun = await _begun(context, picked.number)
    name = tidy(picked.words[0]) if picked.words else ""
    if not name and not begun:
        name = _only_one(context, picked)
    if name and all(shown.checklist.name != name for shown in begun):
        await context.engine.do(checklists.begin, picked.number, picked.who, name=name)
        begun = await _begun(context, picked.number)
    return _shown(picked, [one for one in begun if name in ("", one.checklist.name)])


def _only_one(context: Context, picked: Picked) -> str:
    """The list that begins by itself for such an incident, else the only one there is."""
    there = checklists.of_system(context.engine.desk, picked.incident.system)
    fits = checklists.fitting(context.engine.desk, picked.incident) or list(there)
    if len(fits) == 1:
        return fits[0].name
    if not there:
        raise Refused(f"{picked.incident.system} has no checklists.")
    raise Unclear(f"Say which: /incident checklist {picked.number} {'|'.join(one.name for one in fits)}")


async def _begun(context: Context, number: int) -> list[Ticked]:
    return await context.engine.look(lambda tx: tx.checklists.of(number))


def _shown(picked: Picked, several: Sequence[Ticked]) -> Reply:
    drawn = [block for shown in several for block in checklist_message(picked.incident, shown).blocks]
    return Reply(
        text="\n\n".join(checklist_text(picked.incident, shown) for shown in several),
        blocks=drawn,
        incident=picked.number,
        data=[_data(shown) for shown in several],
    )


def _data(shown: Ticked) -> dict[str, object]:
    lines = []
    for line in shown.checklist.lines:
        tick = shown.tick(line.name)
        at = tick.at.isoformat() if tick.at else ""
        lines.append({"line": line.name, "text": line.text, "owner": tick.owner_name, "by": tick.by, "at": at})
    return {"list": shown.checklist.name, "title": shown.checklist.title, "lines": lines}


def _ticks(verb: str, help_: str, near: Sequence[str] = ()) -> Verb:
    does = {"tick": checklists.tick, "untick": checklists.untick}[verb]

    @click.pass_obj
    async def run(context: Context, words: tuple[str, ...]) -> Reply:
        picked = await pick(context, words, verb)
        name, line = await _named(context, picked, verb)
        return said(await context.engine.do(does, picked.number, picked.who, name=name, line=line))

    return Verb(verb, near=near, callback=run, words="[NUMBER] [LIST] LINE", choices=up_to(1), help=help_)


async def _named(context: Context, picked: Picked, verb: str) -> tuple[str, str]:
    """The list and the line that the words name; where only one list has such a line it need not be named."""
    begun = await _begun(context, picked.number)
    if not begun:
        raise Refused(f"No checklist has begun. To begin one: /incident checklist {picked.number}")
    words = [tidy(word) for word in picked.words]
    meant = [shown for shown in begun if words[1:] and words[0] == shown.checklist.name] or begun
    word = words[-1] if words else ""
    found = [shown.checklist.name for shown in meant if shown.checklist.line(word) is not None]
    if len(found) == 1:
        return found[0], word
    if found:
        raise Unclear(f"Several lists have it. Say which: /incident {verb} {picked.number} {'|'.join(found)} {word}")
    lines = [line.name for shown in meant for line in shown.checklist.lines]
    likely = close(word, lines) or lines[:3]
    raise Unclear(f"Say which line: /incident {verb} {picked.number} {'|'.join(likely)}")


# --- by button: the value is `<number> <list> <line>`


async def _pressed(value: str, context: Context, words: int) -> tuple[Picked, list[str]]:
    numbered, *rest = value.split()
    if len(rest) != words:
        raise Refused("That button is of an older version. Look at the newest message of the checklist.")
    return await pick(context, [numbered], "checklist"), rest


def _does(does: Callable[..., Said]) -> OnPress:
    async def press(pressed: Press, context: Context) -> Reply:
        picked, (name, line) = await _pressed(pressed.value, context, 2)
        reply = said(await context.engine.do(does, picked.number, picked.who, name=name, line=line))
        return replace(reply, personal=True)

    return press


async def _give(pressed: Press, context: Context) -> Reply:
    picked, (name,) = await _pressed(pressed.value, context, 1)
    shown = await context.engine.look(lambda tx: _stands(tx, picked, name))
    view = give_line_modal(picked.incident, shown, shown.open_lines, metadata=f"{picked.number} {name}")
    return Reply(text=f"Give a line of {shown.checklist.title}", view=view)


def _stands(tx: Tx, picked: Picked, name: str) -> Ticked:
    shown = tx.checklists.get(picked.number, name)
    if shown is None:
        raise Refused(f"{picked.incident.label} has no checklist {name!r}.")
    return shown


async def _given(form: Form, context: Context) -> Reply:
    picked, (name,) = await _pressed(form.note, context, 1)
    line, user = form.values.get(LINE, ""), form.values.get(WHO, "")
    if not line or not user:
        field = WHO if line else LINE
        return Reply(text="Choose both.", errors={field: "Choose one."}, exit_code=REFUSED)
    system = picked.incident.system
    try:
        to, _ = await person(context, await roster_of(context, system), [f"<@{user}>"], system)
        give = checklists.give_line
        return said(await context.engine.do(give, picked.number, picked.who, name=name, line=line, to=to))
    except Refused as problem:
        return Reply(text=str(problem), errors={WHO: str(problem)}, exit_code=REFUSED)


CHECKLIST_BUTTONS: dict[str, OnPress] = {
    "incident.tick": _does(checklists.tick),
    "incident.untick": _does(checklists.untick),
    "incident.take_line": _does(checklists.take_line),
    "incident.give_line": _give,
}
CHECKLIST_FORMS: dict[str, OnForm] = {GIVE_LINE: _given}
CHECKLIST_OPENS = frozenset({"incident.give_line"})


def lists() -> list[Verb]:
    """The subcommands of this file."""
    return [
        Verb(
            "checklist",
            aliases=("checklists",),
            near=("checkliste",),
            callback=_checklist,
            words="[NUMBER] [LIST]",
            choices=up_to(1),
            help="What is to be done step by step, and what is ticked. A list that is named begins in the thread.",
            short_help="What is to be done step by step, and what is ticked.",
        ),
        _ticks("tick", "A line of a checklist is done.", ("abhaken",)),
        _ticks("untick", "A line is not done after all."),
    ]

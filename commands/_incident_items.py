"""Action items: what is left to do after an incident, given to somebody, moved, ticked and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import click

from bot.core.dates import read_day
from bot.core.errors import NotAllowed, Refused
from bot.core.incident import Incident
from bot.core.item import Item, say_due
from bot.core.oncall import Actor, Contact
from bot.engine import items
from bot.store.transaction import Tx
from bot.views import report_modals as forms
from bot.views.items import item_list
from bot.views.terminal import table
from commands._grammar import Unclear, Verb, joined, number, numbers, slack_id, tidy
from commands._incident_answer import said
from commands._people import one
from commands._which import Picked, actor, pick, roster_of
from commands.base import REFUSED, SLACK, TERMINAL, Context, Form, OnForm, OnPress, Press, Reply

_USAGE = "/incident item [NUMBER] what is to be done @owner by friday"
_BY = ("by", "until", "due")
_PAST = ("yesterday", "last")
_DAYS = 4
"""Words that a day may have: `in 3 days`, `by 1 dec 2026`."""


@click.pass_obj
async def _item(context: Context, words: tuple[str, ...]) -> Reply:
    first = tidy(words[0]) if words else ""
    if first == "done" and len(words) > 1:
        return await _done(context, words[1:])
    if first in ("due", "move") and len(words) > 2 and number(words[1]) is not None:
        return await _move(context, words[1], joined(words[2:]))
    if first in ("list", "ls", "all"):
        return await _listed(context, words[1:])
    picked = await pick(context, words, "item", notes=True)
    if not picked.words:
        return _form(context, picked)
    text, owner, due = await _read(context, picked)
    return said(await context.engine.do(items.add, picked.number, picked.who, text=text, owner=owner, due_on=due))


async def _read(context: Context, picked: Picked) -> tuple[str, Contact, date | None]:
    """What is to be done, by whom (whoever says it, where nobody is named) and by when."""
    # In a terminal a text in quotes is one word.
    words = [part for word in picked.words for part in word.split(" ") if part]
    rest, due = _day_at_the_end(words, _today(context, picked.incident))
    place = next((i for i, word in enumerate(rest) if slack_id(word) or (word.startswith("@") and len(word) > 1)), None)
    if place is None:
        me = picked.who
        roster = await roster_of(context, picked.incident.system)
        return joined(rest), roster.somebody(me.id, me.name, me.slack), due
    system = picked.incident.system
    owner, after = await one(context, await roster_of(context, system), rest[place:], system)
    return joined([*rest[:place], *after]), owner, due


def _day_at_the_end(words: list[str], today: date) -> tuple[list[str], date | None]:
    """The words before `by friday`, and the day. Only the last `by` counts, and only with a day behind it:
    "restarted by hand" has none."""
    for place in range(len(words) - 1, max(-1, len(words) - _DAYS - 2), -1):
        word = tidy(words[place])
        if word in _BY and place + 1 < len(words):
            try:
                return words[:place], read_day(joined(words[place + 1 :]), today)
            except Refused:
                if _looks_like_a_day(words[place + 1 :]):
                    raise
                return words, None
    return words, None


def _looks_like_a_day(words: Sequence[str]) -> bool:
    """Whether somebody meant a day by it, and it must not become part of the text."""
    first = tidy(words[0])
    told = words[1] if first == "in" and len(words) > 1 else first
    return first in _PAST or any(sign.isdigit() for sign in told)


def _today(context: Context, incident: Incident) -> date:
    return context.engine.clock.now().astimezone(context.engine.desk.zone(incident.system)).date()


async def _done(context: Context, words: Sequence[str]) -> Reply:
    several, rest = numbers(words)
    if not several or rest:
        raise Unclear("Say which one: /incident item done NUMBER, with the number of the item")
    answers = [said(await context.engine.do(items.done, id_, await _who(context, id_))) for id_ in several]
    if len(answers) == 1:
        return answers[0]
    return Reply(text="\n".join(answer.text for answer in answers), data=[answer.data for answer in answers])


async def _who(context: Context, id_: int) -> Actor:
    """Who says it, as the system of the item knows them."""

    def look(tx: Tx) -> str:
        found = tx.items.get(id_)
        incident = tx.incidents.get(found.incident) if found is not None else None
        return incident.system if incident is not None else ""

    return actor(context, await context.engine.look(look))


async def _move(context: Context, word: str, day: str) -> Reply:
    id_ = number(word)
    assert id_ is not None
    zone = context.engine.desk.zone(context.system)
    due = read_day(day.removeprefix("by ").strip(), context.engine.clock.now().astimezone(zone).date())
    return said(await context.engine.do(items.move, id_, await _who(context, id_), due_on=due))


@click.pass_obj
async def _items(context: Context, words: tuple[str, ...]) -> Reply:
    return await _listed(context, words)


async def _listed(context: Context, words: Sequence[str]) -> Reply:
    """Those of an incident; `mine`; without a number those of the thread's incident, else all that are to be done."""
    named = number(words[0]) if words else context.incident
    mine = bool(words) and tidy(words[0]) in ("mine", "my", "me")
    me = {actor(context, system).id for system in context.engine.desk.systems} | {context.who.id, context.who.slack}

    def look(tx: Tx) -> list[Item]:
        if mine:
            return tx.items.open_of(*sorted(me - {""}))
        return tx.items.of_incident(named) if named is not None else tx.items.all_open()

    found = await context.engine.look(look)
    today = context.engine.clock.now().astimezone(context.engine.desk.zone(context.system)).date()
    about = "Yours" if mine else f"INC-{named}" if named is not None else "All"
    data = [
        {
            "item": item.id, "incident": item.incident, "text": item.text, "owner": item.owner_name,
            "due_on": item.due_on, "done_at": item.done_at,
        }
        for item in found
    ]  # fmt: skip
    if context.place == TERMINAL:
        rows = [
            (str(i.id), f"INC-{i.incident}", i.owner_name, say_due(i.due_on, today) if i.is_open else "done", i.text)
            for i in found
        ]
        shown = table(("ITEM", "INCIDENT", "OWNER", "DUE", "WHAT"), rows) if rows else f"{about}: no action items."
        return Reply(text=shown, code=bool(rows), data=data)
    drawn = item_list(found, today, about)
    return Reply(text=drawn.text, blocks=drawn.blocks, data=data)


# --- form and button


def _form(context: Context, picked: Picked) -> Reply:
    if context.place != SLACK:
        raise Unclear(f"Say what is to be done, by whom and by when: {_USAGE}")
    due = _today(context, picked.incident) + timedelta(days=7)
    view = forms.item_modal(picked.incident, picked.who.slack, due, metadata=str(picked.number))
    return Reply(text=f"Action item of {picked.incident.label}", view=view, incident=picked.number)


async def _press_item(pressed: Press, context: Context) -> Reply:
    return _form(context, await pick(context, [pressed.value], "item"))


async def _press_done(pressed: Press, context: Context) -> Reply:
    return await _done(context, [pressed.value])


async def _sent_item(form: Form, context: Context) -> Reply:
    values = form.values
    for name, wrong in ((forms.TEXT, "Say what is to be done."), (forms.OWNER, "Choose who does it.")):
        if not values.get(name):
            return Reply(text=wrong, errors={name: wrong}, exit_code=REFUSED)
    picked = await pick(context, [form.note], "item")
    system = picked.incident.system
    try:
        due = read_day(values[forms.DUE], _today(context, picked.incident)) if values.get(forms.DUE) else None
        owner, _ = await one(context, await roster_of(context, system), [f"<@{values[forms.OWNER]}>"], system)
        work = context.engine.do(items.add, picked.number, picked.who, text=values[forms.TEXT], owner=owner, due_on=due)
        return said(await work)
    except NotAllowed:
        raise
    except Refused as problem:
        return Reply(text=str(problem), errors={forms.DUE: str(problem)}, exit_code=REFUSED)


ITEM_BUTTONS: Mapping[str, OnPress] = {"incident.item": _press_item, "incident.item_done": _press_done}
ITEM_FORMS: Mapping[str, OnForm] = {forms.ITEM: _sent_item}
ITEM_OPENS = frozenset({"incident.item", "item"})


def item_verbs() -> list[Verb]:
    """The subcommands of this file."""
    return [
        Verb(
            "item",
            aliases=("todo", "to-do", "action item", "follow-up", "followup"),
            callback=_item,
            words="[NUMBER] TEXT... [@OWNER] [by DAY]",
            free=True,
            help="Something is left to do: with owner and day they are reminded. `item done 3` ticks it, `item due 3 "
            "friday` moves it.",
            short_help="Something is left to do, by somebody, by a day.",
        ),
        Verb(
            "items",
            aliases=("todos", "action items"),
            callback=_items,
            words="[NUMBER | mine]",
            help="What is left to do: of an incident, or all.",
        ),
    ]

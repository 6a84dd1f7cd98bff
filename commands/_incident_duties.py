"""Who leads an incident, tells others of it and writes it down: taken, given and given up, by words and by button."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bot.core.duty import DUTIES
from bot.core.errors import Refused
from bot.engine import duties
from bot.views.duties import GIVE_DUTY, WHO, duties_message, duties_text, give_duty_modal
from commands._grammar import Verb, joined, number, tidy
from commands._incident_answer import said
from commands._people import person
from commands._which import Picked, pick, refuse_mistyped, roster_of
from commands.base import REFUSED, Context, Form, OnForm, OnPress, Press, Reply

_NOBODY = ("nobody", "none", "no one", "noone", "give up", "drop")
_ME = ("me", "i", "mine", "take")

_ALIASES = {"lead": ("leader", "commander"), "communications": ("comms", "comm", "communication"), "scribe": ()}


def _verb(duty: str) -> Verb:
    """`lead`, `communications` or `scribe`: takes it; with a person, gives it to them; with `nobody`, gives it up."""

    @click.pass_obj
    async def run(context: Context, words: tuple[str, ...]) -> Reply:
        picked = await pick(context, _number_first(words), duty)
        return await _changed(context, picked, duty, picked.words)

    help_ = f"{duty.capitalize()} {DUTIES[duty]}. Take it; with a person, give it to them; with `nobody`, give it up."
    return Verb(
        duty,
        aliases=_ALIASES[duty],
        callback=run,
        words="[NUMBER] [PERSON | nobody] [WHY...]",
        help=help_,
        short_help=f"Take the duty of {duty}, or give it to somebody.",
    )


def _number_first(words: Sequence[str]) -> list[str]:
    """The number in front, be it the first or the last word."""
    for word in words[-1:]:
        refuse_mistyped(word, bare=len(words) == 1)
    if len(words) > 1 and number(words[0]) is None and number(words[-1]) is not None:
        return [words[-1], *words[:-1]]
    return list(words)


async def _changed(context: Context, picked: Picked, duty: str, words: Sequence[str]) -> Reply:
    do, who, first = context.engine.do, picked.who, tidy(words[0]) if words else "me"
    if tidy(joined(words[:2])) in _NOBODY or first in _NOBODY:
        return said(await do(duties.give_up, picked.number, who, duty=duty))
    if first in _ME:
        return said(await do(duties.take, picked.number, who, duty=duty, why=joined(words[1:])))
    system = picked.incident.system
    to, reason = await person(context, await roster_of(context, system), words, system)
    why = joined(reason)
    return said(await do(duties.give, picked.number, who, duty=duty, to=to, why=why))


@click.pass_obj
async def _duties(context: Context, words: tuple[str, ...]) -> Reply:
    picked = await pick(context, words, "duties")
    taken = await context.engine.look(lambda tx: tx.duties.of(picked.number))
    return Reply(
        text=duties_text(picked.incident, taken),
        blocks=duties_message(picked.incident, taken).blocks,
        incident=picked.number,
        data={one.duty: {"person": one.person, "name": one.name, "since": one.since.isoformat()} for one in taken},
    )


# --- by button: the value is `<number> <duty>`


async def _pressed(value: str, context: Context) -> tuple[Picked, str]:
    numbered, _, duty = value.partition(" ")
    if duty not in DUTIES:
        raise Refused(f"That button is of an older version. /incident duties {numbered} shows who does what.")
    return await pick(context, [numbered], duty), duty


async def _take(pressed: Press, context: Context) -> Reply:
    picked, duty = await _pressed(pressed.value, context)
    return await _changed(context, picked, duty, ())


async def _drop(pressed: Press, context: Context) -> Reply:
    picked, duty = await _pressed(pressed.value, context)
    return await _changed(context, picked, duty, ("nobody",))


async def _give(pressed: Press, context: Context) -> Reply:
    picked, duty = await _pressed(pressed.value, context)
    view = give_duty_modal(picked.incident, duty, metadata=f"{picked.number} {duty}")
    return Reply(text=f"Give {duty} of {picked.incident.label}", view=view)


async def _given(form: Form, context: Context) -> Reply:
    picked, duty = await _pressed(form.note, context)
    user = form.values.get(WHO, "")
    if not user:
        return Reply(text="Choose a person.", errors={WHO: "Choose a person."}, exit_code=REFUSED)
    try:
        return await _changed(context, picked, duty, (f"<@{user}>",))
    except Refused as problem:
        return Reply(text=str(problem), errors={WHO: str(problem)}, exit_code=REFUSED)


DUTY_BUTTONS: dict[str, OnPress] = {
    "incident.take_duty": _take,
    "incident.drop_duty": _drop,
    "incident.give_duty": _give,
}
DUTY_FORMS: dict[str, OnForm] = {GIVE_DUTY: _given}
DUTY_OPENS = frozenset({"incident.give_duty"})


def on_duty() -> list[Verb]:
    """The subcommands of this file."""
    shows = Verb(
        "duties",
        aliases=("roles", "who does what"),
        callback=_duties,
        words="[NUMBER]",
        help="Who leads, who tells others, who writes it down.",
    )
    return [shows, *(_verb(duty) for duty in DUTIES)]

"""The buttons of an incident's messages, and its forms."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from bot.core.alert import SEVERITY_WORDS, Severity
from bot.core.errors import NotAllowed, Refused
from bot.core.incident import Incident, must_be_open
from bot.engine import amend, handover, merge, resolve, respond
from bot.engine.said import Said
from bot.views import modals
from commands._grammar import number
from commands._incident_answer import DOES, give, press_ack_all, said
from commands._incident_declare import declare_form, open_incident
from commands._people import one
from commands._which import actor, pick, roster_of
from commands.base import REFUSED, Context, Form, OnForm, OnPress, Press, Reply

_FORMS = ("resolve", "handover", "severity", "note", "merge")
"""Verbs whose button asks for more in a form."""

_LONGEST = 2900


async def _declare(pressed: Press, context: Context) -> Reply:
    """The button, and both shortcuts: a message it was chosen on is the text."""
    text = pressed.value[:_LONGEST] if pressed.action == "incident.declare_from" else ""
    return declare_form(context, context.system, text=text)


def _does(verb: str) -> OnPress:
    async def press(pressed: Press, context: Context) -> Reply:
        return await give(context, verb, DOES[verb], [pressed.value])

    return press


def _form(verb: str) -> OnPress:
    async def press(pressed: Press, context: Context) -> Reply:
        picked = await pick(context, [pressed.value], verb)
        return Reply(text=f"{verb} {picked.incident.label}", view=await _view(verb, picked.incident, context))

    return press


async def _view(verb: str, incident: Incident, context: Context) -> Mapping[str, Any]:
    note = str(incident.number)
    if verb == "note":
        return modals.note_modal(incident, metadata=note)
    must_be_open(incident)
    if verb == "resolve":
        return modals.resolve_modal(incident, metadata=note)
    if verb == "handover":
        return modals.handover_modal(incident, metadata=note)
    if verb == "severity":
        return modals.severity_modal(incident, metadata=note, meanings=context.engine.desk.meanings(incident.system))
    others = await context.engine.look(lambda tx: tx.incidents.list_open(incident.system))
    return modals.merge_modal(incident, [o for o in others if o.number != incident.number], metadata=note)


BUTTONS: dict[str, OnPress] = {
    **{f"incident.{verb}": _does(verb) for verb in DOES if verb not in _FORMS},
    **{f"incident.{verb}": _form(verb) for verb in _FORMS},
    "incident.release": _does("unack"),
    "incident.declare": _declare,
    "incident.declare_from": _declare,
    "incident.ack_all": press_ack_all,
}

OPENS = frozenset({*(f"incident.{verb}" for verb in _FORMS), "incident.declare", "incident.declare_from"})


# --- forms that were sent


async def _sent_declare(form: Form, context: Context) -> Reply:
    text, system = form.values.get(modals.TEXT, ""), form.values.get(modals.SYSTEM, "")
    severity = SEVERITY_WORDS.get(form.values.get(modals.SEVERITY, ""), Severity.HIGH)
    if not text:
        return _wrong(modals.TEXT, "Say in a few words what is wrong.")
    if system not in context.engine.desk.systems:
        return _wrong(modals.SYSTEM, f"Choose one of: {', '.join(context.engine.desk.systems)}.")
    component = form.values.get(modals.COMPONENT, "")
    of, _, type_ = form.values.get(modals.TYPE, "").partition("/")
    if type_ and of != system:
        return _wrong(modals.TYPE, f"That is a type of {of}. Choose one of {system}, or none.")
    opening = open_incident(context, system, severity, text, type_, component)
    return await _guarded(modals.TEXT, opening)


async def _sent_resolve(form: Form, context: Context) -> Reply:
    does = partial(resolve.resolve, fixed_by=form.values.get(modals.WHY, ""))
    return await _guarded(modals.WHY, _done(form, context, does))


async def _sent_severity(form: Form, context: Context) -> Reply:
    severity = SEVERITY_WORDS.get(form.values.get(modals.SEVERITY, ""))
    if severity is None:
        return _wrong(modals.SEVERITY, "Choose a severity.")
    if not form.values.get(modals.WHY, ""):
        return _wrong(modals.WHY, "Say in a few words why: it stands on the timeline.")
    return await _guarded(modals.SEVERITY, _done(form, context, amend.set_severity, severity))


async def _sent_note(form: Form, context: Context) -> Reply:
    text = form.values.get(modals.TEXT, "")
    if not text:
        return _wrong(modals.TEXT, "Write what is to be noted.")
    picked = await pick(context, [form.note], "note")
    answer = context.engine.do(respond.note, picked.number, picked.who, text=text)
    return await _guarded(modals.TEXT, _as_reply(answer))


async def _sent_handover(form: Form, context: Context) -> Reply:
    user = form.values.get(modals.WHO, "")
    if not user:
        return _wrong(modals.WHO, "Choose who is to take it.")

    async def ask() -> Reply:
        picked = await pick(context, [form.note], "handover")
        system = picked.incident.system
        to, _ = await one(context, await roster_of(context, system), [f"<@{user}>"], system)
        why = form.values.get(modals.WHY, "").strip()
        return said(await context.engine.do(handover.hand_over, picked.number, picked.who, to, why=why))

    return await _guarded(modals.WHO, ask())


async def _sent_merge(form: Form, context: Context) -> Reply:
    source, target = number(form.note), number(form.values.get(modals.INTO, ""))
    if source is None or target is None:
        return _wrong(modals.INTO, "Choose the incident it is part of.")
    why = form.values.get(modals.WHY, "").strip()

    async def unite() -> Reply:
        picked = await pick(context, [str(target)], "merge")
        return said(await context.engine.do(merge.merge, source, target, picked.who, why=why))

    return await _guarded(modals.INTO, unite())


async def _done(form: Form, context: Context, does: Callable[..., Said], *more: Any) -> Reply:
    picked = await pick(context, [form.note], form.callback)
    who = actor(context, picked.incident.system)
    why = form.values.get(modals.WHY, "").strip()
    return said(await context.engine.do(does, picked.number, *more, who, why=why))


async def _as_reply(answer: Coroutine[Any, Any, Said]) -> Reply:
    return said(await answer)


async def _guarded(field: str, work: Coroutine[Any, Any, Reply]) -> Reply:
    """What is refused is shown at the field it is about, and what was entered is kept."""
    try:
        return await work
    except NotAllowed:
        raise
    except Refused as problem:
        return _wrong(field, str(problem))


def _wrong(field: str, text: str) -> Reply:
    return Reply(text=text, errors={field: text}, exit_code=REFUSED)


MODALS: dict[str, OnForm] = {
    modals.DECLARE: _sent_declare,
    modals.RESOLVE: _sent_resolve,
    modals.HANDOVER: _sent_handover,
    modals.CHANGE_SEVERITY: _sent_severity,
    modals.NOTE: _sent_note,
    modals.MERGE: _sent_merge,
}

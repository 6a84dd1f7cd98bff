"""What is told of an incident: updates, what fixed it, the postmortem, and the report whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import click

from bot.core.drafts import Seen, mark
from bot.core.errors import NotAllowed, Refused
from bot.core.report import REVIEW_FIELDS, UPDATE_FIELDS
from bot.engine import reporting, review, updates
from bot.engine.said import Said
from bot.store.transaction import Tx
from bot.views import report_modals as forms
from bot.views.blocks import Block, actions
from bot.views.report import MARKDOWN, render
from bot.views.report_lines import report_button
from commands._grammar import Unclear, Verb, joined
from commands._incident_answer import give, said
from commands._which import Picked, pick
from commands.base import REFUSED, TERMINAL, THREAD, USAGE, Context, Form, OnForm, OnPress, Press, Reply


@click.pass_obj
async def _update(context: Context, words: tuple[str, ...]) -> Reply:
    picked = await pick(context, words, "update", notes=True)
    text = joined(picked.words)
    if not text:
        return await _update_form(context, picked)
    return said(await context.engine.do(updates.give, picked.number, picked.who, said={"summary": text}))


async def _update_form(context: Context, picked: Picked) -> Reply:
    if context.place == TERMINAL:
        raise Unclear("Say how it stands: tocsin incident update NUMBER what is known, and what is being done")
    desk = context.engine.desk

    def look(tx: Tx) -> tuple[dict[str, str], int]:
        return updates.draft(tx, desk, picked.number), len(tx.timeline.of_kind(picked.number, "update"))

    known, told = await context.engine.look(look)
    view = _remembering(forms.update_modal(picked.incident, known, metadata=""), picked.number, told)
    return _with_form(context, picked, "update", "Give Update", view)


def _remembering(view: Block, number: int, told: int) -> Block:
    """The form, carrying along what its reader has before them."""
    marks = {name: mark(text) for name, text in forms.prefilled(view).items()}
    return view | {"private_metadata": json.dumps({"number": number, "told": told, "marks": marks})}


def _remembered(note: str) -> tuple[str, Seen | None]:
    """The number that a form is about, and what its reader had before them: of one shown by an older version nobody
    knows."""
    if note.isdecimal():
        return note, None
    known = json.loads(note)
    return str(known["number"]), Seen(told=known["told"], marks=known["marks"])


def _with_form(context: Context, picked: Picked, action: str, label: str, view: Mapping[str, object]) -> Reply:
    """The form; in a thread, where none can be opened, the button that opens it."""
    text = f"{label}: {picked.incident.label}"
    if context.place != THREAD:
        return Reply(text=text, view=view, incident=picked.number)
    blocks = [actions(report_button(action, label, picked.number))]
    return Reply(text=text, blocks=blocks, incident=picked.number)


@click.pass_obj
async def _fixed_by(context: Context, words: tuple[str, ...]) -> Reply:
    return await give(context, "fixed-by", review.fixed, words, also_closed=True)


@click.pass_obj
async def _postmortem(context: Context, words: tuple[str, ...]) -> Reply:
    picked = await pick(context, words, "postmortem", also_closed=True)
    return await _postmortem_form(context, picked)


async def _postmortem_form(context: Context, picked: Picked) -> Reply:
    if context.place == TERMINAL:
        raise Unclear(
            f"A postmortem is written in a form, in Slack: /incident postmortem {picked.number}\n"
            f"What is known so far: tocsin report {picked.incident.label}"
        )
    desk = context.engine.desk

    def look(tx: Tx) -> tuple[dict[str, str], int]:
        return review.draft(tx, desk, picked.number), len(tx.timeline.of_kind(picked.number, "postmortem"))

    known, told = await context.engine.look(look)
    view = _remembering(forms.postmortem_modal(picked.incident, known, metadata=""), picked.number, told)
    return _with_form(context, picked, "postmortem", "Write Postmortem", view)


@click.pass_obj
async def _report(context: Context, words: tuple[str, ...]) -> Reply:
    picked = await pick(context, words, "report")
    if picked.words:
        text = joined(picked.words)
        hint = f"To open an incident: /incident declare {text}\nThe report of one: /incident report NUMBER"
        return Reply(text=hint, exit_code=USAGE)
    if context.place == TERMINAL:
        return await whole(context, picked)
    return said(await context.engine.do(reporting.post_whole, picked.number))


async def whole(context: Context, picked: Picked) -> Reply:
    """The report as Markdown."""
    desk, system = context.engine.desk, picked.incident.system

    def look(tx: Tx) -> str:
        found = reporting.written(tx, desk, picked.incident)
        return render(found, MARKDOWN, reporting.templates(desk, system), desk.zone(system))

    text = await context.engine.look(look)
    return Reply(text=text.rstrip("\n"), code=True, verbatim=True, incident=picked.number)


# --- buttons and forms


async def _press_update(pressed: Press, context: Context) -> Reply:
    return await _update_form(context, await pick(context, [pressed.value], "update"))


async def _press_fixed(pressed: Press, context: Context) -> Reply:
    picked = await pick(context, [pressed.value], "fixed-by")
    view = forms.fixed_modal(picked.incident, metadata=str(picked.number))
    return Reply(text=f"What fixed {picked.incident.label}?", view=view, incident=picked.number)


async def _press_postmortem(pressed: Press, context: Context) -> Reply:
    return await _postmortem_form(context, await pick(context, [pressed.value], "postmortem"))


async def _press_report(pressed: Press, context: Context) -> Reply:
    picked = await pick(context, [pressed.value], "report")
    return said(await context.engine.do(reporting.post_whole, picked.number))


def _sent(verb: Callable[..., Said], names: Sequence[str], needed: str) -> OnForm:
    """A form whose fields a verb takes; what is refused is shown at the field that must not be empty."""

    async def send(form: Form, context: Context) -> Reply:
        try:
            number, seen = _remembered(form.note)
            picked = await pick(context, [number], form.callback)
            given = {name: form.values.get(name, "") for name in names}
            return said(await context.engine.do(verb, picked.number, picked.who, said=given, seen=seen))
        except NotAllowed:
            raise
        except Refused as problem:
            return Reply(text=str(problem), errors={needed: str(problem)}, exit_code=REFUSED)

    return send


async def _sent_fixed(form: Form, context: Context) -> Reply:
    try:
        picked = await pick(context, [form.note], "fixed-by")
        return said(
            await context.engine.do(review.fixed, picked.number, picked.who, why=form.values.get(forms.WHY, ""))
        )
    except NotAllowed:
        raise
    except Refused as problem:
        return Reply(text=str(problem), errors={forms.WHY: str(problem)}, exit_code=REFUSED)


REPORT_BUTTONS: Mapping[str, OnPress] = {
    "incident.update": _press_update,
    "incident.fixed_by": _press_fixed,
    "incident.postmortem": _press_postmortem,
    "incident.report": _press_report,
}

REPORT_FORMS: Mapping[str, OnForm] = {
    forms.UPDATE: _sent(updates.give, UPDATE_FIELDS, "summary"),
    forms.FIXED_BY: _sent_fixed,
    forms.POSTMORTEM: _sent(review.write, REVIEW_FIELDS, "cause"),
}

REPORT_OPENS = frozenset({"incident.update", "incident.fixed_by", "incident.postmortem", "update", "postmortem"})


def reports() -> list[Verb]:
    """The subcommands of this file."""
    return [
        Verb(
            "update",
            callback=_update,
            words="[NUMBER] [TEXT...]",
            free=True,
            help="Say how it stands, for the report; alone, a form with what is known already.",
        ),
        Verb(
            "fixed-by",
            aliases=("fixed by", "cause"),
            callback=_fixed_by,
            words="[NUMBER] TEXT...",
            free=True,
            help="What fixed it, said after the end.",
        ),
        Verb(
            "postmortem",
            aliases=("post-mortem", "pm", "review", "post mortem"),
            callback=_postmortem,
            words="[NUMBER]",
            help="Write the postmortem, in a form with what is known already.",
        ),
        Verb(
            "report",
            near=("bericht",),
            callback=_report,
            words="[NUMBER]",
            help="The report whole: in the thread as files, in a terminal as text.",
        ),
    ]

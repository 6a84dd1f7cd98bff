"""/incident: declare, acknowledge, pass on, hand over, resolve, and look at incidents."""

from __future__ import annotations

from collections.abc import Awaitable

import click

from bot.core.errors import Refused
from commands._asking import again
from commands._grammar import Verbs
from commands._incident_answer import answers
from commands._incident_change import changes
from commands._incident_checklist import CHECKLIST_BUTTONS, CHECKLIST_FORMS, CHECKLIST_OPENS, lists
from commands._incident_close import CLOSE_BUTTONS, closes
from commands._incident_declare import declares
from commands._incident_duties import DUTY_BUTTONS, DUTY_FORMS, DUTY_OPENS, on_duty
from commands._incident_items import ITEM_BUTTONS, ITEM_FORMS, ITEM_OPENS, item_verbs
from commands._incident_look import looks, menu
from commands._incident_lost import lost
from commands._incident_modals import BUTTONS, MODALS, OPENS
from commands._incident_numbers import figured
from commands._incident_over import over, press_over
from commands._incident_pins import PIN_BUTTONS, PIN_FORMS, PIN_FROM_MENU, PIN_SHORTCUT
from commands._incident_report import REPORT_BUTTONS, REPORT_FORMS, REPORT_OPENS, reports
from commands._incident_timeline import TIMELINE_BUTTONS, timelines
from commands.base import Command, Context, OnPress, Press, Reply, Shortcut, run

_ORDER = (
    "declare",
    "list",
    "show",
    "ack",
    "unack",
    "take",
    "pass",
    "escalate",
    "handover",
    "accept",
    "decline",
    "confirm",
    "monitor",
    "resolve",
    "done",
    "false-alarm",
    "reopen",
    "close",
    "duties",
    "lead",
    "communications",
    "scribe",
    "checklist",
    "tick",
    "untick",
    "merge",
    "unmerge",
    "severity",
    "type",
    "note",
    "timeline",
    "numbers",
    "digest",
    "update",
    "fixed-by",
    "postmortem",
    "report",
    "item",
    "items",
    "why",
    "token",
    "help",
)


@click.pass_obj
def _bare(context: Context) -> Awaitable[Reply]:
    return menu(context)


_FOUND = {
    verb.name: verb
    for verb in (
        *declares(),
        *answers(),
        *changes(),
        *looks(),
        *over(),
        *timelines(),
        *figured(),
        *closes(),
        *on_duty(),
        *lists(),
        *reports(),
        *item_verbs(),
    )
}
_GRAMMAR = Verbs(
    "incident", [_FOUND[name] for name in _ORDER], _bare, help="What is wrong, who has it, what comes next."
)


def _words(*before: str) -> OnPress:
    async def press(pressed: Press, context: Context) -> Reply:
        return await run(COMMAND, [*before, pressed.value], context)

    return press


async def _which(pressed: Press, context: Context) -> Reply:
    return await run(COMMAND, again(pressed.value), context)


async def _more(pressed: Press, context: Context) -> Reply:
    """An option of the overflow menu: `<verb> <number>`."""
    verb, _, numbered = pressed.value.partition(" ")
    action = f"incident.{verb}"
    if action not in COMMAND.buttons or verb == "more":
        raise Refused(f"{verb!r} is no longer offered here. /incident help lists what is.")
    return await COMMAND.buttons[action](Press(action=action, value=numbered), context)


_LOOKS: dict[str, OnPress] = {f"incident.{verb}": _words(verb) for verb in ("show", "why", "list")}

COMMAND = Command(
    name="incident",
    help="Declare, acknowledge, hand over, resolve and look at incidents.",
    usage="[ack | declare | resolve | list | help ...] [number] [why]",
    grammar=_GRAMMAR,
    buttons={
        **BUTTONS,
        **REPORT_BUTTONS,
        **ITEM_BUTTONS,
        **PIN_BUTTONS,
        **CLOSE_BUTTONS,
        **DUTY_BUTTONS,
        **CHECKLIST_BUTTONS,
        **TIMELINE_BUTTONS,
        **_LOOKS,
        "incident.which": _which,
        "incident.more": _more,
        "incident.over": press_over,
    },
    modals={**MODALS, **REPORT_FORMS, **ITEM_FORMS, **PIN_FORMS, **DUTY_FORMS, **CHECKLIST_FORMS},
    opens=frozenset(
        (
            *OPENS,
            *REPORT_OPENS,
            *ITEM_OPENS,
            *DUTY_OPENS,
            *CHECKLIST_OPENS,
            PIN_FROM_MENU,
            "declare",
            "note",
            "handover",
        )
    ),
    shortcuts=(
        Shortcut(
            callback="incident.declare",
            title="Declare incident",
            kind="global",
            help="Open an incident and page the people for it",
        ),
        Shortcut(
            callback="incident.declare_from",
            title="Declare incident",
            kind="message",
            help="Open an incident from this message",
        ),
        PIN_SHORTCUT,
    ),
    spoken=True,
    lost=lost,
)

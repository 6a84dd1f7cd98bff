"""Modals: what to ask in a form, and how to read what was filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.alert import SEVERITY_MEANINGS, Severity
from bot.core.incident import Incident
from bot.views.blocks import Block, plain, section
from bot.views.fields import about, grouped, input_block, modal, option, radios, select, text_field
from bot.views.mrkdwn import fit

DECLARE, RESOLVE, HANDOVER = "incident.declare", "incident.resolve", "incident.handover"
CHANGE_SEVERITY, NOTE, MERGE = "incident.severity", "incident.note", "incident.merge"
"""The callback ids."""

SYSTEM, SEVERITY, TYPE, TEXT, COMPONENT = "system", "severity", "type", "text", "component"
WHY, WHO, INTO = "why", "who", "into"
"""The fields. A field's name is its block id, for errors, and its action id, for `read_values`."""

_OPTIONS = 100


def declare_modal(
    systems: Sequence[tuple[str, str]],
    *,
    metadata: str,
    system: str = "",
    severity: Severity = Severity.HIGH,
    text: str = "",
    component: str = "",
    meanings: Mapping[Severity, str] = SEVERITY_MEANINGS,
    types: Mapping[str, Mapping[str, str]] | None = None,
) -> Block:
    """Declare an incident; `systems` are names and titles, `types` by system what its issue types mean. What the
    command already said stands in the fields. The type comes back as `system/type`."""
    if not systems:
        return modal(DECLARE, "Declare Incident", None, metadata, [section("No system is set up here.")])
    options = [option(name, title or name) for name, title in systems[:_OPTIONS]]
    chosen = next((option for option in options if option["value"] == system), None)
    if chosen is None and len(options) == 1:
        chosen = options[0]
    blocks = [
        input_block(
            TEXT, "What is wrong?", text_field(TEXT, text, lines=True, hint="One line first, details below it")
        ),
        input_block(SYSTEM, "System", select(SYSTEM, options, chosen)),
        input_block(SEVERITY, "Severity", _severity_choice(severity, meanings)),
        *_type_choice({name: title or name for name, title in systems[:_OPTIONS]}, chosen, types or {}),
        input_block(COMPONENT, "Component", text_field(COMPONENT, component, limit=200), optional=True),
    ]
    return modal(DECLARE, "Declare Incident", "Declare", metadata, blocks)


def resolve_modal(incident: Incident, *, metadata: str, why: str = "") -> Block:
    """Resolve: what fixed it, with a warning while alerts still fire (ESCALATION 24)."""
    blocks = [about(incident)]
    if incident.firing:
        fires = "Its alert still fires" if incident.firing == 1 else f"{incident.firing:,} of its alerts still fire"
        blocks.append(section(f"⚠️ *{fires}.* It is not opened again for them; the thread says so every hour."))
    hint = "For the report. Leave it empty if nobody knows yet."
    blocks.append(input_block(WHY, "What fixed it?", text_field(WHY, why, lines=True), optional=True, hint=hint))
    return modal(RESOLVE, f"Resolve {incident.label}", "Resolve", metadata, blocks)


def handover_modal(incident: Incident, *, metadata: str) -> Block:
    """Hand over: to whom, and why."""
    picker: Block = {"type": "users_select", "action_id": WHO, "placeholder": plain("Choose a person", 150)}
    hint = "They are asked by direct message. Until they accept, nothing changes."
    blocks = [
        about(incident),
        input_block(WHO, "Who takes it?", picker, hint=hint),
        input_block(WHY, "What must they know?", text_field(WHY, "", lines=True), optional=True),
    ]
    return modal(HANDOVER, f"Hand Over {incident.label}", "Ask Them", metadata, blocks)


def severity_modal(incident: Incident, *, metadata: str, meanings: Mapping[Severity, str] = SEVERITY_MEANINGS) -> Block:
    """Another severity, and the reason."""
    hint = "Higher: pages come earlier, and whoever has it confirms. Lower: nobody is un-paged."
    blocks = [
        about(incident),
        input_block(SEVERITY, "Severity", _severity_choice(incident.severity, meanings), hint=hint),
        input_block(WHY, "Why?", text_field(WHY, "", limit=500)),
    ]
    return modal(CHANGE_SEVERITY, f"Severity {incident.label}", "Change", metadata, blocks)


def note_modal(incident: Incident, *, metadata: str, text: str = "") -> Block:
    """A note for the timeline."""
    field = text_field(TEXT, text, lines=True, hint="What you saw or did")
    return modal(
        NOTE, f"Note {incident.label}", "Add Note", metadata, [about(incident), input_block(TEXT, "Note", field)]
    )


def merge_modal(incident: Incident, others: Sequence[Incident], *, metadata: str) -> Block:
    """Merge an incident into one of `others`, the open ones of its system."""
    title = f"Merge {incident.label}"
    if not others:
        none = section(f"No other incident of {fit(incident.system, 60)} is open.")
        return modal(MERGE, title, None, metadata, [about(incident), none])
    options = [option(str(other.number), f"{other.label} {other.title}") for other in others[:_OPTIONS]]
    hint = "Both timelines stay, and the higher severity. It can be undone for an hour."
    blocks = [
        about(incident),
        input_block(INTO, "Into which incident?", select(INTO, options, None), hint=hint),
        input_block(WHY, "Why?", text_field(WHY, "", limit=500), optional=True),
    ]
    return modal(MERGE, title, "Merge", metadata, blocks)


def read_values(state_values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str]:
    """The filled-in fields of a view submission by name; an empty field is an empty string, several choices are joined
    by commas."""
    return {
        action_id: _value(element).strip() for fields in state_values.values() for action_id, element in fields.items()
    }


_SINGLE = ("value", "selected_user", "selected_channel", "selected_conversation", "selected_date", "selected_time")
_SEVERAL = ("selected_users", "selected_channels", "selected_conversations")


def _value(element: Mapping[str, Any]) -> str:
    option = element.get("selected_option")
    if isinstance(option, Mapping):
        return str(option.get("value") or "")
    options = element.get("selected_options")
    if isinstance(options, list | tuple):
        return ",".join(str(each.get("value") or "") for each in options if isinstance(each, Mapping))
    for name in _SEVERAL:
        if isinstance(element.get(name), list | tuple):
            return ",".join(str(each) for each in element[name])
    return next((str(element[name]) for name in _SINGLE if element.get(name) is not None), "")


def _severity_choice(chosen: Severity, meanings: Mapping[Severity, str]) -> Block:
    options = {
        severity: option(severity.word, severity.word.capitalize(), meanings.get(severity, ""))
        for severity in reversed(Severity)
    }
    return radios(SEVERITY, list(options.values()), options[chosen])


def _type_choice(
    titles: Mapping[str, str], chosen: Block | None, types: Mapping[str, Mapping[str, str]]
) -> list[Block]:
    """The issue types of the system that is chosen, else of all; none where there are not two to choose from."""
    names = [str(chosen["value"])] if chosen is not None else list(titles)
    groups = {
        titles[name]: [
            option(f"{name}/{type_}", type_.replace("_", " ").capitalize(), meaning)
            for type_, meaning in list(types.get(name, {}).items())[:_OPTIONS]
        ]
        for name in names
        if len(types.get(name, {})) > 1
    }
    if not groups:
        return []
    hint = "Other people may be paged for another type."
    return [input_block(TYPE, "Type", grouped(TYPE, groups, None), optional=True, hint=hint)]

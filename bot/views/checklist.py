"""A checklist of an incident as people see it: its lines, whose they are, what is ticked, and the buttons for that."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.checklist import Line, Ticked
from bot.core.incident import CLOSED, Incident
from bot.views.blocks import Block, Drawn, actions, plain, sealed, section
from bot.views.fields import input_block, modal, option, select
from bot.views.mrkdwn import clock, fit, strong
from bot.views.words import brief, one_line, utc_clock

GIVE_LINE = "incident.give_line"
"""The callback id of the form."""
LINE, WHO = "line", "who"

_TEXT, _NAME, _COMMAND = 600, 60, 1200


def checklist_message(incident: Incident, shown: Ticked) -> Drawn:
    """The one message of a checklist, edited with every tick. Each line has a button of its own: two people who tick
    at once do not undo each other."""
    title, (done, lines) = fit(shown.checklist.title, 200), shown.progress
    mark = "✅" if done == lines else "📋"
    blocks: list[tuple[str, Block]] = [("head", section(f"{mark} *{title}* – {done} of {lines} done"))]
    about, closed = f"{incident.number} {shown.checklist.name}", incident.phase == CLOSED
    for place, (stage, its_lines) in enumerate(shown.checklist.stages):
        if stage:
            blocks.append((f"stage{place}", section(strong(fit(stage, 150)))))
        blocks += [(f"line.{line.name}", _line(about, shown, line, closed=closed)) for line in its_lines]
    if shown.open_lines and not closed:
        blocks.append(("take", _take(about, shown)))
    text = f"{incident.label}: {title}, {done} of {lines} done"
    return Drawn(text=text, blocks=sealed(f"list.{incident.number}", blocks))


def _line(about: str, shown: Ticked, line: Line, *, closed: bool) -> Block:
    tick, text = shown.tick(line.name), fit(line.text, _TEXT)
    value = f"{about} {line.name}"
    if tick.at is not None:
        done = f"✅ {text} – {fit(tick.by, _NAME)}, {clock(tick.at)}"
        undo = {"text": plain("Not Done After All"), "value": f"untick {value}"}
        more = {"type": "overflow", "action_id": "incident.more", "options": [undo]}
        return section(done, accessory=None if closed else more)
    whose = f" – *{fit(tick.owner_name, _NAME)}*" if tick.owner_name else ""
    button = {
        "type": "button",
        "action_id": "incident.tick",
        "text": plain("Done"),
        "value": value,
        "accessibility_label": brief(f"Done: {one_line(line.text)}", 75),
    }
    return section(f"⬜ {text}{whose}", _typed(line.command), accessory=None if closed else button)


def _typed(command: str) -> str:
    """Copied with one tap on a phone."""
    if not command:
        return ""
    escaped = command.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("```", "'''")
    return f"```{brief(escaped.strip(), _COMMAND)}```"


def _take(about: str, shown: Ticked) -> Block:
    options = [option(f"{about} {line.name}", line.text) for line in shown.open_lines]
    take = {
        "type": "static_select",
        "action_id": "incident.take_line",
        "placeholder": plain("I take a line …", 150),
        "options": options,
    }
    give = {
        "type": "button",
        "action_id": "incident.give_line",
        "text": plain("Give a Line to Someone"),
        "value": about,
    }
    return actions(take, give)


def checklist_text(incident: Incident, shown: Ticked) -> str:
    """The same in plain lines, each with the name by which it is ticked."""
    done, lines = shown.progress
    written = [f"{incident.label}: {one_line(shown.checklist.title)} ({shown.checklist.name}), {done} of {lines} done"]
    for stage, its_lines in shown.checklist.stages:
        written += [f"{one_line(stage)}"] if stage else []
        for line in its_lines:
            tick = shown.tick(line.name)
            box = "[x]" if tick.at else "[ ]"
            ticked = f" – {one_line(tick.by)}, {utc_clock(tick.at)}" if tick.at else ""
            whose = f" – {one_line(tick.owner_name)}" if tick.owner_name and not tick.at else ""
            written.append(f"  {box} {line.name}: {one_line(line.text)}{ticked or whose}")
            written += [f"        {line.command.strip()}"] if line.command and not tick.at else []
    if shown.open_lines:
        written.append(f"To tick one: /incident tick {incident.number} {shown.open_lines[0].name}")
    return "\n".join(written)


def give_line_modal(incident: Incident, shown: Ticked, lines: Sequence[Line], *, metadata: str) -> Block:
    """Give one of these lines to somebody."""
    title = f"A Line of {incident.label}"
    if not lines:
        return modal(GIVE_LINE, title, None, metadata, [section("Every line of it is done.")])
    picker: Block = {"type": "users_select", "action_id": WHO, "placeholder": plain("Choose a person", 150)}
    options = [option(line.name, line.text) for line in lines]
    blocks = [
        section(f"*{fit(shown.checklist.title, 200)}*"),
        input_block(LINE, "Which line?", select(LINE, options, None)),
        input_block(WHO, "Whose is it?", picker, hint="They are told quietly."),
    ]
    return modal(GIVE_LINE, title, "Give", metadata, blocks)

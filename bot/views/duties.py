"""Duties as people see them: who leads, who tells others, who writes it down, and the buttons to take and give that."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.duty import DUTIES, OnDuty, unclaimed
from bot.core.incident import CLOSED, Incident
from bot.views.blocks import Block, Drawn, actions, plain, sealed, section
from bot.views.fields import input_block, modal
from bot.views.mrkdwn import clock, fit
from bot.views.report_lines import report_button
from bot.views.words import one_line

GIVE_DUTY = "incident.give_duty"
"""The callback id of the form."""
WHO = "who"

_NAME = 60


def duties_line(taken: Sequence[OnDuty]) -> str:
    """`Lead Ann · Communications Bob`; empty while nobody has any. Names do not notify: the card is drawn often."""
    return " · ".join(f"{one.duty.capitalize()} {fit(one.name, _NAME)}" for one in taken)


def duties_text(incident: Incident, taken: Sequence[OnDuty]) -> str:
    """The same in plain lines, with what each asks of a person."""
    has = {one.duty: one_line(one.name) for one in taken}
    lines = [f"  {duty}: {has.get(duty, 'nobody')} ({asks})" for duty, asks in DUTIES.items()]
    free = unclaimed(taken)
    take = f"To take one: /incident {free[0]} {incident.number}" if free and incident.phase != CLOSED else ""
    return "\n".join([f"{incident.label}: who does what", *lines, *([take] if take else [])])


def duties_message(incident: Incident, taken: Sequence[OnDuty]) -> Drawn:
    """The one message of the thread about duties, edited when one changes hands. Whoever has communications finds there
    what they came for, before an update is asked for."""
    free, closed = unclaimed(taken), incident.phase == CLOSED
    asks = f"Nobody has {_listed(free)} yet. Who takes it?" if free else "Every duty is taken."
    asks = "Closed." if closed else asks
    blocks = [("head", section(f"🧭 *Who does what.* {asks}"))]
    has = {one.duty: one for one in taken}
    blocks += [(duty, _row(incident, duty, has.get(duty))) for duty in DUTIES]
    if not closed:
        blocks.append(("tell", actions(report_button("update", "Give Update", incident.number))))
    return Drawn(text=f"{incident.label}: {asks}", blocks=sealed(f"duties.{incident.number}", blocks))


def _listed(duties: Sequence[str]) -> str:
    *others, last = duties
    return f"{', '.join(others)} and {last}" if others else last


def _row(incident: Incident, duty: str, one: OnDuty | None) -> Block:
    about = f"{incident.number} {duty}"
    closed = incident.phase == CLOSED
    if one is None:
        shown = f"*{duty.capitalize()}:* nobody – {DUTIES[duty]}"
        take = {
            "type": "button",
            "action_id": "incident.take_duty",
            "text": plain(f"Take {duty.capitalize()}"),
            "value": about,
            "accessibility_label": f"Take {duty}: {incident.label}",
        }
        return section(shown, accessory=None if closed else take)
    options = [
        {"text": plain(label), "value": f"{verb} {about}"}
        for verb, label in (("take_duty", "I Take It"), ("give_duty", "Give to Someone"), ("drop_duty", "Give Up"))
    ]
    more = {"type": "overflow", "action_id": "incident.more", "options": options}
    shown = f"*{duty.capitalize()}:* {fit(one.name, _NAME)} since {clock(one.since)}"
    return section(shown, accessory=None if closed else more)


def give_duty_modal(incident: Incident, duty: str, *, metadata: str) -> Block:
    """Give a duty to somebody."""
    picker: Block = {"type": "users_select", "action_id": WHO, "placeholder": plain("Choose a person", 150)}
    hint = "They are told quietly, and whoever has it now, too."
    asks = section(f"*{duty.capitalize()}* of {incident.label}: {DUTIES[duty]}.")
    return modal(
        GIVE_DUTY,
        f"{duty.capitalize()} {incident.label}",
        "Give",
        metadata,
        [asks, input_block(WHO, "Who has it from now on?", picker, hint=hint)],
    )

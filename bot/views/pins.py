"""What is shown about pinned messages: the question for which incident, and how to take one off."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.incident import Incident
from bot.views.blocks import Block, plain, section
from bot.views.fields import input_block, modal, option, select
from bot.views.mrkdwn import fit, strong

ASK = "incident.pin_to"
"""The form's callback id."""

INTO = "into"
_OPTIONS, _SHOWN = 100, 600


def which_modal(incidents: Sequence[Incident], *, name: str, text: str, metadata: str) -> Block:
    """On which incident's timeline to put a message; `incidents` are the open ones."""
    about = section(strong(fit(name, 80)), fit(text, _SHOWN, lines=True)) | {"block_id": "about"}
    if not incidents:
        none = section("No incident is open. To open one from this message, choose *Declare incident* in its menu.")
        return modal(ASK, "Add to Incident", None, metadata, [about, none])
    options = [option(str(one.number), f"{one.label} {one.system}: {one.title}") for one in incidents[:_OPTIONS]]
    field = select(INTO, options, options[0] if len(options) == 1 else None)
    return modal(ASK, "Add to Incident", "Add", metadata, [about, input_block(INTO, "Which incident?", field)])


def take_off(key: str) -> Block:
    """The button that takes a message off its timeline."""
    return {"type": "button", "action_id": "incident.unpin", "text": plain("Take It Off"), "value": key}

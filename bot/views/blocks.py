"""The few Block Kit pieces the views are made of, and what a drawn message is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.views.words import brief, one_line

Block = dict[str, Any]

LABELS: Mapping[str, str] = {
    "ack": "Acknowledge",
    "pass": "I Can't",
    "escalate": "Escalate Now",
    "unack": "Release",
    "take": "Take Over",
    "handover": "Hand Over",
    "accept": "Accept",
    "decline": "Decline",
    "confirm": "Yes, Still Mine",
    "monitor": "Monitor",
    "resolve": "Resolve",
    "postmortem": "Write Postmortem",
    "close": "Close",
    "reopen": "Reopen",
    "merge": "Merge",
    "unmerge": "Undo Merge",
    "severity": "Change Severity",
    "note": "Add Note",
    "why": "Who Was Paged, and Why",
}
"""What the button of a verb says."""

CONFIRM_POSITIONS, ACTIVE_AGAIN = "Confirm Positions", "Active Again"


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """One Slack message. `text` is mrkdwn too: what the phone's notification and screen readers get."""

    text: str
    blocks: tuple[Block, ...]


def sealed(stem: str, blocks: Sequence[tuple[str, Block]]) -> tuple[Block, ...]:
    """The named blocks with ids `stem.name.revision`. The revision is a digest of everything shown: the same state
    gives the same ids, and a click on an older copy can be told from one on the newest."""
    shown = json.dumps([block for _, block in blocks], sort_keys=True).encode()
    revision = hashlib.blake2s(shown, digest_size=4).hexdigest()
    return tuple({**block, "block_id": f"{stem}.{name}.{revision}"} for name, block in blocks)


def mrkdwn(text: str) -> Block:
    """A text object that Slack does not search for further links and mentions."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int = 75) -> Block:
    """A text object that Slack shows as it is."""
    return {"type": "plain_text", "text": brief(one_line(text), limit) or "–", "emoji": False}


def section(*lines: str, accessory: Block | None = None) -> Block:
    """A section of the lines that are not empty."""
    block: Block = {"type": "section", "text": mrkdwn("\n".join(line for line in lines if line))}
    return block | ({"accessory": accessory} if accessory else {})


def context(*parts: str) -> Block:
    """Small print: the parts that are not empty, side by side."""
    return {"type": "context", "elements": [mrkdwn(" · ".join(part for part in parts if part))]}


def button(verb: str, number: int, *, label: str = "", primary: bool = False, confirm: Block | None = None) -> Block:
    """A button whose action is `incident.<verb>` and whose value is the incident's number."""
    shown = label or LABELS[verb]
    block: Block = {
        "type": "button",
        "action_id": f"incident.{verb}",
        "text": plain(shown),
        "value": str(number),
        "accessibility_label": f"{shown}: INC-{number}",
    }
    return block | ({"style": "primary"} if primary else {}) | ({"confirm": confirm} if confirm else {})


def more(number: int, verbs: Sequence[str]) -> Block:
    """The overflow menu; its options' values are `<verb> <number>`. Slack takes at most five."""
    options = [{"text": plain(LABELS[verb]), "value": f"{verb} {number}"} for verb in verbs]
    return {"type": "overflow", "action_id": "incident.more", "options": options}


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}

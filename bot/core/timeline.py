"""Timeline: who did what, when and why. The report is written from it, and nothing else is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.core.oncall import BOT, Actor

PINNED, PIN_CHANGED, UNPINNED = "pinned", "pin_changed", "unpinned"
"""What becomes of a message that people put on the timeline; `core.pin` reads them together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of an incident's timeline."""

    at: datetime
    kind: str
    """`opened`, `alert`, `paged`, `page`, `acknowledged`, `unacknowledged`, `passed`, `escalated`, `asked`,
    `confirmed`, `handover`, `severity`, `type`, `exposure`, `resolved`, `reopened`, `merged`, `note`, `verdict`,
    `playbook`, `step`, `bundle`, `bundle_filed`, `warning`, `missed`, `unreached`, `explained`, `monitored`, `closed`,
    `duty`, `checklist`, `tick`, `pinned`, `pin_changed`, `unpinned`, `update`, `update_due`, `update_missed`,
    `fix_asked`, `fixed`, `postmortem`, `review_due`, `item`, `item_moved`, `item_due`, `item_done`."""
    text: str
    """What happened, in one sentence, plain text."""
    why: str = ""
    who: Actor = BOT
    level: int | None = None
    """The level of the ladder it is about, from 0."""
    page: str = ""
    """The key of the page it is about."""
    data: Mapping[str, Any] = field(default_factory=dict)

"""Told: what was put on timelines also stands in the log, once it is committed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import structlog

from bot.core.timeline import Entry

NAME = "timeline"
"""The logger of these lines."""
_log = structlog.get_logger(NAME)


def log_told(told: Sequence[tuple[int, Entry]]) -> None:
    """A line for each entry: its kind is the event, beside the incident's number, who, what is remarked about them, why
    and which level, which is called `rung`: `level` is the log's own word."""
    if not logging.getLogger(NAME).isEnabledFor(logging.INFO):
        return
    for number, entry in told:
        remark = entry.data.get("remark")
        named = {"text": entry.text, "why": entry.why, "rung": entry.level, "page": entry.page, "remark": remark}
        said = {name: value for name, value in named.items() if value not in ("", None)}
        _log.info(entry.kind, incident=number, **said, who=entry.who.name, via=entry.who.via)

"""Pin: a message of Slack that people put on an incident's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.core.oncall import Actor
from bot.core.timeline import PINNED, UNPINNED, Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Attached:
    """A file that hangs on a message. It stays in Slack: the timeline keeps its name and where it is."""

    name: str
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """A message of Slack, as it is quoted."""

    place: str
    """Slack's id of its channel."""
    ts: str
    """Its time stamp there."""
    thread: str = ""
    """The time stamp of the thread it is in; empty: of none."""
    said_at: datetime
    person: str
    """The Slack user id of its author; empty where an app has none."""
    name: str
    text: str
    link: str = ""
    files: tuple[Attached, ...] = ()

    @property
    def key(self) -> str:
        """Names the message, however its text changes."""
        return f"{self.place}/{self.ts}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """A quoted message on the timeline of an incident."""

    incident: int
    quote: Quote
    pinned_by: str
    """The name of who put it there."""
    pinned_at: datetime
    removed_at: datetime | None = None
    """When it was taken off again; None: it is on the timeline."""

    @property
    def data(self) -> dict[str, Any]:
        """What an entry about it holds besides its text: all that `as_read` needs of it."""
        quote = self.quote
        return {
            "pin": quote.key,
            "said_at": quote.said_at.isoformat(),
            "author": {"slack": quote.person, "name": quote.name},
            "link": quote.link,
            "files": [{"name": file.name, "link": file.link} for file in quote.files],
            "pinned_by": self.pinned_by,
        }


def as_read(entries: Sequence[Entry]) -> list[Entry]:
    """The timeline as people read it: of a pinned message only how it is now, at the time it was said and by who said
    it; and nothing of one that was taken off. The entries are in their order, and stay so."""
    last = {entry.data["pin"]: entry for entry in entries if entry.data.get("pin")}
    if not last:
        return list(entries)
    rest = [entry for entry in entries if not entry.data.get("pin")]
    shown = [_quoted(entry) for entry in last.values() if entry.kind != UNPINNED]
    return sorted([*rest, *shown], key=lambda entry: entry.at)


def _quoted(entry: Entry) -> Entry:
    author = entry.data["author"]
    who = Actor(id=author["slack"] or author["name"], name=author["name"], via="slack", slack=author["slack"])
    why = f"pinned by {entry.data['pinned_by']}" + ("" if entry.kind == PINNED else ", edited since")
    return replace(entry, at=datetime.fromisoformat(entry.data["said_at"]), kind=PINNED, why=why, who=who)

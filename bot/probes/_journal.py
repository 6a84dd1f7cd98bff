"""What probes share about the journal: its entries in JSON as lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.core.evidence import Trouble
from bot.probes._lines import LONGEST_LINE, Line
from bot.probes._text import integer, not_understood, refused
from bot.probes.base import ProbeFailed, Site
from bot.transports.base import Ran

_FIELDS = "MESSAGE,PRIORITY,_SYSTEMD_UNIT,UNIT,SYSLOG_IDENTIFIER,_PID"
_BYTES_OF_AN_ENTRY = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry of the journal."""

    at: datetime | None
    unit: str
    priority: int | None
    """0 emergency to 7 debug."""
    message: str

    @property
    def line(self) -> Line:
        """As a line of a log."""
        when = self.at.isoformat(timespec="milliseconds") if self.at else "-"
        return Line(f"{when} {self.unit}: {self.message}", self.at)


async def read_journal(
    site: Site, options: Sequence[str], *, start: datetime | None, most: int
) -> tuple[list[Entry], bool]:
    """The last entries, in their order, and whether none is missing of what was asked for. Raises ProbeFailed."""
    since = (f"--since=@{int(start.timestamp())}",) if start else ()
    # One more than may be shown tells whether there are more.
    ran = await site.run(
        "journalctl", "--no-pager", "-o", "json", f"--output-fields={_FIELDS}", "-n", str(most + 1), *since, *options,
        most_bytes=min(64_000_000, _BYTES_OF_AN_ENTRY * most + 100_000),
    )  # fmt: skip
    entries = entries_in(ran)
    hidden = "not seeing messages" in ran.err
    if not entries and hidden:
        raise ProbeFailed("the journal: this account may not read it", Trouble.PERMISSION)
    if not entries and "No journal files" in ran.err:
        raise ProbeFailed("the journal: no journal files were found", Trouble.MISSING)
    enough = len(entries) <= most if start else True
    return entries[-most:], enough and not ran.cut and not hidden


def entries_in(ran: Ran) -> list[Entry]:
    """The entries that journalctl printed. Raises ProbeFailed where it failed, or printed something else."""
    if ran.code != 0:
        raise refused(ran, "the journal")
    lines = [line for line in ran.out.split("\n") if line.strip() and not line.startswith("-- ")]
    entries = [entry for line in lines if (entry := _entry(line)) is not None]
    if lines and not entries:
        raise not_understood("the journal")
    return entries


def _entry(line: str) -> Entry | None:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or "__REALTIME_TIMESTAMP" not in said:
        return None
    unit = next((said[name] for name in ("_SYSTEMD_UNIT", "UNIT", "SYSLOG_IDENTIFIER") if said.get(name)), "-")
    return Entry(
        at=_time(said["__REALTIME_TIMESTAMP"]),
        unit=str(unit)[:200],
        priority=integer(str(said.get("PRIORITY", ""))[:3]),
        message=_message(said.get("MESSAGE")),
    )


def _time(microseconds: Any) -> datetime | None:
    number = integer(str(microseconds)[:40])
    try:
        return None if number is None else datetime.fromtimestamp(number / 1e6, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _message(said: Any) -> str:
    """A message that is no text comes as a list of its bytes."""
    if isinstance(said, list) and all(isinstance(byte, int) and 0 <= byte < 256 for byte in said):
        said = bytes(said).decode("utf-8", "replace")
    return str(said)[:LONGEST_LINE] if isinstance(said, str | list) else ""

"""Slack's dates: `<!date^…>` and the times beside messages, in the viewer's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """How one viewer reads instants, at one moment."""

    zone: ZoneInfo
    now: float
    """Seconds since the epoch, by the playground's clock."""

    def local(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, UTC).astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.local(self.now).date()

    def clock(self, at: float) -> str:
        """`09:05`."""
        return f"{self.local(at):%H:%M}"

    def full(self, at: float) -> str:
        """`Saturday, 21 November 2026, 09:05:07 GMT`, for titles."""
        there = self.local(at)
        return f"{there:%A}, {there.day} {there:%B %Y}, {there:%H:%M:%S} {there.tzname() or ''}".strip()

    def day(self, at: float) -> str:
        """What stands on the line between two days."""
        there = self.local(at).date()
        return self._relative(there) or f"{there:%A}, {there.day} {there:%B}"

    def token(self, at: float, pattern: str) -> str:
        """A Slack date pattern with its `{date_short_pretty} {time}` filled in; unknown parts stay as they are."""
        return _PART.sub(lambda found: self._part(at, found[1]) or found[0], pattern)

    def element(self, at: float, shown: str) -> Markup:
        """A `<time>`; the page's script counts down to it while it lies ahead."""
        iso = datetime.fromtimestamp(at, UTC).isoformat()
        return Markup('<time datetime="{}" data-at="{}" title="{}">{}</time>').format(
            iso, f"{at:.0f}", self.full(at), escape(shown)
        )

    def _part(self, at: float, name: str) -> str:
        there = self.local(at)
        day, pretty = there.date(), name.endswith("_pretty") and self._relative(there.date()).lower()
        if pretty:
            return pretty
        match name.removesuffix("_pretty"):
            case "date_num":
                return f"{day:%Y-%m-%d}"
            case "date":
                return f"{day.day} {day:%B %Y}"
            case "date_short":
                return f"{day.day} {day:%b %Y}"
            case "date_long":
                return f"{day:%A}, {day.day} {day:%B %Y}"
            case "time":
                return f"{there:%H:%M}"
            case "time_secs":
                return f"{there:%H:%M:%S}"
            case "ago":
                return self._ago(at)
            case _:
                return ""

    def _relative(self, day: date) -> str:
        names = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
        return names.get((day - self.today) // timedelta(days=1), "")

    def _ago(self, at: float) -> str:
        seconds = abs(int(self.now - at))
        for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
            if seconds >= size:
                many = seconds // size
                words = f"{many} {unit}{'s' if many != 1 else ''}"
                return f"{words} ago" if at <= self.now else f"in {words}"
        return "now"

"""Timers: APScheduler calls what it is given. It knows no business, and no due time lives here: those are columns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Work = Callable[[], Awaitable[None]]


class Timers:
    """Wakes work after real delays. APScheduler reads real time itself, so it is given delays and never the desk's
    time; and it has no misfire limit, or it would drop late work instead of doing it."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin; inside the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """No work is begun any more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def every(self, name: str, seconds: float, work: Work) -> None:
        """Do it again and again, also the first time only after `seconds`."""
        self._scheduler.add_job(work, "interval", seconds=seconds, id=name, replace_existing=True)

    def after(self, name: str, delay: timedelta, work: Work) -> None:
        """Do it once after a delay; an earlier wish of the same name is forgotten."""
        self._scheduler.add_job(work, "date", run_date=datetime.now(UTC) + delay, id=name, replace_existing=True)

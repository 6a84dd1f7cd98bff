"""The weekly digest: Mondays at nine each system's channel is told of its week, once, by whichever replica."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.core.errors import DeliveryFailed
from bot.core.numbers import Numbers, numbers
from bot.core.retry import pause
from bot.core.zones import week_ended, week_ends
from bot.engine.desk import Desk
from bot.engine.engine import Engine
from bot.outbound.slack import Slack
from bot.store.transaction import Tx
from bot.store.weekly import Due
from bot.views.blocks import Drawn
from bot.views.numbers import weekly

WEEK = timedelta(days=7)

LATE = timedelta(days=2)
"""A bot that was not running on Monday still tells; what is older than that nobody reads."""

LEASE = timedelta(seconds=60)
"""Real time, longer than a post may take, so that it is not under way twice."""

AGAIN = timedelta(minutes=1)
"""After what nobody foresaw, such as a database that does not answer."""

log = structlog.get_logger("weekly")


class Weekly:
    """Posts what is due, beside the other work: no page waits for it. The database knows what was posted; that nothing
    is due before Monday is known without asking it."""

    def __init__(self, engine: Engine, slack: Slack) -> None:
        self._engine, self._slack = engine, slack
        self._lease = engine.clock.during(LEASE)
        self._done: dict[str, datetime] = {}
        """By system: the week with which nothing is left to do, as far as this replica knows."""
        self._again: datetime | None = None
        """When to look again at what is under way, or did not work."""
        self._posting: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin to post what is due, if anything is."""
        now = self._engine.clock.now()
        if self._posting is not None and not self._posting.done():
            return
        if (self._again is None or self._again <= now) and (weeks := self._weeks(now)):
            self._again = now + self._lease
            self._posting = asyncio.create_task(self._turn(weeks, now))

    async def settle(self) -> None:
        """Wait for what was begun."""
        if self._posting is not None:
            await self._posting

    def next_due(self) -> datetime:
        """When to begin next."""
        now, desk = self._engine.clock.now(), self._engine.desk
        if self._weeks(now):
            return self._again or now
        return min((week_ends(now, desk.zone(system)) for system in desk.systems), default=now + WEEK)

    def _weeks(self, now: datetime) -> dict[str, datetime]:
        """The systems about which it may be the time to tell, with the end of the week."""
        desk = self._engine.desk
        ended = {system: week_ended(now, desk.zone(system)) for system in desk.systems}
        return {s: week for s, week in ended.items() if now - week < LATE and self._done.get(s) != week}

    async def _turn(self, weeks: Mapping[str, datetime], now: datetime) -> None:
        later: list[datetime] = []
        for system, week in weeks.items():
            try:
                until = await self._tell(system, week, now)
            except Exception as problem:  # one system's figures keep no other's from being told
                log.exception("digest_failed", system=system, why=type(problem).__name__)
                until = now + AGAIN
            if until is None:
                self._done[system] = week
            else:
                later.append(until)
        self._again = min(later, default=None)

    async def _tell(self, system: str, week: datetime, now: datetime) -> datetime | None:
        """Post it; None when there is nothing left to do about it, else when to look again."""
        desk, store = self._engine.desk, self._engine.store
        due = await store.run(lambda tx: tx.weekly.claim(system, week, now, now + self._lease))
        if due is None or not due.mine:
            return due.until if due is not None else None
        drawn = await store.run(lambda tx: drawn_for(tx, desk, system, week))
        try:
            if drawn is not None:
                await self._post(due, desk.systems[system].channel, drawn)
        except DeliveryFailed as failure:
            later, unsure = now + pause(due.attempts, failure.after), failure.maybe_sent
            log.warning("digest_not_posted", system=system, reason=desk.redactor.text(str(failure)))
            await store.run(lambda tx: tx.weekly.put_off(system, week, later, maybe_sent=unsure))
            return later
        await store.run(lambda tx: tx.weekly.posted(system, week, self._engine.clock.now()))
        return None

    async def _post(self, due: Due, channel: str, drawn: Drawn) -> None:
        key, redactor = f"digest.{due.system}.{due.week:%Y-%m-%d}", self._engine.desk.redactor
        if due.maybe_sent and await self._is_there(channel, key, due.week):
            return
        blocks = redactor.value(list(drawn.blocks))
        await self._slack.post(channel, redactor.text(drawn.text), blocks, key=key)

    async def _is_there(self, channel: str, key: str, since: datetime) -> bool:
        """Whether it was posted. From its claim on it may have been: whoever takes it up again looks first."""
        try:
            return await self._slack.look_up(channel, key, since) is not None
        except DeliveryFailed as failure:
            if failure.permanent:  # it can never be found out: better twice than not at all
                return False
            raise DeliveryFailed(str(failure), after=failure.after, maybe_sent=True) from failure


def week_of(tx: Tx, desk: Desk, system: str, until: datetime) -> tuple[Numbers, Numbers]:
    """The figures of the week that ended then, and of the one before."""
    zone = desk.zone(system)
    spans = [(until - WEEK, until), (until - 2 * WEEK, until - WEEK)]
    now, before = (numbers(tx.figures.facts(since, to, system), zone) for since, to in spans)
    return now, before


def drawn_for(tx: Tx, desk: Desk, system: str, until: datetime) -> Drawn | None:
    """The digest of a week; None where there was nothing in it, nor in the one before: nobody wants to read that."""
    now, before = week_of(tx, desk, system, until)
    if not _anything(now, before):
        return None
    return weekly(now, before, title=desk.systems[system].title, zone=desk.zone(system))


def _anything(*weeks: Numbers) -> Sequence[object]:
    return [one for week in weeks for one in (week.incidents, *week.loads) if one]

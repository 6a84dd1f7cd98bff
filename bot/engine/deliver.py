"""Deliver: the only one that sends what must not be lost. Claim, commit, send, record."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.core.buckets import Buckets
from bot.core.clock import Clock
from bot.core.errors import DeliveryFailed, StoreAway
from bot.core.incident import Incident
from bot.core.message import Carried, Sent
from bot.core.page import DROPPED, FAILED, FAILING, SENDING, WAITING, Outgoing, Page
from bot.core.retry import pause
from bot.engine import heard
from bot.engine.compose import CardMissing, Links, SlackPost, carried, slack_post
from bot.engine.desk import Desk
from bot.outbound.slack import Slack
from bot.outbound.slack_errors import SlackFailed
from bot.pagers.base import Carrier
from bot.store.outbox import CHANNEL
from bot.store.store import Store
from bot.store.transaction import Tx

LEASE = timedelta(seconds=60)
"""Longer than any send may take, so that no message is under way twice."""

_AT_ONCE = 32
_PLACES = 64  # messages of one way under way before no more of it are claimed
_POSTING = "chat.postMessage"
_LONGEST_S = 50.0
"""Real seconds after which a send is given up: shorter than the lease, or another replica would send it too."""

_PUT_OFF = timedelta(minutes=1)
"""When to try again a message that could not even be made ready."""

T = TypeVar("T")
log = structlog.get_logger("deliver")


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """One claimed message, made ready inside the claiming transaction."""

    row: Outgoing
    page: Page | None = None
    others: tuple[Outgoing, ...] = ()
    """Further messages that the same call stands for."""
    message: Carried | None = None
    post: SlackPost | None = None
    problem: str = ""
    """Why it cannot be tried now."""
    card_first: bool = False
    """The post is the card that its thread hangs on; it comes after that."""
    wanted: bool = True
    """False: it may have left before, and is no longer wanted. So it is found out, and not sent."""

    @property
    def ids(self) -> list[int]:
        """The rows this errand settles."""
        return [self.row.id, *(other.id for other in self.others)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of an errand. Neither: it never left, and is no longer wanted."""

    sent: Sent | None = None
    failure: DeliveryFailed | None = None


class Delivery:
    """Sends from the outbox. A slow way delays no other: each has its own few places."""

    def __init__(
        self,
        *,
        store: Store,
        desk: Desk,
        clock: Clock,
        links: Links,
        carriers: Mapping[str, Carrier],
        slack: Slack | None,
        repeat_safe: frozenset[str] = frozenset(),
        observe: Callable[[Errand, Outcome], None] = lambda errand, outcome: None,
    ) -> None:
        self.store, self.desk, self.clock, self.links = store, desk, clock, links
        self.carriers, self.slack, self.repeat_safe, self.observe = carriers, slack, repeat_safe, observe
        self.wake: Callable[[], None] = lambda: None
        """Called when a message is done with, for then the next of its lane may leave."""
        self._buckets = Buckets()
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._finished: list[tuple[Errand, Outcome]] = []

    async def pump(self) -> int:
        """One transaction: record what is done, claim what may leave; and set it on its way. How many that were.
        Not to be called again before it ended. Raises StoreAway, and then nothing is forgotten."""
        finished = list(self._finished)
        places = Counter(self._under_way.values())
        busy = [way for way, count in places.items() if count >= _PLACES]
        try:
            errands = await self.store.run(lambda tx: self._turn(tx, finished, busy, careful=False))
        except StoreAway:
            raise
        except Exception:
            # Something about one message is not as it should be: find it out, and let the others go.
            log.exception("turn_failed")
            errands = await self.store.run(lambda tx: self._turn(tx, finished, busy, careful=True))
        self._finished = self._finished[len(finished) :]
        for errand in errands:
            self._under_way[asyncio.create_task(self._run(errand))] = errand.row.way
        return len(errands)

    def _turn(
        self, tx: Tx, finished: Sequence[tuple[Errand, Outcome]], busy: Sequence[str], *, careful: bool
    ) -> list[Errand]:
        now = self.clock.now()
        # In the order of their numbers, and at once: that is also what recording them will ask for.
        pages = [errand.page for errand, _ in finished if errand.page is not None and errand.row.kind == "page"]
        tx.incidents.lock_all(page.incident for page in pages)
        tx.pages.look_up_bundles(page.key for page in pages)
        for errand, outcome in finished:
            if careful:
                self._record_carefully(tx, errand, outcome, now)
            else:
                self._record(tx, errand, outcome, now)
        tx.flush()
        return self._claim(tx, busy, careful=careful)

    def _record_carefully(self, tx: Tx, errand: Errand, outcome: Outcome, now: datetime) -> None:
        try:
            tx.alone(lambda: self._record(tx, errand, outcome, now))
        except Exception as bug:
            log.exception("not_recorded", key=errand.row.key, incident=errand.row.incident)
            if outcome.sent is not None:
                tx.outbox.finish(errand.ids, "sent", now, f"sent, but not recorded: {type(bug).__name__}")
            else:
                tx.outbox.postpone(errand.ids, now + _PUT_OFF)

    async def settle(self, patience_s: float) -> None:
        """Before the end: wait a little for what is under way and record it, so that nobody has to find it out."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=patience_s)
        finished, self._finished = self._finished, []

        def record(tx: Tx) -> None:
            for errand, outcome in finished:
                self._record_carefully(tx, errand, outcome, self.clock.now())

        if finished:
            try:
                await self.store.run(record)
            except StoreAway as away:
                log.warning("not_recorded", reason=str(away), messages=len(finished))

    async def drain(self) -> None:
        """Pump until nothing is under way and nothing more may leave."""
        while await self.pump() or self._under_way or self._finished:
            if self._under_way:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def _run(self, errand: Errand) -> None:
        try:
            outcome = await self._send(errand)
            self._finished.append((errand, outcome))
            self.observe(errand, outcome)
        finally:
            task = asyncio.current_task()
            if task is not None:
                self._under_way.pop(task, None)
            self.wake()

    # Claiming

    def _claim(self, tx: Tx, busy: Sequence[str], *, careful: bool) -> list[Errand]:
        now = self.clock.now()
        while True:
            rows = tx.outbox.claim(now, LEASE, _AT_ONCE, urgent=True, without=busy, people=True)
            if len(rows) < _AT_ONCE:
                left = _AT_ONCE - len(rows)
                rows += tx.outbox.claim(now, LEASE, left, urgent=False, without=busy, people=True)
            posts = [] if CHANNEL in busy else self._claim_posts(tx, now)
            if not rows and not posts:
                return []
            rows += self._paced(tx, posts, now)
            self._look_up(tx, rows)
            errands = self._prepare_all(tx, rows, now, careful=careful)
            # All of them may have been dropped or put off: claim on, or the rest would wait for the next wake-up.
            if errands:
                return errands

    def _claim_posts(self, tx: Tx, now: datetime) -> list[Outgoing]:
        """The next message of each channel that may be posted into: what waits for the others is not even looked at."""
        return tx.outbox.claim_for([c for c in tx.outbox.channels() if not self._wait(c, now)], now, LEASE)

    def _look_up(self, tx: Tx, rows: Sequence[Outgoing]) -> None:
        """Read at once what making these messages ready will ask for."""
        numbers = {row.incident for row in rows}
        tx.incidents.look_up(numbers)
        tx.cards.look_up(numbers)
        tx.pages.look_up(row.page for row in rows if row.page)

    def next_due(self, tx: Tx, now: datetime) -> datetime | None:
        """When a message may leave next, or the claim of one that is under way ends."""
        channels = tx.outbox.next_for_channels(now)
        found = [max(at, now + self._wait(channel, now)) for channel, at in channels.items()]
        return min((at for at in (tx.outbox.next_for_people(), *found) if at), default=None)

    def _prepare_all(self, tx: Tx, rows: Sequence[Outgoing], now: datetime, *, careful: bool) -> list[Errand]:
        errands: list[Errand] = []
        taken: set[int] = set()
        for row in rows:
            if row.id in taken:
                continue
            beside = [other for other in rows if other.id != row.id and other.id not in taken]
            prepare = self._prepare_carefully if careful else self._prepare
            errand = prepare(tx, row, beside, now)
            if errand is not None:
                taken.update(errand.ids)
                errands.append(errand)
        return errands

    def _prepare_carefully(self, tx: Tx, row: Outgoing, beside: Sequence[Outgoing], now: datetime) -> Errand | None:
        try:
            return tx.alone(lambda: self._prepare(tx, row, beside, now))
        except Exception:
            log.exception("not_prepared", key=row.key, incident=row.incident)
            tx.outbox.put_back(row, now + _PUT_OFF)
            return None

    def _wait(self, channel: str, now: datetime) -> timedelta:
        """How long to leave a channel alone."""
        return max(self._buckets.wait(channel, now), self._buckets.wait(_POSTING, now))

    def _paced(self, tx: Tx, rows: Sequence[Outgoing], now: datetime) -> list[Outgoing]:
        """Slack takes about one message a second per channel: what is too much is put off, not sent and refused."""
        ready = []
        for row in rows:
            names = _buckets_of(row)
            wait = self._buckets.take_all(names, now) if names else timedelta(0)
            if wait > timedelta(0):
                tx.outbox.put_back(row, now + wait)
            else:
                ready.append(row)
        return ready

    def _prepare(self, tx: Tx, row: Outgoing, beside: Sequence[Outgoing], now: datetime) -> Errand | None:
        """Make a claimed message ready; None when it does not leave now. `beside`: what was claimed along with it."""
        if row.kind in ("card", "line", "digest", "file"):
            return self._prepare_post(tx, row, now)
        page = tx.pages.get(row.page) if row.page else None
        others: list[Outgoing] = []
        wanted = True
        if row.kind == "page":
            wanted = page is not None and self._wanted(tx, row, page, now)
            if page is None or not (wanted or row.maybe_sent) or self._too_soon(tx, row, page, now):
                return None
            if wanted:
                others = self._same_call(tx, row, page, beside, now)
                keys = [page.key, *(other.page for other in others)]
                tx.pages.change(keys, state=SENDING, bundle=page.key)
        elif page is not None and not page.place:
            # The direct message it would edit never arrived.
            tx.outbox.finish([row.id], DROPPED, now)
            return None
        stands_for = [p for other in others if (p := tx.pages.get(other.page)) is not None]
        away = self.slack.health.failing_since if self.slack is not None else None
        message = carried(tx, self.links, row, page, stands_for, away)
        return Errand(row=row, page=page, others=tuple(others), message=self._redacted(message), wanted=wanted)

    def _redacted(self, message: Carried) -> Carried:
        """Once more before it leaves: what was stored before a secret was known to be one must not get out either."""
        clean = self.desk.redactor.text
        return replace(
            message,
            subject=clean(message.subject),
            short=clean(message.short),
            speech=clean(message.speech),
            body=clean(message.body),
            blocks=self.desk.redactor.value(list(message.blocks)),
        )

    def _prepare_post(self, tx: Tx, row: Outgoing, now: datetime) -> Errand | None:
        if self.slack is None:
            tx.outbox.finish([row.id], FAILED, now, "Slack is not configured")
            return None
        try:
            post = slack_post(tx, self.links, row)
        except CardMissing as missing:
            if missing.post is None:
                return Errand(row=row, problem="the card of its thread is not posted yet")
            return Errand(row=row, post=missing.post, card_first=True)
        if post is None:
            tx.outbox.finish([row.id], DROPPED, now)
            return None
        return Errand(row=row, post=post)

    def _wanted(self, tx: Tx, row: Outgoing, page: Page, now: datetime) -> bool:
        """Asked before each attempt and each retry (ESCALATION 2, 11): is this page still wanted? Otherwise it is
        dropped, unless it may have left."""
        incident = tx.incidents.get(page.incident)
        if incident is not None:
            escalation = tx.incidents.escalations(page.incident).get(page.part)
            if heard.still_wanted(incident, escalation, page):
                return True
        if not row.maybe_sent:  # else it has to be found out, so that the ledger tells the truth
            self._drop(tx, row, page, now)
        return False

    def _drop(self, tx: Tx, row: Outgoing, page: Page, now: datetime) -> None:
        tx.outbox.finish([row.id], DROPPED, now)
        why = _why_dropped(tx.incidents.get(page.incident))
        tx.pages.change([page.key], state=DROPPED, outcome=why, ended_at=now)

    def _too_soon(self, tx: Tx, row: Outgoing, page: Page, now: datetime) -> bool:
        """Pages to one number within two minutes become one call: the later ones wait for it (ESCALATION 7)."""
        way = self.desk.ways.get(page.way)
        if way is None or not way.voice or row.attempts > 1:
            return False
        span = self._timings(tx, page).one_call
        last = now if tx.pages.calling(page.way, page.address) else tx.pages.last_call(page.way, page.address)
        if last is None or now - last >= span:
            return False
        tx.outbox.put_back(row, last + span)
        return True

    def _timings(self, tx: Tx, page: Page):  # type: ignore[no-untyped-def]
        incident = tx.incidents.get(page.incident)
        assert incident is not None
        return incident.plan.timings

    def _same_call(
        self, tx: Tx, row: Outgoing, page: Page, beside: Sequence[Outgoing], now: datetime
    ) -> list[Outgoing]:
        """What else is for the same number, claimed along with it or still waiting, so that one call stands for all."""
        way = self.desk.ways.get(page.way)
        if way is None or not way.voice:
            return []
        if row.maybe_sent:
            # The call that may have been made stood for these: whatever is found of it is true of them.
            mine = {p.key for p in tx.pages.with_bundle(page.key)} - {page.key}
            return [other for other in beside if other.page in mine]
        joined = []
        same = [o for o in beside if (o.target, o.kind) == (row.target, row.kind) and not o.maybe_sent]
        for other in [*same, *tx.outbox.claim_calls(row, now, LEASE)]:
            theirs = tx.pages.get(other.page)
            if theirs is not None and self._wanted(tx, other, theirs, now):
                joined.append(other)
        return joined

    # Sending

    async def _send(self, errand: Errand) -> Outcome:
        try:
            async with asyncio.timeout(_LONGEST_S):
                return Outcome(sent=await self._do_send(errand))
        except TimeoutError:
            return Outcome(failure=DeliveryFailed("no end of it in time", maybe_sent=True))
        except DeliveryFailed as failure:
            return Outcome(failure=failure)
        except Exception as bug:  # one bad message must not stop the others
            log.exception("send_failed", key=errand.row.key, incident=errand.row.incident)
            return Outcome(failure=DeliveryFailed(f"{type(bug).__name__} while sending", maybe_sent=True))

    async def _do_send(self, errand: Errand) -> Sent | None:
        if errand.problem:
            raise DeliveryFailed(errand.problem)
        if errand.post is not None:
            return await self._send_post(errand.row, errand.post)
        assert errand.message is not None
        return await self._send_message(errand, errand.message)

    async def _send_message(self, errand: Errand, message: Carried) -> Sent | None:
        """Send it, once; None when it never left and is no longer wanted."""
        row = errand.row
        way = str(row.payload["way"])
        carrier = self.carriers.get(way)
        if carrier is None:
            known = self.desk.ways.get(way)
            raise DeliveryFailed(
                known.missing if known and known.missing else f"{way} is not configured", permanent=True
            )
        note = ""
        if row.maybe_sent:
            if carrier.can_look_up:
                found = await _found_out(carrier.look_up(message))
                if found is not None:
                    return replace(found, note="found after its answer was lost")
                if not errand.wanted:
                    return None
            elif not errand.wanted:
                return Sent(note="may have left: its answer was lost")
            elif way not in self.repeat_safe:
                note = "may have left twice: an earlier answer was lost"
        sent = await carrier.send(message)
        return replace(sent, note=note) if note else sent

    async def _send_post(self, row: Outgoing, post: SlackPost) -> Sent:
        if self.slack is None:
            raise DeliveryFailed("Slack is not configured", permanent=True)
        text, blocks = post.drawn.text, post.drawn.blocks
        if post.file:
            known = None
            if row.maybe_sent:
                asked = self.slack.look_up_file(post.channel, post.file, row.made_at, post.thread_ts)
                known = await _found_out(asked)
            ref = known or await self.slack.upload(post.channel, post.thread_ts, post.file, post.content)
            return Sent(ref=ref, where=post.channel)
        if post.ts:
            done = await self.slack.update(post.channel, post.ts, text, blocks, key=post.key)
            return Sent(ref=done.ts, where=done.channel)
        found = None
        if row.maybe_sent:
            asking = self.slack.look_up(post.channel, post.key, row.made_at, post.thread_ts or None)
            found = await _found_out(asking)
        done = found or await self.slack.post(
            post.channel, text, blocks, key=post.key, thread_ts=post.thread_ts or None, broadcast=post.broadcast
        )
        return Sent(ref=done.ts, where=done.channel)

    # Recording

    def _record(self, tx: Tx, errand: Errand, outcome: Outcome, now: datetime) -> None:
        if outcome.sent is not None:
            self._record_sent(tx, errand, outcome.sent, now)
        elif outcome.failure is not None:
            self._record_failure(tx, errand, outcome.failure, now)
        elif errand.page is not None:
            self._drop(tx, errand.row, errand.page, now)

    def _record_sent(self, tx: Tx, errand: Errand, sent: Sent, now: datetime) -> None:
        if errand.post is not None and (errand.row.kind == "card" or errand.card_first):
            tx.cards.posted(errand.row.incident, errand.post.card, sent.where, sent.ref)
        if errand.card_first:
            tx.outbox.postpone(errand.ids, now, maybe_sent=False)
            return
        tx.outbox.finish(errand.ids, "sent", now)
        if errand.page is not None and errand.row.kind == "page":
            place = f"{sent.where}/{sent.ref}" if sent.where else ""
            state = "delivered" if sent.state == "delivered" else "sent"
            heard.page_became(tx, self.desk, errand.page.key, state, sent.note, now, ref=sent.ref, place=place)

    def _record_failure(self, tx: Tx, errand: Errand, failure: DeliveryFailed, now: datetime) -> None:
        row = errand.row
        reason = self.desk.redactor.text(str(failure))
        log.warning(
            "not_delivered",
            key=row.key,
            incident=row.incident,
            reason=reason,
            permanent=failure.permanent,
            attempts=row.attempts,
        )
        if isinstance(failure, SlackFailed) and errand.post is not None and failure.gone:
            # The card was deleted, or can no longer be edited: post a new one.
            tx.cards.posted(row.incident, errand.post.card, "", "")
            failure = DeliveryFailed(reason)
        if isinstance(failure, SlackFailed) and errand.post is not None and failure.unfit:
            # It would hold up all that comes after it in the thread, for ever.
            log.error("never_posted", key=row.key, incident=row.incident, reason=reason)
            tx.outbox.finish(errand.ids, FAILED, now, reason)
            return
        # What is wrong with a channel can be mended in Slack or the pack: its story waits for that.
        for_channel = errand.post is not None or bool(errand.problem)
        if failure.permanent and not for_channel:
            tx.outbox.finish(errand.ids, FAILED, now, reason)
            self._page_became(tx, errand, FAILED, reason, now)
            return
        until = now + pause(row.attempts, failure.after)
        if failure.after is not None:
            for name in _buckets_of(row):
                self._buckets.close(name, until)
        since = row.failing_since or now
        tx.outbox.postpone(errand.ids, until, maybe_sent=failure.maybe_sent, failing_since=since, error=reason)
        if errand.page is not None and row.kind == "page":
            if now - since >= self._timings(tx, errand.page).way_patience:
                self._still_failing(tx, errand, reason, now)
            else:
                keys = [errand.page.key, *(other.page for other in errand.others)]
                # What may have left is told like what has: somebody may have noticed it.
                state = SENDING if failure.maybe_sent else WAITING
                tx.pages.change(keys, state=state, outcome=f"{reason}; trying again")

    def _still_failing(self, tx: Tx, errand: Errand, reason: str, now: datetime) -> None:
        """Said once; the ladder goes on without this way, which is tried all the same."""
        if errand.page is None or errand.page.state != FAILING:
            self._page_became(tx, errand, FAILING, f"{reason}; still trying", now)
            return
        keys = [errand.page.key] if errand.page is not None else []
        tx.pages.change(
            [*keys, *(other.page for other in errand.others)], state=FAILING, outcome=f"{reason}; still trying"
        )

    def _page_became(self, tx: Tx, errand: Errand, state: str, reason: str, now: datetime) -> None:
        if errand.page is not None and errand.row.kind == "page":
            heard.page_became(tx, self.desk, errand.page.key, state, reason, now)


def _buckets_of(row: Outgoing) -> tuple[str, ...]:
    """What limits how fast this may leave: its channel and Slack's method."""
    if not row.target.startswith("channel:"):
        return ()
    method = "chat.update" if row.payload.get("edit") else _POSTING
    return (row.target, method)


async def _found_out(asked: Awaitable[T | None]) -> T | None:
    """The answer to a question whether something has left. While it cannot be asked, it may have left still."""
    try:
        return await asked
    except DeliveryFailed as failure:
        if failure.permanent:  # it can never be found out: better twice than not at all
            return None
        raise DeliveryFailed(str(failure), after=failure.after, maybe_sent=True) from failure


def _why_dropped(incident: Incident | None) -> str:
    if incident is None:
        return "the incident is gone"
    return (
        "no longer wanted when it was to be sent"
        if incident.is_open
        else f"not sent: {incident.label} was {incident.phase}"
    )

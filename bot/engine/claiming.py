"""Claiming: which messages leave now, and what they look like. All of it within the transaction of a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.core.clock import Clock
from bot.core.incident import Incident
from bot.core.message import Carried
from bot.core.page import DROPPED, FAILED, SENDING, Outgoing, Page
from bot.engine import heard, items
from bot.engine.compose import CardMissing, Links, SlackPost, carried, slack_post
from bot.engine.desk import Desk
from bot.engine.errand import Errand
from bot.engine.pacing import Pacing
from bot.outbound.slack import Slack
from bot.store.outbox import CHANNEL
from bot.store.transaction import Tx

LEASE = timedelta(seconds=60)
"""Real time, longer than any send may take, so that no message is under way twice."""

_AT_ONCE = 32

PUT_OFF = timedelta(minutes=1)
"""When to try again a message that could not even be made ready, or recorded."""

log = structlog.get_logger("deliver")


class Claiming:
    """Claims messages, drops those that nobody wants any more, and makes the others ready."""

    def __init__(self, *, desk: Desk, clock: Clock, links: Links, slack: Slack | None) -> None:
        self.desk, self.links = desk, links
        self._slack = slack
        self._lease = clock.during(LEASE)

    def claim(self, tx: Tx, pacing: Pacing, busy: Sequence[str], now: datetime, *, careful: bool) -> list[Errand]:
        """What may leave now, by ways that are not `busy`. With `careful`, a message that cannot be made ready is put
        off alone; otherwise it raises."""
        voice = [name for name, way in self.desk.ways.items() if way.voice and name not in busy]
        while True:
            # Alone before anything is claimed: two that each claim a part of what waits for one number cannot make one
            # call of it.
            tx.outbox.decide_alone(tx.outbox.numbers(now, _AT_ONCE, voice))
            rows = tx.outbox.claim(now, self._lease, _AT_ONCE, urgent=True, without=busy, people=True)
            if len(rows) < _AT_ONCE:
                left = _AT_ONCE - len(rows)
                rows += tx.outbox.claim(now, self._lease, left, urgent=False, without=busy, people=True)
            posts = [] if CHANNEL in busy else self._claim_posts(tx, pacing, now)
            if not rows and not posts:
                return []
            rows += _paced(tx, pacing, posts, now)
            tx.outbox.decide_alone(row.target for row in rows if self._is_call(row))
            _look_up(tx, rows)
            errands = self._prepare_all(tx, rows, now, careful=careful)
            # All of them may have been dropped or put off: claim on, or the rest would wait for the next wake-up.
            if errands:
                return errands

    def _is_call(self, row: Outgoing) -> bool:
        way = self.desk.ways.get(row.way)
        return row.kind == "page" and way is not None and way.voice

    def _claim_posts(self, tx: Tx, pacing: Pacing, now: datetime) -> list[Outgoing]:
        """The next message of each channel that may be posted into: what waits for the others is not even looked at."""
        return tx.outbox.claim_for([c for c in tx.outbox.channels() if not pacing.wait(c, now)], now, self._lease)

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
            tx.outbox.put_back(row, now + PUT_OFF)
            return None

    def _prepare(self, tx: Tx, row: Outgoing, beside: Sequence[Outgoing], now: datetime) -> Errand | None:
        """Make a claimed message ready; None when it does not leave now. `beside`: what was claimed along with it."""
        if row.way == CHANNEL:
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
        elif row.kind == "notice" and items.is_done_with(tx, row):
            tx.outbox.finish([row.id], DROPPED, now)
            return None
        elif page is not None and not page.place:
            # The direct message it would edit never arrived.
            tx.outbox.finish([row.id], DROPPED, now)
            return None
        stands_for = [p for other in others if (p := tx.pages.get(other.page)) is not None]
        away = self._slack.failing_since if self._slack is not None else None
        message = self._redacted(carried(tx, self.desk, self.links, row, page, stands_for, away))
        return Errand(row=row, page=page, others=tuple(others), message=message, wanted=wanted)

    def _prepare_post(self, tx: Tx, row: Outgoing, now: datetime) -> Errand | None:
        if self._slack is None:
            tx.outbox.finish([row.id], FAILED, now, "Slack is not configured")
            return None
        try:
            post = slack_post(tx, self.desk, self.links, row)
        except CardMissing as missing:
            if missing.post is None:
                return Errand(row=row, problem="the card of its thread is not posted yet")
            return Errand(row=row, post=self._redacted_post(missing.post), card_first=True)
        if post is None:
            tx.outbox.finish([row.id], DROPPED, now)
            return None
        return Errand(row=row, post=self._redacted_post(post))

    # Once more before it leaves: what was stored before a secret was known to be one must not get out either.

    def _redacted(self, message: Carried) -> Carried:
        clean = self.desk.redactor.text
        return replace(
            message,
            subject=clean(message.subject),
            short=clean(message.short),
            speech=clean(message.speech),
            body=clean(message.body),
            blocks=self.desk.redactor.value(list(message.blocks)),
        )

    def _redacted_post(self, post: SlackPost) -> SlackPost:
        clean = self.desk.redactor
        drawn = replace(post.drawn, text=clean.text(post.drawn.text), blocks=clean.value(list(post.drawn.blocks)))
        return replace(post, drawn=drawn, content=clean.text(post.content))

    # Pages

    def _wanted(self, tx: Tx, row: Outgoing, page: Page, now: datetime) -> bool:
        """Asked before each attempt and each retry (ESCALATION 2, 11): is this page still wanted? Otherwise it is
        dropped, unless it may have left."""
        incident = tx.incidents.get(page.incident)
        if incident is not None:
            escalation = tx.incidents.escalations(page.incident).get(page.part)
            if heard.still_wanted(incident, escalation, page):
                return True
        if not row.maybe_sent:  # else it has to be found out, so that the ledger tells the truth
            drop(tx, row, page, now)
        return False

    def _too_soon(self, tx: Tx, row: Outgoing, page: Page, now: datetime) -> bool:
        """Pages to one number within two minutes become one call: the later ones wait for it (ESCALATION 7)."""
        way = self.desk.ways.get(page.way)
        incident = tx.incidents.get(page.incident)
        if way is None or not way.voice or row.attempts > 1 or incident is None:
            return False
        span = incident.plan.timings.one_call
        last = now if tx.pages.calling(page.way, page.address) else tx.pages.last_call(page.way, page.address)
        if last is None or now - last >= span:
            return False
        tx.outbox.put_back(row, last + span)
        return True

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
        for other in [*same, *tx.outbox.claim_calls(row, now, self._lease)]:
            theirs = tx.pages.get(other.page)
            if theirs is not None and self._wanted(tx, other, theirs, now):
                joined.append(other)
        return joined


def _paced(tx: Tx, pacing: Pacing, rows: Sequence[Outgoing], now: datetime) -> list[Outgoing]:
    """Those that may leave at this pace; the others are put back."""
    ready = []
    for row in rows:
        wait = pacing.take(row, now)
        if wait > timedelta(0):
            tx.outbox.put_back(row, now + wait)
        else:
            ready.append(row)
    return ready


def _look_up(tx: Tx, rows: Sequence[Outgoing]) -> None:
    """Read at once what making these messages ready will ask for."""
    numbers = {row.incident for row in rows}
    tx.incidents.look_up(numbers)
    tx.cards.look_up(numbers)
    tx.pages.look_up(row.page for row in rows if row.page)


def drop(tx: Tx, row: Outgoing, page: Page, now: datetime) -> None:
    """A page that never left, and does not leave any more."""
    tx.outbox.finish([row.id], DROPPED, now)
    why = _why_dropped(tx.incidents.get(page.incident))
    tx.pages.change([page.key], state=DROPPED, outcome=why, ended_at=now)


def _why_dropped(incident: Incident | None) -> str:
    if incident is None:
        return "the incident is gone"
    if incident.is_open:
        return "no longer wanted when it was to be sent"
    return f"not sent: {incident.label} was {incident.phase}"

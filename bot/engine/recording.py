"""Recording: what became of the messages that were under way. All of it within the transaction of a turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.core.errors import DeliveryFailed
from bot.core.message import Sent
from bot.core.page import FAILED, FAILING, SENDING, WAITING, Page
from bot.core.retry import pause
from bot.core.text import clean
from bot.engine import heard
from bot.engine.claiming import PUT_OFF, drop
from bot.engine.desk import Desk
from bot.engine.errand import Errand, Outcome
from bot.engine.pacing import Pacing
from bot.outbound.slack_errors import SlackFailed
from bot.store.transaction import Tx

Finished = Sequence[tuple[Errand, Outcome]]

log = structlog.get_logger("deliver")


class Recording:
    """Writes outcomes down."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def record_all(self, tx: Tx, pacing: Pacing, finished: Finished, now: datetime, *, careful: bool) -> None:
        """Record outcomes in their order. With `careful`, one that cannot be recorded keeps no other from it; otherwise
        it raises."""
        # In the order of their numbers, and at once: that is also what recording them will ask for.
        paging = [errand for errand, _ in finished if errand.paging is not None]
        tx.incidents.lock_all(row.incident for errand in paging for row in (errand.row, *errand.others))
        tx.pages.look_up_bundles(errand.row.page for errand in paging)
        for errand, outcome in finished:
            if careful:
                self._record_carefully(tx, pacing, errand, outcome, now)
            else:
                self._record(tx, pacing, errand, outcome, now)
        tx.flush()

    def _record_carefully(self, tx: Tx, pacing: Pacing, errand: Errand, outcome: Outcome, now: datetime) -> None:
        try:
            tx.alone(lambda: self._record(tx, pacing, errand, outcome, now))
        except Exception as bug:
            log.exception("not_recorded", key=errand.row.key, incident=errand.row.incident)
            if outcome.sent is not None:
                tx.outbox.finish(errand.ids, "sent", now, f"sent, but not recorded: {type(bug).__name__}")
            else:
                tx.outbox.postpone(errand.ids, now + PUT_OFF)

    def _record(self, tx: Tx, pacing: Pacing, errand: Errand, outcome: Outcome, now: datetime) -> None:
        if outcome.sent is not None:
            self._record_sent(tx, errand, outcome.sent, now)
        elif outcome.failure is not None:
            self._record_failure(tx, pacing, errand, outcome.failure, now)
        elif errand.page is not None:
            drop(tx, errand.row, errand.page, now)

    def _record_sent(self, tx: Tx, errand: Errand, sent: Sent, now: datetime) -> None:
        if errand.post is not None and (errand.row.kind == "card" or errand.card_first):
            tx.cards.posted(errand.row.incident, errand.post.card, sent.where, sent.ref)
        if errand.card_first:
            tx.outbox.postpone(errand.ids, now, maybe_sent=False)
            return
        if errand.row.kind == "step":
            tx.runs.posted(errand.row.payload["run"], sent.ref)
        if errand.row.kind == "report" and errand.post is not None and errand.post.card == "":
            tx.reports.posted(errand.row.incident, errand.row.payload["channel"], sent.where, sent.ref)
        if errand.row.kind == "kept":
            tx.kept.posted(errand.row.incident, errand.row.payload["name"], sent.ref)
        tx.outbox.finish(errand.ids, "sent", now)
        if errand.paging is not None:
            place = f"{sent.where}/{sent.ref}" if sent.where else ""
            state = "delivered" if sent.state == "delivered" else "sent"
            heard.page_became(tx, self._desk, errand.paging.key, state, sent.note, now, ref=sent.ref, place=place)

    def _record_failure(self, tx: Tx, pacing: Pacing, errand: Errand, failure: DeliveryFailed, now: datetime) -> None:
        row = errand.row
        reason = clean(self._desk.redactor.text(str(failure)))
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
            if row.kind == "step":
                tx.runs.posted(row.payload["run"], "")
            elif row.kind == "kept":
                tx.kept.posted(row.incident, row.payload["name"], "")
            elif row.kind == "report" and errand.post.card == "":
                tx.reports.posted(row.incident, row.payload["channel"], "", "")
            else:
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
            pacing.close(row, until)
        since = row.failing_since or now
        tx.outbox.postpone(errand.ids, until, maybe_sent=failure.maybe_sent, failing_since=since, error=reason)
        if errand.paging is not None:
            self._page_tries_again(tx, errand, errand.paging, failure, reason, since, now)

    def _page_tries_again(
        self, tx: Tx, errand: Errand, page: Page, failure: DeliveryFailed, reason: str, since: datetime, now: datetime
    ) -> None:
        """Having failed for long it is said, once; the ladder goes on without this way, which is tried all the same."""
        incident = tx.incidents.get(page.incident)
        if incident is None or now - since < incident.plan.timings.way_patience:
            # What may have left is told like what has: somebody may have noticed it.
            state = SENDING if failure.maybe_sent else WAITING
            heard.tried_again(tx, self._desk, page.key, state, f"{reason}; trying again", now)
        elif page.state != FAILING:
            self._page_became(tx, errand, FAILING, f"{reason}; still trying", now)
        else:
            heard.tried_again(tx, self._desk, page.key, FAILING, f"{reason}; still trying", now)

    def _page_became(self, tx: Tx, errand: Errand, state: str, reason: str, now: datetime) -> None:
        if errand.paging is not None:
            heard.page_became(tx, self._desk, errand.paging.key, state, reason, now)

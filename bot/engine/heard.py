"""Heard: what became of a page, told by the delivery or by a provider's callback."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core import escalation as ladder
from bot.core.incident import Incident
from bot.core.page import (
    ANSWERED,
    DELIVERED,
    DIRECT,
    DROPPED,
    FAILED,
    FAILING,
    PAGE,
    SENT,
    UNREACHED,
    Outgoing,
    Page,
    lost,
)
from bot.engine import declare, paging
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.keeping import reach_name
from bot.store.transaction import Tx

_FAILED = (UNREACHED, FAILED, FAILING)

# A later state never gives way to an earlier one: callbacks arrive in any order.
_RANK = {
    "waiting": 0,
    "sending": 1,
    FAILING: 1,
    SENT: 2,
    UNREACHED: 3,
    FAILED: 3,
    DELIVERED: 4,
    ANSWERED: 5,
    DROPPED: 5,
}


def page_became(
    tx: Tx, desk: Desk, key: str, state: str, outcome: str, now: datetime, *, ref: str = "", place: str = ""
) -> None:
    """Record what became of a page and of those its call stands for; a page that reached nobody is tried again or, when
    its whole level reached nobody, brings the next level (ESCALATION 6)."""
    for page in tx.pages.with_bundle(key):
        _became(tx, desk, page, state, outcome, now, ref, place)


def _became(tx: Tx, desk: Desk, page: Page, state: str, outcome: str, now: datetime, ref: str, place: str) -> None:
    change = Change.load(tx, desk, page.incident, now)
    current = tx.pages.get(page.key) or page
    left: dict[str, object] = {name: value for name, value in (("ref", ref), ("place", place)) if value}
    # A repeated call leaves anew, and its number is not called again so soon (ESCALATION 7).
    if state == SENT or (state == DELIVERED and current.sent_at is None):
        left["sent_at"] = now
    if _RANK[state] < _RANK[current.state] or (state == current.state and outcome in ("", current.outcome)):
        # It may have been answered by another way while it was being sent; where it is must be known all the same.
        if left:
            tx.pages.change([page.key], **left)
        return
    ended = {"ended_at": now} if state in (ANSWERED, DELIVERED, UNREACHED, FAILED, DROPPED) else {}
    tx.pages.change([page.key], state=state, outcome=outcome, **left, **ended)
    said = f"{page.name} by {page.way}: {state}" + (f" ({outcome})" if outcome else "")
    change.tell("page", said, page=page.key, level=page.level, thread=False)
    _show(change, current, state)
    if state in _FAILED:
        _not_reached(change, replace(current, state=state), outcome)
    change.save()


def _show(change: Change, page: Page, state: str) -> None:
    """The thread has one message about the ways that failed when a level was paged, and it follows them."""
    name = reach_name(page)
    if state in _FAILED or (page.outcome and change.tx.kept.ts(page.incident, name) is not None):
        change.keep(name)


def tried_again(tx: Tx, desk: Desk, key: str, state: str, outcome: str, now: datetime) -> None:
    """A page and those its call stands for did not leave, and are tried again: written down, and told nobody. One that
    was answered or dropped meanwhile stays so. `FAILING` was told before; but the level's other ways may have failed
    since."""
    for page in tx.pages.with_bundle(key):
        change = Change.load(tx, desk, page.incident, now)
        current = tx.pages.get(page.key) or page
        if _RANK[current.state] > _RANK[FAILING]:
            continue
        tx.pages.change([page.key], state=state, outcome=outcome)
        if state == FAILING and page.purpose == PAGE:
            _not_reached(change, replace(current, state=FAILING), outcome)
            change.save()


def _not_reached(change: Change, page: Page, outcome: str) -> None:
    way = change.desk.ways.get(page.way)
    if (
        page.state == UNREACHED
        and way is not None
        and way.voice
        and page.tries < change.timings.call_attempts
        and wanted(change, page)
    ):
        _call_again(change, page, outcome)
        return
    if page.purpose == DIRECT:
        declare.not_reached(change, page)
    if page.purpose != PAGE or page.level is None or page.part not in change.ladders:
        return
    escalation = change.ladders[page.part]
    level = [page if p.key == page.key else p for p in change.tx.pages.of_level(page)]
    if page.epoch != escalation.epoch or page.round != escalation.round or not lost(p.state for p in level):
        return
    follows = ladder.after_failure(escalation, page.level, change.policy(page.part), change.now)
    if not follows.calls:
        return
    change.tell(
        "warning", f"Level {page.level + 1}: nobody could be reached; the next level is paged at once", broadcast=True
    )
    paging.apply(change, follows)


def _call_again(change: Change, page: Page, outcome: str) -> None:
    """The same page once more after two minutes: the same ledger line, a message of its own."""
    again = replace(page, tries=page.tries + 1, state="waiting", made_at=page.made_at)
    change.tx.pages.change(
        [page.key], tries=again.tries, state="waiting", bundle="", outcome=f"{outcome}; calling again"
    )
    later = change.now + change.timings.call_again
    # Decided now: when its answer is lost, the call before it must not be taken for it.
    sent = {**change.tx.outbox.payload_of(page.key), "at": later.isoformat()}
    change.tx.send(
        Outgoing(
            key=f"{page.key}.t{again.tries}",
            kind="page",
            incident=page.incident,
            lane=f"page:{page.key}",
            way=page.way,
            target=f"{page.way}:{page.address}",
            urgent=True,
            page=page.key,
            not_before=later,
            made_at=change.now,
            payload=sent,
        )
    )


def wanted(change: Change, page: Page) -> bool:
    """Whether a page is still wanted: its ladder still stands where it was when the page was decided."""
    return still_wanted(change.incident, change.ladders.get(page.part), page)


def still_wanted(incident: Incident, escalation: ladder.Escalation | None, page: Page) -> bool:
    """The same, of values: asked before each attempt and retry."""
    if page.state in (DROPPED, ANSWERED) or not incident.is_open:
        return False
    if page.purpose == "direct":
        return True
    if escalation is None or page.epoch != escalation.epoch:
        return False
    if page.purpose == "confirm":
        return escalation.answer_by is not None
    return escalation.state == ladder.RUNNING

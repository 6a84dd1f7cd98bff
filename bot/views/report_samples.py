"""Reports to try a desk's templates with: one of an incident that has just opened, and one with everything there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.core.incident import ACTIVE, CLOSED
from bot.core.item import Item
from bot.core.report import STATUSES, Bundled, Contacts, Deed, Moment, Report, Review

_BEGAN = datetime(2026, 1, 30, 3, 12, 41, tzinfo=UTC)

_JUST_OPENED = Report(
    label="INC-1",
    system="desk",
    title="The price feed is stale",
    severity="high",
    type="",
    phase=ACTIVE,
    status=STATUSES[ACTIVE],
    summary="The price feed is stale",
    verdict="",
    services=("feed",),
    users="",
    business="",
    exposure=(),
    began=_BEGAN,
    detected=_BEGAN,
    responded=None,
    mitigated=None,
    resolved=None,
    resolved_by="",
    closed=None,
    fixed_by="",
    causes=(),
    deeds=(),
    recovery="",
    prevention="",
    items=(),
    contacts=Contacts(),
    review=None,
    bundles=(),
    updates=0,
    updated=_BEGAN,
    spoken=None,
    timeline=(),
)


def _after(minutes: int) -> datetime:
    return _BEGAN + timedelta(minutes=minutes)


_TO_DO = Item(
    id=1, incident=1, text="Watch the age of quotes", owner="ann", owner_name="Ann", due_on=date(2026, 2, 6),
    made_at=_after(90), made_by="Ben",
)  # fmt: skip

_CLOSED = replace(
    _JUST_OPENED,
    type="data",
    phase=CLOSED,
    status=STATUSES[CLOSED],
    summary="Quotes stood still for 40 minutes.\nOrders were held back.",
    verdict="Feed: fail; the newest quote is 312 s old",
    services=("feed", "pricing"),
    users="No quotes on the screens of three desks.",
    business="Two clients were quoted by hand.",
    exposure=("open orders 14", "loss $1,240"),
    responded=_after(4),
    mitigated=_after(38),
    resolved=_after(41),
    resolved_by="Ann",
    closed=_after(2005),
    fixed_by="the gateway was restarted",
    causes=("Stale prices: the gateway holds a session of yesterday",),
    deeds=(
        Deed(at=_after(20), text="Restarted the gateway", who="Ann"),
        Deed(at=_after(30), text="Compared quotes", note=True),
    ),
    recovery="Compare the quotes of all venues.",
    prevention="Restart the gateway at midnight.",
    items=(_TO_DO, replace(_TO_DO, id=2, due_on=None, done_at=_after(100), done_by="Ben")),
    contacts=Contacts(lead="Ann", escalation="Engineering (Ben)"),
    review=Review(at=_after(2000), by="Ann", symptoms="Old quotes", cause="A session of yesterday"),
    bundles=(
        Bundled(text="tocsin-desk-20260130.tar.gz: 12 files, sha256 0f3a", link="https://desk.slack.com/files/F01"),
        Bundled(text="tocsin-desk-20260131.tar.gz: 12 files, sha256 77c1"),
    ),
    updates=2,
    updated=_after(2000),
    spoken=_after(35),
    timeline=(
        Moment(at=_BEGAN, kind="opened", text="INC-1 opened: The price feed is stale", why="route feed"),
        Moment(at=_after(4), kind="acknowledged", text="Ann has it, 4 min after it opened", who="Ann"),
        Moment(at=_after(2000), kind="postmortem", text="Ann wrote the postmortem", who="Ann"),
    ),
)

SAMPLES = (_JUST_OPENED, _CLOSED)

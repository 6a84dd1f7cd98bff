"""Ways that failed when somebody was paged: one message, which Slack takes whatever is in it."""

from __future__ import annotations

from dataclasses import replace

from bot.core.page import DELIVERED, FAILED, FAILING, SENT, UNREACHED, WAITING, Page
from bot.views.reach import failing, reach_message
from tests.core.kit import NOW, incident
from tests.views.kit import HOSTILE, inert, mrkdwn_texts, shown

PAGE = Page(
    key="k", incident=12, part="main", epoch=1, round=1, level=0, person="ann", name="Ann", way="phone",
    address="+1-555-0100", made_at=NOW,
)  # fmt: skip


def test_what_counts_as_failing() -> None:
    """A call that rang out and waits to be repeated does; a page that has not been tried does not."""
    assert [failing(replace(PAGE, state=state)) for state in (UNREACHED, FAILED, FAILING)] == [True] * 3
    assert [failing(replace(PAGE, state=state)) for state in (WAITING, SENT, DELIVERED)] == [False] * 3
    assert failing(replace(PAGE, state=WAITING, tries=2))


def test_each_way_with_its_reason() -> None:
    pages = [
        replace(PAGE, state=UNREACHED, outcome="busy"),
        replace(PAGE, way="mail", state=SENT),
        replace(PAGE, way="sms", state=FAILED),
    ]
    told = reach_message(incident(), "level 1 (First)", pages)
    assert "📵 2 of 3 ways to level 1 (First) failed so far" in shown(told)
    assert "• Ann by phone: busy\n• Ann by sms: failed" in shown(told)
    assert "by mail" not in shown(told)


def test_many_and_hostile_ones_are_cut_and_harmless() -> None:
    pages = [replace(PAGE, name=HOSTILE, way=HOSTILE, state=FAILED, outcome=HOSTILE)] * 40
    told = reach_message(incident(), HOSTILE, pages)
    assert "and 28 more" in shown(told)
    for text in mrkdwn_texts(told.blocks):
        inert(text)

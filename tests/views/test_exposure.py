"""What is at risk, on every surface: in the same words, harmless, cut, and only while the incident lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.core.escalation import MAIN
from bot.core.exposure import Exposure, Reading
from bot.views.card import card, small_card
from bot.views.direct import direct
from bot.views.pages import SHORT, page_text
from bot.views.state import at_risk
from bot.views.terminal import incident_story
from tests.views.kit import HOSTILE, NOW, accepted, incident, inert, mrkdwn_texts, running, shown


def reading(title: str, value: float | None, unit: str = "", **more: Any) -> Reading:
    return Reading(figure=title, title=title, value=value, unit=unit, at=NOW, **more)


FIGURES = (
    reading("open orders", 14),
    reading("positions", None, why="no answer within 10 s"),
    reading("loss", -1240, "USD", unsigned=True),
)
EXPOSED = Exposure(readings=FIGURES).stored
SAID = "open orders 14 · positions unknown · loss $1,240, as of 03:05 UTC"


def test_the_same_words_everywhere() -> None:
    one, ladders = incident(exposure=EXPOSED), {MAIN: running()}
    assert at_risk(one) == SAID
    assert f"At risk:    {SAID}" in incident_story(one, ladders, [], NOW)
    page = page_text(one, number_of_level=2, level_name="Engineering", why="no acknowledgement", now=NOW)
    assert f"At risk: {SAID}" in page.body
    assert "At risk: open orders 14, positions unknown, loss 1,240 dollars." in page.speech
    assert "At risk: open orders 14, positions unknown, loss $1,240" in page.short
    for drawn in (card(one, ladders), small_card(one, ladders), direct(page, one)):
        accepted(drawn)
        assert "*At risk:* open orders 14 · positions unknown · loss $1,240, as of <!date^" in shown(drawn)


@pytest.mark.parametrize("values", [{}, {"exposure": EXPOSED, "phase": "resolved"}])
def test_nothing_where_nothing_is_known_or_all_is_over(values: dict[str, Any]) -> None:
    one = incident(**values)
    assert at_risk(one) == ""
    assert "At risk" not in shown(card(one, {MAIN: running()}))
    assert "At risk" not in incident_story(one, {}, [], NOW)


def test_hostile_titles_are_inert_and_cut() -> None:
    """They are the pack's, and a pack is written by people."""
    many = tuple(reading(HOSTILE, 1e12, HOSTILE) for _ in range(8))
    one = incident(exposure=Exposure(readings=many).stored)
    page = page_text(one, number_of_level=1, level_name="", why="", now=NOW + timedelta(minutes=1))
    assert len(page.short) <= SHORT
    for drawn in (card(one, {MAIN: running()}), direct(page, one)):
        accepted(drawn)
        for text in mrkdwn_texts(drawn.blocks):
            inert(text)

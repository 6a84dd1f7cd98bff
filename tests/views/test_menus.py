"""Messages only the asker sees."""

from dataclasses import replace

import pytest

from bot.views.menus import help_message, menu
from tests.views.kit import (
    HOSTILE,
    HOSTILE_URL,
    accepted,
    buttons,
    elements,
    hostile,
    inert,
    mrkdwn_texts,
    shown,
    states,
)

STANDING = [(replace(one, number=number), ladders) for number, (_, one, ladders) in enumerate(states(), 1)]


@pytest.mark.parametrize("many", [0, 1, 10, 11, 25])
@pytest.mark.parametrize("evil", [False, True])
def test_menus_are_accepted(many: int, evil: bool) -> None:
    standing = [hostile(*one) if evil else one for one in STANDING[:many]]
    drawn = [
        menu(standing, board=HOSTILE_URL),
        menu(standing),
    ]
    for one in drawn:
        accepted(one)
        for text in mrkdwn_texts(one.blocks):
            inert(text.replace("`", ""))
        numbers = [(e["action_id"], e["value"]) for e in elements(one)]
        assert len(set(numbers)) == len(numbers)


def test_the_menu_offers_what_is_likely_next() -> None:
    by_name = {name: (one, ladders) for name, one, ladders in states()}
    drawn = menu([by_name["level 1 paged"], by_name["held"], by_name["monitoring"]])
    assert buttons(drawn) == ["Declare Incident", "Acknowledge", "Add Note", "Confirm Positions"]
    assert "🔴 INC-12 critical hft: Market data feed is stale\nFiring – nobody has it" in shown(drawn)
    assert drawn.text == "3 open incidents"


def test_the_empty_menu_still_declares() -> None:
    drawn = menu([])
    assert drawn.text == "No open incidents"
    assert [element["action_id"] for element in elements(drawn)] == ["incident.declare"]


def test_help_lists_commands() -> None:
    rows = [(f"/incident verb{n} [number]", "does it") for n in range(30)]
    drawn = help_message(rows, about="Tocsin pages people until somebody has it.")
    accepted(drawn)
    assert "`/incident verb29 [number]` does it" in shown(drawn)
    assert drawn.text == "Tocsin pages people until somebody has it."
    accepted(help_message([], about=""))
    accepted(help_message([(HOSTILE, HOSTILE)] * 80, about=HOSTILE))

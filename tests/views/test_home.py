"""The Home tab: what waits, what is theirs, what is open, who answers; never more than Slack takes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.core.item import Item
from bot.core.slack_limits import fit, problems
from bot.views.blocks import Drawn
from bot.views.home import Home, home
from tests.views.kit import HOSTILE, elements, hostile, inert, mrkdwn_texts, shown, states

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 3, 5, tzinfo=UTC)
BY_NAME = {name: (one, ladders) for name, one, ladders in states()}
ITEM = Item(id=7, incident=12, text="Alert on lag", owner="ann", owner_name="Ann", due_on=TODAY, made_at=NOW)
EMPTY = Home(waiting=(), held=(), items=(), open=(), on_call={}, today=TODAY, at=NOW)


def drawn(shown_: Home) -> Drawn:
    view: dict[str, Any] = home(shown_)
    assert problems(view, "home") == []
    assert fit(view, "home")[1] == ()
    return Drawn(text="", blocks=tuple(view["blocks"]))


def test_everything_of_one_reader() -> None:
    held = BY_NAME["held"]
    told = drawn(
        replace(
            EMPTY,
            waiting=[BY_NAME["level 1 paged"][0]],
            held=[held],
            owed=[replace(held[0], number=9, title="The feed stood still")],
            items=[ITEM],
            open=[held],
            on_call={"hft": [("level_1", ["Ann", "Bob"]), ("level_2", [])]},
        )
    )
    text = shown(told)
    for line in (
        "These wait for your answer",
        "You have",
        "You still owe the postmortem of",
        "Your action items",
        "On call now",
        "1 open incident",
    ):
        assert f"*{line}*" in text
    assert "INC-9 critical hft: The feed stood still" in text
    assert "Alert on lag\ndue today · INC-12" in text
    assert "level_1: Ann, Bob\nlevel_2: NOBODY" in text
    actions = [element["action_id"] for element in elements(told)]
    assert {
        "incident.ack",
        "incident.resolve",
        "incident.handover",
        "incident.item_done",
        "incident.postmortem",
    } <= set(actions)


def test_without_anything_it_says_so_and_declares() -> None:
    told = drawn(EMPTY)
    assert "No open incidents" in shown(told)
    assert "These wait" not in shown(told)
    assert [element["action_id"] for element in elements(told)] == ["incident.declare"]


def test_the_most_of_everything_is_accepted_and_harmless() -> None:
    standing = [
        hostile(*(replace(one, number=n), ladders)) for n, (_, one, ladders) in enumerate(list(states()) * 4, 1)
    ]
    told = drawn(
        replace(
            EMPTY,
            waiting=[one for one, _ in standing],
            held=standing,
            owed=[one for one, _ in standing],
            items=[replace(ITEM, id=n, text=HOSTILE) for n in range(30)],
            open=standing,
            on_call={f"{HOSTILE}{n}": [(HOSTILE, [HOSTILE] * 9)] * 30 for n in range(20)},
        )
    )
    assert len(told.blocks) <= 100
    for text in mrkdwn_texts(told.blocks):
        inert(text.replace("`", ""))

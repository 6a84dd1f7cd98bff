"""What the thread says of updates, postmortems and action items, their buttons, and their forms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.core.item import Item
from bot.core.oncall import BOT, Actor
from bot.core.slack_limits import fit, problems
from bot.core.timeline import Entry
from bot.views import report_modals as forms
from bot.views.items import item_list, item_notice, item_text
from bot.views.lines import line
from tests.views.kit import ANN, HOSTILE, HUGE, NOW, accepted, incident, inert, mrkdwn_texts, shown

FIELDS = ("summary", "services", "users", "business", "actions", "next")


def entry(kind: str, text: str, who: Actor = BOT, **data: Any) -> Entry:
    return Entry(at=NOW, kind=kind, text=text, who=who, data=data)


def pressed(entry_: Entry) -> list[str]:
    """The actions of the buttons of a line."""
    return [e["action_id"] for b in line(entry_, incident()).blocks if b["type"] == "actions" for e in b["elements"]]


def test_an_update_says_what_is_new() -> None:
    said = entry("update", "x", ANN, summary="Prices come again.\nLate.", users="none", next="compare quotes")
    assert shown(line(said, incident())) == (
        "📣 *Update by Ann Dealer*\nPrices come again.\nLate.\nUsers: none\nNext: compare quotes"
    )


@pytest.mark.parametrize("text", [HOSTILE, HUGE])
def test_an_update_of_anything_is_accepted_and_inert(text: str) -> None:
    drawn = line(entry("update", text, ANN, **dict.fromkeys(FIELDS, text)), incident())
    accepted(drawn)
    for said in mrkdwn_texts(drawn.blocks):
        inert(said)
        assert len(said) <= 3000


@pytest.mark.parametrize("kind", ["update_due", "review_due"])
def test_who_is_asked_is_mentioned(kind: str) -> None:
    asked = [{"name": "Ann Dealer", "slack": "U0ANN"}]
    assert shown(line(entry(kind, "Ann Dealer: it is due", asked=asked), incident())).startswith(
        "⏰ <@U0ANN>: it is due"
    )
    evil = [{"name": HOSTILE, "slack": "U1> <!channel"}]
    for said in mrkdwn_texts(line(entry(kind, f"{HOSTILE}: it is due", asked=evil), incident()).blocks):
        inert(said)


@pytest.mark.parametrize(
    ("kind", "data", "actions"),
    [
        ("update_due", {}, ["incident.update"]),
        ("update_missed", {}, ["incident.update"]),
        ("fix_asked", {}, ["incident.fixed_by"]),
        ("review_due", {}, ["incident.postmortem"]),
        ("item", {"item": 7}, ["incident.item_done"]),
        ("item_due", {"item": 7}, ["incident.item_done"]),
        ("item_done", {"item": 7}, []),
        ("update", {}, []),
        ("fixed", {}, []),
    ],
)
def test_what_can_be_done_about_it(kind: str, data: dict[str, Any], actions: list[str]) -> None:
    assert pressed(entry(kind, "x", ANN, **data)) == actions


# --- forms


@pytest.mark.parametrize("text", ["", "known", HOSTILE, HUGE])
def test_forms_are_accepted_whatever_is_known(text: str) -> None:
    known = dict.fromkeys((*FIELDS, "symptoms", "cause", "resolution", "prevention", "lessons"), text)
    for view in (
        forms.update_modal(incident(title=text or "x"), known, metadata="12"),
        forms.postmortem_modal(incident(title=text or "x"), known, metadata="12"),
        forms.fixed_modal(incident(fixed_by=text), metadata="12"),
        forms.item_modal(incident(), "U0ANN", date(2026, 12, 1), metadata="12"),
    ):
        assert problems(view, "modal") == []


def test_what_a_form_has_no_room_for_is_cut_visibly() -> None:
    view = forms.update_modal(incident(), {"summary": "word " * 1000}, metadata="12")
    (field,) = [b["element"]["initial_value"] for b in view["blocks"] if b.get("block_id") == "summary"]
    assert len(field) <= 3000
    assert field.endswith("[… 5,000 characters in all: the whole is in the report]")


# --- action items

ITEM = Item(
    id=7, incident=12, text="watch it", owner="ben", owner_name="Ben", due_on=date(2026, 12, 1), made_at=NOW,
    made_by="Ann",
)  # fmt: skip


def test_a_reminder_in_both_quiet_ways() -> None:
    text = item_text(incident(), ITEM, "Due today")
    assert text.subject == "Due today: INC-12, action item 7: watch it"
    assert "When it is done: /incident item done 7" in text.body
    drawn = item_notice(incident(), ITEM, "Due today", link_to="https://desk.slack.com/archives/C1/p1")
    accepted(drawn)
    assert "📌 *Due today*" in shown(drawn)


@pytest.mark.parametrize("text", [HOSTILE, HUGE])
def test_items_of_anything_are_accepted_and_inert(text: str) -> None:
    evil = [
        Item(id=n, incident=12, text=text, owner="x", owner_name=text, made_at=NOW, made_by=text) for n in range(60)
    ]
    for drawn in (item_list(evil, date(2026, 12, 1), text), item_notice(incident(title=text), evil[0], text)):
        fitted, _ = fit({"text": drawn.text, "blocks": list(drawn.blocks)}, "message")
        assert problems(fitted, "message") == []
        for said in mrkdwn_texts(drawn.blocks):
            inert(said)
    assert len(item_text(incident(title=text), evil[0], text).subject) <= 120


def test_the_list_says_when_each_is_due() -> None:
    drawn = item_list([ITEM], date(2026, 12, 2), "INC-12")
    accepted(drawn)
    assert "Ben · 1 day late · INC-12" in shown(drawn)

"""Every kind of block is drawn as Slack draws it: what it says, and what can be done with it."""

from __future__ import annotations

import pytest

from bot.core.slack_blocks import SURFACES
from bot.core.slack_elements import CHOICES, IN_ACTIONS, IN_INPUT, MULTI_SELECTS, PICKERS, SINGLE_SELECTS, TYPED
from bot.playground import modals, posting
from bot.playground.page.frame import Page
from bot.playground.values import Json
from bot.playground.workspace import Workspace
from tests.playground.page.kit import OPTIONS, bot_posts, drawn, log, mrkdwn, plain
from tests.playground.page.reading import Drawn

BUTTON = {"type": "button", "text": plain("Go"), "action_id": "go", "value": "7"}
ELEMENTS: dict[str, Json] = {
    "button": {"text": plain("Go"), "value": "7", "style": "primary", "accessibility_label": "Go: INC-7"},
    "workflow_button": {"text": plain("Go"), "workflow": {}},
    "overflow": {"options": OPTIONS},
    **{key: {"options": OPTIONS} for key in ("static_select", "multi_static_select", *CHOICES)},
    "number_input": {"is_decimal_allowed": False},
    "external_select": {"placeholder": plain("Search")},
}

BLOCKS: dict[str, tuple[Json, tuple[str, ...]]] = {
    "section": (
        {"text": mrkdwn("*said*"), "fields": [mrkdwn("left"), plain("right")], "accessory": BUTTON},
        ("<strong>said</strong>", "left", "right", "data-press"),
    ),
    "header": ({"text": plain("Title")}, ("<h2", "Title")),
    "context": (
        {"elements": [mrkdwn("small"), {"type": "image", "image_url": "https://x.example/a", "alt_text": "logo"}]},
        ("small", 'aria-label="logo"'),
    ),
    "actions": ({"elements": [BUTTON]}, ('value="7"', "Go")),
    "divider": ({}, ("<hr",)),
    "image": (
        {"image_url": "https://x.example/a", "alt_text": "a chart", "title": plain("Latency")},
        ("<figcaption>Latency", 'aria-label="a chart"'),
    ),
    "input": (
        {"label": plain("Why?"), "hint": plain("Short"), "element": {"type": "plain_text_input", "action_id": "w"}},
        ("<label", "Why?", "Short", "aria-describedby"),
    ),
    "rich_text": (
        {"elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "rich"}]}]},
        ("rich",),
    ),
    "markdown": ({"text": "**strong**"}, ("<strong>strong</strong>",)),
    "table": (
        {"rows": [[{"type": "raw_text", "text": "Order"}], [{"type": "raw_number", "value": 17}]]},
        ("<table>", "Order", "17"),
    ),
    "video": ({"title": plain("A film"), "alt_text": "what it shows"}, ("A film", "what it shows", "video")),
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_block_of_a_message(page: Page, slack: Workspace, kind: str):
    content, pieces = BLOCKS[kind]
    bot_posts(slack, "fallback", blocks=[{"type": kind, **content}])
    html = log(page)
    assert "fallback" not in html
    for piece in pieces:
        assert piece in html


def test_every_kind_that_a_message_may_have_is_drawn_in_some_way(page: Page, slack: Workspace):
    """A kind without looks of its own shows its texts, so that nothing is hidden from the reader."""
    others = [
        kind for kind, where in SURFACES.items() if "message" in where and kind not in {*BLOCKS, "context_actions"}
    ]
    bot_posts(slack, blocks=[{"type": kind, "title": plain(f"words of {kind}")} for kind in others])
    html = log(page)
    assert others
    for kind in others:
        assert f"words of {kind}" in html


@pytest.mark.parametrize("kind", sorted(IN_ACTIONS))
def test_an_element_of_a_message_has_a_name_and_tells_the_app(page: Page, slack: Workspace, kind: str):
    element = {"type": kind, "action_id": "a", **ELEMENTS.get(kind, {})}
    bot_posts(slack, blocks=[{"type": "actions", "block_id": "b", "elements": [element]}])
    page_of = Drawn(log(page))
    (widget,) = page_of.all("span", **{"data-block": "b", "data-action": "a"})
    assert "data-live" in widget or widget["data-kind"] == "button"
    controls = [has for tag, has in page_of.tags if tag in ("button", "select", "input", "textarea", "summary")]
    assert any("-0-a" in has.get("id", "") + has.get("name", "") for has in controls)


def test_an_edit_leaves_the_controls_that_remain_in_their_place(page: Page, slack: Workspace):
    """Its blocks have new ids then, by which the app tells presses apart; a browser keeps what is open and focused."""

    def blocks(revision: str, said: str) -> list[Json]:
        more = {"type": "overflow", "action_id": "more", "options": OPTIONS[:2]}
        return [
            {"type": "section", "block_id": f"said.{revision}", "text": mrkdwn(said)},
            {"type": "actions", "block_id": f"act.{revision}", "elements": [{**BUTTON, "text": plain(said)}, more]},
        ]

    def ids() -> list[str]:
        return [
            has["id"] for tag, has in Drawn(log(page)).tags if tag in ("button", "summary", "details") and "id" in has
        ]

    card = bot_posts(slack, blocks=blocks("1", "nobody has it"))
    before = ids()
    posting.edit(slack.room, card, posting.Draft(text="x", blocks=blocks("2", "ann has it")))
    assert 'data-block="act.2"' in log(page)
    assert ids() == before


@pytest.mark.parametrize("kind", sorted(IN_INPUT - {"file_input"}))
def test_an_input_of_a_modal_is_labelled_and_waits_for_submit(page: Page, slack: Workspace, kind: str):
    element = {"type": kind, "action_id": "a", **ELEMENTS.get(kind, {})}
    open_view(slack, [{"type": "input", "block_id": "b", "label": plain("The label"), "element": element}])
    made = drawn(page)
    (scope,) = made.lists["views"]
    page_of = Drawn(made.put[scope])
    (widget,) = page_of.all("span", **{"data-block": "b", "data-action": "a"})
    assert "data-live" not in widget
    assert "The label" in page_of.text
    needed = {has.get("role", tag) for tag, has in page_of.tags if "aria-required" in has}
    assert needed <= {"input", "select", "textarea", "radiogroup"}
    assert bool(needed) is (kind not in MULTI_SELECTS and kind != "checkboxes"), "ARIA knows no such thing of a group"
    if kind not in CHOICES:
        assert page_of.all("label", **{"for": f"{scope}-b-a"})
        assert [has for _, has in page_of.tags if has.get("id") == f"{scope}-b-a"]
    assert kind in {*SINGLE_SELECTS, *MULTI_SELECTS, *CHOICES, *PICKERS, *TYPED}


def test_what_is_chosen_and_typed_ahead_is_there(page: Page, slack: Workspace):
    def field(name: str, element: Json) -> Json:
        return {"type": "input", "block_id": name, "label": plain(name), "element": {**element, "action_id": name}}

    at = int(slack.room.state.now())
    open_view(slack, [
        field("text", {"type": "plain_text_input", "initial_value": "so far"}),
        field("lines", {"type": "plain_text_input", "multiline": True, "initial_value": "two\nlines"}),
        field("one", {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[1]}),
        field("some", {"type": "checkboxes", "options": OPTIONS, "initial_options": OPTIONS[1:]}),
        field("who", {"type": "users_select", "initial_user": slack.person("bob").id}),
        field("day", {"type": "datepicker", "initial_date": "2027-01-15"}),
        field("at", {"type": "datetimepicker", "initial_date_time": at}),
    ])  # fmt: skip
    made = drawn(page)
    html = made.put[made.lists["views"][0]]
    page_of = Drawn(html)
    assert page_of.all("input", value="so far")
    assert ">two\nlines</textarea>" in html
    assert [one["value"] for one in page_of.all("option") if "selected" in one] == ["two", slack.person("bob").id]
    assert [one["value"] for one in page_of.all("input", type="checkbox") if "checked" in one] == ["two", "three"]
    assert page_of.all("input", type="date", value="2027-01-15")
    assert page_of.all("input", type="datetime-local", value="2027-01-15T08:00")


def test_a_confirmation_is_a_dialog_of_its_own(page: Page, slack: Workspace):
    asks = {
        "title": plain("Really?"),
        "text": mrkdwn("*All* orders"),
        "confirm": plain("Cancel them"),
        "deny": plain("No"),
    }
    bot_posts(slack, blocks=[{"type": "actions", "elements": [{**BUTTON, "confirm": {**asks, "style": "danger"}}]}])
    html = log(page)
    for piece in ("<template data-confirm>", "Really?", "<strong>All</strong> orders", "Cancel them", 'class="danger"'):
        assert piece in html


def test_hostile_words_in_every_place_stay_words(page: Page, slack: Workspace):
    bad = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'"
    bot_posts(slack, bad, attachments=[{"title": bad, "text": bad}], blocks=[
        {"type": "header", "text": plain(bad)},
        {"type": "section", "block_id": bad, "text": mrkdwn(bad), "fields": [mrkdwn(bad)],
         "accessory": {**BUTTON, "text": plain(bad), "value": bad, "url": bad, "accessibility_label": bad[:70]}},
        {"type": "actions", "elements": [
            {"type": "static_select", "action_id": bad, "placeholder": plain(bad),
             "options": [{"text": plain(bad), "value": bad[:70]}]},
        ]},
        {"type": "image", "image_url": "https://x.example/a", "alt_text": bad},
        {"type": "markdown", "text": bad},
        {"type": "table", "rows": [[{"type": "raw_text", "text": bad}]]},
        {"type": "video", "title": plain(bad), "alt_text": bad},
    ])  # fmt: skip
    page_of = Drawn(log(page))
    assert not page_of.all("script")
    assert not page_of.all("img")
    assert not [name for _, has in page_of.tags for name in has if name.startswith("on")]


def open_view(slack: Workspace, blocks: list[Json]) -> None:
    """A modal that Ann sees."""
    content = {"type": "modal", "title": plain("A modal"), "submit": plain("Send"), "blocks": blocks}
    modals.open_modal(slack.room, slack.person("ann").id, modals.check(content, "modal"))

"""What Slack would refuse, and how it is made to fit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.slack_limits import Surface, fit, problems

Json = dict[str, Any]


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(value: str, text: str = "One", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def select(*options: Json, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": list(options), **more}


def typed(**more: Any) -> Json:
    return {"type": "input", "label": plain("Why"), "element": {"type": "plain_text_input", "action_id": "why"}, **more}


def message(*blocks: Json, **more: Any) -> Json:
    return {"text": "fallback", "blocks": list(blocks), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Declare"), "submit": plain("Declare"), "blocks": list(blocks), **more}


CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("Really"), "confirm": plain("Yes"), "deny": plain("No")}
PICTURE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a graph"}
ROW = [{"type": "raw_text", "text": "cell"}]
GROUP = {"label": plain("Group"), "options": [option("a")]}

FINE: list[tuple[str, Surface, Json]] = [
    ("text alone", "message", {"text": "hello"}),
    ("blocks in a coloured attachment", "message", {"attachments": [{"color": "#a30200", "blocks": [section()]}]}),
    (
        "every block of a card",
        "message",
        message(
            section("x" * 3000, fields=[mrkdwn("y" * 2000)]),
            {"type": "header", "text": plain("h" * 150)},
            {"type": "context", "elements": [mrkdwn("c"), PICTURE] * 5},
            actions(*(button(f"b{n}") for n in range(25))),
            {"type": "divider"},
            {**PICTURE, "title": plain("Graph")},
        ),
    ),
    (
        "a button with all its parts",
        "message",
        message(actions(button(value="v" * 2000, style="danger", confirm=CONFIRM))),
    ),
    ("a button that only opens an address", "message", message(actions(button(url="https://example.com")))),
    ("a menu in groups", "message", message(actions({"type": "static_select", "option_groups": [GROUP]}))),
    ("a menu with something chosen", "message", message(actions(select(option("a"), initial_option=option("a"))))),
    (
        "five entries behind the dots",
        "message",
        message(
            section(
                accessory={
                    "type": "overflow",
                    "action_id": "more",
                    "options": [option(str(n)) for n in range(5)],
                }
            )
        ),
    ),
    ("one action_id in two blocks", "message", message(actions(button()), actions(button()))),
    ("a table", "message", message({"type": "table", "rows": [ROW * 20] * 100})),
    ("markdown", "message", message({"type": "markdown", "text": "*" * 12_000})),
    ("metadata", "message", {"text": "x", "metadata": {"event_type": "page", "event_payload": {"key": "k"}}}),
    ("fifty blocks", "message", message(*[{"type": "divider"}] * 50)),
    ("a modal with an input", "modal", modal(typed(hint=plain("in words")), private_metadata="p" * 3000)),
    ("a modal without inputs needs no button", "modal", {"type": "modal", "title": plain("T"), "blocks": [section()]}),
    ("a hundred blocks at home", "home", {"type": "home", "blocks": [section()] * 100}),
]


@pytest.mark.parametrize(("surface", "payload"), [row[1:] for row in FINE], ids=[row[0] for row in FINE])
def test_slack_takes_this(surface: Surface, payload: Json) -> None:
    assert problems(payload, surface) == []
    assert fit(payload, surface) == (payload, ())


WRONG: list[tuple[Any, ...]] = [
    # why, surface, payload, where, Slack's error if it is not invalid_blocks
    ("nothing to say", "message", {"text": " "}, "/text", "no_text"),
    ("an update's text", "message", {"ts": "1.2", "text": "x" * 4001}, "/text", "msg_too_long"),
    ("a post's text", "message", {"text": "x" * 40_001}, "/text", "msg_too_long"),
    ("51 blocks", "message", message(*[{"type": "divider"}] * 51), "/blocks"),
    ("blocks as text", "message", {"text": "x", "blocks": "[]"}, "/blocks", "invalid_blocks_format"),
    ("characters over all blocks", "message", message(*[section("x" * 2700)] * 5), "/blocks", "msg_blocks_too_long"),
    ("101 attachments", "message", {"attachments": [{"text": "x"}] * 101}, "/attachments", "too_many_attachments"),
    ("a block inside an attachment", "message", {"attachments": [{"blocks": [section("")]}]},
     "/attachments/0/blocks/0/text/text"),
    ("metadata without a type", "message", {"text": "x", "metadata": {"event_payload": {}}},
     "/metadata/event_type", "invalid_metadata_format"),
    ("an unknown block", "message", message({"type": "marquee"}), "/blocks/0/type"),
    ("an alert outside a modal", "message", message({"type": "alert", "text": plain("x")}), "/blocks/0/type"),
    ("markdown in a modal", "modal", modal({"type": "markdown", "text": "x"}), "/blocks/0/type"),
    ("a table in a modal", "modal", modal({"type": "table", "rows": [ROW]}), "/blocks/0/type"),
    ("a file, which nobody may send", "message", message({"type": "file"}), "/blocks/0/type"),
    ("empty section text", "message", message(section("")), "/blocks/0/text/text"),
    ("section text of spaces", "message", message(section("  ")), "/blocks/0/text/text"),
    ("long section text", "message", message(section("x" * 3001)), "/blocks/0/text/text"),
    ("a section of nothing", "message", message({"type": "section"}), "/blocks/0"),
    ("11 fields", "message", message(section(fields=[mrkdwn("x")] * 11)), "/blocks/0/fields"),
    ("no fields", "message", message({"type": "section", "fields": []}), "/blocks/0/fields"),
    ("a long field", "message", message(section(fields=[mrkdwn("x" * 2001)])), "/blocks/0/fields/0/text"),
    ("emoji on mrkdwn", "message", message({"type": "section", "text": {**mrkdwn("x"), "emoji": True}}),
     "/blocks/0/text"),
    ("a header in mrkdwn", "message", message({"type": "header", "text": mrkdwn("x")}), "/blocks/0/text/type"),
    ("a long header", "message", message({"type": "header", "text": plain("x" * 151)}), "/blocks/0/text/text"),
    ("11 context elements", "message", message({"type": "context", "elements": [mrkdwn("x")] * 11}),
     "/blocks/0/elements"),
    ("a button in a context", "message", message({"type": "context", "elements": [button()]}),
     "/blocks/0/elements/0/type"),
    ("26 buttons", "message", message(actions(*(button(str(n)) for n in range(26)))), "/blocks/0/elements"),
    ("no buttons", "message", message(actions()), "/blocks/0/elements"),
    ("an input element among actions", "message", message(actions({"type": "plain_text_input"})),
     "/blocks/0/elements/0/type"),
    ("an action_id twice in one block", "message", message(actions(button(), button())),
     "/blocks/0/elements/1/action_id"),
    ("a long action_id", "message", message(actions(button("x" * 256))), "/blocks/0/elements/0/action_id"),
    ("a block_id twice", "message", message(section(block_id="a"), section(block_id="a")),
     "/blocks/1/block_id"),
    ("a block_id twice, once in an attachment", "message",
     {"blocks": [section(block_id="a")], "attachments": [{"blocks": [section(block_id="a")]}]},
     "/attachments/0/blocks/0/block_id"),
    ("a long block_id", "message", message(section(block_id="x" * 256)), "/blocks/0/block_id"),
    ("long button text", "message", message(actions(button(text=plain("x" * 76)))), "/blocks/0/elements/0/text/text"),
    ("button text in mrkdwn", "message", message(actions(button(text=mrkdwn("x")))), "/blocks/0/elements/0/text/type"),
    ("a long button value", "message", message(actions(button(value="x" * 2001))), "/blocks/0/elements/0/value"),
    ("a long button address", "message", message(actions(button(url="x" * 3001))), "/blocks/0/elements/0/url"),
    ("a style of its own", "message", message(actions(button(style="loud"))), "/blocks/0/elements/0/style"),
    ("a long confirm title", "message", message(actions(button(confirm={**CONFIRM, "title": plain("x" * 101)}))),
     "/blocks/0/elements/0/confirm/title/text"),
    ("a long confirm text", "message", message(actions(button(confirm={**CONFIRM, "text": plain("x" * 301)}))),
     "/blocks/0/elements/0/confirm/text/text"),
    ("a long confirm button", "message", message(actions(button(confirm={**CONFIRM, "deny": plain("x" * 31)}))),
     "/blocks/0/elements/0/confirm/deny/text"),
    ("a long placeholder", "message", message(actions(select(option("a"), placeholder=plain("x" * 151)))),
     "/blocks/0/elements/0/placeholder/text"),
    ("101 options", "message", message(actions(select(*(option(str(n)) for n in range(101))))),
     "/blocks/0/elements/0/options"),
    ("no options", "message", message(actions(select())), "/blocks/0/elements/0/options"),
    ("long option text", "message", message(actions(select(option("a", "x" * 76)))),
     "/blocks/0/elements/0/options/0/text/text"),
    ("a long option description", "message", message(actions(select(option("a", description=plain("x" * 76))))),
     "/blocks/0/elements/0/options/0/description/text"),
    ("a long option value", "message", message(actions(select(option("x" * 151)))),
     "/blocks/0/elements/0/options/0/value"),
    ("an option value twice", "message", message(actions(select(option("a"), option("a")))),
     "/blocks/0/elements/0/options/1/value"),
    ("chosen, but not offered", "message", message(actions(select(option("a"), initial_option=option("b")))),
     "/blocks/0/elements/0/initial_option"),
    ("six entries behind the dots", "message",
     message(actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]})),
     "/blocks/0/elements/0/options"),
    ("11 radio buttons", "message",
     message(actions({"type": "radio_buttons", "options": [option(str(n)) for n in range(11)]})),
     "/blocks/0/elements/0/options"),
    ("a long group label", "message",
     message(actions({"type": "static_select", "option_groups": [{**GROUP, "label": plain("x" * 76)}]})),
     "/blocks/0/elements/0/option_groups/0/label/text"),
    ("an image without words", "message", message({"type": "image", "image_url": "https://example.com"}),
     "/blocks/0/alt_text"),
    ("an image from nowhere", "message", message({"type": "image", "alt_text": "x"}), "/blocks/0"),
    ("markdown over all blocks", "message", message(*[{"type": "markdown", "text": "x" * 6001}] * 2),
     "/blocks", "msg_blocks_too_long"),
    ("two tables", "message", message(*[{"type": "table", "rows": [ROW]}] * 2), "/blocks", "only_one_table_allowed"),
    ("101 rows", "message", message({"type": "table", "rows": [ROW] * 101}), "/blocks/0/rows"),
    ("21 cells", "message", message({"type": "table", "rows": [ROW * 21]}), "/blocks/0/rows/0"),
    ("characters over all cells", "message",
     message({"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 101}]] * 100}), "/blocks/0/rows"),
    ("a modal without a title", "modal", {"type": "modal", "blocks": []}, ""),
    ("a long title", "modal", modal(section(), title=plain("x" * 25)), "/title/text"),
    ("a long submit", "modal", modal(section(), submit=plain("x" * 25)), "/submit/text"),
    ("a long close", "modal", modal(section(), close=plain("x" * 25)), "/close/text"),
    ("an input without submit", "modal", modal(typed(), submit=None), "/submit"),
    ("101 blocks in a modal", "modal", modal(*[section()] * 101), "/blocks"),
    ("a long label", "modal", modal(typed(label=plain("x" * 2001))), "/blocks/0/label/text"),
    ("no label", "modal", modal(typed(label=None)), "/blocks/0"),
    ("a long hint", "modal", modal(typed(hint=plain("x" * 2001))), "/blocks/0/hint/text"),
    ("a button as input", "modal", modal(typed(element=button())), "/blocks/0/element/type"),
    ("a max_length above 3000", "modal", modal(typed(element={"type": "plain_text_input", "max_length": 3001})),
     "/blocks/0/element/max_length"),
    ("a long memory", "modal", modal(section(), private_metadata="x" * 3001), "/private_metadata"),
    ("a long callback_id", "modal", modal(section(), callback_id="x" * 256), "/callback_id"),
    ("a home that says it is a modal", "home", modal(section()), "/type", "invalid_arguments"),
    ("a view of 250 kB", "modal", modal(*[section("ä" * 3000)] * 50), "", "view_too_large"),
]  # fmt: skip


@pytest.mark.parametrize("row", WRONG, ids=[row[0] for row in WRONG])
def test_slack_refuses_this(row: tuple[Any, ...]) -> None:
    _, surface, payload, pointer, *error = row
    found = problems(payload, surface)
    assert (pointer, *(error or ["invalid_blocks"])) in {(one.pointer, one.error) for one in found}
    assert all(one.message for one in found)


UNMENDABLE = {
    "blocks as text", "metadata without a type", "a modal without a title", "a long memory", "a long callback_id",
    "a home that says it is a modal",
}  # fmt: skip
NOTHING_LOST = {
    "nothing to say", "emoji on mrkdwn", "a header in mrkdwn", "button text in mrkdwn", "chosen, but not offered",
}  # fmt: skip
"""What is mended without a word of anybody's being left out."""
MENDABLE = [row for row in WRONG if row[0] not in UNMENDABLE]


@pytest.mark.parametrize("row", MENDABLE, ids=lambda row: row[0])
def test_fit_mends_it_and_says_what_is_left_out(row: tuple[Any, ...]) -> None:
    name, surface, payload = row[:3]
    fitted, cuts = fit(payload, surface)
    assert problems(fitted, surface) == []
    assert fitted != payload
    assert bool(cuts) == (name not in NOTHING_LOST), cuts


def test_too_many_blocks_lose_words_before_buttons() -> None:
    fitted, cuts = fit(message(*(section(str(n)) for n in range(60)), actions(button())), "message")
    blocks = fitted["blocks"]
    assert len(blocks) == 50
    assert blocks[0] == section("0")
    assert blocks[-1] == actions(button())
    assert blocks[-2]["elements"][0]["text"] == "… (12 blocks left out: too much for one message)"
    assert cuts == ("/blocks: 12 of 61 blocks left out",)


def test_too_many_characters_shorten_the_last_text_that_fits() -> None:
    fitted, cuts = fit(message(*[section("x" * 3000)] * 6, actions(button())), "message")
    texts = [block["text"]["text"] for block in fitted["blocks"] if block["type"] == "section"]
    assert [len(text) for text in texts[:4]] == [3000] * 4
    assert texts[4].endswith("… (cut: 3,000 characters in all)")
    assert fitted["blocks"][-1] == actions(button())
    assert len(cuts) == 2


def test_a_confirmation_that_cannot_be_shown_takes_its_button_with_it() -> None:
    bare = button("drop", confirm={"title": plain("Sure?")})
    fitted, _ = fit(message(actions(button("keep"), bare)), "message")
    assert [one["action_id"] for one in fitted["blocks"][0]["elements"]] == ["keep"]


pieces = st.sampled_from(["x", "word ", "```", "&amp;", "<http://a|b>", " ", "\n", "ä", "<", "&"])
long_text = st.builds(lambda first, piece, times: first + piece * times, pieces, pieces, st.integers(0, 2500))
texts = st.builds(lambda kind, text: {"type": kind, "text": text}, st.sampled_from(["mrkdwn", "plain_text"]), long_text)
short_ids = st.sampled_from(["a", "b", "c"])
buttons = st.fixed_dictionaries(
    {"type": st.just("button"), "text": texts},
    optional={"action_id": short_ids, "value": st.text(max_size=3) | st.just("v" * 2001), "confirm": st.just(CONFIRM)},
)
menus = st.builds(
    lambda values, first: select(*(option(value) for value in values), initial_option=option(first)),
    st.lists(st.integers(0, 120).map(str), max_size=8) | st.just([str(n) for n in range(130)]),
    st.integers(0, 130).map(str),
)
sections = st.fixed_dictionaries(
    {"type": st.just("section")},
    optional={
        "text": texts,
        "fields": st.lists(texts, max_size=12),
        "accessory": buttons | menus,
        "block_id": short_ids,
    },
)
context_elements = st.lists(texts | st.just(PICTURE), max_size=12)
contexts = st.fixed_dictionaries({"type": st.just("context"), "elements": context_elements})
rows = st.fixed_dictionaries({"type": st.just("actions"), "elements": st.lists(buttons | menus, max_size=28)})
headers = st.fixed_dictionaries({"type": st.just("header"), "text": texts}, optional={"block_id": short_ids})
block_lists = st.lists(sections | contexts | rows | headers, max_size=12).flatmap(
    lambda some: st.integers(0, 5).map(lambda times: (some * times)[:70])
)


@settings(max_examples=100, deadline=None)
@given(st.fixed_dictionaries({}, optional={
    "text": long_text, "ts": st.just("1.000001"), "blocks": block_lists,
    "attachments": st.lists(block_lists.map(lambda blocks: {"blocks": blocks}), max_size=2),
}))  # fmt: skip
def test_whatever_is_sent_fits(payload: Json) -> None:
    fitted, _ = fit(payload, "message")
    assert problems(fitted, "message") == []
    assert fit(fitted, "message") == (fitted, ())

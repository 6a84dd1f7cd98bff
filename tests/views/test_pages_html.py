"""The pages behind a signed link."""

import re
from html.parser import HTMLParser

import pytest

from bot.views.pages_html import CONFIRM_ANSWERS, PAGE_ANSWERS, ask_page, done_page, gone_page
from tests.views.kit import HOSTILE, hostile, incident, states

URL = "/answer/cGFnZQ.c2ln"


class Page(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def sound(text: str) -> Page:
    page = Page(text)
    assert text.startswith("<!doctype html>")
    assert page.all("html") == [{"lang": "en"}]
    assert any(meta.get("name") == "viewport" for meta in page.all("meta"))
    assert len(page.all("h1")) == 1
    assert not page.all("script")
    assert not page.all("link")
    assert not page.all("img")
    assert not page.all("channel")
    assert not re.search(r"\son\w+=|url\(|@import", text)
    return page


@pytest.mark.parametrize("evil", [False, True])
def test_every_state(evil: bool) -> None:
    for _, one, ladders in states():
        shown = hostile(one, ladders)[0] if evil else one
        page = sound(ask_page(shown, HOSTILE if evil else "Ann Dealer", URL))
        assert "INC-12 critical" in page.text
        if shown.phase == "active":
            assert page.all("form") == [{"method": "post", "action": URL}]


def test_it_asks_once_more_with_one_big_button() -> None:
    page = sound(ask_page(incident(verdict="Feed A silent"), "Ann Dealer", URL))
    assert [(b["value"], b.get("class")) for b in page.all("button")] == [
        ("acknowledge", "main"), ("pass", None), ("escalate", None),
    ]  # fmt: skip
    assert all(button["type"] == "submit" and button["name"] == "verb" for button in page.all("button"))
    for words in (
        "Market data feed is stale",
        "Acknowledge",
        "You answer as Ann Dealer.",
        "2026-11-20 03:03 UTC",
        "Feed A silent",
    ):
        assert words in page.text


def test_confirm_offers_to_keep_or_release() -> None:
    page = sound(ask_page(incident(), "Ann", URL, options=CONFIRM_ANSWERS))
    assert [button["value"] for button in page.all("button")] == ["confirm", "unacknowledge"]


def test_what_is_over_offers_nothing_or_the_positions() -> None:
    over = sound(ask_page(incident(phase="resolved", resolved_by="Ann"), "Bob", URL))
    assert not over.all("form")
    assert "Resolved by Ann." in over.text
    monitoring = sound(ask_page(incident(phase="monitoring"), "Bob", URL))
    assert [button["value"] for button in monitoring.all("button")] == ["confirm"]
    assert "Confirm Positions" in monitoring.text


def test_answers_are_the_words_that_are_heard() -> None:
    heard = {"acknowledge", "pass", "escalate", "resolve", "unacknowledge", "confirm"}
    assert set(PAGE_ANSWERS) | set(CONFIRM_ANSWERS) <= heard


@pytest.mark.parametrize("build", [done_page, gone_page])
def test_what_came_of_it(build: object) -> None:
    page = sound(build("You have INC-12 now.\nSecond line"))  # type: ignore[operator]
    assert "You have INC-12 now." in page.text
    assert "Second line" in page.text
    sound(build(HOSTILE))  # type: ignore[operator]
    sound(build(""))  # type: ignore[operator]


def test_contrast_in_light_and_dark() -> None:
    """WCAG AA: 4.5 to 1 for text, 3 to 1 for edges."""
    css = ask_page(incident(), "Ann", URL)
    themes = [
        dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    ]
    assert len(themes) == 2
    for theme in themes:
        for ink, ground in (("ink", "ground"), ("quiet", "ground"), ("ink", "second"), ("on-main", "main")):
            assert contrast(theme[ink], theme[ground]) >= 4.5
        assert contrast(theme["edge"], theme["ground"]) >= 3
        assert contrast(theme["focus"], theme["ground"]) >= 3


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "INC-1 is over. To open it again: /incident reopen 1",
            "INC-1 is over. To open it again: /incident reopen 1 in Slack, or tocsin incident reopen 1 in a terminal",
        ),
        (
            "Ann has INC-1 since 2 min ago. To take it over: /incident take 1. Or wait.",
            "To take it over: /incident take 1 in Slack, or tocsin incident take 1 in a terminal. Or wait.",
        ),
        ("See /incidents/12 and ./incident x", "See /incidents/12 and ./incident x"),  # no commands
    ],
)
def test_a_command_is_said_with_a_place_where_it_can_be_given(text: str, expected: str) -> None:
    """ESCALATION 18: whoever reads it came by a link, perhaps because Slack is away."""
    assert expected in done_page(text)


def test_where_there_is_no_slack_nobody_is_sent_there() -> None:
    page = done_page("INC-1 is over. To open it again: /incident reopen 1", in_slack=False)
    assert "To open it again: tocsin incident reopen 1 in a terminal" in page
    assert "Slack" not in page

"""The board's pages as values: every state, hostile text, what a countdown says, charts, and colours."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

import pytest

import bot.views
from bot.core.alert import Severity
from bot.core.evidence import Evidence, Seen, State, Table
from bot.core.look import Look
from bot.core.numbers import Facts, Spread, numbers
from bot.core.page import Page
from bot.core.past import Found, Wanted
from bot.core.timeline import Entry
from bot.core.weeks import Week
from bot.views.board import Frame, Standing, countdown, list_page, plain_page
from bot.views.board_incident import Whole, incident_page
from bot.views.board_numbers import numbers_page
from bot.views.board_past import past_page
from tests.views.kit import ANN, HOSTILE, HOSTILE_URL, HUGE, NOW, hostile, states
from tests.views.test_pages_html import contrast

FRAME = Frame(now=NOW, assets={name: f"/board/static/{name}?v=1" for name in ("board.css", "board.js", "board.svg")})
VOID = {"meta", "link", "input"}


class Read(HTMLParser):
    """What a browser would make of it; it insists that what is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        assert self.open == []
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def sound(html: str) -> Read:
    """Well-formed, one heading of the first rank, named landmarks, ids once, and nothing that runs but our script."""
    page = Read(html)
    names = [tag for tag, _ in page.tags]
    assert html.startswith("<!doctype html>")
    assert (names.count("h1"), names.count("main"), names.count("header")) == (1, 1, 1)
    ids = [str(attributes["id"]) for _, attributes in page.tags if "id" in attributes]
    assert sorted(ids) == sorted(set(ids))
    assert [attributes.get("src") for tag, attributes in page.tags if tag == "script"] in (
        [],
        ["/board/static/board.js?v=1"],
    )
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]
    assert not {"img", "iframe", "object", "style", "base", "channel"} & set(names)
    for tag, attributes in page.tags:
        address = attributes.get("href") if tag == "a" else None
        assert address is None or re.match(r"(?:/board|https?://|#|$)", address), address
    for sign in ("\u202e", "\x1b", "\x00", "\x07"):
        assert sign not in html
    return page


def look(state: State, said: str) -> tuple[Look, list[Evidence]]:
    seen = Seen(
        facts={"age_s": 4, said[:50]: said}, table=Table(columns=("a", said[:50]), rows=((1, said),)), excerpt=[said]
    )
    evidence = Evidence(
        id=1, check="feed", title=said, system="hft", state=state, verdict=said, rules={"fail": said}, help=said,
        seen=seen, started=NOW, took=0.1,
    )  # fmt: skip
    return Look(id=1, system="hft", what=said, why=said, by=said, made_at=NOW, verdict=said), [evidence]


def page_to(said: str) -> Page:
    return Page(
        key="p1", incident=12, part="main", epoch=1, round=1, level=0, person="ann", name=said, way="phone",
        address="+15005550006", outcome=said, why=said, made_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("evil", ["", HOSTILE, HUGE], ids=["plain", "hostile", "huge"])
def test_every_state(evil):
    for name, one, ladders in islice(states(), 3 if evil is HUGE else None):
        shown, stands = hostile(one, ladders, evil) if evil else (one, ladders)
        said = evil or "Feed A is silent"
        standing = Standing(incident=shown, ladders=stands, duties=(("lead", said),))
        page = sound(list_page(FRAME, [standing], 1, []))
        assert "INC-12" in page.text, name
        assert "Next:" in page.text
        whole = Whole(
            standing=standing,
            entries=[
                Entry(at=NOW, kind="note", text=said, why=said, who=ANN),
                Entry(
                    at=NOW,
                    kind="pinned",
                    text=said,
                    data={"link": HOSTILE_URL, "files": [{"name": said, "link": said}]},
                ),
                Entry(
                    at=NOW,
                    kind="verdict",
                    text=said,
                    data={"checks": [{"title": said, "verdict": said, "state": "fail"}]},
                ),
            ],
            pages=[page_to(said)],
            all_pages=1,
            looks=[look(state, said) for state in (State.FAIL,)],
        )
        page = sound(incident_page(FRAME, whole, "/board/incidents/12?entries=1000"))
        assert "+15005550006" not in page.text
        assert len(page.text) < 120_000


def test_what_a_list_says_first():
    held, unheld = ({n: (i, ladders) for n, i, ladders in states()}[name] for name in ("held", "level 1 paged"))
    standing = [Standing(incident=i, ladders=ladders) for i, ladders in (unheld, held)]
    html = list_page(FRAME, standing[:1], 1_234, [])
    assert "<title>(1) Board · Tocsin</title>" in html
    assert "1,234 open, 1 that nobody has" in Read(html).text
    assert "<title>Board · Tocsin</title>" in list_page(FRAME, standing[1:], 1, [])
    assert "Nothing is open" in Read(list_page(FRAME, [], 0, [])).text


def test_due_times_have_a_countdown_and_past_ones_none():
    one, ladders = {n: (i, ladders) for n, i, ladders in states()}["level 1 paged"]
    later = Frame(now=NOW + timedelta(hours=3), assets=FRAME.assets)
    standing = [Standing(incident=one, ladders=ladders)]
    assert "in 5:00" in Read(list_page(FRAME, standing, 1, [])).text
    assert 'class="left"' not in list_page(later, standing, 1, [])


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "in 0:01"),
        (59.2, "in 1:00"),
        (252, "in 4:12"),
        (3600, "in 1:00:00"),
        (3852, "in 1:04:12"),
        (0, "now"),
        (-5, "now"),
    ],
)
def test_countdown(seconds, said):
    """The script counts in the same way: see countdown() there."""
    assert countdown(timedelta(seconds=seconds)) == said


def found(**more):
    given = {
        "number": 7, "system": "hft", "title": "Feed", "severity": Severity.HIGH, "phase": "resolved", "opened_at": NOW,
        "acknowledged_at": None, "resolved_at": NOW + timedelta(minutes=12), "resolved_by": "Ann", "verdict": "",
        "fixed_by": "", "merged_into": None,
    }  # fmt: skip
    return Found(**given | more)


def test_the_past():
    rows = [
        found(),
        found(number=6, merged_into=7),
        found(number=5, phase="active", resolved_at=None),
        found(title=HOSTILE),
    ]
    page = sound(past_page(FRAME, Wanted(words=("a&b", "<c>")), rows, ["hft", HOSTILE], more=True, wrong=[HOSTILE]))
    for words in ("resolved after 12 min by Ann", "merged into INC-7", "active"):
        assert words in page.text
    older = next(attributes["href"] for _, attributes in page.tags if attributes.get("rel") == "next")
    assert older == "/board/past?q=a%26b+%3Cc%3E&before=7"
    assert "Nothing was found." in sound(past_page(FRAME, Wanted(), [], [])).text


@pytest.mark.parametrize("most", [0, 1, 7, 43, 999, 123_456])
def test_charts_hold_whatever_happened(most):
    spread = Spread(count=1, median=timedelta(minutes=most), p90=timedelta(0), worst=timedelta(0)) if most else None
    weeks = [
        Week(
            begins=date(2026, 11, 2) + timedelta(weeks=n),
            incidents=most * n // 12,
            calls=most,
            acknowledge=None,
            resolve=spread,
        )
        for n in range(13)
    ]
    figures = numbers(Facts(since=NOW - timedelta(weeks=13), until=NOW, alerts=[(HOSTILE, most)]), NOW.tzinfo)
    page = sound(numbers_page(FRAME, weeks, figures))
    bars = [attributes for tag, attributes in page.tags if tag == "rect"]
    for bar in bars:
        assert 0 < float(str(bar["height"])) <= 180
        assert 0 <= float(str(bar["y"])) <= 180
        assert float(str(bar["x"])) + float(str(bar["width"])) <= 640
    assert len(bars) == (0 if not most else 13 * 2 + sum(bool(one.incidents) for one in weeks))
    assert len([tag for tag, _ in page.tags if tag == "line"]) <= 2 * 7  # few lines to count by


def test_a_page_that_only_says_something():
    page = sound(plain_page(FRAME, "The board", [HOSTILE], form=True))
    assert [attributes["type"] for tag, attributes in page.tags if tag == "input"] == ["password"]
    assert "form" not in [tag for tag, _ in sound(plain_page(FRAME, "x", [])).tags]


def test_contrast_in_light_and_dark():
    """WCAG AA: 4.5 to 1 for text, 3 to 1 for edges and bars."""
    css = Path(bot.views.__file__).with_name("static").joinpath("board.css").read_text()
    pairs = dict(re.findall(r"--([\w-]+): light-dark\(([^)]+)\)", css))
    for theme in (0, 1):
        colour = {name: _whole(both.split(", ")[theme]) for name, both in pairs.items()}
        for ground in ("page", "paper"):
            for ink in ("ink", "soft", "link", "bad", "owned", "over", "good"):
                assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground, theme)
            for edge in ("edge", "bar", "bar-too"):
                assert contrast(colour[edge], colour[ground]) >= 3, (edge, ground, theme)
        assert contrast(colour["on-bad"], colour["bad"]) >= 4.5
        assert contrast(colour["paper"], colour["link"]) >= 4.5  # a button


def _whole(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(sign * 2 for sign in colour[1:])

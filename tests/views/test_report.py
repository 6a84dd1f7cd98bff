"""The report as people read it, and the templates that a desk writes itself."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.report import REPORT_TEMPLATES, Bundled, Deed, Moment, Report
from bot.core.slack_limits import fit, problems
from bot.views.report import HTML, MAIL, MARKDOWN, SLACK, render, report_message, report_subject, try_out
from bot.views.report_samples import SAMPLES
from tests.views.kit import HOSTILE, HUGE

OPENED, CLOSED = SAMPLES

GUIDE = """\
**Status:** 🔴 ACTIVE
**Summary:**
**Impact:**
- Affected services:
- User impact:
- Business impact:
**Timeline:**
- Detected:
- Response started:
- Resolution:
**Actions Taken:**
**Next Steps:**
- Recovery plan:
- Prevention measures:
**Contact:**
- Lead responder:
- Escalation contact:
"""
"""The shape of the communication template of sapphire's guide."""


def test_the_markdown_has_the_shape_of_the_guides_template_section_by_section() -> None:
    text = render(OPENED, MARKDOWN, {})
    place = 0
    for line in GUIDE.splitlines():
        found = text.find(f"\n{line}", place)
        assert found >= 0, f"{line!r} is missing, or not in its place"
        place = found + 1


@pytest.mark.parametrize("name", REPORT_TEMPLATES)
def test_every_surface_says_the_same(name: str) -> None:
    text = render(CLOSED, name, {})
    for said in (
        "RESOLVED, closed", "Quotes stood still for 40 minutes", "feed, pricing", "No quotes on the screens",
        "Two clients were quoted by hand", "loss $1,240", "Restarted the gateway", "the gateway was restarted",
        "Restart the gateway at midnight", "Watch the age of quotes", "Ann", "Engineering (Ben)",
    ):  # fmt: skip
        assert said in text, said


@pytest.mark.parametrize("name", REPORT_TEMPLATES)
def test_what_nobody_has_said_is_said_to_be_missing(name: str) -> None:
    text = render(OPENED, name, {})
    assert text.count("Not said yet.") >= 3
    assert "None" not in text
    assert "nobody has acknowledged it yet" in text


def test_the_whole_of_it_stands_in_the_files() -> None:
    for name in (MARKDOWN, HTML):
        text = render(CLOSED, name, {})
        for said in (
            "Postmortem",
            "A session of yesterday",
            "tocsin-desk-20260130.tar.gz",
            "INC-1 opened",
            "route feed",
        ):
            assert said in text, said


def test_times_are_utc_and_beside_it_the_desks() -> None:
    text = render(CLOSED, MARKDOWN, {}, ZoneInfo("Asia/Tokyo"))
    assert "- Detected: 2026-01-30 03:12:41 UTC (2026-01-30 12:12 JST)" in text
    assert "(" not in re.search("Detected.*", render(CLOSED, MARKDOWN, {}))[0]  # type: ignore[index]
    assert "<!date^" in render(CLOSED, SLACK, {}), "in Slack each reader's own"


# --- hostile, and far too much


def hostile(written: Report) -> Report:
    moment = Moment(at=written.began, kind="note", text=HOSTILE, who=HOSTILE, why=HOSTILE)
    return replace(
        written, title=HOSTILE, summary=HOSTILE, services=(HOSTILE,) * 3, users=HOSTILE, business=HOSTILE,
        fixed_by=HOSTILE, recovery=HOSTILE, timeline=(moment,),
        deeds=(Deed(at=written.began, text=HOSTILE, who=HOSTILE),), bundles=(Bundled(text=HOSTILE),),
    )  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.add(tag)


def test_what_comes_from_outside_does_nothing_anywhere() -> None:
    evil = hostile(CLOSED)
    slack = render(evil, SLACK, {})
    assert not re.search(r"<(?!!date\^)", slack), "nobody is mentioned, nothing is linked"
    tags = Tags()
    tags.feed(render(evil, HTML, {}))
    assert "a" not in tags.found
    assert "script" not in tags.found
    markdown = render(evil, MARKDOWN, {})
    assert "<" not in markdown
    assert "[bank]" not in re.sub(r"\\[\[\]]", "", markdown)
    for name in REPORT_TEMPLATES:
        assert "\u202e" not in render(evil, name, {})
        assert "\x1b" not in render(evil, name, {})


def test_a_title_cannot_become_a_heading_or_a_script() -> None:
    evil = replace(OPENED, summary="# all clear\n===\n---\n<script>alert(1)</script>\n- a point")
    markdown = render(evil, MARKDOWN, {})
    assert "\n\\# all clear\n\\===\n\\---\n&lt;script&gt;alert(1)&lt;/script&gt;\n- a point" in markdown
    assert "<script>alert" not in render(evil, HTML, {})


@pytest.mark.parametrize("text", [HUGE, "word " * 20_000, "\n\n".join(["a line"] * 5_000)])
def test_a_message_always_fits(text: str) -> None:
    deeds = tuple(Deed(at=CLOSED.began + timedelta(minutes=n), text=text[:5000], who="Ann") for n in range(2_000))
    drawn = report_message(replace(CLOSED, summary=text, users=text, deeds=deeds, services=(text[:200],) * 40), {})
    fitted, _ = fit({"text": drawn.text, "blocks": list(drawn.blocks)}, "message")
    assert problems(fitted, "message") == []
    said = str(drawn.blocks)
    assert "and 28 more" in said
    assert "1992 earlier ones" in said


def test_a_bundle_is_linked_where_it_lies_in_slack() -> None:
    page, text = render(CLOSED, HTML, {}), render(CLOSED, MARKDOWN, {})
    assert 'href="https://desk.slack.com/files/F01"' in page
    assert "sha256 0f3a: https://desk.slack.com/files/F01\n" in text
    assert "sha256 77c1\n" in text, "it never got there"
    assert page.count("<a ") == 1


def test_it_leads_back_to_the_board_where_there_is_one() -> None:
    page = render(OPENED, HTML, {}, board="/board/incidents/1")
    assert '<a href="/board/incidents/1">Back to INC-1 on the board</a>' in page
    assert "on the board" not in render(OPENED, HTML, {})
    own = {SLACK: "Only this"}
    assert "<http://b.example/incidents/1|Board>" in str(
        report_message(OPENED, own, page="http://b.example/incidents/1")
    )
    assert "Board" not in str(report_message(OPENED, own))


def test_the_subject_of_a_mail_is_one_short_line() -> None:
    assert report_subject(OPENED) == "INC-1 high desk 🔴 ACTIVE: The price feed is stale"
    assert len(report_subject(replace(OPENED, title="a\nb " * 500))) <= 120
    assert "\n" not in report_subject(replace(OPENED, title="a\nb"))


# --- a desk's own templates


@pytest.mark.parametrize("name", REPORT_TEMPLATES)
def test_notes_are_marked_and_what_was_at_risk_is_not_told_as_if_it_were_now(name: str) -> None:
    text = render(CLOSED, name, {})
    assert "Note: Compared quotes" in text
    assert "Note: Restarted" not in text
    assert "At risk when it was resolved" in text
    unsaid = render(replace(CLOSED, business=""), name, {})
    assert unsaid.count("loss $1,240") == 1
    assert "At risk when it was resolved: open orders 14, loss $1,240" in unsaid


@pytest.mark.parametrize("name", REPORT_TEMPLATES)
def test_when_it_was_closed(name: str) -> None:
    closed = re.compile(r"Closed(?:: |</dt><dd>)(?:<!date\^1769863061\^|2026-01-31 12:37:41 UTC)")
    assert len(closed.findall(render(CLOSED, name, {}))) == 1
    assert "Closed" not in render(OPENED, name, {})


def test_a_desk_lists_what_is_still_to_be_done() -> None:
    own = {MAIL: "{% for item in report.open_items %}{{ item.id }}: {{ item.text }}\n{% else %}Nothing.{% endfor %}"}
    assert [item.id for item in CLOSED.items] == [1, 2]
    assert render(CLOSED, MAIL, own).split("\n") == ["1: Watch the age of quotes", ""]
    assert render(OPENED, MAIL, own) == "Nothing.\n"


def test_a_desk_writes_its_own() -> None:
    own = {MAIL: "{{ report.label }} is {{ report.status }}{% for deed in report.deeds %}; {{ deed.text }}{% endfor %}"}
    assert render(CLOSED, MAIL, own) == "INC-1 is 🟢 RESOLVED, closed; Restarted the gateway; Compared quotes\n"
    assert "Quotes stood still" in render(CLOSED, MARKDOWN, own), "the others stay the usual ones"


def test_a_desk_changes_one_part_of_the_usual() -> None:
    own = {
        MARKDOWN: "{% extends 'tocsin/report.md.j2' %}{% block contact %}\nAsk the desk: +1-555-0100\n{% endblock %}"
    }
    text = render(CLOSED, MARKDOWN, own)
    assert "Ask the desk" in text
    assert "Lead responder" not in text
    assert "**Summary:**" in text


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("{{ nope }}", 1, "'nope' is undefined"),
        ("a\n\n{{ report.nope }}", 3, "the report has no attribute 'nope'"),
        ("a\n{% if report.label %}\nb", 3, "Unexpected end of template"),
        ("a\n{{ report.label | shout }}", 2, "No filter named 'shout'"),
        ("{% for item in report.items %}\n{{ item.nope }}{% endfor %}", 2, "the item has no attribute 'nope'"),
        ("{{ report.deeds[0].text }}", 1, "tuple object has no element 0"),  # fails where nothing was done yet
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("\n{{ range(10 ** 9) | list }}", 2, "Range too big"),
        ("{% include 'report.md.j2' %}", 1, "report.md.j2"),
        ("{% extends 'tocsin/report.md.j2' %}{% block head %}\n{{ 1 / 0 }}{% endblock %}", 2, "division by zero"),
    ],
)
def test_what_is_wrong_with_a_template_is_told_with_its_line(source: str, line: int, says: str) -> None:
    wrong = try_out(MARKDOWN, source, SAMPLES)
    assert wrong is not None
    assert wrong.line == line
    assert says in wrong.message


def test_a_template_that_fails_in_the_night_gives_way_to_the_usual_one() -> None:
    """It passed the check, and fails over a report that nobody thought of."""
    own = dict.fromkeys(REPORT_TEMPLATES, "{{ report.deeds[0].text }}")
    for name in REPORT_TEMPLATES:
        text = render(OPENED, name, own)
        assert "The price feed is stale" in text
        assert f"the desk's own template {name} failed in line 1" in text.replace("\\_", "_")


def test_the_usual_templates_write_the_samples() -> None:
    for name in REPORT_TEMPLATES:
        assert try_out(name, f"{{% extends 'tocsin/{name}' %}}", SAMPLES) is None


def test_the_docs_name_everything_that_a_report_holds() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reports.md").read_text()
    table = page.partition("| `report.` | |")[2].partition("\nBesides")[0]
    named = set(re.findall(r"`(\w+)", table))
    assert {field.name for field in fields(Report)} - named == set()

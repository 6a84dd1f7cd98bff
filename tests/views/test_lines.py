"""Lines of the thread and the digest of a storm."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.core import timeline
from bot.core.oncall import BOT, Actor
from bot.core.timeline import Entry
from bot.views.lines import EMOJI, digest, line
from tests.views.kinds import kinds_told
from tests.views.kit import ANN, BOB, HOSTILE, HOSTILE_URL, NOW, accepted, incident, inert, mrkdwn_texts, shown

KINDS = sorted(kinds_told())
MONITOR = Actor(id="monitor:prom", name="prom", via="monitor", person=False)


def entry(kind: str, text: str, **values: Any) -> Entry:
    return Entry(at=NOW, kind=kind, text=text, **values)


@pytest.mark.parametrize("kind", [*EMOJI, "a kind of tomorrow"])
@pytest.mark.parametrize("loud", [False, True])
def test_every_kind_is_accepted_and_inert(kind: str, loud: bool) -> None:
    evil = Actor(id="x", name=HOSTILE, via="terminal", slack="U1> <!channel")
    data = {"was": HOSTILE, "now": HOSTILE, "failed": [HOSTILE] * 40}
    for who in (ANN, BOT, MONITOR, evil):
        drawn = line(entry(kind, HOSTILE, why=HOSTILE, who=who, data=data), incident(), loud=loud)
        accepted(drawn)
        assert all(len(text) <= 3000 for text in mrkdwn_texts(drawn.blocks))
        for text in [drawn.text, *mrkdwn_texts(drawn.blocks)]:
            inert(text, loud=loud)
            assert text.count("<!channel> ") == loud


def test_every_kind_of_the_timeline_has_its_sign() -> None:
    assert len(KINDS) > 40
    assert sorted(EMOJI) == KINDS


def test_every_kind_of_the_timeline_stands_where_an_entry_is_described() -> None:
    described = Path(timeline.__file__).read_text().partition("    kind: str\n")[2].partition("    text: str\n")[0]
    assert sorted(re.findall(r"`(\w+)`", described)) == KINDS


def test_a_playbook_that_changes_hands_has_its_sign() -> None:
    told = entry("playbook", "Ann Dealer gives the playbook 'Stale prices' to Bob Engineer", who=ANN)
    assert shown(line(told, incident())) == f"📖 {told.text}"


def test_a_message_pinned_from_elsewhere_says_who_said_it_and_where() -> None:
    data = {"author": {"name": "Bob", "slack": "U0BOB"}, "link": "https://desk.slack.com/archives/C2/p12"}
    drawn = line(entry("pinned", "the switch was replaced", who=ANN, data=data), incident())
    said = "📌 Ann Dealer put on the timeline <https://desk.slack.com/archives/C2/p12|what Bob said>"
    assert shown(drawn) == f"{said}: the switch was replaced"
    evil = {"author": {"name": HOSTILE}, "link": HOSTILE_URL}
    drawn = line(entry("pinned", HOSTILE, who=ANN, data=evil), incident())
    accepted(drawn)
    for text in mrkdwn_texts(drawn.blocks):
        inert(text)


OPENED = entry("opened", "INC-12 opened: x", who=MONITOR)
RAISED = entry("severity", "Severity high → critical", why="loss > 1000")
CHANGED = entry("acknowledged", "Bob has it", data={"was": "Firing", "now": "Acknowledged"})
JOANNA = entry("acknowledged", "Joanna took it", who=Actor(id="a", name="Ann", via="slack", slack="U0ANN"))
FAILED = entry("paged", "Level 1", data={"failed": ["Ann by sms: refused"]})

LINES = [
    # Whoever takes it is mentioned, so that the thread's further replies reach them.
    (entry("acknowledged", "Ann Dealer has it, 3 min after", who=ANN), "🙋 <@U0ANN> has it, 3 min after"),
    (entry("handover", "Ann Dealer asks Bob Engineer to take it", who=ANN), "🤝 <@U0ANN> asks Bob Engineer to take it"),
    # Anybody else is only named.
    (entry("resolved", "Ann Dealer resolved it after 12 min", who=ANN), "✅ Ann Dealer resolved it after 12 min"),
    (entry("note", "restarted the feed", who=ANN), "📝 restarted the feed – Ann Dealer"),
    # How they said it, where that was not Slack.
    (entry("passed", "Bob Engineer can't", who=BOB), "⏭️ Bob Engineer can't (by phone)"),
    (RAISED, "📈 Severity ~high~ → *critical*\nWhy: loss &gt; 1000"),
    (CHANGED, "🙋 ~Firing~ → *Acknowledged*: Bob has it"),
    (OPENED, "🆕 INC-12 opened: x"),
    (FAILED, "📟 Level 1\n• not paged: Ann by sms: refused"),
    (entry("tomorrow", "x"), "• x"),
    # A name inside another word stays what it is.
    (JOANNA, "🙋 Joanna took it – <@U0ANN>"),
    (entry("note", "first\nsecond", who=BOT), "📝 first\nsecond"),
]


@pytest.mark.parametrize(("told", "expected"), LINES)
def test_line(told: Entry, expected: str) -> None:
    assert shown(line(told, incident())) == expected


def test_loud_notifies_the_channel() -> None:
    drawn = line(entry("paged", "Level 1 again"), incident(), loud=True)
    assert drawn.text == "<!channel> INC-12: Level 1 again"
    assert shown(drawn).startswith("<!channel> 📟 Level 1 again")


def test_an_empty_entry_still_says_something() -> None:
    assert line(entry("merged", ""), incident()).text == "INC-12: merged"


def test_digest_counts_and_lists_the_first_ten() -> None:
    drawn = digest([f"Feed {n}" for n in range(12)], 990, NOW, 985, label="INC-12")
    accepted(drawn)
    assert drawn.text == "INC-12: 990 more alerts joined, 985 firing in all"
    assert shown(drawn).startswith(
        "🔔 *990 more alerts joined* since <!date^1795143900^{time}|03:05 UTC> · 985 firing in all"
    )
    assert "• Feed 9\n• and 980 more" in shown(drawn)
    assert "Feed 10" not in shown(drawn)


def test_digest_of_the_opening_and_of_one() -> None:
    assert digest(["a", "b"], 2, None, 2).text == "Opened with 2 alerts, 2 firing in all"
    assert digest(["a"], 1, NOW, 3).text == "1 more alert joined, 3 firing in all"
    assert shown(digest([], 5, NOW, 3)).endswith("3 firing in all")


def test_hostile_digest() -> None:
    drawn = digest([HOSTILE] * 12, 990, NOW, 1)
    accepted(drawn)
    for text in mrkdwn_texts(drawn.blocks):
        inert(text)

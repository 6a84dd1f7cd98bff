"""Plain text for the terminal."""

from datetime import timedelta

from bot.core.oncall import BOT
from bot.core.timeline import Entry
from bot.views.terminal import (
    incident_story,
    incident_table,
    simulation_table,
    table,
    timeline,
)
from tests.views.kit import ANN, BOB, HOSTILE, NOW, hostile, minutes, states


def harmless(text: str) -> None:
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\r" not in text


def test_the_list_has_one_line_per_incident() -> None:
    rows = [
        (one, ladders) for name, one, ladders in states() if name in ("level 1 paged", "held", "merged", "monitoring")
    ]
    assert incident_table(rows, NOW + minutes(60)) == (
        "NUMBER  SEVERITY  SYSTEM  STATE              WHO         SINCE          TITLE\n"
        "------  --------  ------  -----------------  ----------  -------------  -------------------------\n"
        "INC-12  critical  hft     nobody has it                  1 h 2 min ago  Market data feed is stale\n"
        "INC-12  critical  hft     acknowledged       Ann Dealer  1 h 2 min ago  Market data feed is stale\n"
        "INC-12  critical  hft     to be confirmed                1 h 2 min ago  Market data feed is stale\n"
        "INC-12  critical  hft     merged into INC-9  Ann Dealer  1 h 2 min ago  Market data feed is stale"
    )
    assert incident_table([], NOW) == "No open incidents."


def test_the_list_survives_every_state_and_hostile_text() -> None:
    rows = [hostile(one, ladders) for _, one, ladders in states()]
    text = incident_table(rows, NOW)
    harmless(text)
    assert len(text.splitlines()) == len(rows) + 2
    assert max(map(len, text.splitlines())) < 200


ENTRIES = [
    Entry(at=NOW, kind="opened", text="INC-12 opened: Market data feed is stale", why="route feed", who=BOT),
    Entry(at=NOW + minutes(3), kind="acknowledged", text="Bob Engineer has it", who=BOB),
    Entry(at=NOW + timedelta(days=1), kind="note", text="restarted\nthe feed", who=ANN),
]


def test_one_incident_with_its_timeline() -> None:
    _, one, ladders = next(state for state in states() if state[0] == "held, help running")
    assert incident_story(one, ladders, ENTRIES, NOW + minutes(10)) == (
        "INC-12 · critical · hft\n"
        "Market data feed is stale\n"
        "\n"
        "Acknowledged by Ann Dealer since 2026-11-20 03:08 UTC\n"
        "Next: resolve it once it is over. Ann Dealer is asked again at 03:38 UTC.\n"
        "Help: level 2 (Engineering on call) is called; level 3 (Architecture) is paged at 03:21 UTC.\n"
        "\n"
        "Since:      2026-11-20 03:03 UTC, 12 min ago\n"
        "Component:  md-feed\n"
        "Alerts:     1 alert, 1 firing\n"
        "First step: Open the thread and look at the feed's lag.\n"
        "Monitor:    https://mon.example/alert/7?a=1&b=2\n"
        "\n"
        "2026-11-20 (UTC)\n"
        "  03:05:00  opened          INC-12 opened: Market data feed is stale\n"
        "                            why: route feed\n"
        "  03:08:00  acknowledged    Bob Engineer has it (phone)\n"
        "2026-11-21 (UTC)\n"
        "  03:05:00  note            restarted the feed – Ann Dealer"
    )


def test_every_state_has_a_story_with_its_next_step() -> None:
    for _, one, ladders in states():
        for shown, held_by in ((one, ladders), hostile(one, ladders)):
            text = incident_story(shown, held_by, [], NOW)
            harmless(text)
            assert "\nNext: " in text


def test_hostile_timeline() -> None:
    lines = timeline([Entry(at=NOW, kind=HOSTILE[:30], text=HOSTILE, why=HOSTILE, who=ANN)])
    assert len(lines) == 3
    harmless("\n".join(lines))


def event(offset: int, kind: str, level: int | None = None, name: str = "", **values: str) -> dict[str, object]:
    return {
        "offset_s": offset,
        "kind": kind,
        "level": level,
        "level_name": name,
        "pager": "",
        "to": "",
        "why": "",
        **values,
    }


def test_simulation() -> None:
    incident = {"system": "hft", "severity": "critical", "type": "", "title": "feed is stale", "policy": "critical"}
    events = [
        event(0, "page", 1, "Operations", to="Ann", pager="phone", why="opened"),
        event(300, "page", 2, "Engineering", to="Bob", pager="sms", why="no answer"),
        event(3930, "repeat"),
    ]
    assert simulation_table(incident, events) == (
        "hft · critical · feed is stale\n"
        "Policy critical\n"
        "\n"
        "AFTER     EVENT   LEVEL          WHO  BY     WHY\n"
        "--------  ------  -------------  ---  -----  ---------\n"
        "+0:00     page    1 Operations   Ann  phone  opened\n"
        "+5:00     page    2 Engineering  Bob  sms    no answer\n"
        "+1:05:30  repeat"
    )
    assert simulation_table({**incident, "unrouted": True}, []).endswith("critical: unrouted\n\nNobody would be paged.")
    harmless(
        simulation_table(dict.fromkeys(incident, HOSTILE), [event(60, HOSTILE, 1, HOSTILE, to=HOSTILE, why=HOSTILE)])
    )


def test_columns_fit_wide_characters() -> None:
    assert table(("A", "B"), [("東京", "x"), ("e\u0301", "y")]) == "A     B\n----  -\n東京  x\ne\u0301     y"

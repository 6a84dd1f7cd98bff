"""Evidence as people read it in Slack: in a large suite, too, the details of everything that is not well are near."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.evidence import Evidence, Seen, State, Trouble
from bot.views.evidence import details, progress, told_blocks

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MAX_BLOCKS = 50  # Slack takes no more
FAIL, WARN, UNKNOWN, OK = State.FAIL, State.WARN, State.UNKNOWN, State.OK


def saw(*states: State) -> list[Evidence]:
    return [
        Evidence(
            id=n, check=f"c{n}", title=f"C{n}", system="desk", state=state, verdict=f"seen {n}", started=NOW, took=0.1,
            trouble=Trouble.REFUSED if state is UNKNOWN else None,
        )
        for n, state in enumerate(states, start=1)
    ]  # fmt: skip


def with_buttons(blocks: object) -> list[str]:
    assert isinstance(blocks, tuple | list)
    elements = [one for block in blocks if block["type"] == "actions" for one in block["elements"]]
    return [one["value"] for one in elements if one["action_id"] == "diag.details" and one["type"] == "button"]


def choices(blocks: object) -> list[str]:
    assert isinstance(blocks, tuple | list)
    elements = [one for block in blocks if block["type"] == "actions" for one in block["elements"]]
    return [option["value"] for one in elements if one["type"] == "static_select" for option in one["options"]]


def test_what_fails_then_what_warns_then_what_is_unknown():
    blocks = progress("desk", "health", saw(UNKNOWN, OK, WARN, FAIL), []).blocks
    assert with_buttons(blocks) == ["4", "3", "1"]
    assert choices(blocks) == []


def test_for_whom_there_is_no_room_there_is_a_choice():
    found = saw(*[UNKNOWN] * 20, *[WARN] * 3, *[FAIL] * 2)
    blocks = progress("desk", "health", found, []).blocks
    assert with_buttons(blocks) == ["24", "25", "21", "22", "23", "1", "2", "3"]
    assert choices(blocks) == [str(number) for number in range(4, 21)]
    assert "seen 20" in str(blocks)
    assert len(blocks) <= MAX_BLOCKS


def test_a_wall_of_trouble_still_fits():
    blocks = progress("desk", "everything", saw(*[UNKNOWN] * 150), []).blocks
    assert len(blocks) <= MAX_BLOCKS
    assert len(choices(blocks)) == 100
    assert "and 118 more" in str(blocks)


def test_what_is_not_kept_yet_has_no_details():
    found = list(saw(FAIL, UNKNOWN, OK))
    unkept = [Evidence(check=o.check, title=o.title, system="desk", state=o.state, verdict="", started=NOW, took=0)
              for o in found]  # fmt: skip
    blocks = progress("desk", "health", unkept, []).blocks
    assert with_buttons(blocks) == []


def test_the_same_in_a_thread():
    checks = [
        {"id": n, "title": f"C{n}", "verdict": "x", "state": state.value}
        for n, state in enumerate([*[UNKNOWN] * 9, FAIL], start=1)
    ]
    blocks = [block for _, block in told_blocks("9 of 10 fail", "", checks, "")]
    assert with_buttons(blocks) == ["10", *map(str, range(1, 8))]
    assert choices(blocks) == ["8", "9"]


@pytest.mark.parametrize(
    ("name", "unit", "said"), [("used_percent", "%", "used: 93 %"), ("free_kinds", "", "free kinds: 93")]
)
def test_facts_are_told_in_words(name: str, unit: str, said: str):
    one = Evidence(
        check="disk", title="Disk", system="desk", state=FAIL, verdict="full", started=NOW, took=0.1,
        units={name: unit} if unit else {}, seen=Seen(facts={name: 93}),
    )  # fmt: skip
    assert said in str(details(one))

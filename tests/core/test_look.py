"""The line that sums up a look, and what has changed since the last one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.evidence import Evidence, State, Trouble
from bot.core.look import changed, ranked, sum_up

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
FAIL, WARN, UNKNOWN, OK = State.FAIL, State.WARN, State.UNKNOWN, State.OK


def saw(*states: State) -> list[Evidence]:
    return [
        Evidence(
            check=f"c{n}", title=f"C{n}", system="desk", state=state, verdict=f"seen {n}", started=NOW, took=0.1,
            trouble=Trouble.REFUSED if state is UNKNOWN else None,
        )
        for n, state in enumerate(states)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("states", "total", "said"),
    [
        ([OK, OK], None, "all 2 checks are ok"),
        ([OK], None, "ok: C0: seen 0"),
        ([FAIL, OK, OK], None, "1 of 3 fails: C0: seen 0"),
        ([FAIL, FAIL, OK], None, "2 of 3 fail: C0: seen 0, C1: seen 1"),
        ([FAIL, FAIL, FAIL, FAIL], None, "4 of 4 fail: C0: seen 0, C1: seen 1, C2: seen 2, …"),
        ([WARN, OK], None, "1 of 2 warns: C0: seen 0"),
        ([UNKNOWN, OK], None, "1 of 2 unknown: C0 (refused)"),  # not ok, and not failing
        ([FAIL, UNKNOWN, OK], None, "1 of 3 fails: C0: seen 0; 1 unknown: C1 (refused)"),
        ([OK], 3, "1 ok so far; 2 still looking"),
        ([FAIL], 3, "1 of 3 fails: C0: seen 0; 2 still looking"),
    ],
)
def test_one_line(states: list[State], total: int | None, said: str):
    assert sum_up(saw(*states), total) == said


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("/var/log/orders.log: there is no such file", "Log (/var/log/orders.log: there is no such file)"),
        ("x" * 100, f"Log (…{'x' * 79})"),
        ("", "Log (missing)"),
    ],
)
def test_what_is_missing_is_named(verdict: str, said: str):
    """Many things can be: a file, a program, a column. Which it is decides what to do."""
    one = Evidence(check="log", title="Log", system="desk", state=UNKNOWN, verdict=verdict, trouble=Trouble.MISSING,
                   started=NOW, took=0.1)  # fmt: skip
    assert sum_up([one, *saw(OK)]) == f"1 of 2 unknown: {said}"


def test_what_fails_comes_first_and_what_is_unknown_before_a_warning():
    assert [one.state for one in ranked(saw(OK, WARN, UNKNOWN, FAIL))] == [FAIL, UNKNOWN, WARN, OK]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([OK, FAIL], [OK, FAIL], ""),
        ([OK, FAIL], [FAIL, OK], "fails now: C0; now ok: C1"),
        ([OK, OK], [UNKNOWN, WARN], "warns now: C1; unknown now: C0"),
        ([OK], [OK, FAIL], ""),  # what was not looked at before has not changed
    ],
)
def test_what_has_changed(before: list[State], after: list[State], said: str):
    assert changed(saw(*before), saw(*after)) == said

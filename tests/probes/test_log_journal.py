"""log_journal, on answers recorded from systemd 252."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes._journal import entries_in
from bot.probes.base import ProbeFailed
from bot.probes.log_journal import PROBE
from bot.transports.base import Ran
from tests.probes.kit import NOW, fails, look, no_program

FIELDS = "--output-fields=MESSAGE,PRIORITY,_SYSTEMD_UNIT,UNIT,SYSLOG_IDENTIFIER,_PID"
SINCE = f"--since=@{int((NOW - timedelta(minutes=10)).timestamp())}"
HINT = (
    "Hint: You are currently not seeing messages from other users and the system.\n"
    "      Users in groups 'adm', 'systemd-journal' can see all messages.\n"
)


def asked(most: int, *options: str) -> str:
    return " ".join(["journalctl --no-pager -o json", FIELDS, "-n", str(most + 1), *options])


def entry(message: Any, age: float = 60, priority: str = "6", unit: str = "trading-risk-manager.service") -> str:
    at = int((NOW.timestamp() - age) * 1e6)
    said = {"MESSAGE": message, "PRIORITY": priority, "_SYSTEMD_UNIT": unit, "_PID": "812",
            "__REALTIME_TIMESTAMP": str(at), "__CURSOR": "s=1", "_BOOT_ID": "2"}  # fmt: skip
    return json.dumps(said) + "\n"


async def test_errors_of_the_last_ten_minutes():
    said = (
        entry("started", 500) + entry("Risk check failed: limit", 300, "3") + entry("ok", 200)
        + entry("Risk check failed: margin", 30, "3", "trading-data.service")
    )  # fmt: skip
    line = asked(2000, SINCE, "--unit=trading-*", "--priority=info")
    seen = await look(PROBE, {line: said}, units=["trading-*"], priority="info", since="10m", contains=["failed"])
    facts = seen.facts
    assert (facts["found"], facts["count"], facts["errors"], facts["lines"]) == (True, 2, 2, 4)
    assert facts["per_minute"] == 0.2
    assert facts["units"] == {"trading-risk-manager.service": 3, "trading-data.service": 1}
    assert facts["last_age_s"] == 30
    assert seen.excerpt[0] == "2026-11-21T03:11:30.000+00:00 trading-data.service: Risk check failed: margin"


async def test_a_quiet_unit():
    facts = (await look(PROBE, {asked(2000, SINCE, "--unit=a"): ""}, units=["a"], since="10m")).facts
    assert (facts["found"], facts["count"], facts["errors"], facts["complete"]) == (False, 0, 0, True)


async def test_there_are_more_than_may_be_read():
    said = "".join(entry("tick", 9 - n) for n in range(6))
    facts = (await look(PROBE, {asked(5, SINCE): said}, lines=5, since="10m", contains=["panic"])).facts
    assert (facts["complete"], facts["found"], facts["count"], facts["errors"]) == (False, None, None, None)
    assert facts["lines"] == 5


async def test_the_last_lines_whatever_their_time():
    said = "".join(entry("tick", 9 - n) for n in range(6))
    facts = (await look(PROBE, {asked(5): said}, lines=5)).facts
    assert (facts["complete"], facts["count"]) == (True, 5)


async def test_messages_that_are_no_text():
    said = entry([104, 105, 255]) + entry(None) + entry({"a": 1})
    seen = await look(PROBE, {asked(2000): said})
    assert seen.facts["count"] == 3
    assert seen.excerpt[2].endswith(": hi\N{REPLACEMENT CHARACTER}")


async def test_an_account_that_may_not_read_it():
    await fails(PROBE, {asked(2000, SINCE): Ran(code=0, out="", err=HINT)}, Trouble.PERMISSION, since="10m")


async def test_an_account_that_sees_its_own_only():
    """That nothing was found says nothing."""
    said = Ran(code=0, out=entry("x"), err=HINT)
    facts = (await look(PROBE, {asked(2000, SINCE): said}, since="10m", contains=["panic"])).facts
    assert (facts["complete"], facts["found"]) == (False, None)


@pytest.mark.parametrize(
    ("ran", "trouble"),
    [
        (Ran(code=0, out="-- No entries --\n", err="No journal files were found.\n"), Trouble.MISSING),
        (Ran(code=1, out="", err="Failed to add filter for units: No data available\n"), Trouble.MISSING),
        (
            Ran(code=1, out="", err="No journal files were opened due to insufficient permissions.\n"),
            Trouble.PERMISSION,
        ),
        (Ran(code=0, out="hello\nworld\n", err=""), Trouble.PARSE),
        (no_program("journalctl"), Trouble.MISSING),
    ],
)
async def test_it_cannot_be_read(ran: Any, trouble: Trouble):
    await fails(PROBE, {asked(2000): ran}, trouble)


@pytest.mark.parametrize("name", ["", "-u", "--root=/x", "a b", "a;b", "a\nb", "$(id)"])
def test_names_that_are_none(name: str):
    with pytest.raises(ValidationError):
        PROBE.parameters(units=[name])


@given(st.text(max_size=200) | st.dictionaries(st.text(max_size=5), st.integers() | st.text()).map(json.dumps))
def test_any_text(text: str):
    try:
        assert isinstance(entries_in(Ran(code=0, out=text, err="")), list)
    except ProbeFailed as failure:
        assert failure.trouble is Trouble.PARSE  # noqa: PT017

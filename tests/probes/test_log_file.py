"""log_file: on real files through real programs, small ones and one of 100 MB."""

import re
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Seen, Trouble
from bot.core.expression import compile_expression
from bot.probes._lines import Line, LineParameters, numbers_of, said_by
from bot.probes._times import read_time
from bot.probes.log_file import PROBE, dated, window
from bot.transports.base import Ran
from bot.transports.local import Local
from tests.probes.kit import NOW, Always, a_site, denied, fails, look


def before(**span: float) -> str:
    return (NOW - timedelta(**span)).isoformat(timespec="milliseconds")


async def read(path: Path, **parameters: Any) -> Seen:
    """With real programs, and a clock that stands still."""
    return await look(PROBE, a_site(Local()), path=str(path), **parameters)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "orders.log"
    path.write_text(
        f"{before(minutes=30)} INFO order submit venue=binance latency_us: 90\n"
        f"{before(minutes=9)} ERROR order rejected venue=kraken latency_us: 250.5\n"
        "Traceback (most recent call last):\n"
        "  rejected again\n"
        f"{before(minutes=5)} INFO order submit venue=binance latency_us: 110\n"
        f"{before(seconds=30)} ERROR order rejected venue=binance latency_us: 900\n"
        f"{before(seconds=10)} INFO heartbeat\n"
    )
    return path


async def test_errors_of_the_last_ten_minutes(log: Path):
    seen = await read(log, pattern="ERROR", since="10m")
    facts = seen.facts
    assert (facts["found"], facts["count"], facts["at_least"], facts["complete"]) == (True, 2, 2, True)
    assert (facts["lines"], facts["covered_s"], facts["per_minute"]) == (6, 600, 0.2)
    assert facts["last_at"] == "2026-11-21T03:11:30+00:00"
    assert (facts["last_age_s"], facts["log_age_s"]) == (30, 10)
    assert seen.excerpt[0].endswith("latency_us: 900"), "the last is the most telling"
    assert seen.output.splitlines()[-1] == seen.excerpt[0]


async def test_a_stack_trace_belongs_to_its_line(log: Path):
    assert (await read(log, contains=["rejected"], since="10m")).facts["count"] == 3
    assert (await read(log, contains=["rejected"], since="1m")).facts["count"] == 1


async def test_what_is_expected_and_absent(log: Path):
    facts = (await read(log, contains=["subscribe"], since="10m")).facts
    assert (facts["found"], facts["count"], facts["last_age_s"]) == (False, 0, None)


async def test_numbers_in_the_lines(log: Path):
    facts = (await read(log, number="latency_us: ([0-9.]+)")).facts
    assert (facts["numbers"], facts["mean"], facts["median"]) == (4, 337.625, 110)
    assert (facts["p95"], facts["lowest"], facts["highest"], facts["last_number"]) == (900, 90, 900, 900)
    assert (await read(log, number="latency_us: ([0-9.]+)", of_last=2)).facts["mean"] == 505


async def test_lines_by_what_they_tell_of(log: Path):
    seen = await read(log, group="venue=([a-z]+)")
    assert seen.facts["groups"] == {"binance": 3, "kraken": 1}
    assert seen.table is not None
    assert seen.table.rows == (("binance", 3), ("kraken", 1))


async def test_orders_in_each_second(tmp_path: Path):
    path = tmp_path / "x.log"
    path.write_text(f"{before(seconds=2)} order submit\n" * 7 + f"{before(seconds=1)} order submit\n" * 3)
    seen = await read(path, contains=["order submit"], by="second")
    assert seen.facts["busiest"] == 7
    assert seen.table is not None
    assert seen.table.rows == (("2026-11-21 03:11:58", 7), ("2026-11-21 03:11:59", 3))


async def test_a_stack_trace_is_shown_with_its_line(log: Path):
    seen = await read(log, contains=["ERROR"], after=2)
    assert [line.split(" ", 1)[-1] for line in seen.excerpt] == [
        "ERROR order rejected venue=binance latency_us: 900",
        "INFO heartbeat",
        "ERROR order rejected venue=kraken latency_us: 250.5",
        "(most recent call last):",
        " rejected again",
    ]
    assert seen.facts["count"] == 2, "what comes after is shown, not counted"
    assert seen.output.splitlines() == [*seen.excerpt[2:], *seen.excerpt[:2]], "the whole is in its own order"
    assert len((await read(log, contains=["ERROR"], after=2, show=3)).excerpt) == 3


async def test_lines_after_one_another_are_shown_once(log: Path):
    seen = await read(log, pattern="order", after=200, show=200)
    assert sorted(seen.excerpt) == sorted(log.read_text().splitlines())
    assert (await read(log, contains=["heartbeat"], after=5)).excerpt == [log.read_text().splitlines()[-1]]
    assert (await read(log, contains=["panic"], after=5)).excerpt == []


async def test_the_highest_number_first(log: Path):
    seen = await read(log, pattern="order|again", number="latency_us: ([0-9.]+)", sort="number", show=4)
    assert [line.rpartition(" ")[2] for line in seen.excerpt] == ["900", "250.5", "110", "90"]
    assert seen.output.splitlines()[-1].endswith("900"), "the whole is in its own order"
    assert seen.facts["last_number"] == 900
    seen = await read(log, pattern="order|again", number="latency_us: ([0-9.]+)", sort="number")
    assert seen.excerpt[-1] == "  rejected again", "a line without a number comes last"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"sort": "number"}, "needs a pattern in number"),
        ({"everything": True, "contains": ["x"], "after": 3}, "none can be shown after them"),
    ],
)
def test_what_cannot_be_shown_is_refused(parameters: dict[str, Any], said: str):
    with pytest.raises(ValidationError, match=said):
        PROBE.parameters(path="/a", **parameters)


async def test_which_lines_count(log: Path):
    assert (await read(log, contains=["order", "kraken"])).facts["count"] == 1
    assert (await read(log, contains=["ORDER"])).facts["count"] == 0
    assert (await read(log, contains=["ORDER"], ignore_case=True)).facts["count"] == 4
    assert (await read(log, pattern="order", without="submit|Trace")).facts["count"] == 2
    assert (await read(log, lines=2, pattern="order")).facts["count"] == 1
    assert len((await read(log, show=1)).excerpt) == 1


async def test_an_order_of_this_morning(log: Path):
    with log.open("a") as file:
        file.writelines(f"{before(seconds=5)} INFO tick\n" for _ in range(50_000))
    near = (await read(log, contains=["latency_us: 250.5"])).facts
    assert near["found"] is False, "within the last thousand lines"
    whole = (await read(log, contains=["venue=kraken", "250"], everything=True)).facts
    assert (whole["found"], whole["count"], whole["log_age_s"]) == (True, 1, None)
    assert (await read(log, contains=["no-such-order"], everything=True)).facts["found"] is False


async def test_what_was_not_read_is_not_said_to_be_absent(tmp_path: Path):
    """The time asked for reaches back further than may be read."""
    path = tmp_path / "busy.log"
    path.write_text("".join(f"{before(seconds=600 - n / 10)} INFO tick {n}\n" for n in range(6000)))
    facts = (await read(path, contains=["panic"], since="9m", most_bytes=20_000)).facts
    assert (facts["found"], facts["count"], facts["at_least"], facts["complete"]) == (None, None, 0, False)
    assert compile_expression("count == 0").ask(facts).value is None
    facts = (await read(path, contains=["tick"], since="9m", most_bytes=20_000)).facts
    assert (facts["found"], facts["count"]) == (True, None)
    assert 400 < facts["at_least"] < 600
    assert 590 < facts["per_minute"] < 610, "of what was read"


async def test_a_hundred_megabytes_do_not_hurt(tmp_path: Path):
    path = tmp_path / "huge.log"
    block = "".join(f"{before(minutes=90)} INFO tick {'x' * 60}\n" for _ in range(10_000)).encode()
    with path.open("wb") as file:
        for _ in range(100_000_000 // len(block)):
            file.write(block)
        file.write(f"{before(seconds=20)} ERROR stream closed\n".encode())
    tracemalloc.start()
    facts = (await read(path, pattern="ERROR", since="10m")).facts
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (facts["count"], facts["complete"]) == (1, True)
    assert peak < 8_000_000
    facts = (await read(path, contains=["stream closed"], everything=True)).facts
    assert facts["count"] == 1


async def test_an_empty_log(tmp_path: Path):
    path = tmp_path / "empty.log"
    path.touch()
    facts = (await read(path, pattern="ERROR", since="10m")).facts
    assert (facts["found"], facts["count"], facts["lines"], facts["log_age_s"]) == (False, 0, 0, None)


async def test_a_log_without_times(tmp_path: Path):
    path = tmp_path / "plain.log"
    path.write_text("hello\nERROR world\n")
    facts = (await read(path, pattern="ERROR")).facts
    assert (facts["count"], facts["per_minute"], facts["busiest"]) == (1, None, None)
    await fails(PROBE, a_site(Local()), Trouble.PARSE, "no line begins with a time", path=str(path), since="10m")


async def test_a_line_that_never_ends(tmp_path: Path):
    path = tmp_path / "one.log"
    path.write_text(f"{before(seconds=1)} " + "x" * 3_000_000)
    seen = await read(path, since="1m", most_bytes=1_000_000)
    assert (seen.facts["complete"], seen.facts["found"]) == (False, None)


async def test_bytes_that_are_no_text(tmp_path: Path):
    path = tmp_path / "binary.log"
    path.write_bytes(f"{before(seconds=1)} ERROR ".encode() + bytes(range(256)) * 20 + b"\n")
    seen = await read(path, pattern="ERROR", since="1m")
    assert seen.facts["count"] == 1
    assert all(line.replace("\t", " ").isprintable() for line in seen.excerpt)


async def test_yesterdays(tmp_path: Path):
    (tmp_path / "metrics_20261120.log").write_text(f"{before(days=1)} memory 12\n")
    facts = (await read(tmp_path / "metrics_%Y%m%d.log", days_ago=1, contains=["memory"])).facts
    assert facts["count"] == 1
    assert dated("/a/100%/x_%d%H.log", NOW) == "/a/100%/x_2103.log"


async def test_a_private_key_is_taken_out_though_its_lines_are_shown_in_another_order(tmp_path: Path):
    """Line by line, or last line first, nothing tells that they are a key."""
    body = [f"{at}aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2dEaB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC" for at in range(3)]
    begin, end = (f"-----{word} RSA PRIVATE" + " KEY-----" for word in ("BEGIN", "END"))
    key = [begin, *body, "Qq==", end]
    lines = ["loads key:", *key, "done"]
    path = tmp_path / "x.log"
    for written in (lines, lines[3:]):  # whole, and as the end of a log has it
        path.write_text("".join(f"{before(seconds=10)} gw1 {line}\n" for line in written))
        seen = await read(path, pattern="gw1", show=50)
        shown = "\n".join([*seen.excerpt, seen.output])
        assert [line for line in [*body, "Qq=="] if line in shown] == []
        assert len(seen.excerpt) == len(written)
        assert "done" in seen.excerpt[0]


async def test_it_is_not_there(tmp_path: Path):
    await fails(PROBE, a_site(Local()), Trouble.MISSING, "No such file", path=str(tmp_path / "nope.log"))
    nope = str(tmp_path / "nope.log")
    await fails(PROBE, a_site(Local()), Trouble.MISSING, path=nope, contains=["x"], everything=True)


async def test_a_folder(tmp_path: Path):
    await fails(PROBE, a_site(Local()), Trouble.MISSING, path=str(tmp_path))


async def test_it_may_not_be_read():
    await fails(PROBE, Always(denied("/var/log/x.log")), Trouble.PERMISSION, path="/var/log/x.log")


async def test_what_a_person_fills_in_is_one_literal_argument():
    transport = Always(Ran(code=1, out="", err=""))
    hostile = "-rf; $(id) `id` .*"
    await look(PROBE, transport, path="/var/log/x.log", contains=[hostile], everything=True)
    assert transport.asked == [("grep", "-a", "-F", "-e", hostile, "--", "/var/log/x.log")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "-f"},
        {"path": "/var/log/*.log"},
        {"path": "/a\nb"},
        {"path": "/a", "pattern": "("},
        {"path": "/a", "contains": ["a\nb"]},
        {"path": "/a", "contains": [""]},
        {"path": "/a", "everything": True},
        {"path": "/a", "timezone": "Mars/Olympus"},
        {"path": "/a", "timezone": "../../etc/passwd"},
        {"path": "/a", "since": "0m"},
    ],
)
def test_parameters_that_are_none(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**wrong)


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-21 03:04:05 x",
        "2026-11-21T03:04:05Z x",
        "2026-11-21T03:04:05.000+00:00 x",
        "2026-11-21 04:04:05 +0100 x",
        "2026-11-20T22:04:05.000-05:00",
        "[2026-11-21 03:04:05,000] [INFO] x",
        "2026/11/21 03:04:05 x",
        "INFO 2026-11-21 03:04:05 x",
        "Nov 21 03:04:05 host app[1]: x",
        "<13>Nov 21 03:04:05 host x",
        '127.0.0.1 - - [21/Nov/2026:03:04:05 +0000] "GET / HTTP/1.1" 200 1',
        "1795230245 x",
        "1795230245.000 x",
        "[1795230245000] x",
        "1795230245000000000 x",
        '{"level":"error","ts":1795230245.0,"msg":"x"}',
        '{"@timestamp": "2026-11-21T03:04:05.000Z", "message": "x"}',
        '{"msg": "' + "y" * 500 + '", "time": "2026-11-21T03:04:05Z"}',
    ],
)
def test_times_as_logs_write_them(line: str):
    assert read_time(line, UTC, NOW) == datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        "2026-13-45 99:99:99 x",
        "Feb 30 01:02:03 x",
        "12345",
        "{",
        '{"msg": "x"}',
        "2026-11-21",
        "Foo 21 03:04:05 x",
    ],
)
def test_lines_that_do_not_say_when(line: str):
    assert read_time(line, UTC, NOW) is None


def test_a_log_in_local_time():
    at = read_time("2026-11-20 22:04:05 x", ZoneInfo("America/New_York"), NOW)
    assert at == datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


def test_syslog_of_last_december():
    assert read_time("Dec 31 23:59:59 host x", UTC, NOW) == datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)
    new_year = datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC)
    assert read_time("Dec 31 23:59:59 host x", UTC, new_year) == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("numbers", "mean", "median", "p95", "p99"),
    [([5.0], 5, 5, 5, 5), ([1.0, 2.0], 1.5, 1, 2, 2), ([float(n) for n in range(1, 101)], 50.5, 50, 95, 99)],
)
def test_percentiles(numbers: list[float], mean: float, median: float, p95: float, p99: float):
    facts = numbers_of(numbers)
    assert (facts["mean"], facts["median"], facts["p95"], facts["p99"]) == (mean, median, p95, p99)


@given(st.text(max_size=200))
def test_any_line(line: str):
    at = read_time(line, UTC, NOW)
    assert at is None or at.tzinfo is not None


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=20), st.booleans())
def test_any_lines(lines: list[str], reached: bool):
    parameters = LineParameters(number=r"(\d+)", group=r"(\w+)")
    seen = said_by(parameters, [Line(line, NOW) for line in lines], reached=reached, now=NOW)
    assert seen.facts["at_least"] == len(lines)


@given(st.text(max_size=400), st.booleans())
def test_any_log(text: str, whole: bool):
    lines, reached = window(text, whole, PROBE.parameters(path="/a"), "/a", NOW)
    assert len(lines) <= len(re.split("\n", text))
    assert reached is whole

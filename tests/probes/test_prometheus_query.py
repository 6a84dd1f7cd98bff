"""prometheus_query: a real Prometheus, and every answer that is none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import Trouble
from bot.probes._prometheus import filled, stands_in_quotes
from bot.probes.prometheus_query import PROBE
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, SECRET, Answer, bot_site, closed_port, garbled, listening, silent, web


def now():
    return datetime.now(UTC)


async def test_a_real_prometheus(monitor):
    async with bot_site(f"{monitor}/api/v1", now=now) as site:

        async def ask(query, **parameters):
            return (await look(PROBE, site, query=query, **parameters)).facts

        up = await ask('up{job="hft_system"}')
        assert (up["value"], up["series"], up["empty"]) == (1, 1, False)
        assert list(up["values"].values()) == [1]
        assert up["age_s"] is not None
        both = await ask("queue_depth")
        assert (both["series"], both["value"], both["sum"]) == (2, None, 10)
        assert (both["lowest"], both["highest"]) == (3, 7)
        assert (await ask("up == 2"))["empty"] is True
        nan = await ask("0 / sum(up - up)")
        assert (nan["series"], nan["value"], nan["not_numbers"], nan["sum"]) == (1, None, 1, None)
        assert (await ask("scalar(sum(queue_depth))"))["value"] == 10
        over = await ask("sum(queue_depth)", over="10m")
        assert (over["series"], over["mean_over"], over["highest_over"]) == (1, 10, 10)
        assert "parse error" in await fails(PROBE, site, Trouble.PARSE, "answers 400", query="sum(")
    async with bot_site(monitor, now=now) as site:
        assert (await look(PROBE, site, query="sum(up)")).facts["value"] == 1, "the address may end in /api/v1 or not"


@pytest.mark.parametrize(
    ("venue", "count"), [("a", 1), ('b "x\\', 1), ('a"} or up{job="', 0), (".*", 0), ("$venue", 0), ("", 0)]
)
async def test_a_value_is_a_value_whatever_stands_in_it(monitor, venue, count):
    async with bot_site(monitor, now=now) as site:
        seen = await look(PROBE, site, query='queue_depth{venue="$venue"}', values={"venue": venue})
    assert seen.facts["series"] == count


@pytest.mark.parametrize(
    ("answer", "trouble", "says"),
    [
        ("garbage", Trouble.PARSE, "no JSON"),
        ("", Trouble.PARSE, "no JSON"),
        ("{}", Trouble.PARSE, "not Prometheus"),
        ('{"status": "success", "data": {"resultType": "vector"}}', Trouble.PARSE, "not understood"),
        ('{"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1]}]}}',
         Trouble.PARSE, "not understood"),
        ('{"status": "success", "data": {"resultType": "string", "result": [1, "x"]}}', Trouble.PARSE, "not underst"),
        (Answer("unauthorized", 401), Trouble.AUTH, "401"),
        (Answer("", 404), Trouble.MISSING, "404"),
        (Answer('{"status": "error", "error": "query timed out"}', 503), Trouble.ERROR, "query timed out"),
        (Answer(f'{{"status": "error", "error": "password={SECRET}"}}', 422), Trouble.PARSE, "answers 422"),
        ("x" * 5_000_000, Trouble.TOO_MUCH, "more came back"),
        (Answer(hangs=True), Trouble.TIMEOUT, "in time"),
    ],
)  # fmt: skip
async def test_why_it_could_not_look(answer, trouble, says):
    seconds = 0.3 if trouble is Trouble.TIMEOUT else 5
    async with web({"/api/v1/query": answer}) as server, bot_site(server.url) as site:
        said = await fails(PROBE, site, trouble, says, query="up", seconds=seconds)
    assert SECRET not in said


async def test_credentials():
    said = '{"status": "success", "data": {"resultType": "vector", "result": []}}'
    async with web({"/api/v1/query": said}) as server, bot_site(server.url, {"token": SECRET}) as site:
        assert (await look(PROBE, site, query="up", bearer="token")).facts["empty"] is True
        assert server.asked[-1].headers["authorization"] == f"Bearer {SECRET}"
        await fails(PROBE, site, Trouble.MISSING, "variable other", query="up", bearer="other")


async def test_nobody_there():
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED, query="up")
    for handler, trouble in ((silent, Trouble.TIMEOUT), (garbled, Trouble.PARSE)):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}") as site:
            await fails(PROBE, site, trouble, query="up", seconds=0.3)


@pytest.mark.parametrize(
    ("query", "values"),
    [('up{a="$a"}', {}), ("up{a=$a}", {"a": "1"}), ("up > $a", {"a": "1"}), ("$a", {"a": "up"}),
     ('up{a="x"} > $a{b=""}', {"a": "1"}), ('up{a="$a"}', {"a": "x\ny"})],
)  # fmt: skip
def test_places_stand_between_quotes_and_are_filled(query, values):
    with pytest.raises(ValueError, match=r"query|value"):
        PROBE.parameters(query=query, values=values)


@pytest.mark.parametrize(
    "query",
    ['\'a"b\' + $x + "c"', '`"` + $x + `"`', 'up # "\n + $x # "', 'up{a="b\\\\"} + $x + up{c="d"}', "'$x'", "`$x`"],
)
def test_a_place_that_only_seems_to_stand_between_double_quotes(query: str):
    with pytest.raises(ValueError, match="between double quotes"):
        PROBE.parameters(query=query, values={"x": "1"})


def test_a_dollar_that_is_none():
    PROBE.parameters(query='up{status=~"5..$"}')


@given(value=st.text(max_size=40))
def test_whatever_is_filled_in_stays_between_the_quotes(value):
    query = filled('up{symbol="$symbol"}', {"symbol": value})
    inside = query.removeprefix('up{symbol="').removesuffix('"}')
    assert stands_in_quotes(f'"{inside}"')
    assert "\n" not in query
    plain = inside.replace("\\\\", "").replace('\\"', "")
    assert '"' not in plain
    assert inside.replace('\\"', '"').replace("\\n", "\n") == value or "\\" in value

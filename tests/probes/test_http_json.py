"""http_json: the playground's trading system, well and broken; and what answers may look like."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.base import NotKnown
from bot.probes.http_json import PROBE
from tests.playground.trading.running import Running
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, SECRET, Answer, bot_site, closed_port, garbled, listening, silent, web


@pytest.fixture
async def hft(tmp_path):
    async with bot_site() as site:
        made = Running(tmp_path / "hft", site.http)
        await made.system.start()
        await made.go_on(60)
        yield made
        await made.system.stop()


async def ask(hft, path, **parameters):
    async with bot_site(hft.system.url, now=lambda: hft.now) as site:
        return await look(PROBE, site, path=path, **parameters)


async def test_a_trading_system_that_is_well(hft):
    seen = await ask(
        hft, "/status", values={"enabled": "trading_enabled", "binance": "exchanges.binance.status"},
        rows="exchanges", where="item.status != 'connected'", columns=["key", "status"],
    )  # fmt: skip
    assert seen.facts["values"] == {"enabled": True, "binance": "connected"}
    assert (seen.facts["total"], seen.facts["count"], seen.facts["unclear"]) == (3, 0, 0)
    assert seen.facts["took_ms"] > 0
    seen = await ask(hft, "/strategies", rows="strategies", group="status", columns=["strategy_id", "status"])
    assert seen.facts["groups"] == {"running": seen.facts["count"]}
    assert seen.table.columns == ("strategy_id", "status")


async def test_a_venue_that_is_gone(hft):
    await hft.broken("exchange_disconnected", 60)
    seen = await ask(hft, "/status", rows="exchanges", where="item.status != 'connected'", columns=["key", "status"])
    assert (seen.facts["count"], seen.table.rows) == (1, (("binance", "disconnected"),))


async def test_orders_that_are_stuck(hft):
    stuck = {"rows": "orders", "where": "item.age_seconds > 30", "at": "created_at", "number": "quantity"}
    seen = await ask(hft, "/orders", query={"status": "pending"}, **stuck)
    assert (seen.facts["count"], seen.facts["oldest_s"], seen.facts["sum"]) == (0, None, 0)
    await hft.broken("orders_stuck", 120)
    seen = await ask(hft, "/orders", query={"status": "pending"}, **stuck)
    assert seen.facts["count"] > 0
    assert 30 < seen.facts["newest_s"] <= seen.facts["oldest_s"] < 200
    assert seen.facts["sum"] >= seen.facts["highest"] >= seen.facts["lowest"] > 0


async def test_a_book_that_is_crossed(hft):
    paths = {"bid": "bids.0.0", "ask": "asks.0.0"}
    path = "/marketdata/orderbook/binance/BTC-USDT"
    seen = await ask(hft, path, values=paths, ages={"book": "timestamp"}, counts={"bids": "bids"})
    assert seen.facts["values"]["bid"] < seen.facts["values"]["ask"]
    assert seen.facts["ages"]["book"] < 6
    assert seen.facts["counts"] == {"bids": 10}
    await hft.broken("crossed_book", 30)
    crossed = [
        (await ask(hft, f"/marketdata/orderbook/{venue}/{symbol}", values=paths)).facts["values"]
        for venue, symbol in (one.split(":") for one in hft.system.life.books)
    ]
    assert [one for one in crossed if one["bid"] >= one["ask"]]


async def asked(body, **parameters):
    async with web({"/": body}) as server, bot_site(server.url) as site:
        return await look(PROBE, site, path="/", **parameters)


async def test_what_cannot_be_told():
    """An entry without the field counts as neither."""
    said = '{"orders": [{"age": 40}, {"age": 10}, {}, 7, null, {"age": "old"}]}'
    seen = await asked(said, rows="orders", where="item.age > 30", number="age")
    assert (seen.facts["total"], seen.facts["count"], seen.facts["unclear"]) == (6, 1, 4)
    seen = await asked(said, rows="orders", number="age")
    assert (seen.facts["count"], seen.facts["sum"]) == (6, None), "one has no number"


@pytest.mark.parametrize(
    ("body", "rows", "count"),
    [
        ("[1, 2, 3]", "*", 3),
        ("[]", "*", 0),
        ('{"a": {"b": []}}', "a.b", 0),
        ('{"a": [{"b": [1]}, {"b": [2]}]}', "a.*.b", 2),
    ],
)
async def test_where_the_list_stands(body, rows, count):
    assert (await asked(body, rows=rows)).facts["count"] == count


async def test_ages_in_every_way_of_writing():
    at = 1795230720  # NOW
    said = (
        f'{{"t": ["2026-11-21T03:11:50Z", "2026-11-21T03:11:50.123456789Z", {at - 10}, {at - 10}.5, {at - 10}000, '
        f'"{at - 10}000000", null, true, "soon", {{}}, 1e300]}}'
    )
    names = {f"at_{place}": f"t.{place}" for place in range(11)}
    ages = (await asked(said, ages=names)).facts["ages"]
    assert sorted(ages) == [f"at_{place}" for place in range(6)]
    assert all(9 <= age <= 10 for age in ages.values())
    assert (await asked(said, ages={"oldest": "t.*"})).facts["ages"] == {"oldest": 10.0}


async def test_secrets_in_the_answer():
    said = f'{{"rows": [{{"id": 1, "api_secret": "{SECRET}", "note": "password={SECRET}"}}]}}'
    seen = await asked(said, rows="rows", values={"all": "rows"}, group="api_secret")
    assert SECRET not in repr(seen)


@pytest.mark.parametrize(
    ("answer", "trouble", "says"),
    [
        ("garbage", Trouble.PARSE, "no JSON"),
        ("", Trouble.PARSE, "no JSON"),
        ("[" * 100_000, Trouble.PARSE, "no JSON"),
        ('{"orders": 7}', Trouble.PARSE, "no list"),
        ('{"other": []}', Trouble.PARSE, "nothing at 'orders'"),
        ('{"orders": [' + "1," * 6_000 + "1]}", Trouble.TOO_MUCH, "more than 5000"),
        ('"' + "x" * 5_000_000 + '"', Trouble.TOO_MUCH, "more came back"),
        (Answer(f"token={SECRET} is wrong", 401), Trouble.AUTH, "answers 401"),
        (Answer("no", 403), Trouble.AUTH, "answers 403"),
        (Answer("no", 404), Trouble.MISSING, "answers 404"),
        (Answer("later", 503), Trouble.ERROR, "answers 503: later"),
        (Answer("", 302), Trouble.ERROR, "answers 302"),
        (Answer(hangs=True), Trouble.TIMEOUT, "in time"),
    ],
)
async def test_why_it_could_not_look(answer, trouble, says):
    async with web({"/": answer}) as server, bot_site(server.url) as site:
        said = await fails(PROBE, site, trouble, says, path="/", rows="orders", seconds=0.5)
    assert SECRET not in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"error": "there is no such order"}', ": there is no such order"),
        ('{"detail": "Order not found", "code": 17}', ": Order not found"),
        ('{"error": {"code": 404, "message": "gone"}}', ": gone"),
        ('{"errors": [{"title": "no such thing"}]}', ": no such thing"),
        ('{"detail": [{"loc": ["path", "id"], "msg": "two\\nlines"}]}', ": two"),
        (f'{{"error": "token={SECRET} knows it not"}}', ": token="),
        ('{"error": "' + "x" * 5_000 + '"}', ": xxx"),
        # Nothing in it is for people.
        ('{"code": 404, "id": "a"}', ""),
        ('{"error": {"message": {"error": {"message": "deeper than anybody says it"}}}}', ""),
        ('{"error": tr', ""),
        ("[" * 100_000, ""),
        ("[]", ""),
        ("", ""),
        ("<!doctype html><html><head><title>404 &amp; more</title></head><body><p>x</p></body></html>", ": 404 & more"),
        ("<Error><Code>NoSuchKey</Code></Error>", ""),
        ("404 page not found\n", ": 404 page not found"),
    ],
)
async def test_what_an_error_says_is_said_in_words(body: str, said: str):
    async with web({"/": Answer(body, 404)}) as server, bot_site(server.url) as site:
        with pytest.raises(NotKnown) as failed:
            await PROBE.look(PROBE.parameters(path="/"), site)
    told = failed.value
    assert told.how.startswith(f"HTTP 404{said}")
    assert said or told.how == "HTTP 404"
    assert str(told).endswith(told.how.removeprefix("HTTP "))
    assert not set("{}[]<>\n") & set(told.how) - set("[]" if SECRET in body else "")
    assert len(told.how) < 200
    assert SECRET not in told.how


async def test_nobody_there():
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED)
    for handler, trouble in ((silent, Trouble.TIMEOUT), (garbled, Trouble.PARSE)):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}") as site:
            await fails(PROBE, site, trouble, seconds=0.3)


@pytest.mark.parametrize("wrong", ["item.age >", "(", "matches(item.a, '(')"])
def test_an_expression_that_is_none(wrong):
    with pytest.raises(ValueError, match="where"):
        PROBE.parameters(rows="a", where=wrong)

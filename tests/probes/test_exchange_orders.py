"""exchange_orders: open orders and single ones at every venue, and our own record of them."""

import json

import pytest

from bot.core.evidence import Trouble
from bot.probes.exchange_orders import PROBE
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, Answer, bot_site, closed_port, garbled, listening, silent, web
from tests.probes.venues import ANSWERS, BINANCE, ORDERS, SECRETS, SYMBOLS, given, leaks

OPEN = {
    "binance": "/api/v3/openOrders", "coinbase": "/orders", "kraken": "/0/private/OpenOrders",
    "oanda": "/v3/accounts/101-001-1234567-001/pendingOrders", "alpaca": "/v2/orders",
    "metatrader": "/".join(("", "users", "current", "accounts", "101-001-1234567-001", "orders")),
}  # fmt: skip
NONE = {"kraken": '{"error": [], "result": {"open": {}}}', "oanda": '{"orders": []}'}


async def asked(venue, answers=None, **parameters):
    async with web({**ANSWERS[venue], **(answers or {})}) as server, bot_site(server.url, SECRETS) as site:
        if "ours" in parameters:
            parameters["ours"] = {**parameters["ours"], "url": f"{server.url}/ours"}
        seen = await look(PROBE, site, **given(venue, **parameters))
    assert leaks(seen) == []
    return seen.facts


@pytest.mark.parametrize("venue", list(ANSWERS))
async def test_all_that_are_open(venue):
    facts = await asked(venue)
    assert (facts["count"], facts["by_symbol"], facts["pending"]) == (1, {SYMBOLS[venue]: 1}, 0)
    assert facts["by_side"] == {"sell" if venue == "oanda" else "buy": 1}
    assert 44 <= facts["oldest_s"] <= 46
    assert facts["found"] is None
    facts = await asked(venue, symbol=SYMBOLS[venue])
    assert facts["count"] == 1


@pytest.mark.parametrize("venue", list(ANSWERS))
async def test_none_is_open(venue):
    facts = await asked(venue, {OPEN[venue]: NONE.get(venue, "[]")})
    assert (facts["count"], facts["by_symbol"], facts["oldest_s"]) == (0, {}, None)


@pytest.mark.parametrize("venue", list(ANSWERS))
async def test_one_order(venue):
    facts = await asked(venue, order=ORDERS[venue], symbol=SYMBOLS[venue])
    filled = {"oanda": 0.0, "alpaca": 5.0}.get(venue, 0.2)
    assert (facts["found"], facts["state"], facts["filled"], facts["count"]) == (True, "open", filled, None)


@pytest.mark.parametrize(
    ("venue", "order"),
    [("binance", "99"), ("binance", "x-99"), ("coinbase", "nope"), ("kraken", "NOPE"), ("oanda", "1"),
     ("alpaca", "nope"), ("metatrader", "1")],
)  # fmt: skip
async def test_an_order_nobody_knows(venue, order):
    facts = await asked(venue, order=order, symbol=SYMBOLS[venue])
    assert (facts["found"], facts["state"]) == (False, None)


async def test_by_our_own_id():
    assert (await asked("binance", order="x-28", symbol="BTCUSDT"))["found"] is True


@pytest.mark.parametrize(
    ("ours", "facts"),
    [
        ({"status": "open", "filled_quantity": 0.2}, ("open", True)),
        ({"status": "PARTIALLY_FILLED", "filled_quantity": "0.20"}, ("open", True)),
        ({"status": "open", "filled_quantity": 0.1}, ("open", False)),
        ({"status": "pending", "filled_quantity": 0}, ("pending", False)),
        ({"filled_quantity": 0.2}, (None, None)),
    ],
)
async def test_whether_our_system_agrees(ours, facts):
    found = await asked(
        "binance", {"/ours": json.dumps(ours)}, order="28", symbol="BTCUSDT", ours={"filled": "filled_quantity"}
    )
    assert (found["our_state"], found["agrees"]) == facts


@pytest.mark.parametrize("venue", list(ANSWERS))
@pytest.mark.parametrize("answer", ["garbage", "", "{}", '[{"id": 1}]', "7", Answer("", 500)])
async def test_an_answer_that_is_none(venue, answer):
    trouble = Trouble.ERROR if isinstance(answer, Answer) else Trouble.PARSE
    async with web({OPEN[venue]: answer}) as server, bot_site(server.url, SECRETS) as site:
        await fails(PROBE, site, trouble, **given(venue))


async def test_refused_and_gone():
    async with web(BINANCE) as server, bot_site(server.url, {**SECRETS, "plain": "x" * 40}) as site:
        await fails(PROBE, site, Trouble.AUTH, "-2015", **given("binance"))
        await fails(PROBE, site, Trouble.AUTH, "-2015", **given("binance", order="28", symbol="BTCUSDT"))
    async with bot_site(f"http://{HOST}:{await closed_port()}", SECRETS) as site:
        await fails(PROBE, site, Trouble.REFUSED, **given("binance"))
    for handler, trouble in ((silent, Trouble.TIMEOUT), (garbled, Trouble.PARSE)):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}", SECRETS) as site:
            await fails(PROBE, site, trouble, **given("binance", seconds=0.3))


@pytest.mark.parametrize("order", ["-1", "a b", "a/b", "a&b", "", "x" * 65, "a\n"])
def test_no_order_of_that_kind(order):
    with pytest.raises(ValueError, match="order"):
        PROBE.parameters(venue="binance", order=order)

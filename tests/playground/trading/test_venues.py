"""The venues' own APIs: what the checks of hft ask them for, and an outage of which nobody gets an answer."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.playground.trading.running import Running


def ticker(hft: Running, stream: str = "btcusdt@ticker") -> connect:
    return connect(f"{hft.system.venues_url.replace('http', 'ws')}/binance/ws/{stream}", proxy=None)


async def test_what_binance_says_besides_its_book(hft: Running) -> None:
    (trade,) = await hft.venue("/binance/api/v3/trades?symbol=BTCUSDT&limit=1")
    assert trade["time"] == hft.now.timestamp() * 1000
    (symbol,) = (await hft.venue("/binance/api/v3/exchangeInfo?symbol=ETHUSDT"))["symbols"]
    assert {one["filterType"] for one in symbol["filters"]} == {"PRICE_FILTER", "LOT_SIZE", "NOTIONAL"}
    assert (await hft.venue("/binance/api/v3/exchangeInfo?symbol=BTC-USDT", status=400))["code"] == -1121
    assert (await hft.venue("/binance/sapi/v1/system/status"))["status"] == 0
    answer = await hft.client.get(f"{hft.system.venues_url}/binance/api/v3/time")
    assert 0 < int(answer.headers["X-MBX-USED-WEIGHT-1M"]) < 6000


async def test_what_the_others_say(hft: Running) -> None:
    product = await hft.venue("/coinbase/products/ETH-USD")
    assert (product["status"], float(product["quote_increment"])) == ("online", 0.01)
    book = await hft.venue("/coinbase/products/ETH-USD/book")
    assert datetime.fromisoformat(book["time"]) == hft.now
    assert (await hft.venue("/coinbase/status/api/v2/summary.json"))["status"]["indicator"] == "none"
    (pair,) = (await hft.venue("/kraken/0/public/AssetPairs?pair=XBTUSD"))["result"].values()
    assert (pair["altname"], pair["lot_decimals"]) == ("XBTUSD", 8)


async def test_a_stream_of_prices(hft: Running) -> None:
    async with ticker(hft) as socket:
        said = json.loads(await socket.recv())
    best = (await hft.venue("/binance/api/v3/depth?symbol=BTCUSDT"))["bids"][0][0]
    assert (said["s"], said["b"], said["E"]) == ("BTCUSDT", best, hft.now.timestamp() * 1000)


async def closed_with(socket: ClientConnection) -> int:
    """The code with which it is closed, whatever is said before."""
    try:
        while True:
            await socket.recv()
    except ConnectionClosed as ended:
        return ended.rcvd.code if ended.rcvd else 0


async def test_an_outage_ends_it(hft: Running) -> None:
    async with ticker(hft) as socket:
        await socket.recv()
        await hft.broken("exchange_disconnected", 5)
        assert await closed_with(socket) == 1013
    await hft.venue("/binance/sapi/v1/system/status", status=503)


async def test_what_is_no_stream_stays_silent(hft: Running) -> None:
    async with ticker(hft, "nothing@ticker") as silent, ticker(hft) as socket:
        await socket.recv()
        await socket.recv()
        await hft.broken("exchange_disconnected", 5)
        with pytest.raises(ConnectionClosed):
            await silent.recv()

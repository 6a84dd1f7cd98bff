"""The order-book feed: from a snapshot and the updates a reader has the very book that the status API shows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.playground.trading.running import Running


def stream(hft: Running, market: str = "binance/ETH-USDT") -> connect:
    return connect(f"{hft.system.url.replace('http', 'ws')}/marketdata/stream/{market}", proxy=None)


class Copy:
    """A reader's own book."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        assert snapshot["type"] == "snapshot"
        self.sides = {side: dict(snapshot[side]) for side in ("bids", "asks")}
        self.sequence = snapshot["sequence"]
        self.gaps = 0

    def take(self, update: dict[str, Any]) -> None:
        self.gaps += update["previous_sequence"] != self.sequence
        self.sequence = update["sequence"]
        for side, book in self.sides.items():
            book.update(dict(update[side]))
            self.sides[side] = {price: quantity for price, quantity in book.items() if quantity}

    async def follow(self, socket: ClientConnection) -> None:
        """Until the stream ends."""
        while True:
            self.take(await read(socket))


async def read(socket: ClientConnection) -> dict[str, Any]:
    return json.loads(await socket.recv())


async def test_updates_make_the_book(hft: Running) -> None:
    async with stream(hft) as socket:
        copy = Copy(await read(socket))
        for _ in range(20):
            await hft.go_on(5)
            copy.take(await read(socket))
        book = await hft.get("/marketdata/orderbook/binance/ETH-USDT")
        assert copy.gaps == 0
        assert copy.sequence == book["sequence"]
        assert copy.sides == {side: dict(map(tuple, book[side])) for side in ("bids", "asks")}


async def test_every_message_has_its_time(hft: Running) -> None:
    async with stream(hft, "kraken/BTC-USD") as socket:
        await read(socket)
        await hft.go_on(5)
        update = await read(socket)
    assert (update["exchange"], update["symbol"]) == ("kraken", "BTC-USD")
    assert update["timestamp"][:19] in (f"{hft.now:%Y-%m-%dT%H:%M:%S}", "2026-11-21T03:02:04")


async def test_a_gap_and_a_crossed_book_are_seen(hft: Running) -> None:
    async with stream(hft) as socket:
        copy = Copy(await read(socket))
        await hft.broken("crossed_book", 5)
        copy.take(await read(socket))
        assert copy.gaps == 1
        assert max(copy.sides["bids"]) >= min(copy.sides["asks"])
        await hft.mended("crossed_book", 5)
        copy.take(await read(socket))
        assert copy.gaps == 1
        assert max(copy.sides["bids"]) < min(copy.sides["asks"])


async def test_a_silent_venue_sends_nothing(hft: Running) -> None:
    async with stream(hft, "coinbase/BTC-USD") as silent, stream(hft, "kraken/BTC-USD") as other:
        for socket in (silent, other):
            await read(socket)
        await hft.broken("stale_data", 30)
        assert (await read(other))["type"] == "update"
        await hft.mended("stale_data", 5)
        late = await read(silent)
        assert late["timestamp"] > "2026-11-21T03:02:30"


async def test_a_lost_venue_ends_its_streams(hft: Running) -> None:
    async with stream(hft) as ours, stream(hft, "kraken/BTC-USD") as other:
        for socket in (ours, other):
            await read(socket)
        await hft.broken("exchange_disconnected", 5)
        with pytest.raises(ConnectionClosed) as ended:
            await read(ours)
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 1013
        assert (await read(other))["type"] == "update"
    async with stream(hft) as again:
        with pytest.raises(ConnectionClosed):
            await read(again)


async def test_the_process_takes_its_streams_along(hft: Running) -> None:
    async with stream(hft) as socket:
        await read(socket)
        await hft.broken("process_gone", 5)
        with pytest.raises(ConnectionClosed):
            await read(socket)
    await hft.mended("process_gone", 5)
    async with stream(hft) as socket:
        assert (await read(socket))["type"] == "snapshot"


async def test_there_is_no_such_market(hft: Running) -> None:
    async with stream(hft, "binance/NONE") as socket:
        with pytest.raises(ConnectionClosed) as ended:
            await read(socket)
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 4404


async def test_who_does_not_keep_up_is_cut_off(hft: Running) -> None:
    """Rather than given a stream with holes."""
    async with stream(hft) as socket:
        copy = Copy(await read(socket))
        await hft.go_on(700 * 5, step_s=120)
        with pytest.raises(ConnectionClosed) as ended:
            await copy.follow(socket)
        assert copy.gaps == 0
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 1008
    assert hft.system.feed.readers == 0

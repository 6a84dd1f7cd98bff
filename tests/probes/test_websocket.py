"""websocket: real streams, well, silent, ended and broken; and the playground's own feed."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import serve

from bot.core.evidence import Trouble
from bot.probes.websocket import PROBE
from tests.playground.trading.running import Running
from tests.probes.kit import fails, look
from tests.probes.servers import (
    HOST,
    SECRET,
    Answer,
    Certificates,
    bot_site,
    closed_port,
    garbled,
    hanging_up,
    listening,
    silent,
    web,
)


@asynccontextmanager
async def stream(handler, **options):
    async with serve(handler, HOST, 0, **options) as server:
        yield f"ws://{HOST}:{server.sockets[0].getsockname()[1]}"


async def asked(handler, secrets=None, **parameters):
    async with stream(handler) as address, bot_site(address, secrets) as site:
        return await look(PROBE, site, **{"listen": 0.4} | parameters)


async def ticks(socket):
    """As Binance: an answer to the subscription, then events."""
    said = json.loads(await socket.recv())
    await socket.send(json.dumps({"result": None, "id": said["id"]}))
    for number in range(5):
        await socket.send(json.dumps({"e": "24hrTicker", "E": 1795230718000, "u": number, "s": "BTCUSDT"}))
    await socket.wait_closed()


async def test_a_stream_that_is_well():
    subscribe = [{"method": "SUBSCRIBE", "params": ["btcusdt@ticker"], "id": 1}]
    seen = await asked(ticks, subscribe=subscribe, only='"e":', at="E", sequence="u", enough=5, listen=5)
    facts = seen.facts
    assert (facts["connected"], facts["messages"], facts["others"]) == (True, 5, 1)
    assert (facts["age_s"], facts["gaps"], facts["missed"]) == (2.0, 0, 0)
    assert (facts["stays_open"], facts["close_code"], facts["trouble"]) == (True, None, None)
    assert facts["per_s"] > 1
    assert "24hrTicker" in facts["first"]
    assert 0 < facts["connect_ms"] < 5000
    assert facts["silence_s"] < 5


async def test_messages_that_are_missing():
    async def leaves_out(socket):
        for number in (1, 2, 5, 6, 6):
            await socket.send(json.dumps({"u": number}))
        await socket.wait_closed()

    facts = (await asked(leaves_out, sequence="u", enough=5)).facts
    assert (facts["gaps"], facts["missed"]) == (2, 2)


async def test_nothing_comes():
    async def nothing(socket):
        await socket.wait_closed()

    facts = (await asked(nothing, listen=0.3)).facts
    assert (facts["connected"], facts["messages"], facts["first_ms"], facts["gaps"]) == (True, 0, None, None)
    assert 0.2 < facts["silence_s"] < 2
    assert facts["stays_open"] is True


@pytest.mark.parametrize("code", [1000, 1013, 4404])
async def test_it_is_closed(code):
    async def closes(socket):
        await socket.send("hello")
        await socket.close(code)

    facts = (await asked(closes, listen=3)).facts
    assert (facts["messages"], facts["stays_open"], facts["close_code"]) == (1, False, code)


async def test_the_connection_breaks():
    async def breaks(socket):
        await socket.send("hello")
        socket.transport.abort()

    facts = (await asked(breaks, listen=3)).facts
    assert (facts["messages"], facts["stays_open"], facts["close_code"]) == (1, False, 1006)


async def test_secrets_are_said_to_the_stream_only():
    heard = []

    async def login(socket):
        heard.append(json.loads(await socket.recv()))
        await socket.send(json.dumps({"T": "error", "msg": "auth failed", "secret": heard[0]["secret"]}))
        await socket.wait_closed()

    subscribe = [{"action": "auth", "key": "plain", "secret": "$alpaca_secret"}]
    seen = await asked(login, {"alpaca_secret": SECRET}, subscribe=subscribe, enough=1)
    assert heard == [{"action": "auth", "key": "plain", "secret": SECRET}]
    assert seen.facts["messages"] == 1
    assert SECRET not in repr(seen)
    async with bot_site("ws://127.0.0.1:9") as site:
        await fails(PROBE, site, Trouble.MISSING, "variable alpaca_secret", subscribe=subscribe)


async def test_garbage_and_huge_messages():
    async def garbage(socket):
        for said in ("garbage", b"\xff\x00", "[" * 2000, "null", '{"E": {}, "u": "x"}'):
            await socket.send(said)
        await socket.wait_closed()

    facts = (await asked(garbage, at="E", sequence="u", enough=5)).facts
    assert (facts["messages"], facts["age_s"], facts["gaps"]) == (5, None, None)

    async def huge(socket):
        await socket.send("x" * 3_000_000)
        await socket.wait_closed()

    async with stream(huge) as address, bot_site(address) as site:
        await fails(PROBE, site, Trouble.TOO_MUCH, "larger than", listen=2)

    async def flood(socket):
        while True:
            await socket.send("tick")
            await asyncio.sleep(0)  # both sides share this loop

    facts = (await asked(flood, enough=500, listen=5)).facts
    assert facts["messages"] == 500


@pytest.mark.parametrize(("handler", "trouble"), [(silent, "timeout"), (hanging_up, "lost"), (garbled, "parse")])
async def test_what_answers_is_no_stream(handler, trouble):
    async with listening(handler) as port, bot_site(f"ws://{HOST}:{port}") as site:
        facts = (await look(PROBE, site, wait=0.4)).facts
    assert (facts["connected"], facts["trouble"], facts["messages"]) == (False, trouble, None)


@pytest.mark.parametrize(
    ("status", "trouble"), [(401, "auth"), (403, "auth"), (404, "error"), (302, "refused"), (503, "error")]
)
async def test_it_is_refused(status, trouble):
    headers = (("Location", "ws://127.0.0.1:9/"),)
    async with web({"/": Answer("no", status, headers)}) as server, bot_site(f"ws://{HOST}:{server.port}") as site:
        facts = (await look(PROBE, site)).facts
    assert (facts["connected"], facts["trouble"]) == (False, trouble)


async def test_nobody_there(tmp_path):
    async with bot_site(f"ws://{HOST}:{await closed_port()}") as site:
        assert (await look(PROBE, site)).facts["trouble"] == "refused"
    async with bot_site("ws://nosuch.invalid") as site:
        assert (await look(PROBE, site)).facts["trouble"] == "dns"
    async with (
        listening(silent, Certificates(tmp_path).context(HOST)) as port,
        bot_site(f"wss://{HOST}:{port}") as site,
    ):
        assert (await look(PROBE, site)).facts["trouble"] == "tls"
    for address in ("", "http://x", "ws:/", "garbage"):
        async with bot_site(address) as site:
            await fails(PROBE, site, Trouble.MISSING)


async def test_the_trading_system(tmp_path):
    async with bot_site() as site:
        hft = Running(tmp_path / "hft", site.http)
        await hft.system.start()
        await hft.go_on(10)
        path = "/marketdata/stream/{}/BTC-USDT"
        parts = {"at": "timestamp", "sequence": "sequence", "previous": "previous_sequence"}

        async def looked(venue, **parameters):
            async with bot_site(hft.system.url.replace("http", "ws"), now=lambda: hft.now) as stream_site:
                return (await look(PROBE, stream_site, path=path.format(venue), **parts, **parameters)).facts

        async def going_on():
            while not hft.system.feed.readers:
                await asyncio.sleep(0)
            await hft.go_on(5, step_s=1)

        well, _ = await asyncio.gather(looked("binance", enough=4, listen=5), going_on())
        assert (well["messages"], well["gaps"], well["stays_open"]) == (4, 0, True)
        assert well["oldest_age_s"] < 10
        await hft.broken("exchange_disconnected", 10)
        gone = await looked("binance", listen=3)
        assert (gone["messages"], gone["stays_open"], gone["close_code"]) == (0, False, 1013)
        await hft.system.stop()

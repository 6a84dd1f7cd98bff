"""zeromq: real publishers, well, silent and absent."""

import asyncio
from contextlib import asynccontextmanager

import pytest
import zmq
import zmq.asyncio

from bot.core.evidence import Trouble
from bot.probes.zeromq import PROBE
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, SECRET, bot_site, closed_port, garbled, listening, silent


@asynccontextmanager
async def publisher(*messages):
    """Sends these again and again."""
    context = zmq.asyncio.Context()
    socket = context.socket(zmq.PUB)
    port = socket.bind_to_random_port(f"tcp://{HOST}")

    async def send():
        while messages:
            for message in messages:
                await socket.send_multipart(message)
            await asyncio.sleep(0.01)

    task = asyncio.create_task(send())
    try:
        yield f"tcp://{HOST}:{port}"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        context.destroy(linger=0)


async def asked(*messages, **parameters):
    async with publisher(*messages) as address, bot_site(address) as site:
        return await look(PROBE, site, **{"listen": 0.5} | parameters)


async def test_a_publisher_that_is_well():
    seen = await asked([b"AAPL", b'{"price": 1}'], [b"MSFT", b'{"price": 2}'], enough=20, listen=5)
    facts = seen.facts
    assert (facts["connected"], facts["messages"]) == (True, 20)
    assert facts["topics"].keys() == {"AAPL", "MSFT"}
    assert facts["per_s"] > 1
    assert facts["last_s"] < 2
    assert facts["missing"] == []
    assert seen.excerpt[0].endswith("}")


async def test_topics():
    facts = (await asked([b"AAPL", b"1"], [b"MSFT", b"2"], topics=["AAPL", "TSLA"], enough=5, listen=0.6)).facts
    assert (facts["topics"].keys(), facts["missing"]) == ({"AAPL"}, ["TSLA"])
    facts = (await asked([b"AAPL 101.5"], [b'MSFT{"p": 1}'], enough=10, listen=5)).facts
    assert facts["topics"].keys() == {"AAPL", "MSFT"}


async def test_nothing_comes():
    facts = (await asked(listen=0.3)).facts
    assert (facts["connected"], facts["messages"], facts["last_s"], facts["first_ms"]) == (True, 0, None, None)
    assert 0.2 < facts["silence_s"] < 3


async def test_secrets_and_garbage():
    seen = await asked([b"log", f"password={SECRET}".encode()], [b"\xff\x00\n"], enough=4, listen=5)
    assert SECRET not in repr(seen)
    assert seen.facts["messages"] == 4


async def test_a_message_that_is_too_large():
    facts = (await asked([b"x" * 3_000_000], listen=0.4)).facts
    assert facts["messages"] == 0


async def test_nobody_there():
    async with bot_site(f"tcp://{HOST}:{await closed_port()}") as site:
        facts = (await look(PROBE, site, wait=0.3)).facts
    assert (facts["connected"], facts["messages"]) == (False, None)


@pytest.mark.parametrize("handler", [silent, garbled])
async def test_what_answers_is_no_publisher(handler):
    async with listening(handler) as port, bot_site(f"tcp://{HOST}:{port}") as site:
        facts = (await look(PROBE, site, wait=0.3)).facts
    assert facts["connected"] is False


@pytest.mark.parametrize(
    "address", ["", "http://x:1", "ipc:///tmp/x", "tcp://*:5555", "tcp://x", "tcp://x:1;tcp://y:2"]
)
async def test_the_pack_is_wrong(address):
    async with bot_site(address) as site:
        await fails(PROBE, site, Trouble.MISSING, "tcp://host:5555")

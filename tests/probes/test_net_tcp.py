"""net_tcp: real ports, by the bot itself and by each program that may be there."""

import asyncio

import pytest

from bot.core.evidence import Trouble
from bot.probes.net_tcp import PROBE
from bot.transports.base import MOST_BYTES, Ran, TransportFailed
from tests.probes.kit import a_site, fails, look
from tests.probes.servers import HOST, Distant, bot_site, closed_port, listening, silent
from tests.programs import program


class Only(Distant):
    """A host that has one of the programs only."""

    def __init__(self, *programs):
        super().__init__()
        self._programs = programs

    async def run(self, argv, *, within_s, most_bytes=MOST_BYTES, given=""):
        if argv[0] not in self._programs:
            raise TransportFailed(f"there is no program {argv[0]} here", Trouble.MISSING)
        return await super().run(argv, within_s=within_s, most_bytes=most_bytes, given=given)


async def greeting(reader, writer):
    writer.write(b"220 mail.example.com ESMTP\r\n")
    await writer.drain()
    await asyncio.Event().wait()


async def test_a_port_that_takes_connections():
    async with listening(silent) as port, bot_site() as site:
        seen = await look(PROBE, site, host=HOST, port=port)
    assert (seen.facts["connected"], seen.facts["trouble"], seen.facts["address"]) == (True, None, HOST)
    assert 0 < seen.facts["connect_ms"] < 2000
    assert seen.facts["banner"] is None


async def test_what_it_says_first():
    async with listening(greeting) as port, bot_site() as site:
        seen = await look(PROBE, site, host=HOST, port=port, banner=True)
    assert seen.facts["banner"] == "220 mail.example.com ESMTP"


async def test_nobody_listens():
    async with bot_site() as site:
        seen = await look(PROBE, site, host=HOST, port=await closed_port())
        assert (seen.facts["connected"], seen.facts["trouble"]) == (False, "refused")
        seen = await look(PROBE, site, host="nosuch.invalid", port=443)
        assert (seen.facts["connected"], seen.facts["trouble"]) == (False, "dns")


async def test_nobody_answers():
    """A queue that is full lets further connections wait, as a host behind a dropping firewall does."""
    import socket

    with socket.socket() as full:
        full.bind((HOST, 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for one in fillers:
            one.setblocking(False)
            one.connect_ex((HOST, port))
        async with bot_site() as site:
            seen = await look(PROBE, site, host=HOST, port=port, seconds=0.2)
        for one in fillers:
            one.close()
    assert (seen.facts["connected"], seen.facts["trouble"]) == (False, "timeout")


@pytest.mark.parametrize(("by", "package"), [("curl", ""), ("python3", ""), ("nc", "netcat-openbsd")])
async def test_from_another_host(by, package):
    program(by, package=package)
    place = Only(by)
    async with listening(silent) as port:
        seen = await look(PROBE, a_site(place), host=HOST, port=port, seconds=1)
    assert seen.facts["connected"] is True
    seen = await look(PROBE, a_site(place), host=HOST, port=await closed_port(), seconds=1)
    assert (seen.facts["connected"], seen.facts["trouble"]) == (False, "refused")
    seen = await look(PROBE, a_site(place), host="nosuch.invalid", port=443, seconds=1)
    assert (seen.facts["connected"], seen.facts["trouble"]) == (False, "dns")


NC = "nc -z -v -w 5 -- db 5432"


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        (Ran(code=0, out="", err="Connection to db 5432 port [tcp/postgresql] succeeded!\n"), (True, None)),
        (Ran(code=1, out="", err="nc: connect to db port 5432 (tcp) failed: Connection refused\n"), (False, "refused")),
        (Ran(code=1, out="", err="nc: db (10.0.0.9:5432): Operation timed out\n"), (False, "timeout")),
        (Ran(code=1, out="", err="nc: bad address 'db'\n"), (False, "dns")),
        (Ran(code=1, out="", err=""), (False, "refused")),
    ],
)
async def test_what_nc_says(said, facts):
    seen = await look(PROBE, {NC: said}, host="db", port=5432)
    assert (seen.facts["connected"], seen.facts["trouble"]) == facts


async def test_no_program_can_connect():
    await fails(PROBE, Only(), Trouble.MISSING, "python3", host="db", port=5432)

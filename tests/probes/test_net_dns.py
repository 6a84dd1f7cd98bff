"""net_dns: real name servers on loopback, and what dig and getent say elsewhere."""

import asyncio
from contextlib import asynccontextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.net_dns import PROBE
from bot.transports.base import Ran
from tests.probes.kit import fails, look, no_program
from tests.probes.servers import HOST, bot_site

NAME = "stream.binance.com"


class NameServer(asyncio.DatagramProtocol):
    """Answers every question as `answer` does; None: not at all."""

    def __init__(self, answer):
        self._answer = answer

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, peer):
        said = self._answer(dns.message.from_wire(data))
        if said is not None:
            self._transport.sendto(said if isinstance(said, bytes) else said.to_wire(), peer)


@asynccontextmanager
async def name_server(answer, host=HOST, port=0):
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: NameServer(answer), local_addr=(host, port)
    )
    yield transport.get_extra_info("sockname")[1]
    transport.close()


def records(*texts, kind="A", ttl=60):
    def answer(question):
        response = dns.message.make_response(question)
        if question.question[0].rdtype == dns.rdatatype.from_text(kind):
            response.answer.append(dns.rrset.from_text(question.question[0].name, ttl, "IN", kind, *texts))
        return response

    return answer


def code(rcode):
    def answer(question):
        response = dns.message.make_response(question)
        response.set_rcode(rcode)
        return response

    return answer


async def ask(port, **parameters):
    async with bot_site() as site:
        return await look(PROBE, site, **{"name": NAME, "resolvers": [HOST], "port": port, "seconds": 1} | parameters)


async def test_an_address_stands_for_itself():
    """As where a venue has a line of its own. Nobody is asked."""
    async with bot_site() as site:
        facts = (await look(PROBE, site, name="192.0.2.10", resolvers=["127.0.0.1"], port=9)).facts
    assert (facts["resolved"], facts["answers"], facts["failing"]) == (True, ["192.0.2.10"], [])


async def test_answers():
    async with name_server(records("203.0.113.9", "203.0.113.8")) as port:
        seen = await ask(port)
    facts = seen.facts
    assert (facts["resolved"], facts["rcode"], facts["trouble"]) == (True, "NOERROR", None)
    assert (facts["answers"], facts["count"], facts["ttl_s"]) == (["203.0.113.8", "203.0.113.9"], 2, 60)
    assert 0 < facts["took_ms"] < 1000
    assert (facts["failing"], facts["agree"]) == ([], None)


@pytest.mark.parametrize(
    ("rcode", "word"),
    [(dns.rcode.NXDOMAIN, "NXDOMAIN"), (dns.rcode.SERVFAIL, "SERVFAIL"), (dns.rcode.REFUSED, "REFUSED")],
)
async def test_it_says_no(rcode, word):
    async with name_server(code(rcode)) as port:
        seen = await ask(port)
    assert (seen.facts["resolved"], seen.facts["rcode"], seen.facts["failing"]) == (False, word, [HOST])


async def test_a_name_without_such_a_record():
    async with name_server(records("203.0.113.9")) as port:
        seen = await ask(port, type="AAAA")
    assert (seen.facts["resolved"], seen.facts["rcode"], seen.facts["count"]) == (False, "NOERROR", 0)


async def test_silence_and_nonsense():
    async with name_server(lambda question: None) as port:
        seen = await ask(port, seconds=0.2)
    assert (seen.facts["resolved"], seen.facts["rcode"], seen.facts["trouble"]) == (False, None, "timeout")
    async with name_server(lambda question: b"garbage") as port:
        seen = await ask(port, seconds=0.2)
    assert (seen.facts["resolved"], seen.facts["trouble"]) in [(False, "timeout"), (False, "parse")]


async def test_a_huge_answer_is_bounded():
    many = [f"10.0.{number // 250}.{number % 250}" for number in range(400)]

    async with name_server(records(*many)) as port:
        seen = await ask(port)
    assert seen.facts["count"] == 100


async def test_several_resolvers():
    async with name_server(records("203.0.113.9")) as port, name_server(records("198.51.100.1"), "127.0.0.2", port):
        seen = await ask(port, resolvers=[HOST, "127.0.0.2"])
    assert (seen.facts["agree"], seen.facts["resolvers"], seen.facts["count"]) == (False, 2, 2)
    async with name_server(records("203.0.113.9")) as port, name_server(lambda _: None, "127.0.0.2", port):
        seen = await ask(port, resolvers=[HOST, "127.0.0.2"], seconds=0.3)
    assert (seen.facts["resolved"], seen.facts["failing"], seen.facts["agree"]) == (True, ["127.0.0.2"], None)


DIG = "dig +noall +comments +answer +stats +time=2 +tries=1 -t A -q python-ai-service"
SAID = """\
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4711
;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1

;; ANSWER SECTION:
python-ai-service.\t600\tIN\tCNAME\tai-1.
ai-1.\t30\tIN\tA\t172.18.0.7

;; Query time: 3 msec
"""


@pytest.mark.parametrize("name", ["@203.0.113.1", "-x", "a b", "a;b", "+trace", ""])
def test_a_name_that_a_person_gives_is_a_host_name(name):
    assert "name" in PROBE.fills
    with pytest.raises(ValidationError):
        PROBE.parameters(name=name)


async def test_dig_elsewhere():
    seen = await look(PROBE, {DIG: SAID}, name="python-ai-service")
    assert (seen.facts["answers"], seen.facts["ttl_s"], seen.facts["took_ms"]) == (["172.18.0.7"], 30, 3.0)
    none = SAID.replace("NOERROR", "NXDOMAIN").split(";; ANSWER")[0]
    seen = await look(PROBE, {DIG: none}, name="python-ai-service")
    assert (seen.facts["resolved"], seen.facts["rcode"]) == (False, "NXDOMAIN")
    silent = Ran(code=9, out=";; connection timed out; no servers could be reached\n", err="")
    seen = await look(PROBE, {DIG: silent}, name="python-ai-service")
    assert (seen.facts["resolved"], seen.facts["trouble"]) == (False, "timeout")
    await fails(PROBE, {DIG: "garbage"}, Trouble.PARSE, name="python-ai-service")


async def test_getent_where_there_is_no_dig():
    getent = "getent ahostsv4 python-ai-service"
    said = "172.18.0.7      STREAM python-ai-service\n172.18.0.7      DGRAM\n"
    seen = await look(PROBE, {DIG: no_program("dig"), getent: said}, name="python-ai-service")
    assert (seen.facts["resolved"], seen.facts["answers"], seen.facts["ttl_s"]) == (True, ["172.18.0.7"], None)
    nothing = Ran(code=2, out="", err="")
    seen = await look(PROBE, {DIG: no_program("dig"), getent: nothing}, name="python-ai-service")
    assert (seen.facts["resolved"], seen.facts["rcode"]) == (False, "NXDOMAIN")
    record = {DIG.replace("-t A", "-t MX"): no_program("dig")}
    await fails(PROBE, record, Trouble.MISSING, "dig", name="python-ai-service", type="MX")

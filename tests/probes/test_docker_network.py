"""docker_network, on records as Docker gives them."""

from bot.core.evidence import Trouble
from bot.probes.docker_network import PROBE
from tests.probes.containers import answers, cannot_look, listed, record
from tests.probes.kit import fails, look
from tests.probes.ports import GIVES_UP
from tests.probes.postgres import at
from tests.transports.dockerd import dockerd

pytestmark = GIVES_UP

NETWORK = {
    "Name": "bot-network", "Driver": "bridge", "Internal": False,
    "IPAM": {"Config": [{"Subnet": "172.20.0.0/16", "Gateway": "172.20.0.1"}]},
    "Containers": {
        "engine-id": {"Name": "bot-core-engine-1", "IPv4Address": "172.20.0.2/16"},
        "web-id": {"Name": "bot-core-web-1", "IPv4Address": "172.20.0.3/16"},
        "stranger": {"Name": "someone"},
    },
}  # fmt: skip


async def seen(network: object = NETWORK, **parameters: object):
    said = answers((listed("engine"), record("engine")), (listed("web"), record("web")))
    async with dockerd({**said, "/networks/bot-network": network}) as docker:
        return await look(PROBE, at(docker.address), network="bot-network", **parameters)


async def test_who_is_on_it():
    told = await seen(members=["engine", "bot-core-web-1"])
    assert told.facts == {
        "members": 3, "names": ["engine", "someone", "web"], "missing": [], "complete": True, "driver": "bridge",
        "internal": False, "subnets": ["172.20.0.0/16"],
    }  # fmt: skip
    assert told.table.rows[0] == ("engine", "bot-core-engine-1", "172.20.0.2/16")


async def test_who_is_not():
    facts = (await seen(members=["engine", "python-ai"])).facts
    assert (facts["missing"], facts["complete"]) == (["python-ai"], False)


async def test_nobody_is():
    facts = (await seen({"Name": "bot-network", "Containers": None}, members=["engine"])).facts
    assert (facts["members"], facts["missing"], facts["subnets"]) == (0, ["engine"], [])


async def test_a_network_that_is_not_there():
    async with dockerd({"/containers/json": []}) as docker:
        await fails(PROBE, at(docker.address), Trouble.MISSING, "answered 404", network="nothing")


async def test_where_it_cannot_look():
    await cannot_look(PROBE, "/networks/bot-network", network="bot-network")

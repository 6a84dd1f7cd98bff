"""mongo_connections: how many connections MongoDB has, and of how many."""

from __future__ import annotations

from bot.core.evidence import Seen
from bot.probes._mongodb import MongoParameters, mongo, number, part
from bot.probes._text import not_understood, percent
from bot.probes.base import Fact, Probe, Site


class MongoConnectionsParameters(MongoParameters):
    """Which server, and as whom."""


async def _look(parameters: MongoConnectionsParameters, site: Site) -> Seen:
    async with mongo(parameters, site) as client:
        # The other sections are large, and nothing is asked of them.
        status = await client.command({"serverStatus": 1, "metrics": 0, "wiredTiger": 0, "tcmalloc": 0, "locks": 0})
    connections = part(status.get("connections"))
    current, available = number(connections.get("current")), number(connections.get("available"))
    if current is None:
        raise not_understood("MongoDB")
    most = None if available is None else current + available
    return Seen(
        facts={
            "current": current,
            "available": available,
            "most": most,
            "used_percent": percent(current, most),
            "active": number(connections.get("active")),
            "created": number(connections.get("totalCreated")),
            "rejected": number(connections.get("rejected")),
            "uptime_s": number(status.get("uptime")),
        }
    )


PROBE = Probe(
    name="mongo_connections",
    help="MongoDB's connections: how many there are, how many of them work, and how many more it takes.",
    parameters=MongoConnectionsParameters,
    facts={
        "current": Fact(sort="number", help="connections, our own among them"),
        "available": Fact(sort="number", help="connections that it would still take"),
        "most": Fact(sort="number", help="connections that it takes in all"),
        "used_percent": Fact(sort="number", unit="%", help="how much of what it takes is taken"),
        "active": Fact(sort="number", help="connections on which something is under way"),
        "created": Fact(sort="number", help="connections made since it was started; fast growth: nobody keeps them"),
        "rejected": Fact(sort="number", help="connections refused since it was started, as far as it counts them"),
        "uptime_s": Fact(sort="number", unit="s", help="since it was started"),
    },
    look=_look,
    needs="mongodb",
    target="database",
)

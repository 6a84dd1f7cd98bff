"""mongo_ping: whether MongoDB lets us in and answers, and how fast."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.core.evidence import Seen, Trouble
from bot.probes._mongodb import MongoParameters, mongo
from bot.probes._text import not_understood
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_ITS_OWN_FAULT = (Trouble.REFUSED, Trouble.TIMEOUT, Trouble.AUTH, Trouble.DNS, Trouble.TLS, Trouble.LOST, Trouble.PARSE)
"""That it cannot be reached is what is asked for here, not a reason not to know."""


class MongoPingParameters(MongoParameters):
    """Which server, and as whom."""


async def _look(parameters: MongoPingParameters, site: Site) -> Seen:
    facts: dict[str, Any] = dict.fromkeys(_FACTS)
    try:
        facts |= await _asked(parameters, site)
    except ProbeFailed as failure:
        if failure.trouble not in _ITS_OWN_FAULT:
            raise
        return Seen(facts=facts | {"answers": False, "trouble": str(failure.trouble)}, excerpt=[str(failure)])
    return Seen(facts=facts)


async def _asked(parameters: MongoPingParameters, site: Site) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with mongo(parameters, site) as client:
        await client.command({"ping": 1})
        connected = loop.time()
        if (await client.command({"ping": 1})).get("ok") != 1:
            raise not_understood("MongoDB")
        answered = loop.time()
        built, hello = await client.command({"buildInfo": 1}), await client.command({"hello": 1})
    return {
        "answers": True,
        "connect_ms": round(1000 * (connected - began), 1),
        "ping_ms": round(1000 * (answered - connected), 2),
        "version": str(built.get("version") or "") or None,
        "role": role_of(hello),
        "set": str(hello.get("setName") or "") or None,
        "writable": hello.get("isWritablePrimary") if isinstance(hello.get("isWritablePrimary"), bool) else None,
    }


def role_of(hello: dict[str, Any]) -> str:
    """What the server is."""
    if hello.get("msg") == "isdbgrid":
        return "router"
    if hello.get("setName"):
        roles = (("isWritablePrimary", "primary"), ("secondary", "secondary"), ("arbiterOnly", "arbiter"))
        return next((role for name, role in roles if hello.get(name) is True), "other")
    return "standalone"


_FACTS = {
    "answers": Fact(sort="flag", help="whether it let us in and answered"),
    "trouble": Fact(sort="text", help="why not: refused, timeout, auth, dns, tls, lost, parse"),
    "connect_ms": Fact(sort="number", unit="ms", help="until it first answered, with the login"),
    "ping_ms": Fact(sort="number", unit="ms", help="a ping there and back"),
    "version": Fact(sort="text", help="version of the server"),
    "role": Fact(sort="text", help="primary, secondary, arbiter, other, router or standalone"),
    "set": Fact(sort="text", help="the replica set it belongs to; unknown where it belongs to none"),
    "writable": Fact(sort="flag", help="whether it takes writes"),
}

PROBE = Probe(
    name="mongo_ping",
    help="MongoDB: whether it lets us in and answers, how fast, which version, and what it is in its set.",
    parameters=MongoPingParameters,
    facts=_FACTS,
    look=_look,
    needs="mongodb",
    target="database",
)

"""net_dns: what a name resolves to, how fast, and whether several resolvers agree."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._place import HostName, Port, Seconds, by_bot, is_address, limit_of
from bot.probes._resolving import Answered, resolve, resolve_there
from bot.probes._text import greatest, least
from bot.probes.base import Fact, Parameters, Probe, Site


class NetDnsParameters(Parameters):
    """Which name, and whom to ask."""

    name: HostName = Field(description="The name to resolve", examples=["stream.binance.com"])
    type: Literal["A", "AAAA", "CNAME", "MX", "NS", "SRV", "TXT"] = Field(default="A", description="Type of record")
    resolvers: tuple[HostName, ...] = Field(
        default=(),
        max_length=8,
        description="Addresses of name servers to ask; none: the one that the host uses",
        examples=[["1.1.1.1", "8.8.8.8"]],
    )
    port: Port = Field(default=53, description="Port of the name servers")
    seconds: Seconds = Field(default=3, description="Longest wait for an answer")


async def _look(parameters: NetDnsParameters, site: Site) -> Seen:
    name, kind, resolvers = parameters.name, parameters.type, parameters.resolvers
    if kind in ("A", "AAAA") and is_address(name):
        said = [Answered(resolver="none", rcode="NOERROR", answers=(name,), took_ms=0.0)]  # stands for itself
    elif by_bot(site):
        limit = limit_of(site, parameters.seconds)
        said = await resolve(name, kind, resolvers, port=parameters.port, within_s=limit)
    else:
        said = await resolve_there(site, name, kind, resolvers, port=parameters.port)
    good = [one for one in said if one.rcode == "NOERROR" and one.answers]
    best = good[0] if good else said[0]
    return Seen(
        facts={
            "resolved": bool(good),
            "rcode": best.rcode or None,
            "trouble": str(best.trouble) if best.trouble else None,
            "answers": sorted({answer for one in good for answer in one.answers}),
            "count": len({answer for one in good for answer in one.answers}),
            "ttl_s": least([one.ttl_s for one in good]),
            "took_ms": greatest([one.took_ms for one in said]),
            "resolvers": len(said),
            "failing": [one.resolver for one in said if one not in good],
            "agree": _agree(good) if len(said) > 1 else None,
        },
        table=Table(
            columns=("resolver", "says", "answers", "ttl s", "ms"),
            rows=tuple(
                (one.resolver, one.rcode or str(one.trouble), ", ".join(one.answers[:10]), one.ttl_s, one.took_ms)
                for one in said
            ),
        ),
    )


def _agree(good: list[Answered]) -> bool | None:
    """Whether those that answer have an answer in common: large sites give each asker another part of many."""
    if len(good) < 2:
        return None
    return all(set(one.answers) & set(good[0].answers) for one in good)


PROBE = Probe(
    name="net_dns",
    help="What a name resolves to, by one or several resolvers: answers, code, lifetime and time.",
    parameters=NetDnsParameters,
    facts={
        "resolved": Fact(sort="flag", help="whether at least one resolver has an answer"),
        "rcode": Fact(sort="text", help="NOERROR, NXDOMAIN (no such name), SERVFAIL ...; unknown without an answer"),
        "trouble": Fact(sort="text", help="why there is no answer: timeout, refused or parse"),
        "answers": Fact(sort="list", help="all answers, sorted"),
        "count": Fact(sort="number", help="different answers"),
        "ttl_s": Fact(sort="number", unit="s", help="how long the answers may be kept, at least"),
        "took_ms": Fact(sort="number", unit="ms", help="how long the slowest answer took"),
        "resolvers": Fact(sort="number", help="resolvers that were asked"),
        "failing": Fact(sort="list", help="resolvers without an answer"),
        "agree": Fact(
            sort="flag", help="whether resolvers have an answer in common; unknown where fewer than 2 answer"
        ),
    },
    look=_look,
    anywhere=True,
    needs="dns",
    needs_only_here=True,
    fills=("name",),
)

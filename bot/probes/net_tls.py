"""net_tls: the certificate that a server shows: for whom, by whom, until when, and whether it is trusted."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._certificates import Certificate, Shown, fits, handshake, handshake_there, read_certificate
from bot.probes._paths import FilePath
from bot.probes._place import HostName, Port, Seconds, by_bot, limit_of
from bot.probes.base import Fact, Parameters, Probe, Site

_DAY_S = 86_400


class NetTlsParameters(Parameters):
    """Which server, and by which name."""

    host: HostName = Field(description="Host name or address", examples=["stream.binance.com"])
    port: Port = Field(default=443, description="The port", examples=[9443])
    name: HostName | None = Field(default=None, description="The name that it should be; none: the host itself")
    ca_file: FilePath | None = Field(
        default=None, description="File with the authorities to trust; none: the usual ones"
    )
    seconds: Seconds = Field(default=8, description="Longest wait for the handshake")


async def _look(parameters: NetTlsParameters, site: Site) -> Seen:
    name, ca_file = parameters.name or parameters.host, parameters.ca_file or ""
    where = (parameters.host, parameters.port, name)
    if by_bot(site):
        # Half of it: a server that is not trusted is asked twice.
        limit = limit_of(site, parameters.seconds) / 2
        shown = await handshake(*where, ca_file=ca_file, within_s=limit)
    else:
        shown = await handshake_there(site, *where, ca_file=ca_file, seconds=parameters.seconds)
    chain = [read_certificate(der) for der in shown.chain]
    facts = {**dict.fromkeys(_FACTS), **_facts(shown, chain, name, site)}
    return Seen(
        facts=facts,
        table=Table(
            columns=("certificate", "issued by", "begins", "ends"),
            rows=tuple((one.subject, one.issuer, f"{one.begins:%Y-%m-%d}", f"{one.ends:%Y-%m-%d}") for one in chain),
        )
        if chain
        else None,
        excerpt=[shown.why_not] if shown.why_not else [],
    )


def _facts(shown: Shown, chain: list[Certificate], name: str, site: Site) -> dict[str, Any]:
    if not chain:
        return {"handshake": False, "trouble": str(shown.trouble) if shown.trouble else None}
    own, now = chain[0], site.now()
    return {
        "handshake": True,
        "trusted": shown.trusted,
        "why_not": shown.why_not or None,
        "protocol": shown.protocol or None,
        "took_ms": shown.took_ms,
        "subject": own.subject,
        "issuer": own.issuer,
        "names": list(own.names),
        "name_fits": fits(name, own.names),
        "begins": own.begins.isoformat(),
        "ends": own.ends.isoformat(),
        "days_left": round((own.ends - now).total_seconds() / _DAY_S, 1),
        "chain_days_left": round(min((one.ends - now).total_seconds() for one in chain) / _DAY_S, 1),
        "expired": own.ends < now,
        "not_yet": now < own.begins,
    }


_FACTS = {
    "handshake": Fact(sort="flag", help="whether the server speaks TLS and showed a certificate"),
    "trouble": Fact(sort="text", help="why there was no handshake: refused, timeout, dns, tls or lost"),
    "trusted": Fact(sort="flag", help="whether a client would trust it: authority, times and name"),
    "why_not": Fact(sort="text", help="what a client says why it would not trust it"),
    "protocol": Fact(sort="text", help="for example TLSv1.3"),
    "took_ms": Fact(sort="number", unit="ms", help="how long connection and handshake took"),
    "subject": Fact(sort="text", help="for whom the certificate was made"),
    "issuer": Fact(sort="text", help="who made it"),
    "names": Fact(sort="list", help="the names and addresses it stands for"),
    "name_fits": Fact(sort="flag", help="whether the name that was meant is one of them"),
    "begins": Fact(sort="text", help="when it begins to hold, UTC"),
    "ends": Fact(sort="text", help="when it ends, UTC"),
    "days_left": Fact(sort="number", unit="days", help="until it ends; below 0: since then"),
    "chain_days_left": Fact(sort="number", unit="days", help="until the first of the certificates shown ends"),
    "expired": Fact(sort="flag", help="whether it has ended"),
    "not_yet": Fact(sort="flag", help="whether it does not hold yet"),
}

PROBE = Probe(
    name="net_tls",
    help="The certificate of a server: names, issuer, days that are left, and whether clients would trust it.",
    parameters=NetTlsParameters,
    facts=_FACTS,
    look=_look,
    needs="tls",
)

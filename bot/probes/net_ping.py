"""net_ping: round trips to a host: how long they take, how many are lost, and whether large packets pass whole."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._place import HostName
from bot.probes._text import clean, decimal, not_understood, refused
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site
from bot.transports.base import Ran

_REPLY = re.compile(r"^\d+ bytes from (.{1,300}?): (?:icmp_)?seq=(\d{1,6}) .*time[=<](\d{1,7}(?:\.\d{1,6})?) ms", re.M)
_COUNTED = re.compile(r"^(\d{1,6}) packets transmitted, (\d{1,6}) (?:packets )?received", re.MULTILINE)
_TOO_LARGE = re.compile(r"message too long|frag(?:mentation)? needed|packet too big", re.IGNORECASE)
_NO_OPTION = re.compile(r"(?:invalid|unrecognized) option", re.IGNORECASE)
_SLOWEST = 20


class NetPingParameters(Parameters):
    """Whom to ping, how often, and with what."""

    host: HostName = Field(description="Host name or address", examples=["stream.binance.com"])
    count: int = Field(default=5, ge=1, le=100, description="Packets; fewer where the deadline asks for it")
    interval: float = Field(default=0.2, ge=0.2, le=5, description="Seconds between two packets")
    patience: int = Field(default=2, ge=1, le=10, description="Seconds to wait for the last answer")
    size: int | None = Field(default=None, ge=8, le=65_507, description="Bytes of each packet", examples=[1472])
    whole: bool = Field(default=False, description="Routers on the way may not divide the packets (MTU)")


async def _look(parameters: NetPingParameters, site: Site) -> Seen:
    room = int((site.within_s * 0.9 - parameters.patience) / parameters.interval) + 1
    count = max(1, min(parameters.count, room))
    options = ["-c", str(count), "-i", f"{parameters.interval:g}", "-W", str(parameters.patience)]
    options += ["-s", str(parameters.size)] if parameters.size else []
    options += ["-M", "do"] if parameters.whole else []
    ran = await site.run("ping", "-n", *options, "--", parameters.host)
    if _NO_OPTION.search(ran.err) and not parameters.whole:
        # busybox knows no `-n`, and does without names by itself.
        ran = await site.run("ping", *options, "--", parameters.host)
    return Seen(facts=_facts(parameters, ran), table=_table(ran.out), output=clean(ran.out + ran.err))


def _facts(parameters: NetPingParameters, ran: Ran) -> dict[str, Any]:
    too_large = _TOO_LARGE.search(ran.out + ran.err) is not None
    counted = _COUNTED.search(ran.out)
    if counted is None:
        if _NO_OPTION.search(ran.err):
            raise ProbeFailed("ping: this one does not know an option that is needed", Trouble.MISSING)
        raise refused(ran, f"ping {parameters.host}") if ran.code else not_understood("ping")
    sent, received = int(counted[1]), int(counted[2])
    if not sent:
        raise not_understood("ping")
    times = sorted(time for _, _, text in _REPLY.findall(ran.out) if (time := decimal(text)) is not None)
    replied = _REPLY.search(ran.out)
    mean = sum(times) / len(times) if times else None
    return {
        "reached": received > 0,
        "sent": sent,
        "received": received,
        "loss_percent": round(100 * max(0, sent - received) / sent, 1),
        "least_ms": times[0] if times else None,
        "mean_ms": _ms(mean),
        "median_ms": _at(times, 0.5),
        "p95_ms": _at(times, 0.95),
        "most_ms": times[-1] if times else None,
        "jitter_ms": _ms(sum(abs(time - mean) for time in times) / len(times)) if mean is not None else None,
        "passes_whole": received > 0 if parameters.whole and (received or too_large) else None,
        "address": one_line(replied[1], 100) if replied else None,
    }


def _ms(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 3)


def _at(ranked: list[float], share: float) -> float | None:
    return ranked[max(0, -(-int(share * 100) * len(ranked) // 100) - 1)] if ranked else None


def _table(out: str) -> Table | None:
    rows = [(int(number), decimal(text)) for _, number, text in _REPLY.findall(out)]
    slowest = sorted(rows, key=lambda row: row[1] or 0.0, reverse=True)[:_SLOWEST]
    return Table(columns=("packet", "ms"), rows=tuple(slowest)) if slowest else None


PROBE = Probe(
    name="net_ping",
    help="Round trips to a host by ping: times, loss, and whether packets of a size pass undivided.",
    parameters=NetPingParameters,
    facts={
        "reached": Fact(sort="flag", help="whether at least one packet came back"),
        "sent": Fact(sort="number", help="packets that were sent"),
        "received": Fact(sort="number", help="packets that came back"),
        "loss_percent": Fact(sort="number", unit="%", help="packets that did not come back"),
        "least_ms": Fact(sort="number", unit="ms", help="the fastest round trip"),
        "mean_ms": Fact(sort="number", unit="ms", help="the mean round trip"),
        "median_ms": Fact(sort="number", unit="ms", help="half of the round trips took at most this"),
        "p95_ms": Fact(sort="number", unit="ms", help="95 of 100 round trips took at most this"),
        "most_ms": Fact(sort="number", unit="ms", help="the slowest round trip"),
        "jitter_ms": Fact(sort="number", unit="ms", help="how far round trips are from their mean, on average"),
        "passes_whole": Fact(sort="flag", help="whether undivided packets come back; unknown where none do at all"),
        "address": Fact(sort="text", help="the address that answered"),
    },
    look=_look,
    anywhere=True,
)

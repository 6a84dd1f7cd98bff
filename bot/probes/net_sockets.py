"""net_sockets: who listens on which port, and the connections of each port: by ss, else by /proc/net/tcp."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._place import Port
from bot.probes._text import heard, not_understood, said
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

_MOST_BYTES = 8_000_000
_MOST_ROWS = 40
_SS = re.compile(
    r"^([A-Z0-9-]{3,12}) +(\d{1,10}) +(\d{1,10}) +(\S{1,80}):(\d{1,5}|\*) +(\S{1,80}):(\d{1,5}|\*)(.*)$", re.M
)
_USER = re.compile(r"\(\"([^\"]{1,100})\",pid=(\d{1,10})")
_PROC = re.compile(
    r"^ *\d{1,8}: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{2}) "
    r"[0-9A-F]{8}:([0-9A-F]{8}) ",
    re.MULTILINE,
)
_STATES = {
    1: "ESTAB", 2: "SYN-SENT", 3: "SYN-RECV", 4: "FIN-WAIT-1", 5: "FIN-WAIT-2", 6: "TIME-WAIT", 7: "UNCONN",
    8: "CLOSE-WAIT", 9: "LAST-ACK", 10: "LISTEN", 11: "CLOSING",
}  # fmt: skip


class NetSocketsParameters(Parameters):
    """Which ports, and whose they should be."""

    ports: tuple[Port, ...] = Field(
        default=(), max_length=50, description="Ports that are looked at, on either side; none: all", examples=[[8080]]
    )
    program: str = Field(
        default="", max_length=100, description="The program that should listen there", examples=["hft_system"]
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Socket:
    """One TCP socket."""

    state: str
    here: str
    port: int
    there: str
    there_port: int
    waiting: int
    """Of a listener: connections that wait to be taken; else bytes that wait to be read."""
    program: str = ""
    """Empty: not to be seen by this account."""
    pid: int | None = None


async def _look(parameters: NetSocketsParameters, site: Site) -> Seen:
    found = await _sockets(site)
    wanted = set(parameters.ports)
    chosen = [one for one in found if not wanted or one.port in wanted or one.there_port in wanted]
    listeners = [one for one in chosen if one.state == "LISTEN" and (not wanted or one.port in wanted)]
    return Seen(
        facts=_facts(parameters, chosen, listeners),
        table=Table(
            columns=("state", "here", "there", "waiting", "program"),
            rows=tuple(
                _row(one) for one in [*listeners, *(one for one in chosen if one not in listeners)][:_MOST_ROWS]
            ),
        ),
    )


def _row(one: Socket) -> tuple[Any, ...]:
    program = f"{one.program} ({one.pid})" if one.program else None
    there = f"{one.there}:{one.there_port}" if one.there_port else None
    return (one.state, f"{one.here}:{one.port}", there, one.waiting, program)


def _facts(parameters: NetSocketsParameters, chosen: Sequence[Socket], listeners: Sequence[Socket]) -> dict[str, Any]:
    held = {one.port for one in listeners}
    states = Counter(one.state for one in chosen)
    established = [one for one in chosen if one.state == "ESTAB"]
    wanted = set(parameters.ports)
    by_port = Counter(one.there_port if one.there_port in wanted else one.port for one in established)
    peers = Counter(one.there for one in established)
    wrong = [one for one in listeners if parameters.program and one.program and one.program != parameters.program]
    seen = [one for one in listeners if one.program]
    return {
        "listening": len(held),
        "not_listening": sorted(wanted - held),
        "listeners": sorted({one.program for one in seen})[:50] if seen or not listeners else None,
        "of_others": [f"{one.port}: {one.program}" for one in wrong] if seen or not listeners else None,
        "established": len(established),
        "established_by_port": {str(port): by_port[port] for port in sorted(wanted or by_port)[:100]},
        "established_by_peer": dict(peers.most_common(20)),
        "peers": len(peers),
        "waiting": max((one.waiting for one in listeners), default=0 if listeners else None),
        "close_wait": states["CLOSE-WAIT"],
        "time_wait": states["TIME-WAIT"],
        "connecting": states["SYN-SENT"],
        "states": dict(states),
        "count": len(chosen),
    }


async def _sockets(site: Site) -> list[Socket]:
    """Raises ProbeFailed where neither way can be looked at."""
    try:
        text = said(await site.run("ss", "-tanpH", most_bytes=_MOST_BYTES), "ss")
    except ProbeFailed as failure:
        if failure.trouble is not Trouble.MISSING:
            raise
        return await _from_proc(site)
    rows = _SS.findall(text)
    if text.strip() and not rows:
        raise not_understood("ss")
    return [_from_ss(*row) for row in rows]


def _from_ss(
    state: str, received: str, _sent: str, here: str, port: str, there: str, there_port: str, rest: str
) -> Socket:
    user = _USER.search(rest)
    return Socket(
        state=state,
        here=one_line(here, 80),
        port=0 if port == "*" else int(port),
        there=one_line(there.strip("[]").removeprefix("::ffff:"), 80),
        there_port=0 if there_port == "*" else int(there_port),
        waiting=int(received),
        program=one_line(user[1], 100) if user else "",
        pid=int(user[2]) if user else None,
    )


async def _from_proc(site: Site) -> list[Socket]:
    """Containers seldom have ss. Programs are not told here."""
    ran = await site.run("cat", "--", "/proc/net/tcp", "/proc/net/tcp6", most_bytes=_MOST_BYTES)
    text = heard(ran, "/proc/net/tcp")
    rows = _PROC.findall(text)
    if not rows and "local_address" not in text:
        raise not_understood("/proc/net/tcp")
    return [
        Socket(
            state=_STATES.get(int(state, 16), "UNKNOWN"),
            here=_address(here),
            port=int(port, 16),
            there=_address(there),
            there_port=int(there_port, 16),
            waiting=int(received, 16),
        )
        for here, port, there, there_port, state, received in rows
    ]


def _address(digits: str) -> str:
    """Four bytes at a time, the last one first."""
    raw = bytes.fromhex(digits)
    raw = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    if len(raw) == 4:
        return str(IPv4Address(raw))
    whole = IPv6Address(raw)
    return str(whole.ipv4_mapped or whole)


PROBE = Probe(
    name="net_sockets",
    help="TCP sockets: who listens on the expected ports, and how many connections each port has.",
    parameters=NetSocketsParameters,
    facts={
        "listening": Fact(sort="number", help="ports that somebody listens on, of those that are looked at"),
        "not_listening": Fact(sort="list", help="ports that are looked at and that nobody listens on"),
        "listeners": Fact(sort="list", help="programs that listen; unknown where this account may not see them"),
        "of_others": Fact(sort="list", help="ports on which another program listens than the one that should"),
        "established": Fact(sort="number", help="connections that stand"),
        "established_by_port": Fact(sort="map", help="connections that stand by port, on either side"),
        "established_by_peer": Fact(
            sort="map", help="connections that stand by the address of the other side, most first"
        ),
        "peers": Fact(sort="number", help="addresses that connections stand with"),
        "waiting": Fact(sort="number", help="connections that wait for a listener to take them, at most"),
        "close_wait": Fact(sort="number", help="connections the other side ended and our program did not"),
        "time_wait": Fact(sort="number", help="connections that ended a moment ago"),
        "connecting": Fact(sort="number", help="connections that wait for the other side's first answer"),
        "states": Fact(sort="map", help="sockets by state"),
        "count": Fact(sort="number", help="sockets that are looked at"),
    },
    look=_look,
    anywhere=True,
)

"""net_tcp: whether a port takes connections: by the bot itself, else by what is there: nc, curl or python3."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Trouble
from bot.core.text import first_line
from bot.probes._place import HostName, Port, Seconds, by_bot, limit_of, why_not
from bot.probes._text import clean, refused
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site
from bot.transports.base import Ran

_BANNER_BYTES = 2_000
_BANNER_S = 1.0

# Programs that can connect, the usual ones first. None of them sends anything.
_NC, _CURL, _PYTHON = "nc", "curl", "python3"
_CONNECT = """import socket, sys, time
began = time.monotonic()
try:
    made = socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))
except socket.gaierror: print("could not resolve")
except ConnectionRefusedError: print("connection refused")
except TimeoutError: print("timed out")
except OSError as problem: print(problem.strerror)
else: print("connected", made.getpeername()[0], round((time.monotonic() - began) * 1000, 3))
"""
_REFUSED = re.compile(r"refused|unreachable|no route to host|failed to connect|couldn't connect", re.IGNORECASE)
_TIMED_OUT = re.compile(r"timed? ?out", re.IGNORECASE)
_NO_HOST = re.compile(r"resolv|resolution|bad address|not known|unknown host|no address|lookup fail", re.IGNORECASE)


class NetTcpParameters(Parameters):
    """Which port of which host."""

    host: HostName = Field(description="Host name or address", examples=["stream.binance.com"])
    port: Port = Field(description="The port", examples=[9443])
    seconds: Seconds = Field(default=5, description="Longest wait for the connection")
    banner: bool = Field(default=False, description="Wait a moment for what the other side says first")


async def _look(parameters: NetTcpParameters, site: Site) -> Seen:
    facts: dict[str, Any] = {**dict.fromkeys(_FACTS), "connected": False}
    limit = limit_of(site, parameters.seconds)
    if by_bot(site):
        facts |= await _connect(parameters, limit)
    else:
        facts |= await _from_there(parameters, site, limit)
    banner = facts["banner"]
    return Seen(facts=facts, excerpt=[banner] if banner else [])


async def _connect(parameters: NetTcpParameters, limit: float) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(limit):
            reader, writer = await asyncio.open_connection(parameters.host, parameters.port)
    except (OSError, UnicodeError, TimeoutError) as problem:
        return {"trouble": str(why_not(problem)[0])}
    try:
        facts = {
            "connected": True,
            "connect_ms": round((loop.time() - began) * 1000, 3),
            "address": str(writer.get_extra_info("peername", ("",))[0]) or None,
        }
        if parameters.banner:
            facts["banner"] = await _banner(reader)
        return facts
    finally:
        writer.transport.abort()


async def _banner(reader: asyncio.StreamReader) -> str:
    """The first line that the other side says by itself; empty where it waits for us."""
    with contextlib.suppress(TimeoutError, OSError):
        async with asyncio.timeout(_BANNER_S):
            return clean(first_line((await reader.read(_BANNER_BYTES)).decode("utf-8", "replace"), 200))
    return ""


async def _from_there(parameters: NetTcpParameters, site: Site, limit: float) -> dict[str, Any]:
    seconds = str(max(1, round(limit)))
    host, port = parameters.host, str(parameters.port)
    ways = {
        _NC: ("nc", "-z", "-v", "-w", seconds, "--", host, port),
        _CURL: ("curl", "-q", "-s", "-v", "--noproxy", "*", "--max-time", seconds, "--connect-timeout", seconds,
                "--write-out", "%{time_connect} %{remote_ip}", "--", f"telnet://{_bracketed(host)}:{port}"),
        _PYTHON: ("python3", "-I", "-c", _CONNECT, host, port, seconds),
    }  # fmt: skip
    missing: ProbeFailed | None = None
    for program, argv in ways.items():
        try:
            ran = await site.run(*argv)
        except ProbeFailed as failure:
            if failure.trouble is not Trouble.MISSING:
                raise
            missing = failure
            continue
        if ran.code == 127 or _is_missing(ran, program):
            missing = refused(ran, program)
            continue
        return _READ[program](ran)
    raise missing or ProbeFailed("there is no program that can connect", Trouble.MISSING)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_missing(ran: Ran, program: str) -> bool:
    return ran.code != 0 and re.search(rf"{program}.{{0,40}}not found|no such file", ran.err, re.IGNORECASE) is not None


def _from_nc(ran: Ran) -> dict[str, Any]:
    """Some write nothing but say it by their exit code."""
    if ran.code == 0:
        return {"connected": True}
    return _failed(ran, silent=Trouble.REFUSED if ran.code == 1 and not (ran.out + ran.err).strip() else None)


def _from_curl(ran: Ran) -> dict[str, Any]:
    """Connected, it waits for us until its time is over: 28 means a connection, too, when it says so."""
    took, _, address = ran.out.strip().rpartition("\n")[2].partition(" ")
    if re.search(r"^\* (?:Connected to|Established connection)", ran.err, re.MULTILINE):
        try:
            milliseconds = round(float(took) * 1000, 3)
        except ValueError:
            return {"connected": True}
        return {"connected": True, "connect_ms": milliseconds or None, "address": address[:50] or None}
    by_code = {6: Trouble.DNS, 7: Trouble.REFUSED, 28: Trouble.TIMEOUT}
    return {"trouble": str(by_code[ran.code])} if ran.code in by_code else _failed(ran)


def _from_python(ran: Ran) -> dict[str, Any]:
    words = ran.out.split()
    if len(words) == 3 and words[0] == "connected":
        try:
            return {"connected": True, "address": words[1][:50], "connect_ms": float(words[2])}
        except ValueError:
            pass
    return _failed(ran)


def _failed(ran: Ran, silent: Trouble | None = None) -> dict[str, Any]:
    """Why there was no connection. Raises ProbeFailed where the program failed by itself."""
    text = ran.out + ran.err
    for pattern, trouble in ((_NO_HOST, Trouble.DNS), (_TIMED_OUT, Trouble.TIMEOUT), (_REFUSED, Trouble.REFUSED)):
        if pattern.search(text):
            return {"trouble": str(trouble)}
    if silent is None:
        raise refused(ran, "the connection")
    return {"trouble": str(silent)}


_READ = {_NC: _from_nc, _CURL: _from_curl, _PYTHON: _from_python}

_FACTS = {
    "connected": Fact(sort="flag", help="whether the port takes the connection"),
    "trouble": Fact(sort="text", help="why it does not: refused, timeout, dns or lost"),
    "connect_ms": Fact(sort="number", unit="ms", help="how long it took, with finding the address"),
    "address": Fact(sort="text", help="the address that was connected to"),
    "banner": Fact(sort="text", help="the first line that the other side says by itself; empty where it waits"),
}

PROBE = Probe(
    name="net_tcp",
    help="Whether a port takes connections, and how fast; refused, silent and unknown hosts are told apart.",
    parameters=NetTcpParameters,
    facts=_FACTS,
    look=_look,
    anywhere=True,
)

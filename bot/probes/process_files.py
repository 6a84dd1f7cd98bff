"""process_files: open files and connections of processes, against the limit, and whether they grow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._proc import UNLIMITED
from bot.probes._processes import ChosenSome, find_some, listed
from bot.probes._text import greatest, heard, least, percent
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_ENTRY = re.compile(r"(?: |^)(\d{1,9}) -> (.+)$")
_LIMIT = re.compile(r"/proc/(\d{1,10})/limits:Max open files\s+(unlimited|\d{1,20})\s", re.ASCII)
_OWNER = re.compile(r"\bpid=(\d{1,10})\b")
_MOST_PEERS = 50


class ProcessFilesParameters(ChosenSome):
    """Which processes, and for how long to watch them."""

    seconds: float = Field(
        default=0, ge=0, le=10, description="Look again after so many seconds, for the growth; 0: do not"
    )
    peers: bool = Field(default=True, description="Count established TCP connections by the other side's address")


async def _look(parameters: ProcessFilesParameters, site: Site) -> Seen:
    pids = [process.pid for process in await find_some(site, parameters)]
    kinds = await _open_files(site, pids)
    limits = await _limits(site, pids)
    shares = [percent(count.total(), limits[pid]) for pid, count in kinds.items() if pid in limits]
    facts: dict[str, Any] = {
        "processes": len(pids),
        "open_files": sum(count.total() for count in kinds.values()),
        "open_files_most": greatest([count.total() for count in kinds.values()]),
        "limit": least(list(limits.values())),
        "limit_percent": greatest(shares),
        "kinds": dict(sum(kinds.values(), Counter[str]())),
        "growth": None,
    }
    if parameters.peers:
        facts |= await _connections(site, set(pids))
    if parameters.seconds:
        await site.run("sleep", f"{min(parameters.seconds, max(0.1, site.within_s / 2)):.2g}")
        later = await _open_files(site, pids)
        facts["growth"] = sum(count.total() for count in later.values()) - facts["open_files"]
    rows = tuple(Counter(facts.get("peers") or facts["kinds"]).most_common(20))
    return Seen(facts=facts, table=Table(columns=("peer" if facts.get("peers") else "kind", "open"), rows=rows))


async def _open_files(site: Site, pids: Sequence[int]) -> dict[int, Counter[str]]:
    """What each process has open, by kind."""
    return {pid: kinds_in(lines) for pid, lines in (await listed(site, pids, "fd", "-l")).items()}


def kinds_in(lines: Sequence[str]) -> Counter[str]:
    """Open files by kind: socket, pipe, anon_inode, file, from what `ls -l` says of /proc/PID/fd."""
    kinds: Counter[str] = Counter()
    for line in lines:
        entry = _ENTRY.search(line)
        if entry is not None:
            kind = entry[2].partition(":")[0]
            kinds["file" if kind.startswith("/") else kind[:40]] += 1
    return kinds


async def _limits(site: Site, pids: Sequence[int]) -> dict[int, int]:
    """The soft limit of open files by process, of those whose limits could be read."""
    files = [f"/proc/{pid}/limits" for pid in pids]
    ran = await site.run("grep", "-H", "-e", "^Max open files", "--", *files)
    found = (_LIMIT.match(line) for line in ran.out.split("\n"))
    return {int(row[1]): UNLIMITED if row[2] == "unlimited" else int(row[2]) for row in found if row is not None}


async def _connections(site: Site, pids: set[int]) -> dict[str, Any]:
    """Connections by peer; unknown where `ss` may not tell whose they are, or is not there."""
    try:
        text = heard(await site.run("ss", "-tnpH", "state", "established", most_bytes=8_000_000), "ss")
    except ProbeFailed:
        return {"connections": None, "peers": None}
    peers, owners_seen = peers_in(text, pids)
    if not owners_seen:
        return {"connections": None, "peers": None}
    return {"connections": peers.total(), "peers": dict(peers.most_common(_MOST_PEERS))}


def peers_in(text: str, pids: set[int]) -> tuple[Counter[str], bool]:
    """Connections of these processes by the other side's address, from `ss -tnpH`, and whether it names any owner."""
    peers: Counter[str] = Counter()
    owners_seen = not text.strip()
    for line in text.split("\n"):
        columns = line.split()
        owners = {int(pid) for pid in _OWNER.findall(line)}
        owners_seen = owners_seen or bool(owners)
        if owners & pids and len(columns) >= 5:
            peers[columns[3]] += 1
    return peers, owners_seen


PROBE = Probe(
    name="process_files",
    help="Open files and connections of processes, against their limit, by kind and peer, and whether they grow.",
    parameters=ProcessFilesParameters,
    facts={
        "processes": Fact(sort="number", help="processes that are meant"),
        "open_files": Fact(sort="number", help="open files, sockets and pipes of all together"),
        "open_files_most": Fact(sort="number", help="those of the process that has most"),
        "limit": Fact(sort="number", help="the lowest soft limit of open files; 2^63-1 where there is none"),
        "limit_percent": Fact(sort="number", unit="%", help="how much of its soft limit a process takes, the highest"),
        "kinds": Fact(sort="map", help="open files by kind: file, socket, pipe, anon_inode"),
        "growth": Fact(sort="number", help="open files after `seconds` more than before; unknown without `seconds`"),
        "connections": Fact(sort="number", help="established TCP connections of all together"),
        "peers": Fact(sort="map", help="established TCP connections by the other side's address and port"),
    },
    look=_look,
)

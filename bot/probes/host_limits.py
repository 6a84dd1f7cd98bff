"""host_limits: what a process may have: open files, locked memory, core dumps, memory of its control group."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.evidence import Seen, Table
from bot.probes._proc import UNLIMITED, Limit, limits_in
from bot.probes._processes import Chosen, find_some
from bot.probes._text import heard, integer, not_understood
from bot.probes.base import Fact, Probe, Site

_NAMES = {
    "open_files": "Max open files",
    "processes": "Max processes",
    "locked_memory_bytes": "Max locked memory",
    "core_bytes": "Max core file size",
    "stack_bytes": "Max stack size",
    "address_space_bytes": "Max address space",
}
_GROUP_2 = re.compile(r"^0::(/[^\n]*)$", re.MULTILINE)
_GROUP_1 = re.compile(r"^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(/[^\n]*)$", re.MULTILINE)


class HostLimitsParameters(Chosen):
    """Whose limits; of several processes those of the first. Without `match` and `pid_file` it is those of the account
    by which the bot looks."""


async def _look(parameters: HostLimitsParameters, site: Site) -> Seen:
    pid = "self"
    if parameters.match or parameters.pid_file:
        pid = str(min(process.pid for process in await find_some(site, parameters)))
    text = heard(await site.run("cat", "--", f"/proc/{pid}/limits", f"/proc/{pid}/cgroup"), f"/proc/{pid}/limits")
    limits = limits_in(text)
    if not limits:
        raise not_understood(f"/proc/{pid}/limits")
    facts: dict[str, Any] = {}
    for fact, name in _NAMES.items():
        facts[fact] = limits[name].soft if name in limits else None
    facts["open_files_hard"] = limits["Max open files"].hard if "Max open files" in limits else None
    facts["memory_bytes"] = await _memory_of_the_group(site, groups_in(text))
    return Seen(facts=facts, table=_table(limits))


def groups_in(text: str) -> Sequence[str]:
    """The files that would hold the memory limit of a control group, from /proc/PID/cgroup; version 2 first."""
    second, first = _GROUP_2.search(text), _GROUP_1.search(text)
    # Within a container the path is the host's, and the group's own files are at the top.
    files = []
    if second is not None:
        files += [f"/sys/fs/cgroup{second[1].rstrip('/')}/memory.max", "/sys/fs/cgroup/memory.max"]
    if first is not None:
        top = "/sys/fs/cgroup/memory"
        files += [f"{top}{first[1].rstrip('/')}/memory.limit_in_bytes", f"{top}/memory.limit_in_bytes"]
    return [file for file in dict.fromkeys(files) if "/.." not in file]


async def _memory_of_the_group(site: Site, files: Sequence[str]) -> int | None:
    for file in files:
        ran = await site.run("cat", "--", file)
        said = ran.out.strip()
        if ran.code == 0 and said:
            limit = UNLIMITED if said == "max" else integer(said)
            # Version 1 writes "none" as the largest number of whole pages.
            return UNLIMITED if limit is not None and limit >= UNLIMITED - 65_536 else limit
    return None


def _table(limits: Mapping[str, Limit]) -> Table:
    def say(limit: int) -> int | str:
        return "unlimited" if limit >= UNLIMITED else limit

    rows = tuple((name.removeprefix("Max "), say(limit.soft), say(limit.hard)) for name, limit in limits.items())
    return Table(columns=("limit", "soft", "hard"), rows=rows)


PROBE = Probe(
    name="host_limits",
    help="The limits of a process, or of the account that looks: open files, locked memory, core dumps, memory.",
    parameters=HostLimitsParameters,
    facts={
        "open_files": Fact(sort="number", help="soft limit of open files; 2^63-1 where there is none, as for the rest"),
        "open_files_hard": Fact(sort="number", help="hard limit of open files"),
        "processes": Fact(sort="number", help="soft limit of processes and threads of the account"),
        "locked_memory_bytes": Fact(sort="number", unit="bytes", help="soft limit of memory that is never swapped"),
        "core_bytes": Fact(sort="number", unit="bytes", help="soft limit of a core dump; 0: none is written"),
        "stack_bytes": Fact(sort="number", unit="bytes", help="soft limit of a stack"),
        "address_space_bytes": Fact(sort="number", unit="bytes", help="soft limit of the address space"),
        "memory_bytes": Fact(sort="number", unit="bytes", help="what its control group may take of the memory"),
    },
    look=_look,
    anywhere=True,
)

"""host_sysctl: settings and counters of the kernel under /proc/sys."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._text import integer, not_understood, percent, refused, whole
from bot.probes.base import Fact, Parameters, Probe, Site

_ROW = re.compile(r"/proc/sys/([\w./@-]{1,200}):(.*)")
_TRACKED, _TRACKABLE = "net.netfilter.nf_conntrack_count", "net.netfilter.nf_conntrack_max"

Key = Annotated[str, Field(max_length=200, pattern=r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_@-]+)+$")]


class HostSysctlParameters(Parameters):
    """Which settings."""

    keys: tuple[Key, ...] = Field(
        default=("fs.file-nr",),
        min_length=1,
        max_length=50,
        description="Names as sysctl has them",
        examples=[["fs.file-nr", "net.netfilter.nf_conntrack_tcp_timeout_established"]],
    )


async def _look(parameters: HostSysctlParameters, site: Site) -> Seen:
    files = {f"/proc/sys/{key.replace('.', '/')}": key for key in parameters.keys}
    # Unlike `cat`, it says which file a line is from.
    ran = await site.run("grep", "-H", "-e", "", "--", *files)
    said = values_in(whole(ran, "/proc/sys"))
    values = {key: said[key] for key in parameters.keys if key in said}
    if not values:
        raise refused(ran, "/proc/sys") if ran.code else not_understood("/proc/sys")
    facts: dict[str, Any] = {"values": values, "unread": [key for key in parameters.keys if key not in values]}
    facts |= _open_files(values)
    facts["tracked_percent"] = percent(_number(values.get(_TRACKED)), _number(values.get(_TRACKABLE)))
    return Seen(facts=facts, table=Table(columns=("key", "value"), rows=tuple(values.items())))


def values_in(text: str) -> dict[str, int | str]:
    """The settings by name: a number where it is one, else the text, its numbers set apart by single blanks."""
    values: dict[str, int | str] = {}
    for line in text.split("\n"):
        found = _ROW.fullmatch(line)
        if found is not None:
            said = " ".join(found[2].split())[:500]
            number = integer(said)
            values.setdefault(found[1].replace("/", "."), said if number is None else number)
    return values


def _number(value: int | str | None) -> int | None:
    return value if isinstance(value, int) else None


def _open_files(values: dict[str, int | str]) -> dict[str, int | float | None]:
    """Open files of the whole host: fs.file-nr says how many there are, how many of those are free, and the limit."""
    words = [integer(word) for word in str(values.get("fs.file-nr", "")).split()]
    if len(words) != 3 or words[0] is None or words[1] is None:
        return {"open_files": None, "open_files_percent": None}
    return {"open_files": words[0] - words[1], "open_files_percent": percent(words[0] - words[1], words[2])}


PROBE = Probe(
    name="host_sysctl",
    help="Settings and counters of the kernel: open files of the whole host, tracked connections, keepalive.",
    parameters=HostSysctlParameters,
    facts={
        "values": Fact(sort="map", help="the settings by name, as values['net.ipv4.tcp_keepalive_time']"),
        "unread": Fact(sort="list", help="names of the settings that are not there or may not be read"),
        "open_files": Fact(sort="number", help="open files of the whole host, where fs.file-nr is asked for"),
        "open_files_percent": Fact(sort="number", unit="%", help="the same of what the kernel allows"),
        "tracked_percent": Fact(
            sort="number", unit="%", help="tracked connections of what the firewall can track, where both are asked for"
        ),
    },
    look=_look,
    anywhere=True,
)

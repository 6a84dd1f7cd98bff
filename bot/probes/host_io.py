"""host_io: what processors and disks do, measured over some seconds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._proc import TwoLooks, look_twice, named_numbers
from bot.probes._text import not_understood, percent
from bot.probes.base import Fact, Parameters, Probe, Site

_CPU = re.compile(r"^cpu +((?:\d{1,20} ){7,9}\d{1,20})$", re.MULTILINE | re.ASCII)
_DISK = re.compile(r"^ *\d{1,6} +\d{1,8} (\S{1,64}) ((?:\d{1,20} ){10,19}\d{1,20})$", re.MULTILINE | re.ASCII)
# Whole disks of a host; their partitions would count everything twice.
_WHOLE = re.compile(r"(?:[svh]|xv)d[a-z]{1,3}|nvme\d+n\d+|mmcblk\d+|md\d+|dm-\d+")
_SECTOR = 512
_PAGE = 4096


class HostIoParameters(Parameters):
    """For how long to watch."""

    seconds: float = Field(default=2, ge=0.2, le=10, description="Seconds over which is measured")


async def _look(parameters: HostIoParameters, site: Site) -> Seen:
    looks = await look_twice(site, ["/proc/stat", "/proc/diskstats", "/proc/vmstat"], parameters.seconds, "/proc/stat")
    disks = disks_of(looks)
    facts = {**_processors(looks), **_of_disks(disks), **_swapping(looks)}
    names = ("device", "busy %", "read/s", "written/s", "wait ms", "MiB/s")
    rows = tuple(
        (name, disk["busy_percent"], disk["reads_per_s"], disk["writes_per_s"], disk["await_ms"],
         round(disk["bytes_per_s"] / 2**20, 1))
        for name, disk in sorted(disks.items(), key=lambda item: -item[1]["busy_percent"])[:20]
    )  # fmt: skip
    return Seen(facts=facts, table=Table(columns=names, rows=rows))


def _processors(looks: TwoLooks) -> dict[str, Any]:
    """Shares of all processors' time: user, nice, system, idle, iowait, irq, softirq, steal in /proc/stat."""
    found = [_CPU.search(text) for text in (looks.first, looks.second)]
    if found[0] is None or found[1] is None:
        raise not_understood("/proc/stat")
    before, after = ([int(word) for word in match[1].split()[:8]] for match in found if match is not None)
    # The time that waited for a disk is known to run backwards now and then.
    spent = [max(0, new - old) for old, new in zip(before, after, strict=True)]
    whole = sum(spent)
    counts = named_numbers(looks.second)
    return {
        "user_percent": percent(spent[0] + spent[1], whole),
        "system_percent": percent(spent[2] + spent[5] + spent[6], whole),
        "iowait_percent": percent(spent[4], whole),
        "steal_percent": percent(spent[7], whole),
        "idle_percent": percent(spent[3], whole),
        "running": counts.get("procs_running"),
        "blocked": counts.get("procs_blocked"),
        "switches_per_s": _rate(looks, "ctxt"),
    }


def _rate(looks: TwoLooks, name: str, unit: int = 1) -> float | None:
    before, after = named_numbers(looks.first).get(name), named_numbers(looks.second).get(name)
    return None if before is None or after is None else round(max(0, after - before) * unit / looks.seconds, 1)


def _swapping(looks: TwoLooks) -> dict[str, Any]:
    return {"swap_in_per_s": _rate(looks, "pswpin", _PAGE), "swap_out_per_s": _rate(looks, "pswpout", _PAGE)}


def disks_of(looks: TwoLooks) -> dict[str, dict[str, float]]:
    """What each whole disk did in a second."""
    before, after = (
        {name: [int(word) for word in numbers.split()] for name, numbers in _DISK.findall(text)}
        for text in (looks.first, looks.second)
    )
    disks = {}
    for name, now in after.items():
        # A disk at which nothing was ever read or written is an empty slot.
        if name not in before or not _WHOLE.fullmatch(name) or not (now[0] or now[4]):
            continue
        reads, _, read, read_ms, writes, _, written, write_ms, _, busy_ms = (
            max(0, new - old) for old, new in zip(before[name][:10], now[:10], strict=True)
        )
        disks[name] = {
            "busy_percent": min(100.0, round(busy_ms / looks.seconds / 10, 1)),
            "reads_per_s": round(reads / looks.seconds, 1),
            "writes_per_s": round(writes / looks.seconds, 1),
            "bytes_per_s": round((read + written) * _SECTOR / looks.seconds),
            "await_ms": round((read_ms + write_ms) / (reads + writes), 2) if reads + writes else 0.0,
        }
    return disks


def _of_disks(disks: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    def highest(name: str) -> float | None:
        return max((disk[name] for disk in disks.values()), default=None)

    busiest = max(disks, key=lambda name: disks[name]["busy_percent"]) if disks else None
    return {
        "busy_percent": highest("busy_percent"),
        "busiest": busiest,
        "await_ms": highest("await_ms"),
        "read_and_written_per_s": sum(disk["bytes_per_s"] for disk in disks.values()) if disks else None,
    }


PROBE = Probe(
    name="host_io",
    help="What processors and disks do, measured over some seconds, as vmstat and iostat show it.",
    parameters=HostIoParameters,
    facts={
        "user_percent": Fact(sort="number", unit="%", help="processor time that programs took"),
        "system_percent": Fact(sort="number", unit="%", help="processor time that the kernel took"),
        "iowait_percent": Fact(
            sort="number", unit="%", help="processor time that was idle, since a disk had to answer"
        ),
        "steal_percent": Fact(sort="number", unit="%", help="processor time that the hypervisor gave to others"),
        "idle_percent": Fact(sort="number", unit="%", help="processor time that nothing took"),
        "running": Fact(sort="number", help="threads that run or wait for a processor now"),
        "blocked": Fact(sort="number", help="threads that wait for a disk now"),
        "switches_per_s": Fact(sort="number", unit="1/s", help="context switches"),
        "busy_percent": Fact(sort="number", unit="%", help="share of the time in which the busiest disk had work"),
        "busiest": Fact(sort="text", help="name of the busiest disk"),
        "await_ms": Fact(sort="number", unit="ms", help="how long a request took on the slowest disk"),
        "read_and_written_per_s": Fact(sort="number", unit="bytes/s", help="read and written on all disks"),
        "swap_in_per_s": Fact(sort="number", unit="bytes/s", help="memory read back from swap"),
        "swap_out_per_s": Fact(sort="number", unit="bytes/s", help="memory written to swap"),
    },
    look=_look,
    anywhere=True,
)

"""process: which processes run, and what processor time and memory they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._proc import TICKS, TwoLooks, look_twice, ticks_in
from bot.probes._processes import Chosen, Process, find
from bot.probes._text import ago, clean, greatest, least, size, total
from bot.probes.base import Fact, Probe, Site

_MOST_SAMPLED = 4_000


class ProcessParameters(Chosen):
    """Which processes, and how they are shown."""

    sort: Literal["cpu", "memory"] = Field(default="cpu", description="What the table is sorted by")
    top: int = Field(default=10, ge=1, le=50, description="Rows of the table")
    seconds: float = Field(default=1, ge=0.2, le=10, description="Seconds over which processor time is measured")


async def _look(parameters: ProcessParameters, site: Site) -> Seen:
    found = await find(site, parameters)
    cpu: Mapping[int, float] = {}
    if found and len(found) <= _MOST_SAMPLED:
        files = [f"/proc/{process.pid}/stat" for process in found]
        cpu = cpu_of(await look_twice(site, files, parameters.seconds, "/proc"))
    return Seen(facts=facts_of(found, cpu), table=_table(parameters, found, cpu))


def cpu_of(looks: TwoLooks) -> dict[int, float]:
    """Percent of one processor that each process took between two looks, of those that were there both times."""
    before, after = ticks_in(looks.first), ticks_in(looks.second)
    spent = {pid: after[pid] - ticks for pid, ticks in before.items() if pid in after}
    return {pid: round(100 * ticks / TICKS / looks.seconds, 1) for pid, ticks in spent.items() if ticks >= 0}


def facts_of(found: Sequence[Process], cpu: Mapping[int, float]) -> dict[str, Any]:
    """What the processes come to together."""
    memory = [process.memory_percent for process in found]
    age = [process.age_s for process in found]
    return {
        "count": len(found),
        "cpu_percent": _rounded(total(list(cpu.values()))),
        "cpu_percent_most": greatest(list(cpu.values())),
        "memory_percent": _rounded(total(memory)),
        "memory_percent_most": greatest(memory),
        "rss_bytes": total([process.rss_bytes for process in found]),
        "rss_bytes_most": greatest([process.rss_bytes for process in found]),
        "threads": total([process.threads for process in found]),
        "zombies": sum(1 for process in found if process.state == "Z"),
        "waiting_for_disk": sum(1 for process in found if process.state == "D"),
        "youngest_s": least(age),
        "oldest_s": greatest(age),
        "pids": [process.pid for process in found][:100],
        "users": sorted({process.user for process in found})[:50],
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)


def _table(parameters: ProcessParameters, found: Sequence[Process], cpu: Mapping[int, float]) -> Table:
    def weight(process: Process) -> tuple[float, float]:
        share = cpu.get(process.pid, -1.0)
        return (share, process.rss_bytes) if parameters.sort == "cpu" else (process.rss_bytes, share)

    return Table(
        columns=("pid", "user", "cpu %", "memory", "threads", "runs for", "command"),
        rows=tuple(
            (
                process.pid,
                process.user,
                cpu.get(process.pid),
                size(process.rss_bytes),
                process.threads,
                ago(process.age_s),
                # Cut after cleaning, so that no secret is cut in two and passes as none.
                one_line(clean(process.command[:4000]), 80),
            )
            for process in sorted(found, key=weight, reverse=True)[: parameters.top]
        ),
    )


PROBE = Probe(
    name="process",
    help="Processes by command line or process id: how many run, for how long, and what they take; all, as top shows.",
    parameters=ProcessParameters,
    facts={
        "count": Fact(sort="number", help="processes that are meant and run"),
        "cpu_percent": Fact(sort="number", unit="%", help="processor time of all together; 100 is one processor"),
        "cpu_percent_most": Fact(sort="number", unit="%", help="processor time of the busiest process"),
        "memory_percent": Fact(sort="number", unit="%", help="share of the host's memory of all together"),
        "memory_percent_most": Fact(sort="number", unit="%", help="share of the host's memory of the largest process"),
        "rss_bytes": Fact(sort="number", unit="bytes", help="resident memory of all together"),
        "rss_bytes_most": Fact(sort="number", unit="bytes", help="resident memory of the largest process"),
        "threads": Fact(sort="number", help="threads of all together"),
        "zombies": Fact(sort="number", help="processes that ended and were not taken note of"),
        "waiting_for_disk": Fact(sort="number", help="processes that wait for a disk or network file system"),
        "youngest_s": Fact(sort="number", unit="s", help="for how long the youngest has run"),
        "oldest_s": Fact(sort="number", unit="s", help="for how long the oldest has run"),
        "pids": Fact(sort="list", help="their process ids, at most 100"),
        "users": Fact(sort="list", help="the accounts they run as"),
    },
    look=_look,
    anywhere=True,
)

"""process_threads: what each thread of a process takes, and how often it is taken off its processor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._proc import TICKS, TwoLooks, look_twice
from bot.probes._processes import ChosenSome, find_some, listed
from bot.probes._text import greatest, integer, not_understood
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_MOST_THREADS = 512


class ProcessThreadsParameters(ChosenSome):
    """Which processes, and for how long to watch them."""

    seconds: float = Field(default=2, ge=0.2, le=10, description="Seconds over which is measured")
    top: int = Field(default=10, ge=1, le=50, description="Rows of the table")


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """What one thread did in a second."""

    name: str
    cpu_percent: float
    voluntary: float
    """Times it gave its processor up, since it had to wait."""
    involuntary: float
    """Times its processor was taken from it."""


async def _look(parameters: ProcessThreadsParameters, site: Site) -> Seen:
    pids = [process.pid for process in await find_some(site, parameters)]
    tasks = await listed(site, pids, "task", "-1")
    threads = [(pid, tid) for pid, lines in tasks.items() for line in lines if (tid := integer(line))]
    if not threads:
        raise not_understood("/proc")
    if len(threads) > _MOST_THREADS:
        raise ProbeFailed(f"that is {len(threads)} threads, more than {_MOST_THREADS}", Trouble.TOO_MUCH)
    files = [f"/proc/{pid}/task/{tid}/{file}" for pid, tid in threads for file in ("status", "stat")]
    measured = threads_of(await look_twice(site, files, parameters.seconds, "/proc"))
    return Seen(facts=_facts(len(threads), measured), table=_table(parameters, measured))


def threads_of(looks: TwoLooks) -> dict[int, Thread]:
    """What each thread did between two looks at its `status` and `stat`, of those that were there both times."""
    before, after = _counters(looks.first), _counters(looks.second)
    threads = {}
    for tid, (name, *now) in after.items():
        if tid not in before:
            continue
        spent = [max(0, new - old) / looks.seconds for old, new in zip(before[tid][1:], now, strict=True)]
        cpu, voluntary, involuntary = (round(rate, 1) for rate in (100 * spent[0] / TICKS, *spent[1:]))
        threads[tid] = Thread(name=name, cpu_percent=cpu, voluntary=voluntary, involuntary=involuntary)
    return threads


def _counters(text: str) -> dict[int, tuple[str, int, int, int]]:
    """Name, clock ticks, voluntary and involuntary switches by thread."""
    found: dict[int, tuple[str, int, int, int]] = {}
    status: dict[str, str] = {}
    for line in text.split("\n"):
        name, colon, value = line.partition(":\t")
        if colon:
            status = {} if name == "Name" else status
            status[name] = value
            continue
        words = line.rpartition(") ")[2].split(" ")
        tid = integer(line.partition(" (")[0])
        numbers = [integer(word) for word in (words[11:13] if len(words) > 13 else ())]
        numbers += [integer(status.get(f"{kind}_ctxt_switches", "")) for kind in ("voluntary", "nonvoluntary")]
        if tid is None or len(numbers) != 4 or status.get("Pid") != str(tid):
            continue
        user, system, voluntary, involuntary = numbers
        if user is not None and system is not None and voluntary is not None and involuntary is not None:
            found[tid] = (status.get("Name", "?"), user + system, voluntary, involuntary)
    return found


def _facts(threads: int, measured: Mapping[int, Thread]) -> dict[str, Any]:
    if not measured:
        raise not_understood("/proc")
    each = list(measured.values())
    busiest = max(each, key=lambda thread: thread.cpu_percent)
    return {
        "threads": threads,
        "cpu_percent": round(sum(thread.cpu_percent for thread in each), 1),
        "busiest_percent": busiest.cpu_percent,
        "busiest": one_line(busiest.name, 60),
        "switches_per_s": round(sum(thread.voluntary + thread.involuntary for thread in each), 1),
        "involuntary_per_s": round(sum(thread.involuntary for thread in each), 1),
        "switches_per_s_most": greatest([round(thread.voluntary + thread.involuntary, 1) for thread in each]),
    }


def _table(parameters: ProcessThreadsParameters, measured: Mapping[int, Thread]) -> Table:
    ranked: Sequence[tuple[int, Thread]] = sorted(measured.items(), key=lambda item: -item[1].cpu_percent)
    return Table(
        columns=("thread", "name", "cpu %", "voluntary/s", "involuntary/s"),
        rows=tuple(
            (tid, one_line(thread.name, 40), thread.cpu_percent, thread.voluntary, thread.involuntary)
            for tid, thread in ranked[: parameters.top]
        ),
    )


PROBE = Probe(
    name="process_threads",
    help="Threads of processes: what each takes of a processor, and how often it is switched off it.",
    parameters=ProcessThreadsParameters,
    facts={
        "threads": Fact(sort="number", help="threads of all processes that are meant"),
        "cpu_percent": Fact(sort="number", unit="%", help="processor time of all together; 100 is one processor"),
        "busiest_percent": Fact(
            sort="number", unit="%", help="processor time of the busiest thread; 100 is all it can"
        ),
        "busiest": Fact(sort="text", help="name of the busiest thread"),
        "switches_per_s": Fact(sort="number", unit="1/s", help="context switches of all together"),
        "involuntary_per_s": Fact(sort="number", unit="1/s", help="those by which a processor was taken away"),
        "switches_per_s_most": Fact(sort="number", unit="1/s", help="context switches of the thread that has most"),
    },
    look=_look,
    anywhere=True,
)

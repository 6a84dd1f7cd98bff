"""host_memory: what memory there is, what is left, and whether the host swaps or kills for want of it."""

from __future__ import annotations

from bot.core.evidence import Seen, Table
from bot.probes._proc import named_numbers, pressure_in
from bot.probes._text import heard, not_understood, percent, size
from bot.probes.base import Fact, Parameters, Probe, Site


class HostMemoryParameters(Parameters):
    """Nothing to choose."""


async def _look(parameters: HostMemoryParameters, site: Site) -> Seen:
    ran = await site.run("cat", "--", "/proc/meminfo", "/proc/vmstat", "/proc/pressure/memory")
    text = heard(ran, "/proc/meminfo")
    said = named_numbers(text)

    def amount(name: str) -> int | None:
        return said[name] * 1024 if name in said else None

    total, available = amount("MemTotal"), amount("MemAvailable")
    if total is None:
        raise not_understood("/proc/meminfo")
    swap, swap_free = amount("SwapTotal"), amount("SwapFree")
    used = None if available is None else total - available
    swap_used = None if swap is None or swap_free is None else swap - swap_free
    facts = {
        "total_bytes": total,
        "available_bytes": available,
        "available_percent": percent(available, total),
        "used_bytes": used,
        "used_percent": percent(used, total),
        "cached_bytes": amount("Cached"),
        "swap_bytes": swap,
        "swap_used_bytes": swap_used,
        "swap_used_percent": 0.0 if swap == 0 else percent(swap_used, swap),
        "oom_kills": said.get("oom_kill"),
        "waiting_percent": pressure_in(text),
    }
    rows = (("total", total), ("used", used), ("available", available), ("swap in use", swap_used))
    return Seen(facts=facts, table=Table(columns=("memory", ""), rows=tuple((name, size(n)) for name, n in rows)))


PROBE = Probe(
    name="host_memory",
    help="The memory of a host: what is used and available, swap, and processes killed for want of it.",
    parameters=HostMemoryParameters,
    facts={
        "total_bytes": Fact(sort="number", unit="bytes", help="memory of the host"),
        "available_bytes": Fact(sort="number", unit="bytes", help="memory that programs can still get"),
        "available_percent": Fact(sort="number", unit="%", help="the same of the total"),
        "used_bytes": Fact(sort="number", unit="bytes", help="memory that is not available"),
        "used_percent": Fact(sort="number", unit="%", help="the same of the total"),
        "cached_bytes": Fact(sort="number", unit="bytes", help="files held in memory"),
        "swap_bytes": Fact(sort="number", unit="bytes", help="swap space; 0 where there is none"),
        "swap_used_bytes": Fact(sort="number", unit="bytes", help="swap in use"),
        "swap_used_percent": Fact(sort="number", unit="%", help="the same of the swap space; 0 where there is none"),
        "oom_kills": Fact(sort="number", help="processes killed since the boot because memory ran out"),
        "waiting_percent": Fact(
            sort="number", unit="%", help="share of the last 10 s in which something waited for memory"
        ),
    },
    look=_look,
    anywhere=True,
)

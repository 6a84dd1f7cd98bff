"""host_load: how many processes wait for a processor, and since when the host is up."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.core.evidence import Seen, Table
from bot.probes._proc import cores_in, named_numbers, pressure_in, uptime_in
from bot.probes._text import ago, heard, not_understood, percent
from bot.probes.base import Fact, Parameters, Probe, Site

_LOAD = re.compile(r"^(\d{1,6}\.\d\d) (\d{1,6}\.\d\d) (\d{1,6}\.\d\d) (\d{1,7})/(\d{1,8}) \d{1,10}$", re.MULTILINE)


class HostLoadParameters(Parameters):
    """Nothing to choose."""


async def _look(parameters: HostLoadParameters, site: Site) -> Seen:
    ran = await site.run("cat", "--", "/proc/loadavg", "/proc/uptime", "/proc/stat", "/proc/pressure/cpu")
    text = heard(ran, "/proc/loadavg")
    found = _LOAD.search(text)
    if found is None:
        raise not_understood("/proc/loadavg")
    load = [float(found[n]) for n in (1, 2, 3)]
    cores, uptime, counts = cores_in(text), uptime_in(text), named_numbers(text)
    facts = {
        "load_1m": load[0],
        "load_5m": load[1],
        "load_15m": load[2],
        "cores": cores,
        "load_percent": percent(load[0], cores),
        "running": counts.get("procs_running"),
        "blocked": counts.get("procs_blocked"),
        "tasks": int(found[5]),
        "waiting_percent": pressure_in(text),
        "uptime_s": uptime,
        "booted_at": _ago(site, uptime),
    }
    rows = (("1 min", load[0]), ("5 min", load[1]), ("15 min", load[2]), ("cores", cores), ("up", ago(uptime)))
    return Seen(facts=facts, table=Table(columns=("", "load"), rows=rows))


def _ago(site: Site, seconds: float | None) -> str | None:
    try:
        return None if seconds is None else (site.now() - timedelta(seconds=seconds)).isoformat(timespec="seconds")
    except OverflowError:
        return None


PROBE = Probe(
    name="host_load",
    help="The load of a host against its processors, its tasks, and since when it is up.",
    parameters=HostLoadParameters,
    facts={
        "load_1m": Fact(sort="number", help="load over the last minute"),
        "load_5m": Fact(sort="number", help="load over the last 5 minutes"),
        "load_15m": Fact(sort="number", help="load over the last 15 minutes"),
        "cores": Fact(sort="number", help="processors"),
        "load_percent": Fact(sort="number", unit="%", help="load over the last minute against the processors"),
        "running": Fact(sort="number", help="threads that run or wait for a processor now"),
        "blocked": Fact(sort="number", help="threads that wait for a disk now"),
        "tasks": Fact(sort="number", help="threads of all processes"),
        "waiting_percent": Fact(
            sort="number", unit="%", help="share of the last 10 s in which something waited for a processor"
        ),
        "uptime_s": Fact(sort="number", unit="s", help="since the host was started"),
        "booted_at": Fact(sort="text", help="when the host was started, UTC by the bot's clock"),
    },
    look=_look,
    anywhere=True,
)

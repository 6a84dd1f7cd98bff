"""host_info: what a host is: its kernel, distribution, machine, name and start."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._proc import cores_in, uptime_in
from bot.probes._text import not_understood, said
from bot.probes.base import Fact, Parameters, Probe, Site

_RELEASE = re.compile(r'^(PRETTY_NAME|ID|VERSION_ID)="?([^"\n]{0,200})"?$', re.MULTILINE)


class HostInfoParameters(Parameters):
    """Nothing to choose."""


async def _look(parameters: HostInfoParameters, site: Site) -> Seen:
    named, files = await asyncio.gather(
        site.run("uname", "-s", "-n", "-r", "-m"),
        site.run("cat", "--", "/proc/uptime", "/proc/stat", "/etc/os-release"),
    )
    words = said(named, "uname").split()
    if len(words) != 4:
        raise not_understood("uname")
    system, host, kernel, machine = (one_line(word, 200) for word in words)
    release = dict(_RELEASE.findall(files.out))
    uptime = uptime_in(files.out)
    facts = {
        "system": system,
        "host": host,
        "kernel": kernel,
        "machine": machine,
        "distribution": release.get("PRETTY_NAME"),
        "distribution_id": release.get("ID"),
        "distribution_version": release.get("VERSION_ID"),
        "cores": cores_in(files.out),
        "uptime_s": uptime,
        "booted_at": _booted(site, uptime),
    }
    shown = ("host", "distribution", "kernel", "machine", "cores", "booted_at")
    return Seen(facts=facts, table=Table(columns=("what", ""), rows=tuple((name, facts[name]) for name in shown)))


def _booted(site: Site, uptime: float | None) -> str | None:
    try:
        return None if uptime is None else (site.now() - timedelta(seconds=uptime)).isoformat(timespec="seconds")
    except OverflowError:
        return None


PROBE = Probe(
    name="host_info",
    help="What a host is: kernel, distribution, machine, processors, since when it is up.",
    parameters=HostInfoParameters,
    facts={
        "system": Fact(sort="text", help="the kernel's name, such as Linux"),
        "host": Fact(sort="text", help="the host's name"),
        "kernel": Fact(sort="text", help="the kernel's release"),
        "machine": Fact(sort="text", help="the kind of processor, such as x86_64"),
        "distribution": Fact(sort="text", help="the distribution, as it calls itself"),
        "distribution_id": Fact(sort="text", help="the distribution, such as debian"),
        "distribution_version": Fact(sort="text", help="its version, such as 12"),
        "cores": Fact(sort="number", help="processors"),
        "uptime_s": Fact(sort="number", unit="s", help="since the host was started"),
        "booted_at": Fact(sort="text", help="when the host was started, UTC by the bot's clock"),
    },
    look=_look,
    anywhere=True,
)

"""net_interfaces: what network interfaces carry, drop and get wrong, measured between two looks at /proc/net/dev."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._proc import look_twice
from bot.probes._text import decimal, not_understood, size
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

_LINE = re.compile(r"^ *([\w.@-]{1,30}): *((?:\d{1,20} +){15}\d{1,20}) *$", re.MULTILINE | re.ASCII)
_LOOPBACK = "lo"

Interface = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,29}$")]


class NetInterfacesParameters(Parameters):
    """Which interface, and for how long."""

    interface: Interface | None = Field(
        default=None, description="Its name; none: all but the loopback", examples=["eth0"]
    )
    seconds: float = Field(default=2, ge=0.2, le=10, description="Seconds between the two looks")


async def _look(parameters: NetInterfacesParameters, site: Site) -> Seen:
    looks = await look_twice(site, ["/proc/net/dev"], parameters.seconds, "/proc/net/dev")
    before, after = _counted(looks.first), _counted(looks.second)
    if not after:
        raise not_understood("/proc/net/dev")
    names = [parameters.interface] if parameters.interface else [name for name in after if name != _LOOPBACK]
    names = [name for name in names if name in before and name in after]
    if not names:
        what = parameters.interface or "an interface besides the loopback"
        raise ProbeFailed(f"there is no {what}", Trouble.MISSING)
    measured = {name: _between(before[name], after[name], looks.seconds) for name in names}
    speed = await _speed(site, parameters.interface) if parameters.interface else None
    return Seen(facts=_facts(measured, speed), table=_table(measured))


def _counted(text: str) -> dict[str, list[int]]:
    """The sixteen numbers of each interface: eight received, eight sent."""
    return {name: [int(number) for number in numbers.split()] for name, numbers in _LINE.findall(text)}


def _between(before: list[int], after: list[int], seconds: float) -> dict[str, Any]:
    def rate(*places: int) -> float:
        return round(sum(max(0, after[at] - before[at]) for at in places) / seconds, 1)

    return {
        "received_per_s": rate(0),
        "sent_per_s": rate(8),
        "packets_per_s": rate(1, 9),
        # errors and frames of the one side, errors, collisions and carrier losses of the other
        "errors": after[2] + after[10],
        "drops": after[3] + after[11],
        "new_errors": max(0, after[2] + after[10] - before[2] - before[10]),
        "new_drops": max(0, after[3] + after[11] - before[3] - before[11]),
    }


async def _speed(site: Site, interface: str) -> float | None:
    """Bytes a second that the link carries each way; virtual ones do not say."""
    ran = await site.run("cat", "--", f"/sys/class/net/{interface}/speed")
    megabits = decimal(ran.out) if ran.code == 0 else None
    return megabits * 125_000 if megabits and megabits > 0 else None


def _facts(measured: Mapping[str, Mapping[str, Any]], speed: float | None) -> dict[str, Any]:
    def together(name: str) -> float:
        return round(sum(float(one[name]) for one in measured.values()), 1)

    sums = {name: together(name) for name in next(iter(measured.values()))}
    busier = max(sums["received_per_s"], sums["sent_per_s"])
    return {
        **sums,
        "interfaces": list(measured)[:50],
        "used_percent": round(100 * busier / speed, 1) if speed else None,
        "failing": [name for name, one in measured.items() if one["new_errors"] or one["new_drops"]][:50],
    }


def _table(measured: Mapping[str, Mapping[str, Any]]) -> Table:
    rows = tuple(
        (name, f"{size(one['received_per_s'])}/s", f"{size(one['sent_per_s'])}/s", one["errors"], one["drops"],
         one["new_errors"] + one["new_drops"])
        for name, one in list(measured.items())[:30]
    )  # fmt: skip
    return Table(columns=("interface", "received", "sent", "errors", "drops", "new ones"), rows=rows)


PROBE = Probe(
    name="net_interfaces",
    help="Network interfaces, measured over some seconds: bytes, packets, errors and drops.",
    parameters=NetInterfacesParameters,
    facts={
        "received_per_s": Fact(sort="number", unit="bytes/s", help="received, by all that are looked at"),
        "sent_per_s": Fact(sort="number", unit="bytes/s", help="sent, by all that are looked at"),
        "packets_per_s": Fact(sort="number", unit="1/s", help="packets received and sent"),
        "errors": Fact(sort="number", help="errors since the boot, both ways"),
        "drops": Fact(sort="number", help="packets dropped since the boot, both ways"),
        "new_errors": Fact(sort="number", help="errors between the two looks"),
        "new_drops": Fact(sort="number", help="packets dropped between the two looks"),
        "used_percent": Fact(sort="number", unit="%", help="of what the link carries; unknown where it does not say"),
        "interfaces": Fact(sort="list", help="the interfaces that are looked at"),
        "failing": Fact(sort="list", help="interfaces with errors or drops between the two looks"),
    },
    look=_look,
    anywhere=True,
)

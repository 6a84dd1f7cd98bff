"""systemd_unit: whether units run, since when, how often they were restarted, and what memory they take."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._proc import UNLIMITED, uptime_in
from bot.probes._text import ago, greatest, integer, least, not_understood, percent, said, size, total
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

UnitName = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9:_.@\\*?\[\]][A-Za-z0-9:_.@\\*?\[\]-]*$")]

_PROPERTIES = (
    "Id,LoadState,ActiveState,SubState,Result,NRestarts,ExecMainStatus,MainPID,MemoryCurrent,MemoryMax,TasksCurrent,"
    "UnitFileState,ActiveEnterTimestampMonotonic,InactiveEnterTimestampMonotonic"
)
_UNSET = 2**64 - 1
"""How systemd writes a number that it does not know, or that has no bound."""


class SystemdUnitParameters(Parameters):
    """Which units."""

    units: tuple[UnitName, ...] = Field(
        min_length=1,
        max_length=50,
        description="Units; a pattern such as trading-* stands for those that are loaded",
        examples=[["timescaledb.service"]],
    )


async def _look(parameters: SystemdUnitParameters, site: Site) -> Seen:
    ran, clock = await asyncio.gather(
        site.run("systemctl", "show", "--no-pager", "-p", _PROPERTIES, "--", *parameters.units),
        site.run("cat", "--", "/proc/uptime"),
    )
    units = units_in(said(ran, "systemctl"))
    known = [unit for unit in units if unit["LoadState"] != "not-found"]
    missing = [unit["Id"] for unit in units if unit["LoadState"] == "not-found"]
    if not known:
        raise ProbeFailed(f"there is no unit {', '.join(missing or parameters.units)}", Trouble.MISSING)
    return Seen(facts=facts_of(known, missing, uptime_in(clock.out)), table=_table(known, uptime_in(clock.out)))


def units_in(text: str) -> list[dict[str, str]]:
    """The units that `systemctl show` described, each with its properties. Raises ProbeFailed."""
    units = []
    for block in text.split("\n\n"):
        pairs = (line.partition("=") for line in block.split("\n") if "=" in line)
        unit = {name: value for name, _, value in pairs}
        if {"Id", "LoadState", "ActiveState"} <= unit.keys():
            units.append(unit)
    if not units and text.strip():
        raise not_understood("systemctl")
    return units


def facts_of(units: Sequence[Mapping[str, str]], missing: Sequence[str], uptime: float | None) -> dict[str, Any]:
    """What the units come to together."""

    def one(name: str) -> str | None:
        """What all of them say; None where they differ."""
        values = {unit.get(name, "") for unit in units}
        return (values.pop() or None) if len(values) == 1 else None

    def all_of(name: str) -> list[int | None]:
        return [_number(unit, name) for unit in units]

    states = {unit["Id"]: unit["ActiveState"] for unit in units}
    return {
        "units": len(units),
        "active": sum(1 for state in states.values() if state == "active"),
        "failed": sum(1 for state in states.values() if state == "failed"),
        "not_active": sorted(name for name, state in states.items() if state != "active"),
        "missing": list(missing),
        "states": states,
        "state": one("ActiveState"),
        "sub_state": one("SubState"),
        "result": one("Result"),
        "enabled": one("UnitFileState"),
        "restarts": total(all_of("NRestarts")),
        "exit_status": greatest(all_of("ExecMainStatus")),
        "pid": integer(one("MainPID") or "") or None,
        "memory_bytes": total(all_of("MemoryCurrent")),
        "memory_limit_percent": greatest([_of_its_limit(unit) for unit in units]),
        "tasks": total(all_of("TasksCurrent")),
        "in_state_s": least([_in_state_s(unit, uptime) for unit in units]),
    }


def _number(unit: Mapping[str, str], name: str) -> int | None:
    number = integer(unit.get(name, ""))
    return None if number is None or number >= _UNSET else number


def _of_its_limit(unit: Mapping[str, str]) -> float | None:
    """How much of the memory it may take it does take, in percent; 0 where nothing bounds it."""
    used = _number(unit, "MemoryCurrent")
    if used is None or not unit.get("MemoryMax"):
        return None
    limit = _number(unit, "MemoryMax")
    return 0.0 if limit is None or limit >= UNLIMITED else percent(used, limit)


def _in_state_s(unit: Mapping[str, str], uptime: float | None) -> float | None:
    """Both times count from the boot, so that neither a time zone nor a clock that was set matters."""
    name = "ActiveEnterTimestampMonotonic" if unit["ActiveState"] == "active" else "InactiveEnterTimestampMonotonic"
    entered = _number(unit, name)
    return None if uptime is None or not entered else round(max(0.0, uptime - entered / 1e6), 1)


def _table(units: Sequence[Mapping[str, str]], uptime: float | None) -> Table:
    return Table(
        columns=("unit", "state", "for", "restarts", "memory", "exit"),
        rows=tuple(
            (
                unit["Id"],
                f"{unit['ActiveState']}/{unit.get('SubState') or '?'}",
                ago(_in_state_s(unit, uptime)),
                _number(unit, "NRestarts"),
                size(_number(unit, "MemoryCurrent")),
                f"{unit.get('Result') or '?'} {unit.get('ExecMainStatus') or ''}".rstrip(),
            )
            for unit in units
        ),
    )


PROBE = Probe(
    name="systemd_unit",
    help="Units of systemd: whether they run, since when, how often they were restarted, what they take.",
    parameters=SystemdUnitParameters,
    facts={
        "units": Fact(sort="number", help="units that are known"),
        "active": Fact(sort="number", help="units that run"),
        "failed": Fact(sort="number", help="units that failed"),
        "not_active": Fact(sort="list", help="names of the units that do not run"),
        "missing": Fact(sort="list", help="names of units that do not exist"),
        "states": Fact(sort="map", help="ActiveState by unit"),
        "state": Fact(
            sort="text", help="ActiveState, such as active, failed or activating; unknown where units differ"
        ),
        "sub_state": Fact(sort="text", help="SubState, such as running or auto-restart; unknown where units differ"),
        "result": Fact(sort="text", help="how it last ended: success, exit-code, oom-kill; unknown where units differ"),
        "enabled": Fact(
            sort="text", help="whether it starts with the host: enabled, disabled; unknown where they differ"
        ),
        "restarts": Fact(sort="number", help="restarts by systemd itself, of all units together"),
        "exit_status": Fact(sort="number", help="the highest last exit status"),
        "pid": Fact(sort="number", help="the main process; unknown where it does not run, or units differ"),
        "memory_bytes": Fact(sort="number", unit="bytes", help="memory of all units together"),
        "memory_limit_percent": Fact(
            sort="number", unit="%", help="how much of its MemoryMax a unit takes, the highest; 0 without a limit"
        ),
        "tasks": Fact(sort="number", help="processes and threads of all units together"),
        "in_state_s": Fact(sort="number", unit="s", help="since a unit last began to run, or stopped; the shortest"),
    },
    look=_look,
    anywhere=True,
    fills=("units",),
)

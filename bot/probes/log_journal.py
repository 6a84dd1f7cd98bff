"""log_journal: what systemd's journal says of some units: counts, rates, numbers in the lines, the last ones."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from bot.core.evidence import Seen
from bot.probes._journal import read_journal
from bot.probes._lines import LINE_FACTS, LineParameters, said_by, start_of
from bot.probes.base import Fact, Probe, Site

UnitName = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9:_.@\\*?\[\]][A-Za-z0-9:_.@\\*?\[\]-]*$")]
"""A unit; a pattern stands for several."""


class LogJournalParameters(LineParameters):
    """Units, and what is asked of their journal."""

    units: tuple[UnitName, ...] = Field(
        default=(),
        max_length=20,
        description="Units; a pattern such as trading-* stands for several; none: everything",
        examples=[["trading-market-data.service"]],
    )
    priority: Literal["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] = Field(
        default="debug", description="Entries of this priority or a higher one"
    )
    lines: int = Field(default=2000, ge=1, le=20_000, description="The last entries to look at, at most")


async def _look(parameters: LogJournalParameters, site: Site) -> Seen:
    now = site.now()
    options = [f"--unit={unit}" for unit in parameters.units]
    if parameters.priority != "debug":
        options.append(f"--priority={parameters.priority}")
    start = start_of(parameters.since, now)
    entries, reached = await read_journal(site, options, start=start, most=parameters.lines)
    lines = [entry.line for entry in entries]
    seen = await asyncio.to_thread(said_by, parameters, lines, reached=reached, now=now)
    errors = [entry for entry in entries if entry.priority is not None and entry.priority <= 3]
    facts = {
        "errors": len(errors) if reached else None,
        "units": dict(Counter(entry.unit for entry in entries).most_common(50)),
    }
    return replace(seen, facts={**seen.facts, **facts})


PROBE = Probe(
    name="log_journal",
    help="The journal of systemd units: entries that match, how many and how often, numbers in them, the last ones.",
    parameters=LogJournalParameters,
    facts={
        **LINE_FACTS,
        "errors": Fact(sort="number", help="entries of priority err or higher, whether they match or not"),
        "units": Fact(sort="map", help="entries that were read, by unit"),
    },
    look=_look,
    anywhere=True,
    fills=("units", "contains", "since", "lines", "show"),
)

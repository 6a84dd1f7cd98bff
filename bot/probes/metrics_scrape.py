"""metrics_scrape: numbers of a metrics page as a program shows it itself, and how fast they rise between two looks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from prometheus_client.samples import Sample
from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.core.text import bounded
from bot.packs.shapes import Name
from bot.probes._asking import AskingParameters, question_of
from bot.probes._http import ask
from bot.probes._http_answer import expect_success
from bot.probes._metrics import (
    LabelName,
    LabelValue,
    Selection,
    combined,
    recent_of,
    rise_of,
    rises_between,
    samples_in,
    value_of,
)
from bot.probes._text import Pattern, clean
from bot.probes.base import Fact, Probe, Site

_MOST_ROWS = 60
_MOST_OUTPUT = 200_000


class MetricsScrapeParameters(AskingParameters):
    """Which numbers of the page."""

    pick: dict[Name, Selection] = Field(
        default={},
        max_length=40,
        description="Numbers by a name of their own",
        examples=[{"queue": {"metric": "hft_market_data_queue_depth"}}],
    )
    labels: dict[LabelName, LabelValue] = Field(
        default={},
        max_length=10,
        description="Labels that every series has to have, where the metric knows them",
        examples=[{"symbol": "{symbol}"}],
    )
    show: Pattern = Field(
        default="", description="Regular expression of the names that the table shows", examples=["error|failed"]
    )
    over: float = Field(
        default=0, ge=0, le=30, description="Seconds between two looks, for rates; 0: one look", examples=[5]
    )


async def _look(parameters: MetricsScrapeParameters, site: Site) -> Seen:
    began = asyncio.get_running_loop().time()
    first, took = await _scrape(parameters, site)
    last, seconds = first, 0.0
    if parameters.over:
        pause = min(parameters.over, max(0.1, site.within_s / 2))
        await asyncio.sleep(pause)
        last, _ = await _scrape(parameters, site)
        seconds = asyncio.get_running_loop().time() - began - took / 1000
    values = {name: value_of(one, last) for name, one in parameters.pick.items()}
    rises = {name: rise_of(one, first, last) for name, one in parameters.pick.items()} if seconds else None
    recent = {name: recent_of(one, first, last) for name, one in parameters.pick.items() if one.quantile}
    shown = _shown(parameters, last)
    rows = _rows(parameters, values, rises, shown)
    return Seen(
        facts={
            "values": values,
            "rises": rises,
            "rates": {name: None if rise is None else round(rise / seconds, 6) for name, rise in rises.items()}
            if rises is not None
            else None,
            "recent": recent if seconds else None,
            "missing": [name for name, value in values.items() if value is None],
            "series": len(last),
            "shown": len(shown) if parameters.show else None,
            "shown_sum": _sum(shown) if shown else None,
            "shown_highest": max((one.value for one in shown), default=None),
            "shown_rise": combined("sum", rises_between(_shown(parameters, first), shown)) if seconds else None,
            "took_ms": took,
        },
        table=Table(columns=("name", "metric", "value", "rise"), rows=tuple(rows[:_MOST_ROWS])) if rows else None,
        output=_page(shown) if len(rows) > _MOST_ROWS else "",
    )


def _shown(parameters: MetricsScrapeParameters, samples: Sequence[Sample]) -> list[Sample]:
    return [one for one in samples if re.search(parameters.show, one.name)] if parameters.show else []


async def _scrape(parameters: MetricsScrapeParameters, site: Site) -> tuple[list[Sample], float]:
    reply = await ask(site, question_of(parameters, site), seconds=parameters.seconds)
    expect_success(reply)
    samples = samples_in(reply)
    wanted = parameters.labels.items()
    fitting = [one for one in samples if all(one.labels.get(name, value) == value for name, value in wanted)]
    return fitting, reply.took_ms


def _sum(samples: Sequence[Sample]) -> float:
    return round(sum(one.value for one in samples), 6)


def _rows(
    parameters: MetricsScrapeParameters,
    values: dict[str, float | None],
    rises: dict[str, float | None] | None,
    shown: Sequence[Sample],
) -> list[tuple[Any, ...]]:
    picked = [
        (name, parameters.pick[name].metric, value, rises[name] if rises else None) for name, value in values.items()
    ]
    return picked + [(_labels_of(one), one.name, one.value, None) for one in shown]


def _labels_of(sample: Sample) -> str:
    return bounded(", ".join(f"{name}={value}" for name, value in sample.labels.items()), 120)


def _page(samples: Sequence[Sample]) -> str:
    """All of them, for a file: nearly as the page itself has them."""
    lines = (f"{one.name}{{{_labels_of(one)}}} {one.value:.15g}" for one in samples)
    return clean(bounded("\n".join(lines), _MOST_OUTPUT))


PROBE = Probe(
    name="metrics_scrape",
    help="Numbers of a program's own metrics page, and how fast they rise between two looks.",
    parameters=MetricsScrapeParameters,
    facts={
        "values": Fact(sort="map", help="the picked numbers by name; unknown where there is no such series"),
        "rises": Fact(sort="map", help="by how much they rose between the two looks, by name"),
        "rates": Fact(sort="map", help="how fast they rise, a second, by name"),
        "recent": Fact(sort="map", help="quantiles of what came between the two looks; unknown where nothing came"),
        "missing": Fact(sort="list", help="names of which there is no series"),
        "series": Fact(sort="number", help="series of the page, those with the labels asked for"),
        "shown": Fact(sort="number", help="series whose name fits `show`"),
        "shown_sum": Fact(sort="number", help="the series that fit `show`, added up"),
        "shown_highest": Fact(sort="number", help="the highest of the series that fit `show`"),
        "shown_rise": Fact(
            sort="number", help="by how much the series that fit `show` rose between the two looks, added up"
        ),
        "took_ms": Fact(sort="number", unit="ms", help="how long the page took"),
    },
    look=_look,
    target="url",
    fills=("labels",),
)

"""prometheus_query: what Prometheus answers to a query, now or over a span of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from bot.core.evidence import Seen, Table
from bot.core.text import bounded
from bot.packs.shapes import LastingSpan, Name
from bot.probes._prometheus import MonitorParameters, ask_api, filled, label_text, places_in, stands_in_quotes
from bot.probes._text import not_understood
from bot.probes.base import Fact, Probe, Site

_MOST_SERIES = 2_000
_MOST_NAMED = 100
_MOST_ROWS = 40
_MOST_POINTS = 1_000
_BARS = "▁▂▃▄▅▆▇█"

Value = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]


class PrometheusQueryParameters(MonitorParameters):
    """What is asked."""

    query: str = Field(
        min_length=1,
        max_length=4_000,
        description="PromQL; `$name` between double quotes is a place for one of the values",
        examples=['up{job="hft_system"}', 'hft_market_data_age_seconds{symbol="$symbol"}'],
    )
    values: dict[Name, Value] = Field(
        default={}, max_length=10, description="What stands in the places", examples=[{"symbol": "{symbol}"}]
    )
    over: LastingSpan | None = Field(
        default=None, description="The last span of time, point by point; none: only now", examples=["30m"]
    )

    @model_validator(mode="after")
    def _every_place_has_a_value(self) -> Self:
        if missing := sorted(places_in(self.query) - self.values.keys()):
            raise ValueError(f"${missing[0]} has no value: add it to values")
        if not stands_in_quotes(self.query):
            raise ValueError('a place has to stand between double quotes: write for example {symbol="$symbol"}')
        return self


@dataclass(frozen=True, kw_only=True, slots=True)
class _Series:
    labels: str
    points: Sequence[tuple[float, float | None]]
    """Seconds since 1970, and the value; None: NaN."""

    @property
    def last(self) -> float | None:
        return self.points[-1][1] if self.points else None

    @property
    def numbers(self) -> list[float]:
        return [value for _, value in self.points if value is not None]


async def _look(parameters: PrometheusQueryParameters, site: Site) -> Seen:
    query = filled(parameters.query, parameters.values)
    now = site.now().timestamp()
    if parameters.over is None:
        data, warnings = await ask_api(site, parameters, "/query", {"query": query, "time": f"{now:.3f}"})
    else:
        asked = {"query": query, "start": f"{now - parameters.over.total_seconds():.3f}", "end": f"{now:.3f}"}
        step = f"{_step(parameters.over):g}"
        data, warnings = await ask_api(site, parameters, "/query_range", {**asked, "step": step})
    series = _series_in(data)
    return Seen(
        facts={**_facts(series, now), "warnings": warnings},
        table=_table(series, parameters.over is not None),
        output=bounded(query, 4_000),
    )


def _step(over: timedelta) -> float:
    """Seconds between two points: at most sixty of them, and no closer than monitors usually look."""
    return max(15.0, math.ceil(over.total_seconds() / 60))


def _series_in(data: Any) -> list[_Series]:
    try:
        kind, result = data["resultType"], data["result"]
        if kind == "scalar":
            return [_Series(labels="", points=[_point(result)])]
        if kind in ("vector", "matrix"):
            rows = result[:_MOST_SERIES]
            return [_Series(labels=label_text(one["metric"]), points=_points(one, kind)) for one in rows]
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise not_understood("Prometheus")


def _points(one: dict[str, Any], kind: str) -> list[tuple[float, float | None]]:
    if kind == "matrix":
        return [_point(pair) for pair in one.get("values", [])[-_MOST_POINTS:]]
    # A native histogram has no single value.
    return [_point(one["value"])] if "value" in one else []


def _point(pair: Any) -> tuple[float, float | None]:
    at, text = pair
    value = float(text)
    return float(at), value if math.isfinite(value) else None


def _facts(series: Sequence[_Series], now: float) -> dict[str, Any]:
    last = [one.last for one in series]
    known = [value for value in last if value is not None]
    numbers = [number for one in series for number in one.numbers]
    only = series[0] if len(series) == 1 else None
    return {
        "series": len(series),
        "empty": not series,
        "value": only.last if only else None,
        "sum": _rounded(sum(known)) if known and len(known) == len(last) else None,
        "lowest": min(known, default=None),
        "highest": max(known, default=None),
        "values": {one.labels: one.last for one in series[:_MOST_NAMED]},
        "not_numbers": len(last) - len(known),
        "mean_over": _rounded(sum(numbers) / len(numbers)) if numbers else None,
        "lowest_over": min(numbers, default=None),
        "highest_over": max(numbers, default=None),
        "change": _rounded(only.numbers[-1] - only.numbers[0]) if only and len(only.numbers) > 1 else None,
        "age_s": round(now - max(one.points[-1][0] for one in series if one.points), 3)
        if any(one.points for one in series)
        else None,
    }


def _rounded(number: float) -> float:
    return float(f"{number:.12g}")


def _table(series: Sequence[_Series], over: bool) -> Table | None:
    ranked = sorted(series, key=lambda one: -math.inf if one.last is None else one.last, reverse=True)[:_MOST_ROWS]
    if not ranked:
        return None
    if not over:
        return Table(columns=("series", "value"), rows=tuple((one.labels, one.last) for one in ranked))
    rows = tuple((one.labels, one.last, _sparkline(one.numbers)) for one in ranked)
    return Table(columns=("series", "value", "over time"), rows=rows)


def _sparkline(numbers: Sequence[float]) -> str:
    if not numbers:
        return ""
    low, high = min(numbers), max(numbers)
    span = (high - low) or 1.0
    return "".join(_BARS[int((number - low) / span * (len(_BARS) - 1))] for number in numbers[-60:])


PROBE = Probe(
    name="prometheus_query",
    help="What Prometheus answers to a query, now or over a span of time.",
    parameters=PrometheusQueryParameters,
    facts={
        "series": Fact(sort="number", help="series of the answer"),
        "empty": Fact(sort="flag", help="whether there is none; for an alert's expression: nothing is wrong"),
        "value": Fact(sort="number", help="the value, where there is one series; unknown where there are more or none"),
        "sum": Fact(sort="number", help="the values of all series, added up"),
        "lowest": Fact(sort="number", help="the lowest value of a series now"),
        "highest": Fact(sort="number", help="the highest value of a series now"),
        "values": Fact(sort="map", help="values by the labels of the series, at most 100"),
        "not_numbers": Fact(sort="number", help="series whose value is NaN or without end, as after a division by 0"),
        "mean_over": Fact(sort="number", help="mean over the span of time"),
        "lowest_over": Fact(sort="number", help="the lowest value over the span of time"),
        "highest_over": Fact(sort="number", help="the highest value over the span of time"),
        "change": Fact(sort="number", help="the last value less the first, where there is one series"),
        "age_s": Fact(sort="number", unit="s", help="how long ago the newest value is for"),
        "warnings": Fact(sort="list", help="what Prometheus warns of"),
    },
    look=_look,
    target="url",
    fills=("values",),
)

"""What probes share about metrics: pages in Prometheus' and OpenMetrics' text formats, and what is asked of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from pydantic import Field

from bot.core.evidence import Trouble
from bot.probes._http_answer import Reply
from bot.probes.base import Parameters, ProbeFailed

MetricName = Annotated[str, Field(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$", max_length=200)]
LabelName = Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$", max_length=100)]
LabelValue = Annotated[str, Field(max_length=300)]

_BUCKET = "le"
_QUANTILE = "quantile"


class Selection(Parameters):
    """One number out of the page."""

    metric: MetricName = Field(description="Name of the metric as the page has it", examples=["hft_orders_pending"])
    labels: dict[LabelName, LabelValue] = Field(
        default={}, max_length=10, description="Labels that it has to have", examples=[{"exchange": "binance"}]
    )
    combine: Literal["sum", "mean", "highest", "lowest"] = Field(
        default="sum", description="What becomes of several series"
    )
    quantile: float | None = Field(
        default=None, gt=0, lt=1, description="Quantile of a summary or histogram", examples=[0.99]
    )


def samples_in(reply: Reply) -> list[Sample]:
    """The samples of a page. Raises ProbeFailed where it is none."""
    if reply.cut:
        raise ProbeFailed(f"{reply.where}: the page of metrics is too large to read", Trouble.TOO_MUCH)
    text = reply.body.decode("utf-8", "replace")
    is_open = "openmetrics" in reply.headers.get("content-type", "")
    try:
        families = (open_metrics if is_open else text_string_to_metric_families)(text)
        found = [sample for family in families for sample in family.samples]
    except Exception:  # whatever a parser stumbles over, its message may repeat the page
        raise ProbeFailed(f"{reply.where}: the answer is no page of metrics", Trouble.PARSE) from None
    if not found:
        raise ProbeFailed(f"{reply.where}: the page has no metrics", Trouble.PARSE)
    return found


def chosen(samples: Iterable[Sample], metric: str, labels: Mapping[str, str]) -> list[Sample]:
    """The samples of that name and with those labels; without NaN, which stands for nothing."""
    wanted = labels.items()
    return [one for one in samples if one.name == metric and wanted <= one.labels.items() and not math.isnan(one.value)]


def value_of(selection: Selection, samples: Sequence[Sample]) -> float | None:
    """The number that is selected; None where there is no such series."""
    if selection.quantile is not None:
        return _quantile(selection, samples)
    return combined(selection.combine, [one.value for one in chosen(samples, selection.metric, selection.labels)])


def combined(how: str, numbers: Sequence[float]) -> float | None:
    """Several numbers as one, finite; None of none."""
    if not numbers:
        return None
    number = {
        "sum": sum(numbers),
        "highest": max(numbers),
        "lowest": min(numbers),
        "mean": sum(numbers) / len(numbers),
    }[how]
    return number if math.isfinite(number) else None


def rise_of(selection: Selection, before: Sequence[Sample], after: Sequence[Sample]) -> float | None:
    """By how much the selected counters rose."""
    first, last = (chosen(page, selection.metric, selection.labels) for page in (before, after))
    return combined(selection.combine, rises_between(first, last))


def rises_between(before: Iterable[Sample], after: Iterable[Sample]) -> list[float]:
    """By how much each of these counters rose; one that fell was started anew from zero. A series that was not there
    before may be older than the look before: nothing is known of its rise."""
    first = {_key(one): one.value for one in before}
    last = {_key(one): one.value for one in after}
    return [
        value - first[key] if value >= first[key] else value
        for key, value in last.items()
        if key in first and not math.isnan(value) and not math.isnan(first[key])
    ]


def recent_of(selection: Selection, before: Sequence[Sample], after: Sequence[Sample]) -> float | None:
    """The selected quantile of what came between the two looks; a summary has a window of its own, and is taken as it
    says now. None where nothing came."""
    if selection.quantile is None:
        return None
    metric = f"{selection.metric}_bucket"
    first, last = (buckets(chosen(page, metric, selection.labels)) for page in (before, after))
    if not last:
        return value_of(selection, after)
    came = {bound: count - first.get(bound, 0.0) for bound, count in last.items()}
    return of_buckets(selection.quantile, last if min(came.values()) < 0 else came)


def _key(sample: Sample) -> tuple[str, tuple[tuple[str, str], ...]]:
    return sample.name, tuple(sorted(sample.labels.items()))


def _quantile(selection: Selection, samples: Sequence[Sample]) -> float | None:
    """Of a summary as it says itself, else of a histogram's buckets since the start."""
    wanted = selection.quantile or 0.5
    told = [
        one.value
        for one in chosen(samples, selection.metric, selection.labels)
        if _QUANTILE in one.labels and math.isclose(_float(one.labels[_QUANTILE]), wanted)
    ]
    if told:
        return combined("highest" if selection.combine == "sum" else selection.combine, told)
    return of_buckets(wanted, buckets(chosen(samples, f"{selection.metric}_bucket", selection.labels)))


def buckets(samples: Iterable[Sample]) -> dict[float, float]:
    """Cumulative counts by upper bound, of all series together."""
    counts: dict[float, float] = {}
    for one in samples:
        bound = _float(one.labels.get(_BUCKET, ""))
        if not math.isnan(bound):
            counts[bound] = counts.get(bound, 0.0) + one.value
    return dict(sorted(counts.items()))


def of_buckets(quantile: float, counts: Mapping[float, float]) -> float | None:
    """As Prometheus' histogram_quantile does it: in a straight line within the bucket."""
    if len(counts) < 2 or math.inf not in counts or counts[math.inf] <= 0:
        return None
    rank = quantile * counts[math.inf]
    below, count_below = 0.0, 0.0
    for bound, count in counts.items():
        if count >= rank:
            if math.isinf(bound):
                return below
            inside = count - count_below
            start = min(below, bound) if below or bound > 0 else bound
            return start + (bound - start) * ((rank - count_below) / inside if inside > 0 else 1.0)
        below, count_below = bound, count
    return None


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan

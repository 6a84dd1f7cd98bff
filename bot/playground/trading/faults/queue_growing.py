"""Market data comes in faster than we process it."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault, growing

FAULT = Fault(
    title="Queue growing",
    shows="Market data comes in faster than it is processed: the queue grows until it is full.",
    covers=("H3.2.3", "H12.1.18"),
    alert="MarketDataQueueGrowing",
    shape=lambda symptoms, seconds: replace(symptoms, queue=int(growing(seconds, per_second=120, most=12_000))),
    mend="market data threads added",
)

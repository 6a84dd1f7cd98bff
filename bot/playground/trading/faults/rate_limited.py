"""Binance refuses our requests because there are too many."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault

FAULT = Fault(
    title="Rate limited",
    shows="Binance answers our requests with 429: no new orders go there.",
    covers=("H2.2.3", "H8.1.1"),
    alert="RateLimitExceeded",
    shape=lambda symptoms, _seconds: replace(symptoms, rate_limited=symptoms.rate_limited | {"binance"}),
    mend="request rate to binance reduced",
)

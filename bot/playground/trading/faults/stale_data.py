"""The connection to Coinbase stands, and no prices come."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault

FAULT = Fault(
    title="Stale market data",
    shows="Coinbase is connected and sends no prices: its newest one grows old.",
    covers=("H3.2", "H3.1"),
    alert="MarketDataStale",
    shape=lambda symptoms, _seconds: replace(symptoms, silent=symptoms.silent | {"coinbase"}),
    mend="market data of coinbase resubscribed",
)

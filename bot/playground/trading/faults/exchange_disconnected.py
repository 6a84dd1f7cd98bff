"""The venue Binance has an outage: our connection is lost, and its public API answers nobody."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault

FAULT = Fault(
    title="Exchange disconnected",
    shows="Binance is in an outage: no connection, no prices, its orders are of unknown state.",
    covers=("H2.2", "H2.2.t5"),
    alert="ExchangeDisconnected",
    shape=lambda symptoms, _seconds: replace(symptoms, disconnected=symptoms.disconnected | {"binance"}),
    mend="exchange connection to binance restored, subscriptions renewed",
)

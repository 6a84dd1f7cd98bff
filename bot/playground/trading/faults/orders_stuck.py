"""Kraken takes our orders and does not answer."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault

FAULT = Fault(
    title="Orders stuck pending",
    shows="Kraken takes orders and never acknowledges them: they stay pending for longer than 30 seconds.",
    covers=("H4.2", "H4.2.1"),
    alert="OrdersStuckPending",
    shape=lambda symptoms, _seconds: replace(symptoms, unanswered=symptoms.unanswered | {"kraken"}),
    mend="orders at kraken reconciled",
)

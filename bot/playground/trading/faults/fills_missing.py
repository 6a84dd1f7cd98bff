"""Fills of Coinbase are not read, and our positions are wrong."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault

FAULT = Fault(
    title="Fills not updating positions",
    shows="Fills at Coinbase no longer reach our positions, which differ more and more from the venue's.",
    covers=("H4.4", "H4.4.1"),
    alert="PositionMismatch",
    shape=lambda symptoms, _seconds: replace(symptoms, unread_fills=symptoms.unread_fills | {"coinbase"}),
    mend="positions at coinbase reconciled",
)

"""The trading system's process has crashed."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault

FAULT = Fault(
    title="Process gone",
    shows="The process has ended: nothing answers on its port, the feed is closed, open orders stay at the venues.",
    covers=("H2.1",),
    alert="SystemDown",
    shape=lambda symptoms, _seconds: replace(symptoms, gone=True),
    mend="hft_system started",
)

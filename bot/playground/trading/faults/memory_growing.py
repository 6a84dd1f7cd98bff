"""Order books never forget a level, and memory grows."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault, growing

FAULT = Fault(
    title="Memory growing",
    shows="Order books keep old levels: resident memory grows towards the limit of the machine.",
    covers=("H5.3", "H5.3.1"),
    alert="MemoryHigh",
    shape=lambda symptoms, seconds: replace(symptoms, memory_mb=growing(seconds, per_second=100, most=8_600)),
    mend="order books thinned out",
)

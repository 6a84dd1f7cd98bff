"""The machine's clock runs ahead, and with it every time that we write or send."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault, growing

FAULT = Fault(
    title="Clock drift",
    shows="The clock runs ahead by 20 ms a second; from one second on venues refuse our requests.",
    covers=("H3.2.1", "H8.3.2"),
    alert="ClockDrift",
    shape=lambda symptoms, seconds: replace(symptoms, clock_offset_s=growing(seconds, per_second=0.02, most=1.8)),
    mend="clock stepped by ntpdate",
)

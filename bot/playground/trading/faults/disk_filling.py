"""Core dumps fill the disk on which the logs live."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault, growing

FAULT = Fault(
    title="Disk filling",
    shows="Core dumps pile up on the disk of the logs until it is full.",
    covers=("H6.2", "H6.2.3"),
    alert="DiskFilling",
    shape=lambda symptoms, seconds: replace(symptoms, core_dumps=growing(seconds, per_second=0.012, most=0.97)),
    mend="core dumps deleted",
)

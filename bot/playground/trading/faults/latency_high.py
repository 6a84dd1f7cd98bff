"""Threads wait for one lock, and everything on the way of an order takes longer."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault, growing

FAULT = Fault(
    title="Latency high",
    shows="A lock is contended: orders take up to twelve times as long, P99 far above 1 ms.",
    covers=("H5.1", "H5.1.2", "H5.2.3"),
    alert="LatencyHigh",
    shape=lambda symptoms, seconds: replace(
        symptoms, slowness=symptoms.slowness + growing(seconds, per_second=0.2, most=11)
    ),
    mend="order queue split, lock contention gone",
)

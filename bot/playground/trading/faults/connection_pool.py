"""Connections to the database are not given back."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault, growing

FAULT = Fault(
    title="Connection pool exhausted",
    shows="All connections to the database are taken and none is given back.",
    covers=("H7.2", "H2.3.2", "H7.2.s3"),
    alert="ConnectionPoolExhausted",
    shape=lambda symptoms, seconds: replace(symptoms, connections=int(growing(seconds, per_second=0.8, most=46))),
    mend="idle database connections ended",
)

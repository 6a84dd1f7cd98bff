"""The database does not answer; trading goes on, and what should be written waits."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault

FAULT = Fault(
    title="Database down",
    shows="TimescaleDB does not answer: orders and fills wait in memory to be written.",
    covers=("H2.3", "H2.3.1"),
    alert="DatabaseDown",
    shape=lambda symptoms, _seconds: replace(symptoms, database_down=True),
    mend="timescaledb started",
)

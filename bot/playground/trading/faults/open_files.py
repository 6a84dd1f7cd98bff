"""Sockets are not closed, and file descriptors run out."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault, growing

FAULT = Fault(
    title="Too many open files",
    shows="Sockets are not closed: file descriptors grow towards the limit.",
    covers=("H6.3", "H6.3.2"),
    alert="FileDescriptorsRunningOut",
    shape=lambda symptoms, seconds: replace(symptoms, open_files=int(growing(seconds, per_second=40, most=3_900))),
    mend="leaking sockets closed",
)

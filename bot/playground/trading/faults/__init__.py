"""The faults: every file holds one in its constant FAULT. There is no list to edit."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.trading.faults.base import Fault
from bot.plugs import discover

__all__ = ["Fault", "all_faults"]


def all_faults() -> Mapping[str, Fault]:
    """The faults by key, which is the name of their file. Raises BadContent, naming the file, for one that is none."""
    return discover(__name__, "FAULT", Fault)

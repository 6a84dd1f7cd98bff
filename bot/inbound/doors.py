"""A configured endpoint, with all that its posts need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.endpoint import Endpoint
from bot.core.system import System
from bot.sources.base import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """One configured endpoint."""

    endpoint: Endpoint
    source: Source
    systems: Sequence[System]

"""What the playground's tests share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp

Serve = Callable[[AsyncApp], Awaitable[None]]
"""Serves an app until the end of the test."""


class Clock:
    """A time that moves only by hand."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += seconds

"""Kept: the latest things that arrived, each replaced when something happens to it."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

MOST = 300
"""How many of a kind are kept; older ones are forgotten."""


class Named(Protocol):
    """Anything with an id of its own."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Named)


class Kept(Generic[T]):
    """By id, in the order of arrival."""

    def __init__(self) -> None:
        self._things: dict[str, T] = {}
        self.count = 0
        """How many ever arrived."""

    def put(self, thing: T) -> T:
        """Keep it, in the place of an earlier one with its id."""
        if thing.id not in self._things:
            self.count += 1
            if len(self._things) >= MOST:
                del self._things[next(iter(self._things))]
        self._things[thing.id] = thing
        return thing

    def get(self, name: str) -> T | None:
        return self._things.get(name)

    def newest_first(self) -> tuple[T, ...]:
        return tuple(reversed(self._things.values()))

    def clear(self) -> None:
        self._things.clear()

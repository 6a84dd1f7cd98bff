"""Engine: runs the verbs, one transaction each, and tells the delivery and the clock when there may be new work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from bot.core.clock import Clock
from bot.engine.desk import Desk
from bot.store.store import Store
from bot.store.transaction import Tx

T = TypeVar("T")


class Engine:
    """What the doors and the commands call."""

    def __init__(self, store: Store, desk: Desk, clock: Clock) -> None:
        self.store, self.desk, self.clock = store, desk, clock
        self.posts = 0
        """How many posts of monitors have come in so far: by it others see that they are not alone."""
        self._listeners: list[Callable[[bool, bool], None]] = []

    def on_commit(self, listener: Callable[[bool, bool], None]) -> None:
        """Have `listener` called after each verb, with whether it left something to be sent at once, and whether
        something to be looked at; it must return at once itself."""
        self._listeners.append(listener)

    async def do(self, verb: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run `verb(tx, desk, *args, now=the present, **kwargs)` in a transaction of its own. Raises what the verb
        refuses, and StoreAway."""
        return await self._do(verb, args, kwargs, repeatable=False)

    async def do_repeatable(self, verb: Callable[..., T], *args: Any) -> T:
        """The same of a verb that may as well be done twice, as `Store.run` has it."""
        return await self._do(verb, args, {}, repeatable=True)

    async def _do(
        self, verb: Callable[..., T], args: Sequence[Any], kwargs: Mapping[str, Any], *, repeatable: bool
    ) -> T:
        given: dict[str, Any] = {"now": self.clock.now(), **kwargs}

        return await self.run(lambda tx: verb(tx, self.desk, *args, **given), repeatable=repeatable)

    async def run(self, work: Callable[[Tx], T], *, repeatable: bool = False) -> T:
        """As `Store.run`, and those who listen are told what it left to do."""

        def noted(tx: Tx) -> tuple[T, bool, bool]:
            return work(tx), tx.urgent, tx.looking

        answer, urgent, looking = await self.store.run(noted, repeatable=repeatable)
        for listener in self._listeners:
            listener(urgent, looking)
        return answer

    async def look(self, work: Callable[[Tx], T]) -> T:
        """Only read."""
        return await self.store.run(work)

    async def look_on(self, work: Callable[[Tx], T]) -> T:
        """Only read, for those who look on: nothing that is written waits for it; it may see what is a moment old."""
        return await self.store.read(work)

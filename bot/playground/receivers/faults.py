"""What can go wrong on the ways pages leave by: switches that the receivers honour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """One thing that goes wrong for as long as it is on."""

    key: str
    way: str
    title: str
    effect: str
    """What it does and what the bot should then do, for whoever is about to switch it on."""


SWITCHES = (
    Switch(
        key="mail-later", way="Mail", title="Mail server is full (452)",
        effect="Every recipient is refused for now. The bot tries again, waiting longer each time.",
    ),
    Switch(
        key="mail-refused", way="Mail", title="Mail server refuses (550)",
        effect="Every recipient is refused for good. Mail counts as failed; where all ways of a level fail, the next "
        "level is paged at once.",
    ),
    Switch(
        key="twilio-500", way="Phone and SMS", title="Twilio answers 500",
        effect="No call and no text message is taken. As one may have left all the same, the bot looks in Twilio's "
        "list before it tries again.",
    ),
    Switch(
        key="twilio-lost", way="Phone and SMS", title="Twilio's answer is lost",
        effect="The call or text message is taken, but the connection breaks before the answer. The bot finds it in "
        "Twilio's list and does not page twice.",
    ),
    Switch(
        key="pagerduty-429", way="PagerDuty", title="PagerDuty answers 429",
        effect="Every event is turned away with Retry-After: 30. The bot waits that long and sends it again.",
    ),
)  # fmt: skip


class WayFaults:
    """Which switches are on, and how much they have spoiled."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._met: dict[str, int] = {}
        self._changed = changed

    def turn(self, key: str, *, on: bool) -> None:
        """Switch one on or off. Raises KeyError when there is none of that name."""
        if key not in {one.key for one in SWITCHES}:
            raise KeyError(key)
        if on:
            self._met.setdefault(key, 0)
        else:
            self._met.pop(key, None)
        self._changed()

    def is_on(self, key: str) -> bool:
        return key in self._met

    def met(self, key: str) -> int:
        """How many messages it has spoiled since it was switched on."""
        return self._met.get(key, 0)

    def meet(self, key: str) -> bool:
        """Whether a message meets it; if so it is counted."""
        if key not in self._met:
            return False
        self._met[key] += 1
        self._changed()
        return True

"""Policy and level: whom to page, by which ways, after how long. Frozen on the incident when it opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.alert import Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One recipient of a level: a role or contact by certain ways, or a Slack channel."""

    to: str
    """A role, a contact's id, or `#channel` (ESCALATION 28: a channel gets a small card of its own)."""
    ways: tuple[str, ...]
    """Pager names, all used side by side; empty for a channel."""

    @property
    def is_channel(self) -> bool:
        """True when this target is a Slack channel."""
        return self.to.startswith("#")


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """One rung of the ladder."""

    name: str
    after: timedelta
    """From the start of the round, not from the level before (ESCALATION 1)."""
    targets: tuple[Target, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """An ordered ladder of levels; at least one, delays ascending."""

    name: str
    levels: tuple[Level, ...]
    repeats: bool = True
    """False: the ladder ends after its last level (low severities that wake nobody)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timings:
    """The judgement calls of docs/escalation.md, in one place; a pack overrides any of them."""

    repeat_after: timedelta = timedelta(minutes=15)
    """From the last level to the start of the next round (8)."""
    call_again: timedelta = timedelta(minutes=2)
    """From a call that was not answered to its repetition (6)."""
    call_attempts: int = 2
    """Calls per page before that way counts as failed (6)."""
    one_call: timedelta = timedelta(minutes=2)
    """Pages to one number within this span become one call (7)."""
    way_patience: timedelta = timedelta(minutes=2)
    """After this long of passing failures a way counts as failed for the ladder; it is still tried (6)."""
    ack_lasts: timedelta = timedelta(minutes=30)
    """A critical acknowledgement without human activity is asked about after this long (12)."""
    confirm_within: timedelta = timedelta(minutes=5)
    """The time a holder has to confirm (12, 20, 23)."""
    reopen_within: timedelta = timedelta(minutes=30)
    """A firing this soon after the resolve reopens the incident (23, 25)."""
    warn_every: timedelta = timedelta(hours=1)
    """How often to say that a resolved incident's alert still fires (24)."""
    undo_merge: timedelta = timedelta(hours=1)
    """How long a merge can be undone (27)."""
    digest_every: timedelta = timedelta(minutes=1)
    """How often new alerts of a storm are summarised in the thread (26)."""
    update_critical: timedelta = timedelta(minutes=15)
    """From one update of a critical incident's report to the next; zero: nobody is asked for any."""
    update_high: timedelta = timedelta(minutes=30)
    update_medium: timedelta = timedelta(minutes=60)
    update_low: timedelta = timedelta(0)
    review_after: timedelta = timedelta(hours=24)
    """From the end of a critical or high incident to the first question for its postmortem; zero: nobody is asked."""
    review_every: timedelta = timedelta(hours=24)
    """From one of these questions to the next."""
    review_times: int = 14
    """How often it is asked for at most."""

    def update_every(self, severity: Severity) -> timedelta:
        """How often the report of such an incident wants an update; zero: never."""
        by_word: timedelta = getattr(self, f"update_{severity.word}")
        return by_word


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One row of the table that picks a policy: for which severities and types."""

    policy: str
    severities: frozenset[Severity] = frozenset()
    """Empty: every severity."""
    types: frozenset[str] = frozenset()
    """Issue types of the system (`security`, `data`); empty: every type."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """All policies of a system with the table that chooses among them: what an incident freezes (ESCALATION 4)."""

    policies: Mapping[str, Policy]
    choices: Sequence[Choice]
    """First match wins."""
    catch_all: str
    """The mandatory policy for whatever no row matches, and for unrouted alerts."""
    timings: Timings = field(default_factory=Timings)

    def choose(self, severity: Severity, type_: str, named: str = "") -> Policy:
        """The policy for a severity and type; one `named` by the route wins when it exists."""
        if named in self.policies:
            return self.policies[named]
        for choice in self.choices:
            if (not choice.severities or severity in choice.severities) and (not choice.types or type_ in choice.types):
                return self.policies[choice.policy]
        return self.policies[self.catch_all]

"""What a playbook is made of. Content; drawn from a pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.argument import ArgumentKind
from bot.core.expression import Expression


class Kind(StrEnum):
    """What a step asks for."""

    CHECK = "check"
    """The bot looks, and goes on by itself."""
    ASK = "ask"
    """Somebody answers."""
    DO = "do"
    """Somebody does something, and says how it went."""
    ESCALATE = "escalate"
    """The next level is called."""
    GOTO = "goto"
    """Another playbook takes over."""
    DONE = "done"
    """The end, or one of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """What the playbook must know: which exchange, which order."""

    kind: ArgumentKind
    label: str
    """The alert's label that tells it."""
    default: str = ""
    help: str = ""
    later: bool = False
    """Learned on the way: the step that needs it asks for it, and the walk begins without it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """Where a check leads when its rule holds."""

    say: str
    """What that means, in a few words: the reason that is told, and the answer to choose when the check is unknown."""
    go: str
    when: Expression | None = None
    """None: in every other case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What somebody may answer, and where that leads."""

    say: str
    go: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step."""

    name: str
    kind: Kind
    text: str
    """The question, the instruction, the reason, the result."""
    help: str = ""
    checks: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    """Arguments of the checks, or parameters of the other playbook; `{exchange}` stands for a parameter."""
    branches: tuple[Branch, ...] = ()
    answers: tuple[Answer, ...] = ()
    """Of a `do`: how it may have gone."""
    commands: tuple[str, ...] = ()
    risk: str = ""
    """Of what the commands change: R1 (confirm) to R4 (two people), `manual`, `blocked`; empty: they change nothing."""
    guard: str = ""
    """What has to be true before, and what to watch."""
    on: str = ""
    """Where the commands are typed: the id of a host or service."""
    go: str = ""
    """Where an escalation leads."""
    playbook: str = ""
    outcome: str = ""
    """Of an end: fixed, cause, not_this, handed_over."""
    at_most: int = 0
    """How often a walk may come here; 0: as often as it likes."""
    after_that: str = ""
    """Where it goes instead the next time."""
    lines: tuple[int, ...] = ()
    covers: tuple[str, ...] = ()

    @property
    def leads_to(self) -> tuple[str, ...]:
        """The steps that may come next."""
        ways = [*(b.go for b in self.branches), *(a.go for a in self.answers), self.go, self.after_that]
        return tuple(dict.fromkeys(way for way in ways if way))

    @property
    def choices(self) -> tuple[Answer, ...]:
        """What somebody may choose; of a check, what they may choose where it cannot tell."""
        if self.kind is Kind.CHECK:
            return tuple(Answer(say=branch.say, go=branch.go) for branch in self.branches)
        return self.answers


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """When a playbook is offered."""

    routes: tuple[str, ...] = ()
    when: Expression | None = None
    """An expression over the alert."""
    checks: tuple[str, ...] = ()
    """Checks whose failing suggests it."""
    errors: tuple[str, ...] = ()
    """What stands in logs and alerts then, in any case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Playbook:
    """One playbook."""

    name: str
    system: str
    title: str
    symptoms: tuple[str, ...] = ()
    """How it looks, in the words of people."""
    words: tuple[str, ...] = ()
    """Further words, abbreviations and slang by which it is looked for."""
    offer: Offer = field(default_factory=Offer)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    start: str
    steps: Mapping[str, Step]
    covers: tuple[str, ...] = ()
    version: str = ""
    """A digest of what it says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Playbooks:
    """The playbooks of a system."""

    by_name: Mapping[str, Playbook] = field(default_factory=dict)

"""Evidence: what a check saw, and what its rules say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.expression import Expression, Facts


class State(StrEnum):
    """What a check came to. Unknown is never green and never red: nothing could be found out."""

    OK = "ok"
    WARN = "warn"
    UNKNOWN = "unknown"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """Greater is worse."""
        return list(State).index(self)


def worst(states: Iterable[State]) -> State:
    """The state of several checks together; ok of none."""
    return max(states, key=lambda state: state.rank, default=State.OK)


class Trouble(StrEnum):
    """Why a probe could not look: the class of its error."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    AUTH = "auth"
    DNS = "dns"
    TLS = "tls"
    PERMISSION = "permission"
    PARSE = "parse"
    """What came back is not what such a thing sends."""
    MISSING = "missing"
    """The program, file, library or setting that is needed is not there."""
    TOO_MUCH = "too much"
    """More came back than may be read."""
    LOST = "lost"
    """The connection broke."""
    ERROR = "error"
    """It answers, with an error: a status of HTTP such as 503. The connection stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows for people to read."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lacking:
    """What could not be read although something answered."""

    why: str
    """One line."""
    trouble: Trouble


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a probe saw. It judges nothing."""

    facts: Mapping[str, Any]
    """By name; None: it could not be read, and whatever is asked of it is unknown."""
    table: Table | None = None
    excerpt: Sequence[str] = ()
    """The lines that matter, most telling first."""
    output: str = ""
    """Everything, as it came; empty where the facts and the table are all."""
    lacking: Lacking | None = None
    """Why facts are missing, where that is known: said when a rule needs one of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What one check came to, at one moment."""

    id: int = 0
    """In the store; 0: not kept yet."""
    check: str
    title: str
    system: str
    state: State
    verdict: str
    """One line."""
    trouble: Trouble | None = None
    """For unknown: the class of the error."""
    why: str = ""
    """The rule that decided, or what could not be read."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """`warn` and `fail` as the pack writes them: the thresholds."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Units of the facts that have one."""
    help: str = ""
    """What a failure means."""
    seen: Seen = field(default_factory=lambda: Seen(facts={}))
    started: datetime
    took: float
    """Seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What the rules of a check say of some facts."""

    state: State
    why: str = ""


def judge(facts: Mapping[str, Any], *, warn: Expression | None, fail: Expression | None) -> Judgement:
    """Ask `fail`, then `warn`. An answer that is unknown makes the judgement unknown, whatever the milder rule says;
    only a certain failure wins over it."""
    ready = Facts(facts)
    for rule, state in ((fail, State.FAIL), (warn, State.WARN)):
        if rule is None:
            continue
        answer = rule.ask(ready)
        if answer.value is None:
            return Judgement(state=State.UNKNOWN, why=answer.why)
        if answer.value:
            return Judgement(state=state, why=rule.source)
    return Judgement(state=State.OK)

"""Look: checks that somebody or something asked for together, and the one line that sums up what they came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.evidence import Evidence, State, Trouble

_NAMED = 3
_LONGEST = 400
_SAID = 80
"""Characters of what an unknown check lacks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One look at a system."""

    id: int = 0
    """0: not stored yet."""
    system: str
    what: str
    """The suite, check or words it was asked by."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    incident: int | None = None
    """The incident that its evidence belongs to."""
    why: str
    """Why it looks: the incident opened, a level was paged, somebody asked."""
    by: str = ""
    """Who asked; empty: the bot itself."""
    made_at: datetime
    due_at: datetime | None = None
    """When the bot is to do it; None: whoever asked has it done at once."""
    done_at: datetime | None = None
    verdict: str = ""


def ranked(evidence: Sequence[Evidence]) -> list[Evidence]:
    """What failed first, then what could not be found out, then warnings; within these in the pack's order."""
    return sorted(evidence, key=lambda one: -one.state.rank)


def sum_up(evidence: Sequence[Evidence], total: int | None = None) -> str:
    """`2 of 14 fail: binance stream closed, tick age 41 s; 1 unknown: Redis (refused)`. With `total`, more checks than
    these are still under way. What is unknown is said even when something fails: it is neither green nor red."""
    count = total or len(evidence)
    by_state = Counter(one.state for one in evidence)
    parts: list[str] = []
    for state, verb in ((State.FAIL, "fail"), (State.WARN, "warn"), (State.UNKNOWN, "unknown")):
        found = [one for one in evidence if one.state is state]
        if found:
            lead = f"{len(found)} of {count} {verb}{'s' if len(found) == 1 and verb != 'unknown' else ''}"
            parts.append(f"{lead if not parts else f'{len(found)} {verb}'}: {_named(found)}")
    if not parts and count == len(evidence) == 1:
        parts.append(f"ok: {_short(evidence[0])}")
    elif not parts:
        parts.append(f"all {count} checks are ok" if by_state[State.OK] == count else f"{by_state[State.OK]} ok so far")
    if len(evidence) < count:
        parts.append(f"{count - len(evidence)} still looking")
    return _bounded("; ".join(parts))


def _named(found: Sequence[Evidence]) -> str:
    shown = ", ".join(_short(one) for one in found[:_NAMED])
    return f"{shown}, …" if len(found) > _NAMED else shown


def _short(one: Evidence) -> str:
    """A check in a few words: its own line where the pack wrote one, else its title."""
    if one.state is State.UNKNOWN:
        # "missing" is said of many things: only what is missing can be acted on.
        named = one.verdict if one.trouble is Trouble.MISSING else ""
        said = named if len(named) <= _SAID else f"…{named[1 - _SAID :]}"  # of a path its end says most
        return f"{one.title} ({said or one.trouble})" if one.trouble else one.title
    return f"{one.title}: {one.verdict}"


def changed(before: Sequence[Evidence], after: Sequence[Evidence]) -> str:
    """What is otherwise than at the last look: `now ok: Binance stream; fails now: Clock drift`. Empty: nothing."""
    was = {one.check: one.state for one in before}
    words = {State.FAIL: "fails now", State.WARN: "warns now", State.UNKNOWN: "unknown now", State.OK: "now ok"}
    parts: list[str] = []
    for state, word in words.items():
        titles = [one.title for one in after if one.state is state and was.get(one.check, state) is not state]
        if titles:
            more = f" and {len(titles) - _NAMED} more" if len(titles) > _NAMED else ""
            parts.append(f"{word}: {', '.join(titles[:_NAMED])}{more}")
    return _bounded("; ".join(parts))


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

"""Findings: what the checks of a step came to, as its branches ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.evidence import Evidence, State
from bot.core.playbook.walk import Finding


def findings(evidence: Iterable[Evidence], missing: Sequence[str] = ()) -> dict[str, Finding]:
    """By check. Those that are `missing`, since the pack does not have them any more, are unknown."""
    gone = {name: Finding(state=State.UNKNOWN, verdict=f"{name}: no such check") for name in missing}
    seen = {
        one.check: Finding(state=one.state, facts=one.seen.facts, verdict=f"{one.title}: {one.verdict}")
        for one in evidence
    }
    return gone | seen

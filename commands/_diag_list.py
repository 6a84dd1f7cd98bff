"""/diag list: the suites and checks of a system, and what can be given to each."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.check import Check, Checks
from bot.core.errors import Refused
from bot.views.terminal import table
from commands.base import Reply


def listed(system: str, checks: Checks, words: Sequence[str]) -> Reply:
    """All of them, or those that answer to the words."""
    found = checks.find(words) if words else checks.all
    if words and not found:
        raise Refused(f"Nothing of {system} is called {' '.join(words)!r}: /diag list shows all there is.")
    data = {
        "system": system,
        "suites": {name: [check.name for check in checks.of_suite(name)] for name in checks.suites},
        "checks": {check.name: {"title": check.title, "arguments": list(check.asks)} for check in found},
    }
    return Reply(text=_text(system, checks, found, whole=not words), code=True, data=data)


def _text(system: str, checks: Checks, found: Sequence[Check], *, whole: bool) -> str:
    parts = []
    if whole and checks.suites:
        rows = [(name, str(len(checks.of_suite(name))), help_) for name, help_ in checks.suites.items()]
        parts.append(f"Suites of {system}:\n" + table(("SUITE", "CHECKS", "WHAT IT SAYS"), rows, limits={2: 70}))
    rows = [(check.name, _arguments(check), check.broken or check.title) for check in found]
    parts.append(f"Checks of {system}:\n" + table(("CHECK", "ARGUMENTS", "WHAT IT LOOKS AT"), rows, limits={2: 60}))
    return "\n\n".join(parts)


def _arguments(check: Check) -> str:
    """`id`, `[since]` where there is a usual one."""
    return " ".join(f"[{name}]" if ask.default else name for name, ask in check.asks.items())

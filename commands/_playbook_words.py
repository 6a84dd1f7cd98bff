"""What the words of /playbook say: parameters by name, and why a step is skipped and where it goes on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.playbook import Answer
from commands._grammar import Unclear, joined


def arguments_in(words: Sequence[str]) -> dict[str, str]:
    """`exchange=binance`, one word each. Raises Unclear for what is none."""
    found = {}
    for word in words:
        name, equals, value = word.strip().lstrip("-").partition("=")
        if not equals:
            raise Unclear(f"{word!r} says nothing here: write parameter=value, as in exchange=binance.")
        found[name.lower()] = value
    return found


def skipping(ways: Sequence[Answer], words: Sequence[str]) -> tuple[int | None, str]:
    """Where a step that is skipped leads, and why: `2 because ...`. None where the words do not say where; where there
    is one way on, all of them say why."""
    if len(ways) > 1 and words and words[0].isdecimal():
        return int(words[0]) - 1, joined(words[1:])
    return None, joined(words)

"""What the words of /playbook say: parameters by name."""

from __future__ import annotations

from collections.abc import Sequence

from commands._grammar import Unclear


def arguments_in(words: Sequence[str]) -> dict[str, str]:
    """`exchange=binance`, one word each. Raises Unclear for what is none."""
    found = {}
    for word in words:
        name, equals, value = word.strip().lstrip("-").partition("=")
        if not equals:
            raise Unclear(f"{word!r} says nothing here: write parameter=value, as in exchange=binance.")
        found[name.lower()] = value
    return found

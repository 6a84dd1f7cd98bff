"""Problem: something wrong in a pack, with its file and line and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where something is written."""

    file: str
    line: int
    """From 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong. Never repeats a value that looks like a secret."""

    file: str
    line: int
    """From 1."""
    message: str
    """What is wrong."""
    remedy: str
    """What to write or set instead."""
    level: Level = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.message}; {self.remedy}"


class Problems:
    """Collects problems, so that one run tells all of them."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def error(self, place: Place, message: str, remedy: str) -> None:
        """Something that must be changed."""
        self._add("error", place, message, remedy)

    def warning(self, place: Place, message: str, remedy: str) -> None:
        """Something that somebody should know of."""
        self._add("warning", place, message, remedy)

    def found(self) -> tuple[Problem, ...]:
        """Everything collected, by file and line."""
        return tuple(sorted(self._found, key=lambda problem: (problem.file, problem.line)))

    def _add(self, level: Level, place: Place, message: str, remedy: str) -> None:
        self._found[Problem(file=place.file, line=place.line, message=message, remedy=remedy, level=level)] = None


def meant(word: str, known: Iterable[str]) -> str:
    """The remedy for a word that is not known: `did you mean 'x'?`, or the words there are."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    if not words:
        return "there is none yet: define it first"
    shown = ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")
    return f"use one of: {shown}"

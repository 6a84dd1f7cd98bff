"""Reads `guide.tsv`: what a desk's own troubleshooting guide holds, so that it can be told what of it works here."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from bot.packs.problems import Place, Problems

_COLUMNS = ["what", "id", "line", "class"]
_CLASSES = ("probe", "action", "manual-edit", "not-a-command")


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing of the guide: an issue, a cause, a step, a contact, an error message ..."""

    id: str
    line: int
    sort: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Guide:
    """What a guide holds."""

    items: tuple[Item, ...] = ()
    commands: tuple[tuple[int, str], ...] = ()
    """The line of each command, and its class: probe, action, manual-edit, not-a-command."""

    def lines(self, *classes: str) -> list[int]:
        """The lines of the commands of these classes."""
        return [line for line, class_ in self.commands if class_ in classes]


def read_guide(folder: Path, problems: Problems) -> Guide | None:
    """The guide of a pack; None where it has none."""
    path = folder / "guide.tsv"
    if not path.is_file():
        return None
    items: list[Item] = []
    commands: list[tuple[int, str]] = []
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if next(rows, None) != _COLUMNS:
            problems.error(Place(file=str(path), line=1), "the columns are others", f"write {', '.join(_COLUMNS)}")
            return None
        for number, row in enumerate(rows, start=2):
            match row:
                case ["item", id_, line, sort] if id_ and line.isdecimal():
                    items.append(Item(id=id_, line=int(line), sort=sort))
                case ["command", _, line, class_] if line.isdecimal() and class_ in _CLASSES:
                    commands.append((int(line), class_))
                case _:
                    remedy = f"write item or command, an id, a line and a class ({', '.join(_CLASSES)})"
                    problems.error(Place(file=str(path), line=number), "this row says nothing", remedy)
    return Guide(items=tuple(items), commands=tuple(commands))

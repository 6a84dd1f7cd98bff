"""Reads `checklists.yaml`: what is to be done step by step in an incident, and ticked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.core.alert import Severity
from bot.core.checklist import Checklist, Line
from bot.packs.models import SystemFile
from bot.packs.problems import Problems, meant
from bot.packs.reading import read
from bot.packs.shapes import Line as Text
from bot.packs.shapes import Name, SeverityWord, Strict
from bot.packs.structure import fit
from bot.packs.variables import Variables

FILE = "checklists.yaml"

_Stage = Annotated[str, Field(max_length=100, pattern=r"^[^\r\n]*$")]
_Command = Annotated[str, Field(max_length=1000)]


class LineEntry(Strict):
    """One line of a checklist."""

    text: Text
    """What is to be done, in one line."""
    stage: _Stage = ""
    """The heading that it stands under, such as Containment; none: that of the line before."""
    command: _Command = ""
    """What to type for it; it is copied from the thread, never run by the bot."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory that it stands for."""


class ChecklistEntry(Strict):
    """Lines that are ticked one by one, each by whoever has done it."""

    title: Text
    """What people call it."""
    severities: tuple[SeverityWord, ...] = ()
    """It begins by itself for incidents of these severities, once somebody has them; none, and no types: only when a
    person asks for it."""
    types: tuple[Name, ...] = ()
    """It begins by itself for these issue types only; none: for all."""
    lines: Annotated[dict[Name, LineEntry], Field(min_length=1, max_length=20)]
    """The lines by name, in their order; a message in Slack holds twenty."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory for which the list as a whole stands."""


class ChecklistsFile(Strict):
    """The checklists of a system."""

    checklists: dict[Name, ChecklistEntry] = Field(min_length=1)
    """By name."""


def read_checklists(folder: Path, file: SystemFile, variables: Variables, problems: Problems) -> tuple[Checklist, ...]:
    """The checklists of a pack. It need not have any."""
    path = folder / FILE
    if not path.is_file():
        return ()
    document = read(path, problems)
    document = variables.use(document, problems, lambda steps: False) if document is not None else None
    found = fit(document, ChecklistsFile, problems) if document is not None else None
    if document is None or found is None:
        return ()
    for name, entry in found.checklists.items():
        for place, type_ in enumerate(entry.types):
            if type_ not in file.types:
                at = document.place("checklists", name, "types", place)
                problems.error(at, f"{file.name} has no issue type {type_!r}", meant(type_, file.types))
    return tuple(_checklist(name, entry) for name, entry in found.checklists.items())


def _checklist(name: str, entry: ChecklistEntry) -> Checklist:
    lines: list[Line] = []
    for line, said in entry.lines.items():
        stage = said.stage or (lines[-1].stage if lines else "")
        lines.append(Line(name=line, text=said.text, stage=stage, command=said.command, covers=said.covers))
    return Checklist(
        name=name,
        title=entry.title,
        severities=frozenset(Severity[word.upper()] for word in entry.severities),
        types=frozenset(entry.types),
        lines=tuple(lines),
        covers=entry.covers,
    )

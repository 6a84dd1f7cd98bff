"""Reads `errors.yaml`: what messages in logs and alerts mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.core.error_entry import ErrorEntry
from bot.core.playbook import Playbooks
from bot.packs.problems import Problems, meant
from bot.packs.reading import read
from bot.packs.shapes import Name, Strict
from bot.packs.structure import fit
from bot.packs.variables import Variables

Said = Annotated[str, Field(min_length=4, max_length=300)]


class ErrorEntryFile(Strict):
    """One message."""

    says: tuple[Said, ...] = Field(min_length=1)
    """The message as it stands in logs, one or several forms; capitals do not matter, `*` is anything within a line."""
    means: str
    """What causes it."""
    do: str
    """What helps, in a sentence or two."""
    playbook: str = ""
    """The playbook that mends it."""
    step: str = ""
    """The step of it to begin with; none: its first."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory that it stands for."""


class ErrorsFile(Strict):
    """The messages of a system."""

    errors: dict[Name, ErrorEntryFile] = Field(min_length=1)
    """By name."""


def read_errors(
    folder: Path, system: str, variables: Variables, playbooks: Playbooks, problems: Problems
) -> tuple[ErrorEntry, ...]:
    """The error entries of a pack. It need not have any."""
    path = folder / "errors.yaml"
    if not path.is_file():
        return ()
    document = read(path, problems)
    document = variables.use(document, problems, lambda steps: False) if document is not None else None
    found = fit(document, ErrorsFile, problems) if document is not None else None
    if document is None or found is None:
        return ()
    for name, entry in found.errors.items():
        playbook = playbooks.by_name.get(entry.playbook)
        if entry.playbook and playbook is None:
            remedy = meant(entry.playbook, playbooks.by_name)
            problems.error(
                document.place("errors", name, "playbook"), f"there is no playbook {entry.playbook!r}", remedy
            )
        if entry.step and (playbook is None or entry.step not in playbook.steps):
            remedy = meant(entry.step, playbook.steps if playbook else ())
            problems.error(document.place("errors", name, "step"), f"there is no step {entry.step!r} in it", remedy)
    return tuple(ErrorEntry(name=name, system=system, **entry.model_dump()) for name, entry in found.errors.items())

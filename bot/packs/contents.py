"""Contents: what a pack holds besides its system: checks, playbooks, error messages, and the guide they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bot.core.check import Checks
from bot.core.error_entry import ErrorEntry
from bot.core.finding import Material
from bot.core.playbook import Playbooks
from bot.packs.checks import ProbeInfo, check_suites, read_checks
from bot.packs.covering import Covering, covering
from bot.packs.error_entries import read_errors
from bot.packs.guide import Guide, read_guide
from bot.packs.models import SystemFile
from bot.packs.playbooks import read_playbooks
from bot.packs.problems import Problems
from bot.packs.reading import Document
from bot.packs.variables import Variables


@dataclass(frozen=True, kw_only=True)
class Contents:
    """All of one system."""

    file: SystemFile
    """Its whole file with the variables filled in, for those who look and act (hosts, logs, addresses)."""
    checks: Checks = field(default_factory=lambda: Checks(by_name={}, suites={}))
    playbooks: Playbooks = field(default_factory=Playbooks)
    errors: tuple[ErrorEntry, ...] = ()
    guide: Guide | None = None

    @cached_property
    def covering(self) -> Covering:
        """What of its guide works here."""
        return covering(self.file, self.checks, self.playbooks, self.errors)

    @property
    def material(self) -> Material:
        """What of it can be found by words."""
        file = self.file
        return Material(
            system=file.name,
            title=file.title,
            names=(*file.hosts, *file.services, *file.endpoints, *file.databases, *file.exchanges),
            playbooks=tuple(self.playbooks.by_name.values()),
            errors=self.errors,
            checks=self.checks,
        )


def read_contents(
    folder: Path,
    file: SystemFile,
    document: Document,
    variables: Variables,
    probes: Mapping[str, ProbeInfo],
    problems: Problems,
) -> Contents:
    """Everything of a pack whose system could be read; without probes nothing of it can be."""
    if not probes:
        return Contents(file=file)
    checks = read_checks(folder, file, variables, probes, problems)
    check_suites(file, document, checks, problems)
    playbooks = read_playbooks(folder, file, variables, checks, probes, problems)
    errors = read_errors(folder, file.name, variables, playbooks, problems)
    return Contents(file=file, checks=checks, playbooks=playbooks, errors=errors, guide=read_guide(folder, problems))

"""Contents: what a pack holds besides its system: checks, playbooks, error messages, and the guide they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bot.core.check import Check, Checks
from bot.core.checklist import Checklist
from bot.core.error_entry import ErrorEntry
from bot.core.exposure import Figure, Raise
from bot.core.finding import Material
from bot.core.playbook import Playbooks
from bot.core.report import REPORT_TEMPLATES
from bot.packs.checklists import read_checklists
from bot.packs.checks import ProbeInfo, check_suites, read_checks
from bot.packs.covering import Covering, covering
from bot.packs.error_entries import read_errors
from bot.packs.exposure import read_exposure
from bot.packs.guide import Guide, read_guide
from bot.packs.models import SystemFile
from bot.packs.playbooks import read_playbooks
from bot.packs.problems import Problems
from bot.packs.reading import Document
from bot.packs.templates import TemplateFile, read_templates
from bot.packs.variables import Variables


@dataclass(frozen=True, kw_only=True)
class Contents:
    """All of one system."""

    file: SystemFile
    """Its whole file with the variables filled in, for those who look and act (hosts, logs, addresses)."""
    checks: Checks = field(default_factory=lambda: Checks(by_name={}, suites={}))
    playbooks: Playbooks = field(default_factory=Playbooks)
    errors: tuple[ErrorEntry, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    guide: Guide | None = None
    templates: Mapping[str, TemplateFile] = field(default_factory=dict)
    """How it wants its reports written, by file name, where it does not take the usual templates."""
    figures: tuple[Figure, ...] = ()
    """What is at risk while an incident lasts, in the order in which it is shown."""
    raises: tuple[Raise, ...] = ()
    """By what an incident is made graver by itself."""

    @cached_property
    def beside(self) -> tuple[Check, ...]:
        """The checks that read the figures and that the rules look at: every look at an incident runs them, too."""
        needed = {figure.check for figure in self.figures} | {name for one in self.raises for name in one.checks}
        return tuple(check for name, check in self.checks.by_name.items() if name in needed)

    @cached_property
    def playbook_of(self) -> Mapping[str, str]:
        """For each check the playbook that explains its failing: the first that is offered for it, else the first in
        which a step looks at it. Those that nothing or only a route suggests come last: they are for any incident, and
        look at everything."""
        books = list(self.playbooks.by_name.values())
        offered = [(check, book.name) for book in books for check in book.offer.checks]
        books.sort(key=lambda book: (not (book.offer.checks or book.offer.when), not book.offer.routes))
        looked = [(check, book.name) for book in books for step in book.steps.values() for check in step.checks]
        return dict(reversed([*offered, *looked]))

    @cached_property
    def covering(self) -> Covering:
        """What of its guide works here."""
        return covering(self.file, self.checks, self.playbooks, self.errors, self.checklists)

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
    figures, raises = read_exposure(file, document, checks, probes, problems)
    guide = read_guide(folder, problems)
    templates = read_templates(folder, REPORT_TEMPLATES, problems)
    checklists = read_checklists(folder, file, variables, problems)
    return Contents(
        file=file, checks=checks, playbooks=playbooks, errors=errors, checklists=checklists, guide=guide,
        templates=templates,
        figures=figures, raises=raises,
    )  # fmt: skip

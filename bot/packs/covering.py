"""Covering: which ids and lines of a guide a pack does the work of, and by what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.core.check import Checks
from bot.core.checklist import Checklist
from bot.core.error_entry import ErrorEntry
from bot.core.playbook import Playbooks
from bot.packs.models import SystemFile


@dataclass(frozen=True, kw_only=True, slots=True)
class Covering:
    """By what each id and each line of a system's guide is covered."""

    ids: Mapping[str, str]
    """Id -> what does its work, such as `playbook exchange_down, step network`."""
    lines: Mapping[int, str]
    """Line of a command -> the step in which it stands, as check or instruction."""


def covering(
    file: SystemFile,
    checks: Checks,
    playbooks: Playbooks,
    errors: tuple[ErrorEntry, ...],
    checklists: tuple[Checklist, ...] = (),
) -> Covering:
    """All of a pack. Later entries do not take away what earlier ones cover."""
    ids: dict[str, str] = {}
    lines: dict[int, str] = {}
    of_content = (*_of_errors(errors), *_of_playbooks(playbooks), *_of_checklists(checklists))
    for covers, what in (*_of_system(file), *_of_checks(checks), *of_content):
        for id_ in covers:
            ids.setdefault(id_, what)
    for playbook in playbooks.by_name.values():
        for step in playbook.steps.values():
            known = [line for check in step.checks for line in checks.by_name[check].lines]
            for line in (*step.lines, *known):
                lines.setdefault(line, f"{playbook.name}.{step.name}")
    return Covering(ids=ids, lines=lines)


Covers = tuple[tuple[str, ...], str]


def _of_system(file: SystemFile) -> Iterator[Covers]:
    for name, policy in file.plan.policies.items():
        yield policy.covers, f"policy {name}"
    for route in file.routes:
        yield route.covers, f"route {route.name}"
    for kind in ("contacts", "logs", "endpoints", "types"):
        for name, entry in getattr(file, kind).items():
            yield getattr(entry, "covers", ()), f"{kind} {name}"


def _of_checks(checks: Checks) -> Iterator[Covers]:
    for check in checks.by_name.values():
        yield check.covers, f"check {check.name}"


def _of_errors(errors: tuple[ErrorEntry, ...]) -> Iterator[Covers]:
    for entry in errors:
        yield entry.covers, f"error {entry.name}"


def _of_checklists(checklists: tuple[Checklist, ...]) -> Iterator[Covers]:
    for checklist in checklists:
        yield checklist.covers, f"checklist {checklist.name}"
        for line in checklist.lines:
            yield line.covers, f"checklist {checklist.name}, line {line.name}"


def _of_playbooks(playbooks: Playbooks) -> Iterator[Covers]:
    for playbook in playbooks.by_name.values():
        yield playbook.covers, f"playbook {playbook.name}"
        for step in playbook.steps.values():
            yield step.covers, f"playbook {playbook.name}, step {step.name}"

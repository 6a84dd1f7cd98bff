"""Coverage: what of the systems' own guides works here, and what does not yet."""

from __future__ import annotations

from collections.abc import Mapping

from bot.packs import Contents
from commands.base import Reply


def checks_coverage(packs: Mapping[str, Contents]) -> Reply:
    """By system with a guide: the lines that look at something, each with its check; and those that none serves."""
    data: dict[str, object] = {}
    lines = []
    for name, contents in packs.items():
        if contents.guide is None:
            continue
        served = {line: check.name for check in contents.checks.by_name.values() for line in check.lines}
        wanted = contents.guide.lines("probe")
        missing = [str(line) for line in wanted if line not in served]
        data[name] = {"covered": {str(line): served[line] for line in wanted if line in served}, "missing": missing}
        lines.append(_line(name, len(wanted), missing, "lines"))
    return _reply(lines, data)


def playbook_coverage(packs: Mapping[str, Contents]) -> Reply:
    """By system with a guide: the ids of its inventory whose work is done, and those that are missing; likewise the
    lines of commands that stand in no step."""
    data: dict[str, object] = {}
    lines = []
    for name, contents in packs.items():
        if contents.guide is None:
            continue
        covering, ids = contents.covering, [item.id for item in contents.guide.items]
        missing = [id_ for id_ in ids if id_ not in covering.ids]
        typed = contents.guide.lines("probe", "action", "manual-edit")
        nowhere = [line for line in typed if line not in covering.lines]
        data[name] = {
            "covered": [id_ for id_ in ids if id_ in covering.ids],
            "missing": missing,
            "by": {id_: covering.ids[id_] for id_ in ids if id_ in covering.ids},
            "lines_missing": nowhere,
        }
        lines += [_line(name, len(ids), missing, "items"), _line(name, len(typed), nowhere, "commands")]
    return _reply(lines, data)


def _line(name: str, total: int, missing: list[str] | list[int], what: str) -> str:
    left = f", missing: {', '.join(map(str, missing))}" if missing else ""
    return f"{name}: {total - len(missing)} of {total} {what}{left}"


def _reply(lines: list[str], data: dict[str, object]) -> Reply:
    return Reply(text="\n".join(lines) or "No pack here has a guide.tsv.", data=data)

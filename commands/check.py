"""check: is everything that is configured right? Names file, line and what to write instead."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import click

from commands._grammar import Verb
from commands.base import TERMINAL, USAGE, Command, Context, Examined, Finding, Reply

_BAD_CONTENT = 1


@click.pass_obj
def _check(context: Context, folder: str, env: str) -> Reply:
    if context.examine is None:
        return Reply(
            text="check looks at files: run it on the host where they are, without TOCSIN_URL.", exit_code=USAGE
        )
    found = context.examine(folder, env)
    bad = any(finding.level == "error" for finding in found.findings)
    return Reply(text=_report(found), code=True, data=asdict(found), exit_code=_BAD_CONTENT if bad else 0)


def _report(found: Examined) -> str:
    lines = [_line(finding) for finding in found.findings]
    lines += [f"note: {note}" for note in found.notes]
    counts = Counter(finding.level for finding in found.findings)
    systems = ", ".join(found.systems) or "no system"
    lines.append(f"{systems}: {_count(counts['error'], 'error')}, {_count(counts['warning'], 'warning')}")
    return "\n".join(lines)


def _line(finding: Finding) -> str:
    return f"{finding.where}: {finding.level}: {finding.message}\n    {finding.remedy}"


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


COMMAND = Command(
    name="check",
    help="Validate packs and settings; say what to write instead.",
    usage="[DIR] [--env ENVIRONMENT]",
    grammar=Verb(
        "check",
        options_anywhere=True,
        callback=_check,
        params=[
            click.Argument(["folder"], required=False, default="", metavar="[DIR]"),
            click.Option(
                ["--env"], default="", metavar="ENVIRONMENT", help="With `production`, what is unset is an error."
            ),
        ],
        help="Validates the packs in DIR, or those configured and the settings. Exit code 1 when there is an error.",
    ),
    lives=frozenset({TERMINAL}),
)

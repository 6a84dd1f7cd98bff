"""python_packages: whether the packages of a Python installation fit together."""

from __future__ import annotations

import re

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._paths import FilePath
from bot.probes._text import not_understood, refused, short_lines, whole
from bot.probes.base import Fact, Parameters, Probe, Site

_CONFLICT = re.compile(
    r"(\S{1,200} \S{1,100}) (?:has requirement (.+), but you have (.+)\.|requires (.+), which is not installed\."
    r"|is not supported on this platform\.?)",
)


class PythonPackagesParameters(Parameters):
    """Which installation."""

    python: FilePath = Field(
        default="python3", description="Its interpreter", examples=["/opt/trading/venv/bin/python"]
    )


async def _look(parameters: PythonPackagesParameters, site: Site) -> Seen:
    # Isolated and without bytecode: nothing of the working directory is run, and nothing is written.
    ran = await site.run(
        parameters.python, "-I", "-B", "-m", "pip", "--disable-pip-version-check", "--no-input", "check"
    )
    text = whole(ran, "pip check")
    conflicts = conflicts_in(text)
    if not conflicts and (ran.code != 0 or "No broken requirements found" not in text):
        raise refused(ran, "pip check") if ran.code else not_understood("pip check")
    return Seen(
        facts={
            "consistent": not conflicts,
            "conflicts": len(conflicts),
            "packages": sorted({line.split(" ")[0] for line in conflicts}),
        },
        excerpt=conflicts[:20],
        table=Table(columns=("conflict",), rows=tuple((line,) for line in conflicts[:50])) if conflicts else None,
    )


def conflicts_in(text: str) -> list[str]:
    """The lines in which `pip check` tells of something missing or unfit."""
    return [one_line(line) for line in short_lines(text) if _CONFLICT.fullmatch(line.strip()) is not None]


PROBE = Probe(
    name="python_packages",
    help="Whether the packages of a Python installation fit together, as pip check says.",
    parameters=PythonPackagesParameters,
    facts={
        "consistent": Fact(sort="flag", help="whether all requirements are met"),
        "conflicts": Fact(sort="number", help="requirements that are not met"),
        "packages": Fact(sort="list", help="packages whose requirements are not met"),
    },
    look=_look,
)

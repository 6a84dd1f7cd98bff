"""disk_usage: what fills a folder: its largest folders, and the largest files in it."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._paths import FilePath
from bot.probes._text import heard, not_understood, size
from bot.probes.base import Fact, Parameters, Probe, Site

_FOLDER = re.compile(r"(\d{1,18})\t(.+)")
_MOST_BYTES = 16_000_000


class DiskUsageParameters(Parameters):
    """Which folder, and how closely."""

    path: FilePath = Field(description="The folder", examples=["/var/log/hft_system"])
    depth: int = Field(default=1, ge=0, le=6, description="Levels of folders to tell apart")
    files_over_mb: int = Field(
        default=1024, ge=0, le=1_000_000, description="Find the files larger than so many MiB; 0: do not look for files"
    )
    top: int = Field(default=20, ge=1, le=100, description="Rows of the table")


async def _look(parameters: DiskUsageParameters, site: Site) -> Seen:
    path = parameters.path
    ran = await site.run("du", "-x", "-k", "-d", str(parameters.depth), "--", path, most_bytes=_MOST_BYTES)
    folders = sizes_in(heard(ran, path), 1024)
    if not folders:
        raise not_understood("du")
    # The folder itself is the last line.
    total = folders.pop()[0] if folders[-1][1].rstrip("/") == path.rstrip("/") else max(folders)[0]
    complete = ran.code == 0
    facts: dict[str, Any] = {"total_bytes": total, "folders": len(folders)}
    facts |= {
        "largest": None,
        "largest_bytes": None,
        "large_files": None,
        "largest_file": None,
        "largest_file_bytes": None,
    }
    folders.sort(reverse=True)
    if folders:
        facts |= {"largest": folders[0][1], "largest_bytes": folders[0][0]}
    rows = [("folder", size(amount), one_line(name)) for amount, name in folders[: parameters.top]]
    if parameters.files_over_mb:
        files, all_seen = await _files(parameters, site)
        complete = complete and all_seen
        facts["large_files"] = len(files) if all_seen else None
        if files:
            facts |= {"largest_file": files[0][1], "largest_file_bytes": files[0][0]}
        rows = [("file", size(amount), one_line(name)) for amount, name in files[: parameters.top]] + rows
    facts["complete"] = complete
    return Seen(facts=facts, table=Table(columns=("what", "size", "path"), rows=tuple(rows[: 2 * parameters.top])))


async def _files(parameters: DiskUsageParameters, site: Site) -> tuple[list[tuple[int, str]], bool]:
    """The large files, the largest first, and whether every folder could be looked into."""
    ran = await site.run(
        "find", parameters.path, "-xdev", "-type", "f", "-size", f"+{parameters.files_over_mb * 1024}k",
        "-exec", "stat", "-c", "%s\t%n", "--", "{}", "+", most_bytes=_MOST_BYTES,
    )  # fmt: skip
    text = heard(ran, parameters.path)
    return sorted(sizes_in(text, 1), reverse=True), ran.code == 0


def sizes_in(text: str, unit: int) -> list[tuple[int, str]]:
    """Bytes and paths from lines of a number, a tab and a path, in their order."""
    found = (_FOLDER.fullmatch(line) for line in text.split("\n"))
    return [(int(row[1]) * unit, row[2]) for row in found if row is not None]


PROBE = Probe(
    name="disk_usage",
    help="What fills a folder, on its own file system: the largest folders and the largest files in it.",
    parameters=DiskUsageParameters,
    facts={
        "total_bytes": Fact(sort="number", unit="bytes", help="what the folder takes on the disk"),
        "folders": Fact(sort="number", help="folders in it, down to `depth`"),
        "largest": Fact(sort="text", help="the largest folder in it"),
        "largest_bytes": Fact(sort="number", unit="bytes", help="what that takes"),
        "large_files": Fact(sort="number", help="files over the size; unknown where not every folder could be read"),
        "largest_file": Fact(sort="text", help="the largest file over the size"),
        "largest_file_bytes": Fact(sort="number", unit="bytes", help="its size"),
        "complete": Fact(sort="flag", help="whether every folder in it could be read"),
    },
    look=_look,
)

"""file_stat: whether files are there, how large, how old, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._paths import MOST_FILES, FilePattern, files_of, is_pattern
from bot.probes._text import ago, not_understood, refused, size, whole
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

_FORMAT = "%s\t%Y\t%a\t%U\t%G\t%F\t%n"
_ROW = re.compile(r"(\d{1,18})\t(-?\d{1,15})\t([0-7]{1,5})\t([^\t]{1,100})\t([^\t]{1,100})\t([a-z ]{3,40})\t(.+)")


class FileStatParameters(Parameters):
    """Which files."""

    paths: tuple[FilePattern, ...] = Field(
        min_length=1,
        max_length=50,
        description="Files or folders; a pattern in the last part stands for the files it finds",
        examples=[["/opt/hft_system/config/production.json"]],
    )
    follow: bool = Field(default=True, description="Look at what a link points to, and not at the link")


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """What `stat` says of one file."""

    path: str
    kind: str
    size_bytes: int
    changed: int
    """Seconds since 1970."""
    mode: str
    owner: str
    group: str


async def _look(parameters: FileStatParameters, site: Site) -> Seen:
    paths, missing = await _named(parameters.paths, site)
    files: list[File] = []
    if paths:
        follow = ("-L",) if parameters.follow else ()
        ran = await site.run("stat", *follow, "-c", _FORMAT, "--", *paths)
        files = files_in(whole(ran, "stat"))
        there = {file.path for file in files}
        absent = [path for path in paths if path not in there]
        if absent and (ran.code == 0 or not all(_says_missing(line) for line in ran.err.splitlines())):
            raise refused(ran, absent[0]) if ran.code else not_understood("stat")
        missing += absent
    return Seen(facts=_facts(files, missing, site.now()), table=_table(files, missing, site.now()))


async def _named(patterns: Sequence[str], site: Site) -> tuple[list[str], list[str]]:
    """The paths to look at, and the patterns that found nothing."""
    paths: list[str] = []
    missing: list[str] = []
    for pattern in patterns:
        try:
            paths += await files_of(site, pattern)
        except ProbeFailed as failure:
            if failure.trouble is not Trouble.MISSING or not is_pattern(pattern):
                raise
            missing.append(pattern)
    if len(paths) > MOST_FILES:
        raise ProbeFailed(f"that is {len(paths)} files, more than {MOST_FILES}", Trouble.TOO_MUCH)
    return list(dict.fromkeys(paths)), missing


def _says_missing(line: str) -> bool:
    return "No such file" in line or "Not a directory" in line


def files_in(text: str) -> list[File]:
    """The files that `stat` described in our format; a line that is something else is left out."""
    return [
        File(
            size_bytes=int(row[1]), changed=int(row[2]), mode=row[3].rjust(4, "0"), owner=row[4], group=row[5],
            kind=row[6], path=row[7],
        )
        for line in text.split("\n")
        if (row := _ROW.fullmatch(line)) is not None
    ]  # fmt: skip


def _age(file: File, now: datetime) -> float:
    return round(max(0.0, now.timestamp() - file.changed), 1)


def _facts(files: Sequence[File], missing: Sequence[str], now: datetime) -> dict[str, Any]:
    ages = [_age(file, now) for file in files]

    def one(values: set[str]) -> str | None:
        return next(iter(values)) if len(values) == 1 else None

    return {
        "exists": not missing,
        "missing": list(missing),
        "count": len(files),
        "size_bytes": sum(file.size_bytes for file in files) if files else None,
        "smallest_bytes": min((file.size_bytes for file in files), default=None),
        "empty": [file.path for file in files if file.size_bytes == 0],
        "newest_age_s": min(ages, default=None),
        "oldest_age_s": max(ages, default=None),
        "mode": one({file.mode for file in files}),
        "owner": one({file.owner for file in files}),
        "group": one({file.group for file in files}),
        "kind": one({file.kind.replace("empty ", "") for file in files}),
        "others_may": [word for word, bit in (("read", 4), ("write", 2)) if _granted(files, bit)] if files else None,
    }


def _granted(files: Sequence[File], bit: int) -> bool:
    return any(int(file.mode[-1], 8) & bit for file in files)


def _table(files: Sequence[File], missing: Sequence[str], now: datetime) -> Table:
    rows = [(one_line(path), "missing", "", "", "") for path in missing]
    rows += [
        (one_line(file.path), size(file.size_bytes), ago(_age(file, now)), file.mode, f"{file.owner}:{file.group}")
        for file in files[:50]
    ]
    return Table(columns=("path", "size", "changed before", "mode", "owner"), rows=tuple(rows))


PROBE = Probe(
    name="file_stat",
    help="Files and folders: whether they are there, how large and how old, whose they are, who may read them.",
    parameters=FileStatParameters,
    facts={
        "exists": Fact(sort="flag", help="whether all of them are there"),
        "missing": Fact(sort="list", help="those that are not"),
        "count": Fact(sort="number", help="those that are there"),
        "size_bytes": Fact(sort="number", unit="bytes", help="size of all together"),
        "smallest_bytes": Fact(sort="number", unit="bytes", help="size of the smallest"),
        "empty": Fact(sort="list", help="those without content"),
        "newest_age_s": Fact(sort="number", unit="s", help="since the content of any of them last changed"),
        "oldest_age_s": Fact(sort="number", unit="s", help="since the one that has not changed for longest did"),
        "mode": Fact(sort="text", help="permissions, such as 0640; unknown where they differ"),
        "owner": Fact(sort="text", help="the account that owns them; unknown where they differ"),
        "group": Fact(sort="text", help="the group; unknown where they differ"),
        "kind": Fact(sort="text", help="regular file, directory, symbolic link ...; unknown where they differ"),
        "others_may": Fact(sort="list", help="what everybody on the host may do with one of them: read, write"),
    },
    look=_look,
)

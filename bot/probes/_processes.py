"""What probes share about processes: which of them are meant, and what `ps` says of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import Field, model_validator

from bot.core.evidence import Trouble
from bot.probes._paths import FilePath
from bot.probes._text import Pattern, decimal, heard, integer, not_understood, refused, said, whole
from bot.probes.base import Parameters, ProbeFailed, Site

MOST_LOOKED_INTO = 64
"""Processes whose files in /proc are read one by one."""

PS = ("ps", "-ww", "-eo", "pid=,ppid=,user:32=,stat=,nlwp=,rss=,pmem=,etimes=,args=")
_HEADING = re.compile(r"/proc/(\d{1,10})/\w+:", re.ASCII)
_PS_ITSELF = " ".join(PS)
_ROW = re.compile(
    r" *(\d{1,10}) +(\d{1,10}) +(\S+) +(\S+) +(\d{1,9}) +(\d{1,18}) +(\d{1,6}(?:\.\d+)?) +(-|-?\d{1,12})(?: (.*))?",
    re.ASCII,
)


class Chosen(Parameters):
    """Which processes are meant."""

    match: Pattern = Field(
        default="",
        description="Regular expression found in the command line, like that of pgrep -f; anchor it, or an editor with "
        "the same name on its command line counts too",
        examples=["(^|/)hft_system( |$)"],
    )
    pid_file: FilePath | None = Field(
        default=None, description="File that holds the process id", examples=["/var/run/hft_system.pid"]
    )


class ChosenSome(Chosen):
    """Which processes are looked into one by one."""

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.match and self.pid_file is None:
            raise ValueError("needs match or pid_file: which process to look into")
        return self


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """One process, as `ps` shows it."""

    pid: int
    parent: int
    user: str
    state: str
    """The first letter: R, S, D (waits for a disk), T, Z (zombie)."""
    threads: int
    rss_bytes: int
    memory_percent: float | None
    age_s: int | None
    command: str

    @property
    def name(self) -> str:
        """The program, without its folder and arguments."""
        program = self.command.partition(" ")[0]
        return program if program.startswith("[") else program.rpartition("/")[2]


def processes_in(text: str) -> list[Process]:
    """The processes that `PS` printed. Raises ProbeFailed where there is none: at least `ps` itself runs."""
    rows = [row for line in text.split("\n") if (row := _ROW.fullmatch(line)) is not None]
    if not rows:
        raise not_understood("ps")
    return [
        Process(
            pid=int(row[1]),
            parent=int(row[2]),
            user=row[3],
            state=row[4][0],
            threads=int(row[5]),
            rss_bytes=int(row[6]) * 1024,
            memory_percent=decimal(row[7]),
            age_s=integer(row[8]),
            command=(row[9] or "").strip(),
        )
        for row in rows
    ]


async def find(site: Site, chosen: Chosen) -> list[Process]:
    """The processes that are meant, all where nothing narrows it; none is an answer. Raises ProbeFailed."""
    wanted = await _pid_in_file(site, chosen.pid_file) if chosen.pid_file else None
    found = processes_in(said(await site.run(*PS, most_bytes=8_000_000), "ps"))
    pattern = re.compile(chosen.match)
    return [
        process
        for process in found
        if (wanted is None or process.pid == wanted)
        and process.command != _PS_ITSELF
        and pattern.search(process.command[:4000])
    ]


async def find_some(site: Site, chosen: Chosen) -> list[Process]:
    """The processes whose files are to be read one by one. Raises ProbeFailed, `missing` where there is none and
    `too much` where they are too many."""
    found = await find(site, chosen)
    if not found:
        raise ProbeFailed("there is no such process", Trouble.MISSING)
    if len(found) > MOST_LOOKED_INTO:
        raise ProbeFailed(f"that is {len(found)} processes, more than {MOST_LOOKED_INTO}", Trouble.TOO_MUCH)
    return found


async def _pid_in_file(site: Site, path: str) -> int:
    text = heard(await site.run("cat", "--", path, most_bytes=1000), path)
    pid = integer(text.strip().partition("\n")[0])
    if pid is None or pid <= 0:
        raise not_understood(path)
    return pid


async def listed(site: Site, pids: Sequence[int], folder: str, *options: str) -> dict[int, list[str]]:
    """The lines of `ls` for a folder of each process in /proc, in one call. A process that has ended meanwhile is left
    out. Raises ProbeFailed where one may not be looked into, or none is left."""
    folders = [f"/proc/{pid}/{folder}" for pid in pids]
    ran = await site.run("ls", *options, "--", *folders, most_bytes=16_000_000)
    if ran.code != 0 and "No such" not in ran.err:
        raise refused(ran, folders[0])
    found: dict[int, list[str]] = {}
    # With one folder only, `ls` does not head its list.
    at = pids[0] if len(pids) == 1 and ran.out.strip() else None
    for line in whole(ran, folders[0]).split("\n"):
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            at = int(heading[1])
        elif at is not None and line and at in pids:
            found.setdefault(at, []).append(line)
    if not found:
        raise ProbeFailed("the process has ended", Trouble.MISSING) if ran.code != 0 else not_understood("ls")
    return found

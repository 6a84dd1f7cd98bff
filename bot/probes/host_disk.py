"""host_disk: how full file systems are, in bytes and in files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._paths import FilePath
from bot.probes._text import greatest, heard, integer, least, not_understood, percent, refused, short_lines, size, whole
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site
from bot.transports.base import Ran

# Without -T: not every df knows it. The device's name may hold blanks, and so may the mount point.
_ROW = re.compile(r"(\S.*?)\s+(\d+|-)\s+(\d+|-)\s+(-?\d+|-)\s+(\d+%|-)\s+(/.*)", re.ASCII)
# File systems that live in memory, and images that are full by nature.
_NO_DISK = re.compile(r"(?:devtmpfs|tmpfs|udev|none|shm|ramfs|efivarfs|cgroup\w*|/dev/loop\d+|/dev/fuse)")


class HostDiskParameters(Parameters):
    """Which file systems."""

    mounts: tuple[FilePath, ...] = Field(
        default=(),
        max_length=50,
        description="Those that hold these files or folders; none: every one on a disk",
        examples=[["/var/lib/postgresql"]],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of `df`; of blocks or of files."""

    device: str
    total: int | None
    used: int | None
    free: int | None
    mount: str

    @property
    def used_percent(self) -> float | None:
        """Of what may be used by others than root, as `df` counts it."""
        return None if self.used is None or self.free is None else percent(self.used, self.used + self.free)


async def _look(parameters: HostDiskParameters, site: Site) -> Seen:
    blocks = rows_in(await _df(parameters, site, "-k"))
    files = rows_in(await _df(parameters, site, "-i"))
    if not parameters.mounts:
        blocks = {mount: row for mount, row in blocks.items() if not _NO_DISK.fullmatch(row.device)}
        if not blocks:
            raise ProbeFailed("df: there is no file system on a disk", Trouble.MISSING)
    return Seen(facts=_facts(list(blocks.values()), files), table=_table(blocks, files))


async def _df(parameters: HostDiskParameters, site: Site, unit: str) -> str:
    ran = await site.run("df", "-P", unit, *(("--", *parameters.mounts) if parameters.mounts else ()))
    if parameters.mounts and ran.code != 0:
        # What was asked for by name has to be there, or a disk that is not mounted would read as healthy.
        raise refused(ran, "df")
    return _text(ran)


def _text(ran: Ran) -> str:
    return whole(ran, "df") if ran.out.strip() else heard(ran, "df")


def rows_in(text: str) -> dict[str, Row]:
    """The file systems that `df -P` printed, by mount point. Raises ProbeFailed where it printed something else."""
    rows = {}
    for line in short_lines(text)[1:]:
        found = _ROW.fullmatch(line.rstrip())
        if found is not None:
            total, used, free = (integer(found[n]) for n in (2, 3, 4))
            rows[found[6]] = Row(device=found[1], total=total, used=used, free=free, mount=found[6])
    if not rows:
        raise not_understood("df")
    return rows


def _facts(blocks: Sequence[Row], files: Mapping[str, Row]) -> dict[str, Any]:
    fullest = max(blocks, key=lambda row: row.used_percent or 0.0)
    only = blocks[0] if len(blocks) == 1 else None
    inodes = [_inodes(files, row.mount) for row in blocks]
    return {
        "used_percent": None if None in (shares := [row.used_percent for row in blocks]) else greatest(shares),
        "fullest": fullest.mount,
        "free_bytes": least([row.free * 1024 if row.free is not None else None for row in blocks]),
        "size_bytes": only.total * 1024 if only and only.total is not None else None,
        "used_bytes": only.used * 1024 if only and only.used is not None else None,
        "inodes_percent": None if None in inodes else greatest(inodes),
        "mounts": {row.mount: row.used_percent for row in blocks},
    }


def _inodes(files: Mapping[str, Row], mount: str) -> float | None:
    """How many of its files a file system has, in percent; 0 where it does not count them, as btrfs."""
    row = files.get(mount)
    return None if row is None else 0.0 if not row.total else row.used_percent


def _table(blocks: Mapping[str, Row], files: Mapping[str, Row]) -> Table:
    ranked = sorted(blocks.values(), key=lambda row: -(row.used_percent or 0.0))
    return Table(
        columns=("mount", "used %", "free", "size", "inodes %", "device"),
        rows=tuple(
            (
                row.mount,
                row.used_percent,
                size(None if row.free is None else row.free * 1024),
                size(None if row.total is None else row.total * 1024),
                _inodes(files, row.mount),
                row.device,
            )
            for row in ranked[:50]
        ),
    )


PROBE = Probe(
    name="host_disk",
    help="File systems of a host: how full they are, in bytes and in files.",
    parameters=HostDiskParameters,
    facts={
        "used_percent": Fact(sort="number", unit="%", help="how full the fullest is, as df counts it"),
        "fullest": Fact(sort="text", help="where the fullest is mounted"),
        "free_bytes": Fact(sort="number", unit="bytes", help="what is free on the one that has least"),
        "size_bytes": Fact(sort="number", unit="bytes", help="its size; unknown where there are several"),
        "used_bytes": Fact(sort="number", unit="bytes", help="what is used of it; unknown where there are several"),
        "inodes_percent": Fact(sort="number", unit="%", help="how many of its files the worst has; 0 if not counted"),
        "mounts": Fact(sort="map", help="how full each is, in percent, by mount point"),
    },
    look=_look,
)

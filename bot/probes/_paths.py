"""What probes share about files: paths as packs write them, patterns in their last part, why one cannot be read."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from bot.core.evidence import Trouble
from bot.probes._text import heard
from bot.probes.base import ProbeFailed, Site

MOST_FILES = 200
"""Files that one look takes in."""

FilePath = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^-\x00-\x1f\x7f*?\[][^\x00-\x1f\x7f*?\[]*$")]
"""A file or folder; relative to the place's directory, or absolute. No pattern."""


def _pattern_at_the_end(path: str) -> str:
    if any(character in path.rpartition("/")[0] for character in "*?["):
        raise ValueError("may have a pattern in its last part only")
    return path


FilePattern = Annotated[
    str,
    Field(min_length=1, max_length=1000, pattern=r"^[^-\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"),
    AfterValidator(_pattern_at_the_end),
]
"""A file, or several by a pattern in the last part of the path: `config/strategies/*.json`."""


def is_pattern(path: str) -> bool:
    """Whether it stands for several files."""
    return any(character in "*?[" for character in path.rsplit("/", 1)[-1])


async def files_of(site: Site, path: str) -> list[str]:
    """The files that a path stands for, sorted: itself, or those its pattern finds. Raises ProbeFailed, `missing` where
    the pattern finds none."""
    if not is_pattern(path):
        return [path]
    folder, slash, pattern = path.rpartition("/")
    top = folder or slash or "."
    # `-H`: the folder itself may be a link, as `current` in many a deployment.
    ran = await site.run("find", "-H", top, "-maxdepth", "1", "-type", "f", "-name", pattern, "-print")
    found = sorted(line for line in heard(ran, path).split("\n") if line)
    if not found:
        raise ProbeFailed(f"{path}: there is no such file", Trouble.MISSING)
    if len(found) > MOST_FILES:
        raise ProbeFailed(f"{path}: that is {len(found)} files, more than {MOST_FILES}", Trouble.TOO_MUCH)
    return found


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rstrip("/").rpartition("/")[2] or path

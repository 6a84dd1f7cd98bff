"""file_checksum: whether files are what they should be, by their SHA-256."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._paths import FilePath, FilePattern, files_of, name_of
from bot.probes._text import not_understood, refused, said, whole
from bot.probes.base import Fact, Parameters, Probe, Site

_SUM = re.compile(r"\\?([0-9a-f]{64})(?: [ *])(.+)")
_CHECKED = re.compile(r"(.+): (OK|FAILED|FAILED open or read)")

Digest = Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")]


class FileChecksumParameters(Parameters):
    """Which files, and what they should be."""

    path: FilePattern | None = Field(
        default=None,
        description="The file; a pattern in its last part stands for several",
        examples=["models/trading_model.onnx"],
    )
    expected: Digest | None = Field(default=None, description="The SHA-256 it should have, in hexadecimal digits")
    same_as: FilePath | None = Field(
        default=None, description="A file whose sum it should have", examples=["backups/models/trading_model.onnx"]
    )
    manifest: FilePath | None = Field(
        default=None,
        description="A file with the sums of others, as sha256sum writes it",
        examples=["checksums.txt"],
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.path is None) == (self.manifest is None):
            raise ValueError("has either a path or a manifest: write one of the two")
        if self.same_as is not None and (self.path is None or self.expected is not None):
            raise ValueError("same_as goes with a path, and without expected: write one of the two")
        return self


async def _look(parameters: FileChecksumParameters, site: Site) -> Seen:
    if parameters.manifest is not None:
        return await _by_manifest(parameters.manifest, site)
    sums = await _sums(await files_of(site, parameters.path or ""), site)
    wanted = (parameters.expected or "").lower()
    if parameters.same_as is not None:
        (wanted,) = (await _sums([parameters.same_as], site)).values()
    wrong = [path for path, digest in sums.items() if wanted and digest != wanted]
    return Seen(
        facts={
            "as_expected": not wrong if wanted else None,
            "mismatched": wrong,
            "missing": [],
            "checked": len(sums),
            "sha256": next(iter(sums.values())) if len(sums) == 1 else None,
        },
        table=_table([(path, digest) for path, digest in sums.items()]),
    )


async def _sums(files: Sequence[str], site: Site) -> dict[str, str]:
    sums = sums_in(said(await site.run("sha256sum", "--", *files), name_of(files[0])))
    if len(sums) != len(files):
        raise not_understood("sha256sum")
    return sums


async def _by_manifest(manifest: str, site: Site) -> Seen:
    ran = await site.run("sha256sum", "-c", "--", manifest)
    results = checked_in(whole(ran, manifest))
    if not results:
        raise refused(ran, manifest) if ran.code else not_understood("sha256sum")
    wrong = [path for path, result in results if result == "FAILED"]
    missing = [path for path, result in results if result.startswith("FAILED open")]
    facts = {
        "as_expected": not wrong and not missing,
        "mismatched": wrong,
        "missing": missing,
        "checked": len(results),
        "sha256": None,
    }
    ranked = sorted(results, key=lambda row: row[1] == "OK")
    return Seen(facts=facts, table=_table(ranked[:100]))


def sums_in(text: str) -> dict[str, str]:
    """The sums that `sha256sum` printed, by path."""
    return {row[2]: row[1] for line in text.split("\n") if (row := _SUM.fullmatch(line)) is not None}


def checked_in(text: str) -> list[tuple[str, str]]:
    """What `sha256sum -c` says of each file: OK, FAILED, or FAILED open or read."""
    return [(row[1], row[2]) for line in text.split("\n") if (row := _CHECKED.fullmatch(line)) is not None]


def _table(rows: Sequence[tuple[str, str]]) -> Table:
    return Table(columns=("path", "sha256"), rows=tuple((one_line(path), result) for path, result in rows))


PROBE = Probe(
    name="file_checksum",
    help="The SHA-256 of files, compared with what it should be, or with a manifest.",
    parameters=FileChecksumParameters,
    facts={
        "as_expected": Fact(sort="flag", help="whether all are as they should be; unknown where nothing says how"),
        "mismatched": Fact(sort="list", help="files that are not as they should be"),
        "missing": Fact(sort="list", help="files of the manifest that could not be read"),
        "checked": Fact(sort="number", help="files that were looked at"),
        "sha256": Fact(sort="text", help="the sum, of a single file"),
    },
    look=_look,
)

"""Reads `templates/`: how a desk wants its reports written, in place of the usual templates."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.packs.problems import Place, Problems, meant

_MOST = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateFile:
    """One template of a desk's own."""

    file: str
    text: str


def read_templates(folder: Path, names: Collection[str], problems: Problems) -> Mapping[str, TemplateFile]:
    """The templates of a pack by file name; `names` are those that there can be. What they say is tried out by those
    who know the reports."""
    found = {}
    for path in sorted((folder / "templates").glob("*")):
        place = Place(file=str(path), line=1)
        if path.name not in names:
            problems.error(place, f"no report is written by a template called {path.name!r}", meant(path.name, names))
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            problems.error(place, "this template cannot be read as UTF-8 text", "save it as UTF-8")
            continue
        if len(text) > _MOST:
            problems.error(place, f"this template has {len(text):,} characters", f"write at most {_MOST:,}")
            continue
        found[path.name] = TemplateFile(file=str(path), text=text)
    return found

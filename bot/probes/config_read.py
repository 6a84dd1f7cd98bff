"""config_read: what chosen settings of a configuration file are. Of secrets only that they are set."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._config import Format, Hidden, Unreadable, pick, read_config, shown
from bot.probes._paths import FilePattern, files_of, is_pattern, name_of
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

Key = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]


class ConfigReadParameters(Parameters):
    """Which file, and which settings in it."""

    path: FilePattern = Field(
        description="The file; a pattern in its last part stands for several", examples=["config/system.json"]
    )
    format: Format = Field(default="auto", description="How it is written; auto: as its name says")
    keys: tuple[Key, ...] = Field(
        min_length=1,
        max_length=50,
        description="Paths of settings, with full stops; * is every entry, pool* each that begins so, ** any number of "
        "steps, a number a place in a list",
        examples=[["paper_trading", "receivers.*.name", "**.connection_pool*"]],
    )
    expect: dict[Key, str | int | float | bool] = Field(
        default={}, description="What settings should be, by path. Never write a secret here"
    )


async def _look(parameters: ConfigReadParameters, site: Site) -> Seen:
    facts: dict[str, Any] = {"values": {}, "secrets": {}, "missing": [], "different": []}
    rows: list[tuple[str, Any]] = []
    files = await files_of(site, parameters.path)
    for file in files:
        before = f"{name_of(file)}:" if is_pattern(parameters.path) else ""
        try:
            documents = await read_config(site, file, parameters.format)
        except Unreadable as problem:
            raise ProbeFailed(f"{file}: {problem}", Trouble.PARSE) from None
        for key in dict.fromkeys((*parameters.keys, *parameters.expect)):
            _take(
                facts, rows, before, key, [item for document in documents for item in pick(document, key)], parameters
            )
    facts["present"] = not facts["missing"]
    facts["files"] = len(files)
    return Seen(facts=facts, table=Table(columns=("setting", "value"), rows=tuple(rows[:200])))


def _take(
    facts: dict[str, Any], rows: list[tuple[str, Any]], before: str, key: str, found: list[tuple[str, Any]],
    parameters: ConfigReadParameters,
) -> None:  # fmt: skip
    if not found:
        facts["missing"].append(before + key)
        rows.append((before + key, "missing"))
    for path, value in found:
        seen = shown(path, value)
        if isinstance(seen, Hidden):
            facts["secrets"][before + path] = seen.facts()
            rows.append((before + path, seen.words()))
            continue
        facts["values"][before + path] = seen
        rows.append((before + path, one_line(str(seen), 200)))
    if key in parameters.expect and not (found and all(_same(value, parameters.expect[key]) for _, value in found)):
        facts["different"].append(before + key)


def _same(value: Any, expected: str | int | float | bool) -> bool:
    """Formats without sorts of their own, such as .env, have texts only; and so have variables of a pack."""
    if isinstance(value, str) != isinstance(expected, str) and isinstance(value, str | int | float):
        return str(value).strip().lower() == str(expected).strip().lower()
    return isinstance(value, bool) == isinstance(expected, bool) and bool(value == expected)


PROBE = Probe(
    name="config_read",
    help="Chosen settings of a JSON, TOML, YAML, INI or .env file, compared with what they should be; secrets never.",
    parameters=ConfigReadParameters,
    facts={
        "values": Fact(sort="map", help="the settings by path, as values['risk.max_position']; secrets are left out"),
        "secrets": Fact(sort="map", help="settings that are secret, by path: set, length and fingerprint of each"),
        "missing": Fact(sort="list", help="settings that are not there"),
        "present": Fact(sort="flag", help="whether all settings are there"),
        "different": Fact(sort="list", help="settings that are not what they should be"),
        "files": Fact(sort="number", help="files that were read"),
    },
    look=_look,
)

"""config_validate: whether configuration files can be read at all, and where not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._config import Format, Unreadable, pick, read_config
from bot.probes._paths import FilePattern, files_of
from bot.probes.base import Fact, Parameters, Probe, Site

Key = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
_KUBERNETES = ("apiVersion", "kind", "metadata.name")


class ConfigValidateParameters(Parameters):
    """Which files, and what has to be in them."""

    path: FilePattern = Field(
        description="The file; a pattern in its last part stands for several", examples=["config/system.json"]
    )
    format: Format = Field(default="auto", description="How it is written; auto: as its name says")
    required: tuple[Key, ...] = Field(
        default=(),
        max_length=50,
        description="Paths of settings that have to be there",
        examples=[["risk.max_position"]],
    )
    shape: Literal["any", "kubernetes"] = Field(
        default="any", description="kubernetes: every document is an object with apiVersion, kind and a name"
    )


async def _look(parameters: ConfigValidateParameters, site: Site) -> Seen:
    files = await files_of(site, parameters.path)
    wrong: list[tuple[str, int | None, int | None, str]] = []
    missing: list[str] = []
    documents = 0
    for file in files:
        try:
            found = await read_config(site, file, parameters.format)
        except Unreadable as problem:
            wrong.append((file, problem.line, problem.column, str(problem.args[0])))
            continue
        documents += len(found)
        lacking = lacks(found, parameters)
        missing += [f"{file}: {key}" for key in lacking]
        wrong += [(file, None, None, f"{key} is missing") for key in lacking]
    facts: dict[str, Any] = {
        "valid": not wrong,
        "invalid": sorted({file for file, *_ in wrong}),
        "missing": missing,
        "files": len(files),
        "documents": documents,
        "line": wrong[0][1] if wrong else None,
        "column": wrong[0][2] if wrong else None,
        "problem": one_line(wrong[0][3]) if wrong else None,
    }
    rows = tuple((file, line, column, one_line(problem, 120)) for file, line, column, problem in wrong[:50])
    table = Table(columns=("file", "line", "column", "problem"), rows=rows) if wrong else None
    return Seen(facts=facts, table=table)


def lacks(documents: list[Any], parameters: ConfigValidateParameters) -> list[str]:
    """Which settings are not there: of a Kubernetes manifest in every document, else in any."""
    lacking = [key for key in parameters.required if not any(pick(document, key) for document in documents)]
    if parameters.shape == "kubernetes":
        for number, document in enumerate((one for one in documents if one is not None), 1):
            if not isinstance(document, Mapping):
                lacking.append(f"document {number}: an object")
                continue
            named = _KUBERNETES if document.get("kind") != "List" else _KUBERNETES[:2]
            lacking += [f"document {number}: {key}" for key in named if not pick(document, key)]
    return lacking


PROBE = Probe(
    name="config_validate",
    help="Whether JSON, TOML, YAML, INI or .env files can be read, with line and column of the first mistake.",
    parameters=ConfigValidateParameters,
    facts={
        "valid": Fact(sort="flag", help="whether all can be read and nothing that is required is missing"),
        "invalid": Fact(sort="list", help="files with a mistake"),
        "missing": Fact(sort="list", help="what is required and not there, with the file"),
        "files": Fact(sort="number", help="files that were looked at"),
        "documents": Fact(sort="number", help="documents in them; YAML may have several in a file"),
        "line": Fact(sort="number", help="line of the first mistake; unknown where there is none"),
        "column": Fact(sort="number", help="its column"),
        "problem": Fact(sort="text", help="what the first mistake is; nothing of the file's content"),
    },
    look=_look,
)

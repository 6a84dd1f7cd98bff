"""env_check: whether the environment of a process or container has what it needs. Never shows a value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.core.evidence import Seen, Table
from bot.probes._config import Unreadable, hide, parse
from bot.probes._paths import FilePath
from bot.probes._processes import Chosen, find_some
from bot.probes._text import Pattern, not_understood, said
from bot.probes.base import Fact, Probe, Site

VariableName = Annotated[str, Field(max_length=200, pattern="^[A-Za-z_][A-Za-z0-9_]*$")]
ContainerName = Annotated[str, Field(max_length=200, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$")]

_PLACEHOLDER = re.compile(
    r"(?:not[ _-]?set|change[ _-]?me|replace[ _-]?me|todo|tbd|fixme|xxx+|placeholder|dummy|none|null|undefined|example"
    r"|<[^<>]*>|\$\{[^}]*\}|(?:your|my)[_ -][a-z0-9_ -]+|[a-z0-9_-]*(?:[_-]here|change[_-]?me))",
    re.IGNORECASE,
)
_MOST_NAMED = 200


class EnvCheckParameters(Chosen):
    """Whose environment, and what has to be in it. Of several processes it is that of the first. Without `match`,
    `pid_file`, `container` and `file` it is what a command gets there, which in a container is the container's."""

    required: tuple[VariableName, ...] = Field(
        default=(), max_length=100, description="Variables that have to be set", examples=[["APCA_API_KEY"]]
    )
    names: Pattern = Field(
        default="", description="Regular expression: variables to list by name", examples=["(?i)proxy"]
    )
    container: ContainerName | None = Field(
        default=None, description="The Docker container, as it was configured", examples=["rust-core-engine"]
    )
    file: FilePath | None = Field(default=None, description="A .env file instead", examples=[".env"])

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum((bool(self.match or self.pid_file), self.container is not None, self.file is not None)) > 1:
            raise ValueError("looks in one place: write only one of match, pid_file, container and file")
        return self


async def _look(parameters: EnvCheckParameters, site: Site) -> Seen:
    variables = await _variables(parameters, site)
    named = [name for name in sorted(variables) if parameters.names and re.search(parameters.names, name)]
    looked_at = list(dict.fromkeys((*parameters.required, *named[:_MOST_NAMED])))
    hidden = {name: hide(variables[name]) for name in looked_at if name in variables}
    missing = [name for name in parameters.required if name not in variables]
    empty = [name for name in looked_at if name in hidden and not hidden[name].set]
    placeholders = [name for name in looked_at if name in hidden and is_placeholder(variables[name])]
    rows = [(name, "missing") for name in missing]
    rows += [(name, "placeholder" if name in placeholders else hidden[name].words()) for name in hidden]
    return Seen(
        facts={
            "complete": not missing and not set(parameters.required) & {*empty, *placeholders},
            "missing": missing,
            "empty": empty,
            "placeholders": placeholders,
            "named": named[:_MOST_NAMED],
            "count": len(variables),
            "variables": {name: one.facts() for name, one in hidden.items()},
        },
        table=Table(columns=("variable", "is"), rows=tuple(rows)),
    )


def is_placeholder(value: str) -> bool:
    """Whether a value only stands where the real one should: `changeme`, `your_key_here`, `<token>`."""
    return len(value) <= 200 and _PLACEHOLDER.fullmatch(value.strip()) is not None


async def _variables(parameters: EnvCheckParameters, site: Site) -> Mapping[str, str]:
    if parameters.container is not None:
        argv = ("docker", "inspect", "--type", "container", "--format", "{{json .Config.Env}}", "--")
        return container_in(said(await site.run(*argv, parameters.container), parameters.container))
    if parameters.file is not None:
        text = said(await site.run("cat", "--", parameters.file), parameters.file)
        return _of_file(text, parameters.file)
    pid = "self"
    if parameters.match or parameters.pid_file:
        pid = str(min(process.pid for process in await find_some(site, parameters)))
    file = f"/proc/{pid}/environ"
    return environ_in(said(await site.run("cat", "--", file), file), file)


def environ_in(text: str, what: str) -> dict[str, str]:
    """The variables of /proc/PID/environ. Raises ProbeFailed where it holds something else; empty is an answer."""
    pairs = [entry.partition("=") for entry in text.split("\0") if entry]
    variables = {name: value for name, equals, value in pairs if equals and name}
    if pairs and (not variables or "\0" not in text):
        raise not_understood(what)
    return variables


def container_in(text: str) -> dict[str, str]:
    """The variables that `docker inspect` prints as JSON. Raises ProbeFailed."""
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise not_understood("docker") from None
    if entries is None:
        return {}
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise not_understood("docker")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def _of_file(text: str, path: str) -> dict[str, str]:
    try:
        (variables,) = parse(text, "env")
    except Unreadable:
        raise not_understood(path) from None
    return {name: value or "" for name, value in variables.items()}


PROBE = Probe(
    name="env_check",
    help="Environment variables of a process, container or .env file: which are missing, empty or placeholders.",
    parameters=EnvCheckParameters,
    facts={
        "complete": Fact(sort="flag", help="whether all that is required is set, and to more than a placeholder"),
        "missing": Fact(sort="list", help="required variables that are not there"),
        "empty": Fact(sort="list", help="variables that are there and empty"),
        "placeholders": Fact(sort="list", help="variables whose value stands for one yet to be set, as changeme"),
        "named": Fact(sort="list", help="variables that `names` finds"),
        "count": Fact(sort="number", help="variables there are in all"),
        "variables": Fact(sort="map", help="of each one looked at: set, length, and fingerprint, never the value"),
    },
    look=_look,
)

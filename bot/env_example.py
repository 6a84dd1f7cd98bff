"""The text of `.env.example`: every variable there is, in the words of the settings, the paging ways and the packs.

`python -m bot.env_example` writes it to standard output; `make env-example` keeps the file in step with the code."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

import bot.pagers
from bot import packs
from bot.packs.problems import Problems
from bot.packs.reading import read
from bot.packs.variables import references, texts
from bot.pagers.base import Pager
from bot.plugs import discover
from bot.settings import VARIABLE_PREFIX, Settings

_WIDTH = 118
_HEAD = """\
Every variable that Tocsin reads. Copy this file to .env and fill in what you need; the environment wins over it.
A line that is commented out shows what holds without it. `make env-example` writes this file.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """One variable of the environment."""

    name: str
    help: str
    default: str = ""
    """What holds when it is not set; empty: nothing does."""
    required: bool = False
    """The rest of its group does not work without it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Variables that belong together."""

    titles: Sequence[str]
    """Lines of what they are for."""
    variables: Sequence[Variable]


def render(groups: Sequence[Group]) -> str:
    """The whole file. Groups without variables are left out."""
    parts = [_comment(_HEAD)]
    for group in groups:
        if group.variables:
            parts.append(
                "\n".join([*(_comment(f"--- {line}") for line in group.titles), *map(_lines, group.variables)])
            )
    return "\n\n".join(parts) + "\n"


def _lines(variable: Variable) -> str:
    said = f"{variable.help} (required)" if variable.required else variable.help
    line = f"# {variable.name}={variable.default}" if variable.default else f"{variable.name}="
    return f"\n{_comment(said)}\n{line}"


def _comment(text: str) -> str:
    wrapped = [line for part in text.splitlines() for line in textwrap.wrap(part, _WIDTH, break_on_hyphens=False)]
    return "\n".join(f"# {line}" for line in wrapped)


def everything() -> list[Group]:
    """All groups: the settings, each section of the paging ways, the secrets of the endpoints, each bundled pack."""
    folder = packs.bundled()
    return [
        Group(
            titles=["Tocsin itself"],
            variables=[_of_field(str(field.title), field) for field in Settings.model_fields.values()],
        ),
        *_sections(discover(bot.pagers, "PAGER", Pager)),
        Group(titles=["Secrets of the alert endpoints"], variables=list(_of_endpoints(folder / "endpoints.yaml"))),
        *_systems(folder),
    ]


def _sections(pagers: Mapping[str, Pager]) -> list[Group]:
    """One group per section: several pagers may share one."""
    titles: dict[str, list[str]] = {}
    for name, pager in pagers.items():
        titles.setdefault(pager.section, []).append(f"Paging by {name}: {pager.help}")
    return [
        Group(
            titles=titles[pager.section],
            variables=[
                _of_field(f"TOCSIN_{pager.section}_{field}".upper(), info)
                for field, info in pager.parameters.model_fields.items()
            ],
        )
        for pager in {pager.section: pager for pager in pagers.values()}.values()
    ]


def _of_field(name: str, field: FieldInfo) -> Variable:
    required = field.is_required()
    return Variable(
        name=name,
        help=field.description or "",
        default="" if required else _written(field.get_default(call_default_factory=True)),
        required=required,
    )


def _written(value: object) -> str:
    """A default as it would stand in the file."""
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _of_endpoints(file: Path) -> Iterator[Variable]:
    document = read(file, Problems()) if file.is_file() else None
    for steps, text in texts(document.data, ()) if document else ():
        for name in references(text):
            yield Variable(name=f"{VARIABLE_PREFIX}{name.upper()}", help=f"{steps[-2]} of the endpoint {steps[1]}")


def _systems(folder: Path) -> list[Group]:
    names = list(packs.available(folder))
    files = packs.load((), names, variables={}, ways={}).files if names else {}
    return [
        Group(
            titles=[f"The pack {name}: {file.title}"],
            variables=[
                Variable(
                    name=f"{VARIABLE_PREFIX}{name}_{variable}".upper(),
                    help=entry.help,
                    default=entry.default,
                )
                for variable, entry in file.variables.items()
            ],
        )
        for name, file in files.items()
    ]


if __name__ == "__main__":
    sys.stdout.write(render(everything()))

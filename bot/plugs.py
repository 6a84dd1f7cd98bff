"""A folder is a registry: finds the plugs of an open room, one per file, without a list to edit."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, TypeVar, overload

from bot.core.errors import BadContent

Kind = TypeVar("Kind")


@overload
def discover(package: ModuleType | str, constant: str) -> dict[str, Any]: ...
@overload
def discover(package: ModuleType | str, constant: str, kind: type[Kind]) -> dict[str, Kind]: ...
def discover(package: ModuleType | str, constant: str, kind: type[Any] = object) -> dict[str, Any]:
    """The plugs of a package by file name, in alphabetical order: the value of `constant` in each of its files.

    `base.py` and names beginning with `_` are no plugs. Raises BadContent, naming the file, when a file cannot be
    imported, lacks the constant, holds something that is not a `kind`, or calls its plug otherwise than the file."""
    room = importlib.import_module(package) if isinstance(package, str) else package
    return {name: _plug(f"{room.__name__}.{name}", name, constant, kind) for name in _names(room)}


class Shelf(Mapping[str, Kind]):
    """The same plugs, each imported when it is first asked for: a command line wants one of them. What `discover`
    raises is raised then."""

    def __init__(self, room: ModuleType, constant: str, kind: type[Kind]) -> None:
        self._room, self._constant, self._kind = room, constant, kind
        self._names = _names(room)

    def __getitem__(self, name: str) -> Kind:
        if name not in self._names:
            raise KeyError(name)
        plug: Kind = _plug(f"{self._room.__name__}.{name}", name, self._constant, self._kind)
        return plug

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _names(room: ModuleType) -> list[str]:
    names = sorted(found.name for found in pkgutil.iter_modules(room.__path__))
    return [name for name in names if name != "base" and not name.startswith("_")]


def _plug(path: str, name: str, constant: str, kind: type[Any]) -> Any:
    try:
        module = importlib.import_module(path)
    except ImportError as problem:
        raise BadContent(f"{path.replace('.', '/')}.py cannot be imported: {problem}") from problem
    where = module.__file__ or path
    if not hasattr(module, constant):
        raise BadContent(
            f"{where} has no constant {constant}: define it, or begin the file's name with _ if it is no plug"
        )
    plug = getattr(module, constant)
    if not isinstance(plug, kind):
        raise BadContent(f"{where}: {constant} is a {type(plug).__name__}, not a {kind.__name__}")
    called = getattr(plug, "name", name)
    if isinstance(called, str) and called != name:
        raise BadContent(f"{where}: {constant} calls itself {called!r}; the file's name is the plug's name")
    return plug

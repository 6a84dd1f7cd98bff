"""Reads one YAML file into plain values and remembers the line of every one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from yaml.composer import Composer
from yaml.cyaml import CParser
from yaml.error import MarkedYAMLError, YAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError
from yaml.resolver import BaseResolver

from bot.packs.problems import Place, Problems

Steps: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys and positions from the top of the document."""

_MOST_BYTES = 1 << 20
# A few anchors used again and again would otherwise grow a small file without end.
_MOST_VALUES = 200_000
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file's content. The values are plain: dict, list, str, int, float, bool, None."""

    file: str
    data: dict[str, Any]
    places: Mapping[Steps, Place] = field(repr=False)

    def place(self, *steps: str | int) -> Place:
        """Where a value is written; for one that is missing, where the thing is that should hold it."""
        while steps:
            if steps in self.places:
                return self.places[steps]
            steps = steps[:-1]
        return self.places.get((), Place(file=self.file, line=1))

    def overlaid(self, other: Document) -> Document:
        """This document with another's values over it: mappings are merged, everything else is replaced."""
        places = dict(self.places)
        data = _merged(self.data, other.data, (), places, other)
        return Document(file=self.file, data=data, places=places)


def _merged(
    below: Mapping[str, Any], above: Mapping[str, Any], steps: Steps, places: dict[Steps, Place], other: Document
) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        here = (*steps, key)
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            result[key] = _merged(old, value, here, places, other)
            continue
        result[key] = value
        for there in [place for place in places if place[: len(here)] == here]:
            del places[there]
        places.update({there: place for there, place in other.places.items() if there[: len(here)] == here})
    return result


def read(path: Path, problems: Problems) -> Document | None:
    """The document of a file, or None with the reason among the problems. Never raises."""
    text = _text(path, problems)
    if text is None:
        return None
    top = Place(file=str(path), line=1)
    try:
        root = _composed(text)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark else 1
        problems.error(
            Place(file=top.file, line=line), f"this is not YAML: {_said(problem)}", "correct the syntax here"
        )
        return None
    except ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        problems.error(Place(file=top.file, line=line), "there is a control character here", "delete it")
        return None
    except (YAMLError, RecursionError, ValueError) as problem:
        said = "it is nested too deeply" if isinstance(problem, RecursionError) else str(problem).splitlines()[0]
        problems.error(top, f"this is not YAML: {said}", "correct the syntax")
        return None
    if root is None:
        problems.error(top, "the file is empty", "write at least the required keys")
        return None
    if not isinstance(root, MappingNode):
        problems.error(top, "the file holds no mapping", "write keys with values, such as name: desk")
        return None
    reader = _Reader(str(path), problems)
    try:
        data = reader.value(root, ())
    except RecursionError:
        problems.error(top, "the file is nested too deeply", "write it flatter")
        return None
    except _TooMuch:
        problems.error(top, "the file unfolds to more values than anybody writes", "use fewer aliases (*)")
        return None
    if not data:
        problems.error(top, "the file is empty", "write at least the required keys")
        return None
    return Document(file=str(path), data=data, places=reader.places)


class _Loader(Composer, CParser, BaseResolver):  # type: ignore[misc]
    """Parses by libyaml, but composes in Python, where what is nested too deeply ends in a RecursionError. Takes plain
    words as YAML 1.2 does: `on`, `yes` and `12:30` are texts."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        BaseResolver.__init__(self)


for _kind, _plain, _first in (
    ("null", "|~|null|Null|NULL", "~nN"),
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", "[-+]?[0-9][0-9_]*", "-+0123456789"),
    (
        "float",
        r"[-+]?([0-9][0-9_]*)?(\.[0-9_]*)?([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
):
    _Loader.add_implicit_resolver(
        _TAG + _kind, re.compile(f"^(?:{_plain})$"), [*_first, ""] if _kind == "null" else [*_first]
    )


@lru_cache(maxsize=1024)
def _composed(text: str) -> Node | None:
    """What the text is made of. Raises what PyYAML raises. It is remembered: whoever reads the same packs again, with
    other variables, has them at once."""
    return _Loader(text).get_single_node()


def _text(path: Path, problems: Problems) -> str | None:
    top = Place(file=str(path), line=1)
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MOST_BYTES + 1)
    except OSError as problem:
        problems.error(top, f"the file cannot be read: {problem.strerror or problem}", "make it readable for the bot")
        return None
    if len(raw) > _MOST_BYTES:
        problems.error(top, "the file is larger than 1 MiB", "a pack holds words, not data: move the data out")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        problems.error(Place(file=top.file, line=line), "the file is not UTF-8 here", "save it as UTF-8")
        return None


def _said(problem: MarkedYAMLError) -> str:
    return " ".join(str(problem.problem or problem.context or "it cannot be understood").split())


class _TooMuch(Exception):
    """More values than a file may unfold to."""


class _Reader:
    """Turns nodes into plain values."""

    def __init__(self, file: str, problems: Problems) -> None:
        self._file = file
        self._problems = problems
        self._count = 0
        self._open: set[int] = set()
        self.places: dict[Steps, Place] = {(): Place(file=file, line=1)}

    def value(self, node: Node, steps: Steps) -> Any:
        self._count += 1
        if self._count > _MOST_VALUES:
            raise _TooMuch
        here = Place(file=self._file, line=node.start_mark.line + 1)
        # The line of an entry is its key's: the value of a block begins one line later.
        if not steps or isinstance(steps[-1], int):
            self.places[steps] = here
        if isinstance(node, ScalarNode):
            return self._scalar(node, here)
        if id(node) in self._open:
            self._problems.error(
                self.places.get(steps, here), "an alias (*) refers to what it stands in", "write the value out"
            )
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, SequenceNode):
                return [self.value(item, (*steps, position)) for position, item in enumerate(node.value)]
            assert isinstance(node, MappingNode)
            return self._mapping(node, steps)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: MappingNode, steps: Steps) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            here = Place(file=self._file, line=key_node.start_mark.line + 1)
            if not isinstance(key_node, ScalarNode):
                self._problems.error(here, "a key is a list or a mapping", "use words as keys")
                continue
            key = str(key_node.value)
            if key == "<<":
                self._problems.error(here, "<< (merging of mappings) is not read here", "write the keys out")
                continue
            if key in result:
                first = self.places[(*steps, key)].line
                self._problems.error(
                    here, f"{key!r} is here twice: the first is in line {first}", "give one another name or delete it"
                )
                continue
            self.places[(*steps, key)] = here
            result[key] = self.value(value_node, (*steps, key))
        return result

    def _scalar(self, node: ScalarNode, here: Place) -> Any:
        text, tag = str(node.value), str(node.tag)
        kind = tag.removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        # A number that begins with + is a telephone number that somebody did not put in quotes.
        if kind in ("int", "float") and not text.startswith("+"):
            return _number(text)
        if kind in ("str", "int", "float", "timestamp"):
            return text
        self._problems.error(here, f"the tag {tag.replace(_TAG, '!!')} is not read here", "write the plain value")
        return text


def _number(text: str) -> int | float | str:
    plain = text.replace("_", "")
    for kind in (int, float):
        try:
            return kind(plain)
        except ValueError:
            continue
    return text

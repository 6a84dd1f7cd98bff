"""What probes share about configuration: formats as plain values, values by path, and what of them may be shown."""

from __future__ import annotations

import asyncio
import configparser
import io
import json
import math
import re
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import Any, Literal

from dotenv.parser import parse_stream
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.core.evidence import Trouble
from bot.core.redaction import Redactor
from bot.core.secret_names import Names, is_secret, sureness
from bot.core.text import bounded, one_line
from bot.probes._text import said
from bot.probes.base import ProbeFailed, Site

Format = Literal["auto", "json", "toml", "yaml", "ini", "env"]

MOST_BYTES = 256_000
"""Of a configuration file that is read; a larger one is none."""
# YAML takes ten thousand times as long as JSON; INI and .env are read with patterns that stumble over long lines.
_MOST_OF_SLOW_ONES = 100_000
_LONGEST_LINE = 4_000
_MOST_VALUES = 50_000
_DEEPEST = 60
_MOST_PICKED = 200
_LONGEST_SHOWN = 500
_FINGERPRINT_FROM = 16

_REDACTOR = Redactor(())
_BY_ENDING: Mapping[str, Format] = {
    "json": "json", "toml": "toml", "yaml": "yaml", "yml": "yaml", "ini": "ini", "cfg": "ini", "conf": "ini",
    "env": "env",
}  # fmt: skip


class Unreadable(Exception):
    """The text is not what its format asks for. It holds nothing of the text itself, which may be secret."""

    def __init__(self, problem: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(problem)
        self.line = line
        self.column = column

    def __str__(self) -> str:
        where = (
            ""
            if self.line is None
            else f"line {self.line}" + ("" if self.column is None else f", column {self.column}")
        )
        return f"{where}: {self.args[0]}".removeprefix(": ")


async def read_config(site: Site, path: str, form: Format) -> list[Any]:
    """The documents of a file as plain values; several only of YAML. Raises ProbeFailed where it cannot be read, and
    Unreadable where it is not what it should be."""
    ran = await site.run("cat", "--", path, most_bytes=2 * MOST_BYTES)
    text = said(ran, path)
    form = format_of(path) if form == "auto" else form
    most = MOST_BYTES if form in ("json", "toml") else _MOST_OF_SLOW_ONES
    if len(text) > most:
        raise ProbeFailed(f"{path}: larger than {most:,} characters", Trouble.TOO_MUCH)
    return await asyncio.to_thread(parse, text, form)


def format_of(path: str) -> Format:
    """The format by the file's name. Raises ProbeFailed where that does not tell."""
    name = path.rpartition("/")[2].lower()
    if name == ".env" or name.startswith(".env."):
        return "env"
    ending = name.rpartition(".")[2]
    if ending not in _BY_ENDING:
        raise ProbeFailed(f"{path}: its name does not tell the format; say which", Trouble.PARSE)
    return _BY_ENDING[ending]


def parse(text: str, form: Format) -> list[Any]:
    """The documents as plain values: mappings with text keys, lists, texts, numbers, flags and nulls. Raises
    Unreadable."""
    try:
        documents = _PARSERS[form](text.removeprefix("\ufeff"))
        room = [_MOST_VALUES]
        return [_plain(document, room, 0) for document in documents]
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("nested too deep") from None
    except Exception:  # whatever a parser stumbles over, its message may repeat what is in the file
        raise Unreadable(f"is no {form.upper()}") from None


def _json(text: str) -> list[Any]:
    def no_number(word: str) -> Any:
        raise Unreadable(f"{word} is not JSON")

    try:
        return [json.loads(text, parse_constant=no_number)]
    except json.JSONDecodeError as problem:
        raise Unreadable(problem.msg, problem.lineno, problem.colno) from None


_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def _toml(text: str) -> list[Any]:
    try:
        return [tomllib.loads(text)]
    except tomllib.TOMLDecodeError as problem:
        said_ = str(problem)
        found = _TOML_PLACE.search(said_)
        words = one_line(_TOML_PLACE.sub("", said_), 200)
        line, column = (found[1], found[2]) if found else (None, None)
        raise Unreadable(
            words,
            int(line) if line else text.count("\n") + 1 if found else None,
            int(column) if column else None,
        ) from None


def _yaml(text: str) -> list[Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(YAML(typ="safe", pure=True).load_all(text))
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        # Of a key that stands there twice it would tell the value, too.
        words = one_line(str(problem.problem or "is no YAML").partition(" with value")[0], 200)
        raise Unreadable(words, mark.line + 1 if mark else None, mark.column + 1 if mark else None) from None
    except YAMLError:
        raise Unreadable("is no YAML") from None


_SEVERAL = re.compile(r"(?:\*\*\.){2,}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*", re.ASCII)
_TOP = "\x00top"


def _ini(text: str) -> list[Any]:
    """Settings before the first section, as many programs have them, stand at the top."""
    _refuse_long_lines(text)
    parser = configparser.RawConfigParser(strict=True, default_section="\x00none", allow_no_value=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(f"[{_TOP}]\n{text}")
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as problem:
        raise Unreadable("a section or setting stands there twice", (problem.lineno or 2) - 1) from None
    except configparser.ParsingError as problem:
        line = problem.errors[0][0] - 1 if problem.errors else None
        raise Unreadable("neither a section nor a setting", line) from None
    data: dict[str, Any] = {name: dict(parser.items(name)) for name in parser.sections() if name != _TOP}
    return [{**dict(parser.items(_TOP)), **data}]


def _env(text: str) -> list[Any]:
    _refuse_long_lines(text)
    bindings = list(parse_stream(io.StringIO(text)))
    # The parser takes whatever stands there for a name without a value.
    wrong = next((one for one in bindings if one.error or (one.key and not _VARIABLE.fullmatch(one.key))), None)
    if wrong is not None:
        raise Unreadable("no NAME=value", wrong.original.line)
    return [{binding.key: binding.value for binding in bindings if binding.key is not None}]


def _refuse_long_lines(text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST_LINE:
            raise Unreadable("the line is too long", number)


_PARSERS: Mapping[str, Callable[[str], list[Any]]] = {
    "json": _json, "toml": _toml, "yaml": _yaml, "ini": _ini, "env": _env,
}  # fmt: skip


def _plain(value: Any, room: list[int], depth: int) -> Any:
    """Plain values. A few anchors of YAML used again and again must not grow without end."""
    room[0] -= 1
    if room[0] < 0 or depth > _DEEPEST:
        raise Unreadable("too many values, or nested too deep")
    if isinstance(value, Mapping):
        return {str(key): _plain(one, room, depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one, room, depth + 1) for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(float(value)) if abs(value) < 2**1000 else None
    return str(value)


def pick(value: Any, path: str) -> list[tuple[str, Any]]:
    """The values at a path such as `receivers.*.name`, each with its own path. A name that holds full stops is found
    whole; a number is a place in a list; `*` is every entry, `pool*` each whose name begins so, and `**` any number of
    steps."""
    found: list[tuple[str, Any]] = []
    for item in _picked(value, _SEVERAL.sub("**.", path), ""):
        found.append(item)
        if len(found) >= _MOST_PICKED:
            break
    return found


def _picked(value: Any, path: str, at: str) -> Iterator[tuple[str, Any]]:
    if not path:
        yield at, value
        return
    if isinstance(value, Mapping) and path in value:
        yield f"{at}.{path}".lstrip("."), value[path]
        return
    step, _, rest = path.partition(".")
    if step == "**":
        yield from _picked(value, rest, at) if rest else ()
        step, rest = "*", path
    entries: list[tuple[str, Any]] = []
    if isinstance(value, Mapping):
        several = [(name, one) for name, one in value.items() if fnmatchcase(name, step)] if "*" in step else []
        entries = several or ([(step, value[step])] if step in value else [])
    elif isinstance(value, list):
        places = (
            range(len(value))
            if step == "*"
            else [int(step)]
            if step.isascii() and step.isdigit() and len(step) < 9
            else []
        )
        entries = [(str(place), value[place]) for place in places if place < len(value)]
    for name, one in entries:
        yield from _picked(one, rest, f"{at}.{name}".lstrip("."))


@dataclass(frozen=True, kw_only=True, slots=True)
class Hidden:
    """What may be said of a value that may not be shown."""

    set: bool
    length: int
    fingerprint: str
    """Four digits, the same for the same value; empty for a short one, which they would help to guess."""

    def facts(self) -> dict[str, Any]:
        """As a fact."""
        return {"set": self.set, "length": self.length, "fingerprint": self.fingerprint or None}

    def words(self) -> str:
        """As a cell of a table."""
        if not self.set:
            return "empty"
        return f"set, {self.length} characters" + (f", fingerprint {self.fingerprint}" if self.fingerprint else "")


def hide(value: Any) -> Hidden:
    """What may be said of a secret."""
    text = "" if value is None else str(value)
    digits = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=2, person=b"fingerprint").hexdigest()
    return Hidden(
        set=bool(text.strip()), length=len(text), fingerprint=digits if len(text) >= _FINGERPRINT_FROM else ""
    )


_HIDES = re.compile(r"(?:\A|[_.-])(?:auth|pin|seed|mnemonic|recovery|otp|passphrase)\Z", re.IGNORECASE)
"""Names under which configurations keep what lets one in, and which elsewhere are names of harmless things, too."""
_MANY_WORDS = re.compile(r"(?:[a-z]{3,8} ){11,23}[a-z]{3,8}")
"""The words of a wallet's seed."""


def shown(path: str, value: Any) -> Any:
    """The value as it may be shown, or `Hidden` where it is a secret by its name or its look. Lists and mappings are
    cleaned within."""
    name = next((step for step in reversed(path.split(".")) if not step.isdigit()), path)
    sure = sureness(name)
    if _HIDES.search(name) and value not in (None, "") and not isinstance(value, bool | Mapping | list):
        return hide(value)
    if isinstance(value, Mapping | list):
        clean = _REDACTOR.mapping({name: value})[name]
        text = json.dumps(clean, ensure_ascii=False)
        return clean if len(text) <= 4 * _LONGEST_SHOWN else bounded(text, 4 * _LONGEST_SHOWN)
    if not isinstance(value, str):
        return hide(value) if sure is Names.SURELY and isinstance(value, int) and not isinstance(value, bool) else value
    if is_secret(value, name, sure) or _MANY_WORDS.fullmatch(value.strip()):
        return hide(value)
    clean = _REDACTOR.text(value)
    return hide(value) if clean.startswith("[secret") else bounded(clean, _LONGEST_SHOWN)

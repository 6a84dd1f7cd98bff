"""Variables: `${name}` in a pack, and where its value comes from."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.packs.problems import Place, Problems, meant
from bot.packs.reading import Document, Steps

PREFIX = "TOCSIN_VAR_"
"""What the environment variables begin with that set them."""

_REFERENCE = re.compile(r"\$\{([^}]*)\}?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def references(text: str) -> list[str]:
    """The names that a text refers to."""
    return [name for name in _REFERENCE.findall(text) if _NAME.fullmatch(name)]


class Variables:
    """The variables of one system: what is handed in wins over the environment's file, that over the default."""

    def __init__(
        self, system: str, document: Document, overlay: Document | None, handed: Mapping[str, str], problems: Problems
    ) -> None:
        self._system = system
        self._document = document
        self._handed = handed
        declared = document.data.get("variables")
        self._declared: dict[str, Any] = declared if isinstance(declared, dict) else {}
        self._overlay = overlay
        self._given = self._read_overlay(overlay, problems)
        self._used: dict[str, bool] = {}
        """Those that are used, and whether anything depends on it: nobody has to have stakeholders."""

    def _read_overlay(self, overlay: Document | None, problems: Problems) -> dict[str, str]:
        values = overlay.data.get("variables") if overlay else None
        if overlay is None or values is None:
            return {}
        if not isinstance(values, dict):
            problems.error(overlay.place("variables"), "variables is not a mapping", "write name: value")
            return {}
        given: dict[str, str] = {}
        for name, value in values.items():
            place = overlay.place("variables", name)
            if name not in self._declared:
                problems.error(place, f"there is no variable {name!r} in {self._system}", meant(name, self._declared))
            elif isinstance(value, dict | list):
                problems.error(place, f"the value of {name!r} is not a text", f"write {name}: the value itself")
            else:
                # Nothing written here takes a default away, so that a test desk does not call the real one.
                given[name] = "" if value is None else str(value)
        return given

    def setting(self, name: str) -> str:
        """The environment variable that sets it."""
        return f"{PREFIX}{self._system}_{name}".upper()

    def declares(self, name: str) -> bool:
        """Whether the pack has such a variable."""
        return name in self._declared

    def value(self, name: str) -> str:
        """Its value; empty when it is not set."""
        handed = self._handed.get(f"{self._system}_{name}".upper(), "").strip()
        if handed:
            return handed
        if name in self._given:
            return self._given[name].strip()
        entry = self._declared.get(name)
        default = entry.get("default") if isinstance(entry, dict) else None
        return default.strip() if isinstance(default, str) else ""

    def origin(self, name: str) -> tuple[Place, str]:
        """Where its value comes from, and how to say so."""
        if self._handed.get(f"{self._system}_{name}".upper(), "").strip():
            return self._document.place("variables", name), f"the environment variable {self.setting(name)}"
        if self._overlay is not None and name in self._given:
            return self._overlay.place("variables", name), f"variable {name!r}"
        return self._document.place("variables", name, "default"), f"variable {name!r}"

    def missing(self, text: str) -> str:
        """The first variable in a text that is not set; empty when all are."""
        return next((name for name in references(text) if not self.value(name)), "")

    def fill(self, text: str) -> str:
        """The text with values for its variables; those that are not set stay as they are."""
        return _REFERENCE.sub(lambda found: self.value(found[1]) or found[0], text)

    def use(self, document: Document, problems: Problems, skip: Callable[[Steps], bool]) -> Document:
        """The document with values filled in, except where `skip` says so; wrong references are problems."""
        for steps, text in texts(document.data, ()):
            if "${" not in text or steps[0] == "variables":
                continue
            for written in _REFERENCE.findall(text):
                self._check(written, document.place(*steps), problems, needed=steps[0] != "stakeholders")
        filled = _filled(document.data, (), self.fill, lambda steps: steps[:1] == ("variables",) or skip(steps))
        return Document(file=document.file, data=filled, places=document.places)

    def _check(self, written: str, place: Place, problems: Problems, *, needed: bool) -> None:
        if written in self._declared:
            self._used[written] = self._used.get(written, False) or needed
        elif _NAME.fullmatch(written):
            problems.error(place, f"there is no variable {written!r} in {self._system}", meant(written, self._declared))
        else:
            remedy = "write ${name}, with small letters, digits and _"
            problems.error(place, f"${{{written}}} is not how a variable is written", remedy)

    def tell(self, problems: Problems, *, strict: bool) -> None:
        """Tell of what is not set, not used and set under a wrong name. What is not set is an error with `strict`,
        unless the pack means the same without it."""
        for name, entry in self._declared.items():
            place = self._document.place("variables", name)
            if name not in self._used:
                problems.warning(
                    place, f"variable {name!r} is used nowhere", f"write ${{{name}}} where it belongs, or delete it"
                )
            elif not self.value(name):
                help_ = str(entry.get("help") or "").rstrip(".") if isinstance(entry, dict) else ""
                tell = problems.error if strict and self._used[name] else problems.warning
                tell(place, f"variable {name!r} of {self._system} is not set", f"set {self.setting(name)}: {help_}")
        self._tell_misspelt(problems)

    def _tell_misspelt(self, problems: Problems) -> None:
        names = {name.upper() for name in self._declared}
        prefix = f"{self._system}_".upper()
        for key in self._handed:
            given = key.removeprefix(prefix)
            if not key.startswith(prefix) or given in names:
                continue
            close = difflib.get_close_matches(given, names, n=1, cutoff=0.75)
            # Without a likeness it may well belong to somebody else, such as an alert endpoint.
            if close:
                said = f"{PREFIX}{key} sets no variable of {self._system}"
                remedy = f"did you mean {PREFIX}{prefix}{close[0]}?"
                problems.warning(self._document.place("variables"), said, remedy)


def texts(value: Any, steps: Steps) -> Iterator[tuple[Steps, str]]:
    """Every text of a document with the way to it."""
    if isinstance(value, str):
        yield steps, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, (*steps, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from texts(inner, (*steps, position))


def _filled(value: Any, steps: Steps, fill: Callable[[str], str], skip: Callable[[Steps], bool]) -> Any:
    if steps and skip(steps):
        return value
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, dict):
        return {key: _filled(inner, (*steps, key), fill, skip) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, (*steps, position), fill, skip) for position, inner in enumerate(value)]
    return value

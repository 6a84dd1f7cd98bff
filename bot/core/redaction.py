"""Redaction: secrets taken out of text and values, before anything is stored, shown or sent. Pure.

Layers: the values of secrets the bot itself knows, in every form they may be written in (`secret_known`); formats of
vendors, headers and addresses (`secret_shapes`); values under the name of a secret (`secret_fields`, `secret_names`);
and the same again behind percent signs, broken lines and base64 (`secret_views`). IP addresses, host names, identifiers
and digests stay: they are evidence. What is taken out leaves a marker, `[secret:3fa9]`, the same for the same secret.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.core import text as texts
from bot.core.alert import Alert
from bot.core.secret_fields import MARKER
from bot.core.secret_names import Names, is_counted, is_secret, sureness, sureness_of_label
from bot.core.secret_texts import Look, TextRedactor

__all__ = ("MARKER", "Redactor", "redact_alert")

_VALUE_COLUMNS = frozenset(("value", "is", "setting", "content", ""))
"""Columns that hold what the name at the beginning of a row is the name of."""
_DEEPEST = 60
_NAMES_REMEMBERED = 4096
_TOO_DEEP = "[withheld: nested too deep]"


class Redactor(TextRedactor):
    """Takes secrets out. Never raises, is linear in the text, and finds nothing in its own output.

    `known` are the values of the secrets the bot has loaded. `salt` (kept secret, the same on all replicas) makes the
    four digits of the marker; without it the marker is `[secret]`, since unsalted digits would confirm a guess.
    `tally`, where given, counts what was removed, by rule."""

    def __init__(self, known: Sequence[str], salt: str = "") -> None:
        super().__init__(known, salt)
        self._clean_names: set[str] = set()

    def mapping(self, mapping: Mapping[Any, Any], tally: Counter[str] | None = None) -> dict[Any, Any]:
        """A copy without secrets at any depth, by the names of the entries and then by the text of the values."""
        return self._object(mapping, tally, 0)

    def value(self, value: Any, tally: Counter[str] | None = None) -> Any:
        """The same for any value made of mappings, lists, texts and what holds none."""
        return self._any(value, tally, 0)

    def rows(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
        """The rows of a table without secrets: by the name of the column, by the name that a row begins with where a
        value stands beside it, and by the text of each cell. Numbers are evidence, whatever a row begins with."""
        beside = [len(columns) == 2 or column in _VALUE_COLUMNS for column in columns]

        def clean(row: Sequence[Any]) -> Iterator[Any]:
            for at, (column, cell) in enumerate(zip(columns, row, strict=True)):
                name = row[0] if at and beside[at] and isinstance(cell, str) else ""
                yield self._cell(cell, column, name)

        return tuple(tuple(clean(row)) for row in rows)

    def key(self, key: str) -> str:
        """An identifier without secrets, different for different ones: two keys that differ in the secret stay two."""
        clean = self.text(key)
        return key if clean == key else texts.identity(f"{clean[: texts.NAME - 17]}~{self._mac(key, 8)}")

    def _any(self, value: Any, tally: Counter[str] | None, depth: int) -> Any:
        if isinstance(value, str):
            return self.text(value, tally)
        if isinstance(value, Mapping):
            return self._object(value, tally, depth + 1) if depth < _DEEPEST else _TOO_DEEP
        if isinstance(value, list | tuple):
            return (
                [self._any(one, tally, depth + 1) for one in value]
                if depth < _DEEPEST
                else "[withheld: nested too deep]"
            )
        return value

    def _object(self, mapping: Mapping[Any, Any], tally: Counter[str] | None, depth: int) -> dict[Any, Any]:
        # {"name": "DB_PASSWORD", "value": "x"}, as containers have their environment: the name is in a value.
        named = mapping.get("name", mapping.get("key")) if "value" in mapping else None
        kubernetes = mapping.get("kind") == "Secret"
        clean: dict[Any, Any] = {}
        for name, value in mapping.items():
            if isinstance(name, str):
                label = named if name == "value" and isinstance(named, str) else name
                sure = Names.NOT if is_counted(value, label) else sureness_of_label(label)
                if kubernetes and name in ("data", "stringData"):
                    value = self._all_of(value, tally, depth + 1)
                elif sure is not Names.NOT:
                    value = self._named(value, name, sure, tally, depth)
                else:
                    value = self._any(value, tally, depth)
                name = self._name(name, tally)
            else:
                value = self._any(value, tally, depth)
            clean[name] = value
        return clean

    def _name(self, name: str, tally: Counter[str] | None) -> str:
        """Names come again and again, and hardly ever hold a secret: those that do not are remembered."""
        if name in self._clean_names:
            return name
        clean = self.text(name, tally)
        if clean == name and len(name) <= texts.NAME and len(self._clean_names) < _NAMES_REMEMBERED:
            self._clean_names.add(name)
        return clean

    def _named(self, value: Any, name: str, sure: Names, tally: Counter[str] | None, depth: int) -> Any:
        """What stands under the name of a secret: a text, a list of texts; only of a sure name also a number."""
        if isinstance(value, list | tuple) and depth < _DEEPEST:
            return [self._named(one, name, sure, tally, depth + 1) for one in value]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return self._any(value, tally, depth)
        if (isinstance(value, str) or sure is Names.SURELY) and is_secret(str(value), name, sure):
            return self.taken(str(value), "name", Look(tally))
        return self._any(value, tally, depth)

    def _all_of(self, value: Any, tally: Counter[str] | None, depth: int) -> Any:
        if not isinstance(value, Mapping):
            return self._any(value, tally, depth)
        return {name: self.taken(str(one), "kubernetes", Look(tally)) for name, one in value.items()}

    def _cell(self, cell: Any, *names: Any) -> Any:
        if isinstance(cell, str | int) and not isinstance(cell, bool):
            for name in names:
                if not isinstance(name, str) or is_counted(cell, name):
                    continue
                if is_secret(str(cell), name, sureness_of_label(name)):
                    return self.taken(str(cell), "name", Look())
        return self.value(cell)


def redact_alert(redactor: Redactor, alert: Alert) -> Alert:
    """The alert without secrets, still within the bounds of its sizes. Keys stay distinct: see `Redactor.key`."""
    if redactor.nothing_in("\n".join(_words_of(alert))):
        return alert
    labels, annotations = redactor.mapping(alert.labels), redactor.mapping(alert.annotations)
    return replace(
        alert,
        fingerprint=redactor.key(alert.fingerprint),
        title=texts.cut(redactor.text(alert.title), texts.TITLE),
        text=texts.cut(redactor.text(alert.text), texts.TEXT),
        severity=redactor.text(alert.severity),
        group_key=redactor.key(alert.group_key),
        labels={name: texts.cut(word, texts.VALUE) for name, word in labels.items()},
        annotations={name: texts.cut(word, texts.VALUE) for name, word in annotations.items()},
        numbers={name: number for name, number in alert.numbers.items() if sureness(name) is not Names.SURELY},
        link=redactor.text(alert.link),
    )


def _words_of(alert: Alert) -> Iterator[str]:
    yield from (alert.title, alert.text, alert.fingerprint, alert.group_key, alert.severity, alert.link)
    for names in (alert.labels, alert.annotations):
        yield from names
        yield from names.values()
    yield from alert.numbers

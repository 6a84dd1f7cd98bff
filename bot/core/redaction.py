"""Redaction: secrets taken out of text and values, before anything is stored, shown or sent. Pure.

Layers: the values of secrets the bot itself knows, in every form they may be written in (`secret_known`); formats of
vendors, headers and addresses (`secret_shapes`); values under the name of a secret (`secret_fields`, `secret_names`);
and the same again behind percent signs, broken lines and base64 (`secret_views`). IP addresses, host names, identifiers
and digests stay: they are evidence. What is taken out leaves a marker, `[secret:3fa9]`, the same for the same secret.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from bot.core import text as texts
from bot.core.alert import Alert
from bot.core.secret_blocks import folded
from bot.core.secret_fields import MARKER, fields
from bot.core.secret_known import Known
from bot.core.secret_names import Names, is_secret, sureness
from bot.core.secret_shapes import SHAPES, hinted, longest_word, private_keys
from bot.core.secret_views import View, behind_base64, continued, decoded, unbroken, veiled

_DEEPEST = 60
_NAMES_REMEMBERED = 4096
_TOO_DEEP = "[withheld: nested too deep]"
_LOOKS = 4
_VIEWS = 3
"""How many disguises are looked behind, one within the other."""
_FILLER = "\ue000"
"""Stands, in a view of a text, for each character of what was taken out, so that all else stays where it is."""
_FILLED = re.compile(f"{_FILLER}+")


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a text."""

    tally: Counter[str] | None = None
    behind: int = 0
    """How many disguises it is behind; what is taken out there leaves fillers and no marker."""

    def deeper(self) -> _Look:
        return _Look(self.tally, self.behind + 1)


class Redactor:
    """Takes secrets out. Never raises, is linear in the text, and finds nothing in its own output.

    `known` are the values of the secrets the bot has loaded. `salt` (kept secret, the same on all replicas) makes the
    four digits of the marker; without it the marker is `[secret]`, since unsalted digits would confirm a guess.
    `tally`, where given, counts what was removed, by rule."""

    def __init__(self, known: Sequence[str], salt: str = "") -> None:
        self._salt = blake2b(salt.encode("utf-8", "surrogatepass"), digest_size=32).digest() if salt else b""
        self._known = Known(known)
        self._clean_names: set[str] = set()

    def text(self, text: str, tally: Counter[str] | None = None) -> str:
        """The text without its secrets. Clean text is returned as it is, fast."""
        return self._text(text.replace(_FILLER, "\ufffd") if _FILLER in text else text, _Look(tally))

    def nothing_in(self, text: str) -> bool:
        """True when there is certainly no secret in the text, nor in values whose names and texts it is made of."""
        return not (hinted(text, text.lower()) or veiled(text) or self._known.may_be_in(text) or texts.CUT in text)

    def mapping(self, mapping: Mapping[Any, Any], tally: Counter[str] | None = None) -> dict[Any, Any]:
        """A copy without secrets at any depth, by the names of the entries and then by the text of the values."""
        return self._object(mapping, tally, 0)

    def value(self, value: Any, tally: Counter[str] | None = None) -> Any:
        """The same for any value made of mappings, lists, texts and what holds none."""
        return self._any(value, tally, 0)

    def marker(self, secret: str) -> str:
        """What stands in the place of a secret."""
        if not self._salt:
            return "[secret]"
        return f"[secret:{self._mac(secret, 2)}]"

    def key(self, key: str) -> str:
        """An identifier without secrets, different for different ones: two keys that differ in the secret stay two."""
        clean = self.text(key)
        return key if clean == key else texts.identity(f"{clean[: texts.NAME - 17]}~{self._mac(key, 8)}")

    def _mac(self, secret: str, size: int) -> str:
        return blake2b(secret.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=size).hexdigest()

    def _text(self, text: str, look: _Look) -> str:
        text = self._known.without(text, lambda written, secret: self._taken(written, "known", look, secret))
        if look.behind < _VIEWS:
            text = self._without_broken(text, look)
        # What was taken out may have been the name of what follows it: look again until nothing more is found.
        for _ in range(_LOOKS):
            low = text.lower()
            if not hinted(text, low):
                break
            clean = self._without_fields(self._without_shapes(text, low, look), low, look)
            if clean == text:
                break
            text = clean
        return self._without_hidden(text, look) if look.behind < _VIEWS else text

    def _taken(self, written: str, rule: str, look: _Look, secret: str = "") -> str:
        if MARKER.fullmatch(written) or _FILLED.fullmatch(written):
            return written
        if look.tally is not None:
            look.tally[rule] += 1
        return _FILLER * len(written) if look.behind else self.marker(secret or written)

    def _taken_at(self, text: str, start: int, end: int, rule: str, look: _Look) -> str:
        """The marker for a part of the text; the part itself where it is all or some of a marker."""
        around = MARKER.search(text, max(0, start - len("[secret:3fa9]")), end + len("[secret:3fa9]"))
        if around is not None and around.start() <= start and end <= around.end():
            return text[start:end]
        return self._taken(text[start:end], rule, look)

    def _without_shapes(self, text: str, low: str, look: _Look) -> str:
        if "private key" in low:
            text = self._put(text, [(start, end, "private key") for start, end in private_keys(text)], look)
        longest = longest_word(text)
        for shape in SHAPES:
            if longest < shape.word:
                continue
            for hint in shape.hints:
                if hint in low:
                    break
            else:
                continue

            def take(match: re.Match[str], shape: Any = shape) -> str:
                if shape.check is not None and not shape.check(match):
                    return match[0]
                group = 1 if match.re.groups else 0
                start, end = match.span(group)
                taken = self._taken_at(match.string, start, end, shape.rule, look)
                return match.string[match.start() : start] + taken + match.string[end : match.end()]

            if not shape.before:
                text = shape.pattern.sub(take, text)
                continue
            found = [match for match in shape.pattern.finditer(text) if shape.check is None or shape.check(match)]
            text = self._put(text, [(one.start() - shape.before, one.end(), shape.rule) for one in found], look)
        return text

    def _without_fields(self, text: str, low: str, look: _Look) -> str:
        return self._put(text, [(found.start, found.end, found.rule) for found in fields(text, low)], look)

    def _put(self, text: str, places: Sequence[tuple[int, int, str]], look: _Look) -> str:
        """The text with markers in these places, which are in order and apart."""
        parts, at = [], 0
        for start, end, rule in places:
            parts += [text[at:start], self._taken_at(text, start, end, rule, look)]
            at = end
        return "".join([*parts, text[at:]]) if parts else text

    def _without_broken(self, text: str, look: _Look) -> str:
        """The text without what goes over line ends that are none: after a backslash, and in YAML's folded blocks."""
        if (view := continued(text)) is not None:
            text = self._without_seen(text, view, look)
        for start, end in reversed(list(folded(text))):
            if (view := unbroken(text[start:end])) is not None:
                text = text[:start] + self._without_seen(text[start:end], view, look) + text[end:]
        return text

    def _without_hidden(self, text: str, look: _Look) -> str:
        """The text without what is behind percent signs and base64."""
        if (view := decoded(text)) is not None:
            text = self._without_seen(text, view, look)
        coded = [(start, end) for start, end, plain in behind_base64(text) if self._hides(plain, look)]
        return self._put(text, [(start, end, "base64") for start, end in _apart(coded)], look)

    def _without_seen(self, text: str, view: View, look: _Look) -> str:
        # Counted where it is taken out of the text itself.
        clean = self._text(view.text, replace(look.deeper(), tally=None))
        parts, at = [], 0
        for filled in _FILLED.finditer(clean):
            start, end = view.place(*filled.span())
            secret = view.text[filled.start() : filled.end()]
            if start >= at and not _FILLED.fullmatch(secret):
                parts += [text[at:start], self._taken(text[start:end], "encoded", look, secret)]
                at = end
        return "".join([*parts, text[at:]]) if parts else text

    def _hides(self, plain: str, look: _Look) -> bool:
        if self._text(plain, replace(look.deeper(), tally=None)) != plain:
            return True
        # Some systems write each letter in two bytes.
        return "\0" in plain and self._hides(plain.replace("\0", ""), look)

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
                sure = sureness(named) if name == "value" and isinstance(named, str) else sureness(name)
                if kubernetes and name in ("data", "stringData"):
                    value = self._all_of(value, tally, depth + 1)
                elif sure is Names.SURELY and not isinstance(value, Mapping):
                    value = self._under_a_sure_name(value, name, tally, depth)
                elif isinstance(value, str):
                    secret = is_secret(value, name, sure)
                    value = self._taken(value, "name", _Look(tally)) if secret else self.text(value, tally)
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

    def _under_a_sure_name(self, value: Any, name: str, tally: Counter[str] | None, depth: int) -> Any:
        if isinstance(value, list | tuple) and depth < _DEEPEST:
            return [self._under_a_sure_name(one, name, tally, depth + 1) for one in value]
        if isinstance(value, Mapping) or value is None or isinstance(value, bool):
            return self._any(value, tally, depth)
        text = str(value)
        return self._taken(text, "name", _Look(tally)) if is_secret(text, name, Names.SURELY) else value

    def _all_of(self, value: Any, tally: Counter[str] | None, depth: int) -> Any:
        if not isinstance(value, Mapping):
            return self._any(value, tally, depth)
        return {name: self._taken(str(one), "kubernetes", _Look(tally)) for name, one in value.items()}


def _apart(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in their order, those that overlap made one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


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

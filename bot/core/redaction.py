"""Redaction: secrets taken out of text and values, before anything is stored, shown or sent. Pure.

Layers: the values of secrets the bot itself knows, in every form they may be written in; formats of vendors, headers
and addresses (`secret_shapes`); values under the name of a secret (`secret_fields`, `secret_names`). IP addresses, host
names, identifiers and digests stay: they are evidence. What is taken out leaves a marker, `[secret:3fa9]`, the same for
the same secret.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, quote_plus

from bot.core import text as texts
from bot.core.alert import Alert
from bot.core.secret_fields import MARKER, fields
from bot.core.secret_names import Names, is_secret, sureness
from bot.core.secret_shapes import PRIVATE_KEY, PRIVATE_KEY_END, SHAPES, hinted

SHORTEST_KNOWN = 6
"""Known secrets shorter than this are not looked for by value: they would be found everywhere."""
_MARKER_TEXT = "[secret:]"
_DEEPEST = 60
_NAMES_REMEMBERED = 4096
_TOO_DEEP = "[withheld: nested too deep]"


_LOOKS = 4


class Redactor:
    """Takes secrets out. Never raises, is linear in the text, and finds nothing in its own output.

    `known` are the values of the secrets the bot has loaded. `salt` (kept secret, the same on all replicas) makes the
    four digits of the marker; without it the marker is `[secret]`, since unsalted digits would confirm a guess.
    `tally`, where given, counts what was removed, by rule."""

    def __init__(self, known: Sequence[str], salt: str = "") -> None:
        self._salt = blake2b(salt.encode("utf-8", "surrogatepass"), digest_size=32).digest() if salt else b""
        self._known = _forms(known)
        self._clean_names: set[str] = set()
        self._cut = sorted({secret for secret in known if len(secret) >= 2 * SHORTEST_KNOWN}, key=len, reverse=True)

    def text(self, text: str, tally: Counter[str] | None = None) -> str:
        """The text without its secrets. Clean text is returned as it is, fast."""
        if self._known:
            text = self._without_known(text, tally)
        # What was taken out may have been the name of what follows it: look again until nothing more is found.
        for _ in range(_LOOKS):
            low = text.lower()
            if not hinted(text, low):
                return text
            clean = self._without_fields(self._without_shapes(text, low, tally), low, tally)
            if clean == text:
                return text
            text = clean
        return text

    def nothing_in(self, text: str) -> bool:
        """True when there is certainly no secret in the text, nor in values whose names and texts it is made of."""
        return not hinted(text, text.lower()) and not any(map(text.__contains__, self._known)) and texts.CUT not in text

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

    def _taken(self, secret: str, rule: str, tally: Counter[str] | None) -> str:
        if MARKER.fullmatch(secret):
            return secret
        if tally is not None:
            tally[rule] += 1
        return self.marker(secret)

    def _taken_at(self, text: str, start: int, end: int, rule: str, tally: Counter[str] | None) -> str:
        """The marker for a part of the text; the part itself where it is all or some of a marker."""
        around = MARKER.search(text, max(0, start - len("[secret:3fa9]")), end + len("[secret:3fa9]"))
        if around is not None and around.start() <= start and end <= around.end():
            return text[start:end]
        return self._taken(text[start:end], rule, tally)

    def _without_known(self, text: str, tally: Counter[str] | None) -> str:
        for form, (secret, bounded) in self._known.items():
            if form not in text:
                continue
            marker = self.marker(secret)
            text, count = bounded.subn(marker, text) if bounded else (text.replace(form, marker), text.count(form))
            if tally is not None and count:
                tally["known"] += count
        if self._cut and text.endswith(texts.CUT):
            text = self._without_cut_off(text, tally)
        return text

    def _without_cut_off(self, text: str, tally: Counter[str] | None) -> str:
        """A text cut in the middle of a known secret ends in the first part of it."""
        body = texts.before_cut(text)
        for secret in self._cut:
            for size in range(len(secret) - 1, SHORTEST_KNOWN - 1, -1):
                if body.endswith(secret[:size]):
                    return body[:-size] + self._taken(secret, "known", tally) + text[len(body) :]
        return text

    def _without_shapes(self, text: str, low: str, tally: Counter[str] | None) -> str:
        if "private key" in low:
            text = self._without_private_keys(text, tally)
        for shape in SHAPES:
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
                taken = self._taken_at(match.string, start, end, shape.rule, tally)
                return match.string[match.start() : start] + taken + match.string[end : match.end()]

            text = shape.pattern.sub(take, text)
        return text

    def _without_private_keys(self, text: str, tally: Counter[str] | None) -> str:
        parts, at = [], 0
        while (begin := PRIVATE_KEY.search(text, at)) is not None:
            end = PRIVATE_KEY_END.search(text, begin.end())
            # Without an end the text was cut within the key: nothing after it is anything but key.
            stop = end.end() if end else len(text)
            parts += [text[at : begin.start()], self._taken(text[begin.start() : stop], "private key", tally)]
            at = stop
        return "".join([*parts, text[at:]]) if parts else text

    def _without_fields(self, text: str, low: str, tally: Counter[str] | None) -> str:
        parts, at = [], 0
        for found in fields(text, low):
            parts += [text[at : found.start], self._taken_at(text, found.start, found.end, found.rule, tally)]
            at = found.end
        return "".join([*parts, text[at:]]) if parts else text

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
                    value = (
                        self._taken(value, "name", tally) if is_secret(value, name, sure) else self.text(value, tally)
                    )
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
        return self._taken(text, "name", tally) if is_secret(text, name, Names.SURELY) else value

    def _all_of(self, value: Any, tally: Counter[str] | None, depth: int) -> Any:
        if not isinstance(value, Mapping):
            return self._any(value, tally, depth)
        return {name: self._taken(str(one), "kubernetes", tally) for name, one in value.items()}


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


def _forms(known: Sequence[str]) -> dict[str, tuple[str, re.Pattern[str] | None]]:
    """Every way each secret may be written, the longest first. A short one of letters and digits is only found where it
    stands alone: `abc123` is no secret within `0xabc1234`."""
    found: dict[str, tuple[str, re.Pattern[str] | None]] = {}
    for secret in dict.fromkeys(known):
        if len(secret) < SHORTEST_KNOWN or secret in _MARKER_TEXT:
            continue
        for form in _written(secret):
            alone = len(form) < 10 and form.isalnum()
            found.setdefault(form, (secret, re.compile(rf"(?<!\w){re.escape(form)}(?!\w)") if alone else None))
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _written(secret: str) -> Iterator[str]:
    yield secret
    encoded = secret.encode("utf-8", "surrogatepass")
    for form in (quote(encoded, safe=""), quote(encoded), quote_plus(encoded)):
        yield from (form, re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), form))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1])
    yield from (html.escape(secret), html.escape(secret, quote=False))
    yield from (shlex.quote(secret), secret.replace("'", "'\\''"), re.sub(r"([^\w@%+=:,./-])", r"\\\1", secret))
    yield from (line.strip() for line in secret.splitlines() if len(line.strip()) >= 24)
    if len(encoded) < 8:
        return
    yield encoded.hex()
    # Within a longer text, base64 of the same bytes looks one of three ways; the ends hang on their neighbours.
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + encoded)
        middle = whole[(0, 2, 3)[shift] : (len(encoded) + shift) * 8 // 6].decode()
        yield from (middle, middle.replace("+", "-").replace("/", "_"))

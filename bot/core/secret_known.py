"""The secrets that the bot itself knows, in every form in which they may be written. Pure."""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote, quote_plus

from bot.core.secret_views import without_blanks

SHORTEST = 6
"""Shorter ones are not looked for: they would be found everywhere."""
_LONG = 12
"""Shorter ones are not looked for over blanks and line ends: two words might make one."""
_MARKER = "[secret:]"
_CUT = re.compile(r"\n… [\d,]{1,20} bytes left out …\n|(?:\n\[cut: \d{1,12} characters in all\])?…")

Put = Callable[[str, str], str]
"""What stands in the place of a secret: given as it was written, and the secret."""


class Known:
    """Looks for them. Linear in the text."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._forms = _forms(secrets)
        dense = {_dense(form): secret for form, (secret, _) in self._forms.items()}
        self._dense = [(form, secret) for form, secret in dense.items() if len(form) >= _LONG]
        self._cut = sorted({one for one in secrets if len(one) >= 2 * SHORTEST}, key=len, reverse=True)

    def may_be_in(self, text: str) -> bool:
        """False where there is certainly none, whole or in part."""
        return bool(self._forms) and (
            any(map(text.__contains__, self._forms)) or "…" in text or bool(self._in_pieces(text))
        )

    def without(self, text: str, put: Put) -> str:
        """The text without them."""
        for form, (secret, bounded) in self._forms.items():
            if form not in text:
                continue
            there = put(form, secret)
            text = bounded.sub(lambda _, there=there: there, text) if bounded else text.replace(form, there)  # type: ignore[misc]
        for form, secret in self._in_pieces(text):
            text = _without_pieces(text, form, secret, put)
        if self._cut and "…" in text:
            text = self._without_cut_off(text, put)
        return text

    def _in_pieces(self, text: str) -> list[tuple[str, str]]:
        """Those that are there once line ends, the blanks around them and backslashes are left out."""
        if not self._dense or not ("\n" in text or "\\" in text):
            return []
        dense = _dense(text)
        return [one for one in self._dense if one[0] in dense]

    def _without_cut_off(self, text: str, put: Put) -> str:
        """A text that was cut in the middle of a secret ends in the first part of it, and where its own middle was left
        out it goes on with the last part of one."""
        there = [one for one in self._cut if one[:SHORTEST] in text or one[-SHORTEST:] in text]
        if not there:
            return text
        parts, at = [], 0
        for mark in _CUT.finditer(text):
            before, after = text[at : mark.start()], mark.end()
            found = _first_part(before, there)
            parts += [before, mark[0]] if found is None else [before[: found[0]], put(*found[1:]), mark[0]]
            if mark[0].endswith("\n") and (last := _last_part(text, after, there)) is not None:
                parts.append(put(*last[1:]))
                after = last[0]
            at = max(at, after)
        return "".join([*parts, text[at:]])


def _dense(text: str) -> str:
    return "".join(text.split()).replace("\\", "")


def _without_pieces(text: str, form: str, secret: str, put: Put) -> str:
    view = without_blanks(text)
    if view is None:
        return text
    places, at = [], view.text.find(form)
    while at >= 0:
        places.append(view.place(at, at + len(form)))
        at = view.text.find(form, at + len(form))
    for start, end in reversed(places):
        text = text[:start] + put(text[start:end], secret) + text[end:]
    return text


def _first_part(before: str, secrets: Sequence[str]) -> tuple[int, str, str] | None:
    for secret in secrets:
        at = before.find(secret[:SHORTEST], max(0, len(before) - len(secret) + 1))
        while at >= 0:
            if secret.startswith(before[at:]):
                return at, before[at:], secret
            at = before.find(secret[:SHORTEST], at + 1)
    return None


def _last_part(text: str, at: int, secrets: Sequence[str]) -> tuple[int, str, str] | None:
    for secret in secrets:
        end = text.find(secret[-SHORTEST:], at, at + len(secret) - 1)
        if end >= 0 and secret.endswith(text[at : end + SHORTEST]):
            return end + SHORTEST, text[at : end + SHORTEST], secret
    return None


def _forms(known: Sequence[str]) -> dict[str, tuple[str, re.Pattern[str] | None]]:
    """Every way each secret may be written, the longest first. A short one of letters and digits is only found where it
    stands alone: `abc123` is no secret within `0xabc1234`."""
    found: dict[str, tuple[str, re.Pattern[str] | None]] = {}
    for secret in dict.fromkeys(known):
        if len(secret) < SHORTEST or secret in _MARKER:
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
    for form in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield from (form, json.dumps(form)[1:-1])
    yield from (repr(secret)[1:-1], html.escape(secret), html.escape(secret, quote=False))
    yield from (shlex.quote(secret), secret.replace("'", "'\\''"), re.sub(r"([^\w@%+=:,./-])", r"\\\1", secret))
    yield from (
        secret.replace("'", "''"),
        re.sub(r'(["$`\\])', r"\\\1", secret),
        re.sub(r'(["$`\\!])', r"\\\1", secret),
    )
    yield from (line.strip() for line in secret.splitlines() if len(line.strip()) >= 24)
    if len(encoded) < 8:
        return
    yield from (encoded.hex(), encoded.hex().upper())
    # Within a longer text, base64 of the same bytes looks one of three ways; the ends hang on their neighbours.
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + encoded)
        middle = whole[(0, 2, 3)[shift] : (len(encoded) + shift) * 8 // 6].decode()
        yield from (middle, middle.replace("+", "-").replace("/", "_"))

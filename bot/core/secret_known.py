"""The secrets that the bot itself knows, in every form in which they may be written. Pure."""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a secret may be written."""

    text: str
    secret: str

    def replaced(self, text: str, by: str) -> str:
        """The text with `by` in its place. A short one of letters and digits is only found where it stands alone:
        `abc123` is no secret within `0xabc1234`."""
        if len(self.text) < 10 and self.text.isalnum():
            return re.sub(rf"(?<!\w){re.escape(self.text)}(?!\w)", lambda _: by, text)
        return text.replace(self.text, by)


class Known:
    """Looks for them. Linear in the text."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._forms: dict[str, list[Form]] = {}
        for form in _forms(secrets):
            self._forms.setdefault(_dense(form.text), []).append(form)
        self._cut = sorted({one for one in secrets if len(one) >= 2 * SHORTEST}, key=len, reverse=True)

    def may_be_in(self, text: str) -> bool:
        """False where there is certainly none, whole or in part."""
        return bool(self._forms) and ("…" in text or bool(self._there(text)))

    def without(self, text: str, put: Put) -> str:
        """The text without them."""
        there = self._there(text) if self._forms else []
        for dense in there:
            for form in self._forms[dense]:
                if form.text in text:
                    text = form.replaced(text, put(form.text, form.secret))
        for dense in there if "\n" in text or "\\" in text else ():
            if len(dense) >= _LONG:
                text = _without_pieces(text, dense, self._forms[dense][0].secret, put)
        if self._cut and "…" in text:
            text = self._without_cut_off(text, put)
        return text

    def _there(self, text: str) -> list[str]:
        """The forms that may be there: those that are once line ends, blanks and backslashes are left out."""
        dense = _dense(text)
        return [form for form in self._forms if form in dense]

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
    parts, end, at = [], 0, view.text.find(form)
    while at >= 0:
        start, stop = view.place(at, at + len(form))
        parts += [text[end:start], put(text[start:stop], secret)]
        end, at = stop, view.text.find(form, at + len(form))
    return "".join([*parts, text[end:]])


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


def _forms(known: Sequence[str]) -> list[Form]:
    """Every way each secret may be written, the longest first."""
    found: dict[str, Form] = {}
    for secret in dict.fromkeys(known):
        if len(secret) < SHORTEST or secret in _MARKER:
            continue
        for text in _written(secret):
            if text not in found:
                found[text] = Form(text, secret)
    return sorted(found.values(), key=lambda form: -len(form.text))


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
        re.sub(r"([\"'$`\\])", r"\\\1", secret),
        re.sub(r"([\"'])", r"\\\1", secret),
        secret.replace("$", "\\$"),
    )
    # The frame of a private key is none of its secret, and shows that there is one.
    lines = [line.strip() for line in secret.splitlines()]
    yield from (line for line in lines if len(line) >= 24 and not line.startswith("-----"))
    if len(encoded) < 8:
        return
    yield from (encoded.hex(), encoded.hex().upper())
    # Within a longer text, base64 of the same bytes looks one of three ways; the ends hang on their neighbours.
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + encoded)
        middle = whole[(0, 2, 3)[shift] : (len(encoded) + shift) * 8 // 6].decode()
        yield from (middle, middle.replace("+", "-").replace("/", "_"))

"""Secrets taken out of a text: what is known, what has a form, what has a name, and what is behind a disguise. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bot.core import text as texts
from bot.core.secret_blocks import folded
from bot.core.secret_fields import MARKER, fields
from bot.core.secret_known import Known
from bot.core.secret_shapes import SHAPES, hinted, longest_word, private_keys
from bot.core.secret_views import View, behind_base64, continued, decoded, unbroken, veiled

_LOOKS = 6
_VIEWS = 3
"""How many disguises are looked behind, one within the other."""
_FILLER = "\ue000"
"""Stands, in a view of a text, for each character of what was taken out, so that all else stays where it is."""
_FILLED = re.compile(f"{_FILLER}+")


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a text."""

    tally: Counter[str] | None = None
    behind: int = 0
    """How many disguises it is behind; what is taken out there leaves fillers and no marker."""


class TextRedactor:
    """Takes secrets out of texts. See `bot.core.redaction.Redactor`."""

    def __init__(self, known: Sequence[str], salt: str = "") -> None:
        self._salt = blake2b(salt.encode("utf-8", "surrogatepass"), digest_size=32).digest() if salt else b""
        self._known = Known(known)

    def text(self, text: str, tally: Counter[str] | None = None) -> str:
        """The text without its secrets. Clean text is returned as it is, fast."""
        return self._text(text.replace(_FILLER, "\ufffd") if _FILLER in text else text, Look(tally))

    def nothing_in(self, text: str) -> bool:
        """True when there is certainly no secret in the text, nor in values whose names and texts it is made of."""
        return not (hinted(text, text.lower()) or veiled(text) or self._known.may_be_in(text) or texts.CUT in text)

    def marker(self, secret: str) -> str:
        """What stands in the place of a secret."""
        if not self._salt:
            return "[secret]"
        return f"[secret:{self._mac(secret, 2)}]"

    def _mac(self, secret: str, size: int) -> str:
        return blake2b(secret.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=size).hexdigest()

    def _text(self, text: str, look: Look) -> str:
        text = self._known.without(text, lambda written, secret: self.taken(written, "known", look, secret))
        may_hide = look.behind < _VIEWS
        if may_hide:
            text = self._without_broken(text, look)
        # What was taken out may have been the name of what follows it: look again until nothing more is found.
        for _ in range(_LOOKS):
            low = text.lower()
            clean = text
            if hinted(text, low):
                clean = self._without_fields(self._without_shapes(text, low, look), low, look)
            if clean == text and may_hide:
                clean = self._without_hidden(text, look)
            if clean == text:
                break
            text = clean
        return text

    def taken(self, written: str, rule: str, look: Look, secret: str = "") -> str:
        """What stands in the place of a secret that is written so; what is left of one that was taken stays."""
        if MARKER.fullmatch(written) or _FILLED.fullmatch(written):
            return written
        if look.tally is not None:
            look.tally[rule] += 1
        return _FILLER * len(written) if look.behind else self.marker(secret or written)

    def _taken_at(self, text: str, start: int, end: int, rule: str, look: Look) -> str:
        """The marker for a part of the text; the part itself where it is all or some of a marker."""
        around = MARKER.search(text, max(0, start - len("[secret:3fa9]")), end + len("[secret:3fa9]"))
        if around is not None and around.start() <= start and end <= around.end():
            return text[start:end]
        return self.taken(text[start:end], rule, look)

    def _without_shapes(self, text: str, low: str, look: Look) -> str:
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
                group = match.re.groups
                start, end = match.span(group)
                taken = self._taken_at(match.string, start, end, shape.rule, look)
                return match.string[match.start() : start] + taken + match.string[end : match.end()]

            if not shape.before:
                text = shape.pattern.sub(take, text)
                continue
            found = [match for match in shape.pattern.finditer(text) if shape.check is None or shape.check(match)]
            text = self._put(text, [(one.start() - shape.before, one.end(), shape.rule) for one in found], look)
        return text

    def _without_fields(self, text: str, low: str, look: Look) -> str:
        return self._put(text, [(found.start, found.end, found.rule) for found in fields(text, low)], look)

    def _put(self, text: str, places: Sequence[tuple[int, int, str]], look: Look) -> str:
        """The text with markers in these places, which are in order and apart."""
        parts, at = [], 0
        for start, end, rule in places:
            parts += [text[at:start], self._taken_at(text, start, end, rule, look)]
            at = end
        return "".join([*parts, text[at:]]) if parts else text

    def _without_broken(self, text: str, look: Look) -> str:
        """The text without what goes over line ends that are none: after a backslash, and in YAML's folded blocks."""
        if (view := continued(text)) is not None:
            text = self._without_seen(text, view, look)
        parts, at = [], 0
        for start, end in folded(text):
            block = text[start:end]
            view = unbroken(block)
            parts += [text[at:start], block if view is None else self._without_seen(block, view, look)]
            at = end
        return "".join([*parts, text[at:]]) if parts else text

    def _without_hidden(self, text: str, look: Look) -> str:
        """The text without what is behind percent signs and base64."""
        if (view := decoded(text)) is not None:
            text = self._without_seen(text, view, look)
        coded = [(start, end) for start, end, plain in behind_base64(text) if self._hides(plain, look)]
        return self._put(text, [(start, end, "base64") for start, end in _apart(coded)], look)

    def _without_seen(self, text: str, view: View, look: Look) -> str:
        # Counted where it is taken out of the text itself.
        clean = self._text(view.text, Look(behind=look.behind + 1))
        parts, at = [], 0
        for filled in _FILLED.finditer(clean):
            start, end = view.place(*filled.span())
            secret = view.text[filled.start() : filled.end()]
            if start >= at and not _FILLED.fullmatch(secret):
                parts += [text[at:start], self.taken(text[start:end], "encoded", look, secret)]
                at = end
        return "".join([*parts, text[at:]]) if parts else text

    def _hides(self, plain: str, look: Look) -> bool:
        if self._text(plain, Look(behind=look.behind + 1)) != plain:
            return True
        # Some systems write each letter in two bytes.
        return "\0" in plain and self._hides(plain.replace("\0", ""), look)


def _apart(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in their order, those that overlap made one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart

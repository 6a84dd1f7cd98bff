"""Text from outside made harmless and bounded: control and bidi characters, broken Unicode, sizes, identities, numbers.

Every function is linear in its input and never raises on any `str`, however broken.
"""

from __future__ import annotations

import math
import re
from hashlib import blake2b

TITLE = 300
"""Characters of an alert's title."""
TEXT = 128_000
"""Characters of an alert's text. The card shows its beginning; the thread has it whole, as a file."""
VALUE = 1_000
"""Characters of a label's or annotation's value."""
NAME = 200
"""Characters of a label's name, a severity word, a fingerprint (its column's width), a group key."""
LABELS = 64
"""Labels of one alert, and annotations."""
LINK = 3_000
"""Characters of a link: Slack's limit for a button's address."""

CUT = "…"
"""Ends every text that was cut."""

# Whatever is not one of these characters needs no work; the class is looked for before anything is replaced.
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ANSI = re.compile(r"\x1b\[[0-?]*+[ -/]*+[@-~]")
_BREAK = re.compile("\r\n?|[\x85\u2028\u2029]")
# SOH separates the fields of a FIX message: taken out, `554=x` and the next field would grow together.
_FIX_SEPARATOR = "\x01"
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_GROUPED = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?", re.ASCII)


def clean(text: str) -> str:
    """The text without control characters (newline and tab stay), colour codes and characters that turn the reading
    direction. Line ends become newlines, surrogate pairs characters, lone surrogates U+FFFD, a FIX separator `|`."""
    if text.isprintable() or _SUSPECT.search(text) is None:
        return text
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _BREAK.sub("\n", _ANSI.sub("", text)).replace(_FIX_SEPARATOR, "|")
    return _UNWANTED.sub("", text)


def cut(text: str, limit: int) -> str:
    """At most `limit` (1 or more) characters. A cut text ends in `…`; a long one says its whole length before."""
    if len(text) <= limit:
        return text
    mark = f"\n[cut: {len(text)} characters in all]{CUT}" if limit > VALUE else CUT
    return text[: limit - len(mark)] + mark


def bounded(text: str, limit: int) -> str:
    """`clean` and `cut`."""
    if len(text) <= limit and text.isprintable():
        return text
    return cut(clean(text), limit)


def one_line(text: str, limit: int = TITLE) -> str:
    """One clean line of at most `limit` characters, its white space single spaces."""
    text = clean(text)
    if "\n" in text or "\t" in text or "  " in text or text[:1].isspace() or text[-1:].isspace():
        text = " ".join(text.split())
    return cut(text, limit)


def first_line(text: str, limit: int = TITLE) -> str:
    """The first line that says something; empty where none does."""
    for line in clean(text).split("\n"):
        if line and not line.isspace():
            return one_line(line, limit)
    return ""


def beyond(line: str, whole: str) -> str:
    """The whole text, where `line`, which was made of it, does not say all of it; else an empty text."""
    return "" if one_line(whole, TEXT) == line else whole.strip()


def identity(text: str, limit: int = NAME) -> str:
    """A clean key of at most `limit` characters (20 or more). Different keys stay different, however long or dirty."""
    key = bounded(text, limit)
    if key == text:
        return text
    return f"{one_line(text, limit - 17)}~{digest(text)}"


def digest(*parts: str) -> str:
    """16 hexadecimal digits that stand for these texts in this order, the same for ever. No secrecy."""
    whole = blake2b(digest_size=8)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        whole.update(len(raw).to_bytes(8, "big"))
        whole.update(raw)
    return whole.hexdigest()


def number_in(text: str) -> float | None:
    """The number that the whole text is, if it is one and finite. Units and thousands separators are not guessed at."""
    if not text or len(text) > 40 or text[0] not in "0123456789+-. ":
        return None
    text = text.strip(" ")
    if _NUMBER.fullmatch(text) is None:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def measure_in(text: str) -> float | None:
    """Like `number_in`, and besides reads `93.4%`, `$1,250.5` and `1,250`: what monitors write into `value`."""
    number = number_in(text)
    if number is not None or not text or len(text) > 40:
        return number
    text = text.strip(" ").removesuffix("%").rstrip(" ")
    sign = text[:1] if text[:1] in ("-", "+") else ""
    text = text[len(sign) :].lstrip("$€£")
    return number_in(sign + text.replace(",", "")) if _GROUPED.fullmatch(text) else None


def link_in(text: str) -> str:
    """The web address that the text is; empty where it is none, or too long to be clicked on."""
    text = text.strip()
    if (
        len(text) > LINK
        or not text.isprintable()
        or " " in text
        or not text[:8].lower().startswith(("http://", "https://"))
    ):
        return ""
    return text

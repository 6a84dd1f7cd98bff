"""Text in disguise: percent signs, entities, broken lines, base64. What is behind it, and where that stands. Pure.

Every view is linear in the text, and is only made where the text has something to look behind.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

_ENCODED = re.compile(r"(?:%|\\u00|&#x)([0-7][0-9A-Fa-f])(?:(?<=&#x..);)?+|&#(\d{2});|&(quot|apos|amp|lt|gt);")
_ENTITIES = {"quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">"}
_CONTINUED = re.compile(r"\\\r?\n[ \t]*+")
_BROKEN = re.compile(r"\r?\n[ \t]*+")
_BLANKS = re.compile(r"[\s\\]++")
# Of base64 that stands for ASCII the first character of every four is one of 32, and so are the second and the third:
# hardly any other text is like that for 16 characters, so there is little to decode in vain.
_FOUR = r"[A-Za-f][A-HQ-Xg-nw-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]"
_BASE64 = re.compile(rf"(?:{_FOUR}){{4,}}+[A-Za-z0-9+/_-]{{0,3}}+={{0,2}}+")
_LINES_OF_BASE64 = re.compile(r"(?:(?<=\n)|(?<![^\n]))[ \t]*+[A-Za-z0-9+/_-]{30,}+(?:\r?\n[ \t]*+[A-Za-z0-9+/_=-]++)++")
_FROM_URL = str.maketrans("-_", "+/")


@dataclass(frozen=True, slots=True)
class View:
    """What is behind a text. Each of its characters stands for one part of the text."""

    text: str
    _begins: list[int] = field(repr=False)
    """Where each piece begins in the view."""
    _pieces: list[tuple[int, int]] = field(repr=False)
    """Where it begins in the text; and how long it is there for each of its characters here."""

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the view stands in the text."""
        return self._at(start)[0], sum(self._at(end - 1))

    def _at(self, position: int) -> tuple[int, int]:
        piece = bisect_right(self._begins, position) - 1
        begin, width = self._pieces[piece]
        return begin + (position - self._begins[piece]) * width, width


def decoded(text: str) -> View | None:
    """Behind `%3D`, `\\u003d`, `&#61;` and `&quot;`. None where there is nothing."""
    return _through(_ENCODED, text) if "%" in text or "&" in text or "\\u00" in text else None


def continued(text: str) -> View | None:
    """Without the line ends that a backslash takes back, as in a shell. None where there are none."""
    return _through(_CONTINUED, text) if "\\\n" in text or "\\\r\n" in text else None


def unbroken(text: str) -> View | None:
    """Without line ends and the blanks after them, as if it had been broken to fit. None where it is one line."""
    return _through(_BROKEN, text) if "\n" in text else None


def without_blanks(text: str) -> View | None:
    """Without blanks, line ends and backslashes. None where there are none."""
    return _through(_BLANKS, text)


def _through(pattern: re.Pattern[str], text: str) -> View | None:
    """The text with what the pattern finds replaced by the character that its group stands for; taken out, where it
    has none."""
    shown: list[str] = []
    begins, pieces = [0], [(0, 1)]
    at = length = 0
    for match in pattern.finditer(text):
        shown.append(text[at : match.start()])
        length += match.start() - at
        at = match.end()
        if match.lastindex:
            shown.append(_character(match))
            begins.append(length)
            pieces.append((match.start(), at - match.start()))
            length += 1
        begins.append(length)
        pieces.append((at, 1))
    if not shown:
        return None
    shown.append(text[at:])
    return View("".join(shown), begins, pieces)


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    return chr(int(hexadecimal, 16)) if hexadecimal else chr(int(decimal)) if decimal else _ENTITIES[name]


def behind_base64(text: str) -> Iterator[tuple[int, int, str]]:
    """Where there is base64 in the text that stands for text, and for which; also where it goes over several lines."""
    in_lines = False
    for match in _BASE64.finditer(text):
        yield match.start(), match.end(), _plain(match[0])
        in_lines = in_lines or text[match.end() : match.end() + 1] in ("\n", "\r")
    for lines in _LINES_OF_BASE64.finditer(text) if in_lines else ():
        view = unbroken(lines[0])
        for match in _BASE64.finditer(view.text) if view else ():
            start, end = view.place(match.start(), match.end()) if view else (0, 0)
            yield lines.start() + start, lines.start() + end, _plain(match[0])


def _plain(coded: str) -> str:
    coded = coded.rstrip("=").translate(_FROM_URL)
    whole = coded[: len(coded) - (len(coded) % 4 == 1)]
    return base64.b64decode(whole + "=" * (-len(whole) % 4)).decode("utf-8", "replace")


def veiled(text: str) -> bool:
    """Whether there may be something behind the text."""
    return _ENCODED.search(text) is not None or "\\\n" in text or "\\\r\n" in text or _BASE64.search(text) is not None

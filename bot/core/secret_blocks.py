"""Values that stand below their names: blocks and lists of YAML, and what Kubernetes keeps in its secrets. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

_HEAD = re.compile(r"[ \t]*+([|>][+-]?\d?[+-]?)?+[ \t]*+(?:#[^\n]*+)?\r?(?:\n|\Z)")
_LINE = re.compile(r"([ \t]*+)((?:-[ \t]++)?+)([^\n]*+)\n?")
_NAMED = re.compile(r"[\"']?[\w./-]{1,200}+[\"']?[ \t]*+:(?:[ \t]|\Z)")
_WORD = re.compile(r"[a-z_.\-]*|[A-Z_.\-]*")
_BEFORE_A_NAME = re.compile(r"[ \t]*+(?:-[ \t]++)*+[\"']?")


def below(text: str, name: int, sign: int) -> Iterator[Span]:
    """Where the values stand that belong to the name at `name`, whose colon ends at `sign` and its line with it: the
    block, blanks and all; else the next word, or each word of the list."""
    head = _HEAD.match(text, sign)
    line = text.rfind("\n", 0, name) + 1
    if head is None or _BEFORE_A_NAME.fullmatch(text, line, name) is None:
        return iter(())
    indent = len(text[line:name]) - len(text[line:name].lstrip(" \t"))
    return (_block if head[1] else _words)(text, head.end(), indent)


def _block(text: str, at: int, indent: int) -> Iterator[Span]:
    """All lines that are as deep as the first one, which is deeper than its name."""
    start = end = -1
    while at < len(text) and (line := _LINE.match(text, at)) is not None:
        whole = line[2] + line[3]
        if whole.strip():
            if len(line[1]) <= indent:
                break
            if start < 0:
                start, indent = line.start(2), len(line[1]) - 1
            end = line.start(2) + len(whole.rstrip())
        at = line.end()
    if start >= 0:
        yield start, end


def _words(text: str, at: int, indent: int) -> Iterator[Span]:
    while at < len(text) and (line := _LINE.match(text, at)) is not None:
        word, item = line[3].strip(), bool(line[2])
        deep_enough = len(line[1]) >= indent if item else len(line[1]) > indent
        if not word or not deep_enough or _NAMED.match(word) or " " in word:
            return
        start = line.start(3) + line[3].index(word)
        bare = word.strip("\"'")
        if not _WORD.fullmatch(bare):
            start += word.index(bare)
            yield start, start + len(bare)
        if not item:
            return
        at = line.end()


_FOLDED = re.compile(r":[ \t]*+>[+-]?+[ \t]*+\r?\n((?:[ \t]++[^\n]*+\n?+)++)")


def folded(text: str) -> Iterator[Span]:
    """Where YAML's folded blocks stand, whose lines are one."""
    if ">" in text and "\n" in text:
        for match in _FOLDED.finditer(text):
            yield match.span(1)


_KIND = re.compile(r"\bkind\\{0,3}\"?[ \t]{0,8}+:[ \t]{0,8}+\\{0,3}\"?Secret\b")
_DATA = re.compile(r"(?:(?<=\n)|(?<![^\n]))([ \t-]*+)(?:data|stringData):[ \t]*+\r?\n")
_DATA_IN_JSON = re.compile(r"\\{0,3}\"(?:data|stringData)\\{0,3}\"\s{0,20}+:\s{0,20}+\{([^{}]*+)")
_ENTRY_IN_JSON = re.compile(r"\"\s{0,20}+:\s{0,20}+\\{0,3}\"([^\"\\]*+)")
_DOCUMENT = re.compile(r"(?:\A|\n)---[ \t]*+(?=\r?\n)")


def of_kubernetes(text: str, low: str) -> Iterator[Span]:
    """Where the values stand in secrets of Kubernetes, as YAML or JSON shows them."""
    if "kind" not in low or "secret" not in low or _KIND.search(text) is None:
        return
    ends = [*(match.start() for match in _DOCUMENT.finditer(text)), len(text)]
    start = 0
    for end in ends:
        if _KIND.search(text, start, end) is not None:
            for data in _DATA.finditer(text, start, end):
                yield from _entries(text, data.end(), len(data[1]))
            for data in _DATA_IN_JSON.finditer(text, start, end):
                for entry in _ENTRY_IN_JSON.finditer(text, *data.span(1)):
                    yield entry.span(1)
        start = end


def _entries(text: str, at: int, indent: int) -> Iterator[Span]:
    while at < len(text) and (line := _LINE.match(text, at)) is not None:
        if line[3].strip() and len(line[1]) <= indent:
            return
        name, colon, value = line[3].partition(":")
        at = line.end()
        if not colon or not value.strip():
            continue
        if value.strip()[0] in "|>":
            for start, end in _block(text, at, len(line[1])):
                yield start, end
                at = max(at, end)
        else:
            start = line.start(3) + len(name) + 1
            start += len(value) - len(value.lstrip())
            yield start, start + len(value.strip())

"""Terms: what a text is about, as words that compare: cut apart, without endings, slang and synonyms named alike.

A playbook and a question go through the same analysis, so what is written `md`, `MarketData` or `ticks` meets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.core.finding import everyday
from bot.core.finding.trade import CONCEPTS

LONGEST = 4_000
"""Characters of a question that are read: a pasted log says what it says in its beginning."""
_LONGEST_WORD = 40

# Times, addresses, hashes and counts with units differ every time: nothing can be found by them.
_PASSING = re.compile(
    r"""\b\d{4}-\d\d-\d\d(?:[T\ ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?  # a day, an instant
      | \b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\b
      | \b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{9,}\b | \b0x[0-9a-f]+\b | \b(?=[a-f]*\d)[0-9a-f]{10,}\b
      | \b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b
      | \b\d[\d.,]*\s?(?:%|pct|[mµun]?s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|am|pm|[kmgt]i?b?|x)(?!\w)
      | \b\d{6,}(?:-\d+)*\b | \b\d+[.,]\d+\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LASTS = re.compile(
    r"\b(?:takes?|taking|took|needs?|lasts|lasted|waits?)\b(?=[^.;\n]{0,24}?\b(?:\d|half|a few|several|many|some)"
    r"[^.;\n]{0,14}?(?:[mµu]?s|secs?|seconds?|mins?|minutes?|hours?)\b)",
    re.IGNORECASE,
)
"""Whoever says how long something takes means that it takes long."""
_LONG = " takes long "
_LOST = re.compile(
    r"(?:\b(?:down|minus|lost)\s+|(?<![\w-])-\s?)(?:[$€£]\s?\d[\d.,]*|\d[\d.,]*\s?(?:k|m|mm|usd|usdt|eur|bps)\b)", re.I
)
"""Whoever says how much it is down means that money is lost."""
_DIGIT = re.compile(r"\d")
_ZERO = re.compile(r"(?<![\w.,:/-])0(?![\w.,:/-])")
_APOSTROPHE = re.compile(r"(?<=[a-z])['’´`](?=[a-z])", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9µ]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_WRAPPED = re.compile(r"\n +")
_INSTEAD = {"#ratelimit": "#limits", "#imagepull": "#restart", "#userstream": "#credentials"}
"""What the words of a phrase do not mean besides: a rate limit is no limit of risk."""
_SYMBOLS = {one: kind for kind, named in everyday.SYMBOLS.items() for one in named.split()}
_VOWEL = re.compile(r"[aeiouy]")
_ENDINGS = (
    ("ization", 3), ("isation", 3), ("ation", 3), ("ition", 3), ("tion", 3), ("sion", 3), ("ment", 3), ("ing", 3),
    ("ed", 3), ("able", 4), ("ly", 4),
)  # fmt: skip
"""Each with how many letters have to remain."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text."""

    stem: str
    concepts: tuple[str, ...] = ()
    """What the trade also calls it."""
    weighs: bool = True
    """Chatter, and numbers that nobody knows, say nothing about what is asked."""
    everyday: bool = False
    """It speaks for a playbook that is about it, and against none."""
    typed: str = ""
    """In small letters, as it was written."""


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word in small letters without its endings: orders, ordering, ordered -> order. Light: it never guesses at
    words of three letters, and need not be a word itself."""
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "ches", "shes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending, least in _ENDINGS:
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) >= least and _VOWEL.search(rest) and not word.endswith("eed"):
            word = rest + ("t" if ending == "tion" else "")
            if ending in ("ing", "ed") and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word.removesuffix("e") if len(word) > 3 else word


@lru_cache(maxsize=65_536)
def _parts(run: str) -> tuple[str, ...]:
    """The words that one run of letters and digits is made of: CrashLoopBackOff, usedWeight1m; a short one that mixes
    letters and digits (p99, mt4, k8s, eth0) is one."""
    parts = (run.lower(),)
    if not run.isdigit() and not (len(run) <= 4 and any(sign.isdigit() for sign in run)) and not _shouted(run):
        parts = tuple(part.lower() for part in _PART.findall(run)) or parts
    return tuple(_SYMBOLS.get(part, part) for part in parts if len(part) <= _LONGEST_WORD)


def _shouted(run: str) -> bool:
    """`OOMs`, `APIs`: capitals with a plural behind are one word."""
    return run[:-1].isupper() and run[-1] == "s"


def raw_words(text: str) -> list[str]:
    """The words of a text in small letters, without what differs every time; of a compound its parts, and itself."""
    found: list[str] = []
    text = _APOSTROPHE.sub("", text[:LONGEST])
    if _DIGIT.search(text):
        text = _PASSING.sub(" ", _ZERO.sub("zero", _LASTS.sub(_LONG, _LOST.sub(" losing money ", text))))
    else:
        text = _LASTS.sub(_LONG, text)
    for run in _RUN.findall(text):
        found.extend(_parts(run))
    return found


@lru_cache(maxsize=8)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text with what the trade calls them. Several words that together mean one thing (`no space
    left`) give their concept to the first of them."""
    words = [_word(typed) for typed in raw_words(text)]
    for place, length, meant in _phrases([word.stem for word in words]):
        instead = {_INSTEAD[one] for one in meant if one in _INSTEAD}
        for within in range(place, place + length):
            word = words[within]
            concepts = (*word.concepts, *meant) if within == place else word.concepts
            words[within] = _meaning(word.typed, tuple(dict.fromkeys(one for one in concepts if one not in instead)))
    return tuple(words)


@lru_cache(maxsize=65_536)
def _word(typed: str) -> Word:
    """A word by itself."""
    return _meaning(typed, () if typed in _SAID else _SINGLE.get(stem(typed), ()))


def _meaning(typed: str, concepts: tuple[str, ...]) -> Word:
    one = stem(typed)
    return Word(
        stem=one,
        concepts=concepts,
        weighs=bool(concepts) or not _says_nothing(one),
        everyday=not concepts and one in _PLAIN,
        typed=typed,
    )


def _says_nothing(one: str) -> bool:
    return one in _CHATTER or len(one) == 1 or (one.isdigit() and len(one) < 3)


@lru_cache(maxsize=20_000)
def terms_of(text: str) -> tuple[str, ...]:
    """Everything by which a text of a playbook is found. Remembered: a step's texts are its playbook's as well."""
    return tuple(term for word in words_of(text) if word.weighs for term in (word.stem, *word.concepts))


def is_plain(term: str) -> bool:
    """Whether a term is a word, and neither a concept nor a pair."""
    return term[0] != "#" and "~" not in term


def _phrases(stems: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Where a phrase of the trade stands, how many words it has, and what it means; the longest wins."""
    place = 0
    while place < len(stems):
        for length in range(min(_LONGEST_PHRASE.get(stems[place], 0), len(stems) - place), 1, -1):
            meant = _PHRASES.get(tuple(stems[place : place + length]))
            if meant:
                yield place, length, meant
                place += length - 1
                break
        place += 1


def _read_concepts() -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, ...], tuple[str, ...]]]:
    single: dict[str, list[str]] = {}
    phrases: dict[tuple[str, ...], list[str]] = {}
    for line in _WRAPPED.sub(" ", CONCEPTS).splitlines():
        concept, _, said = line.partition(":")
        for one in said.split(",") if line[:1].isalpha() else ():
            stems = tuple(stem(word) for word in raw_words(one))
            if len(stems) == 1:
                single.setdefault(stems[0], []).append(f"#{concept}")
            elif stems:
                phrases.setdefault(stems, []).append(f"#{concept}")
    for word in everyday.NEGATIONS.split():
        single.setdefault(stem(word), []).append("#not")
    return {key: tuple(dict.fromkeys(c)) for key, c in single.items()}, {
        k: tuple(dict.fromkeys(c)) for k, c in phrases.items()
    }


_SINGLE, _PHRASES = _read_concepts()
_SAID = frozenset(everyday.CHATTER.split())
_CHATTER = frozenset(map(stem, _SAID))
_PLAIN = frozenset(map(stem, everyday.PLAIN.split()))
_LONGEST_PHRASE: dict[str, int] = {}
for _phrase in _PHRASES:
    _LONGEST_PHRASE[_phrase[0]] = max(len(_phrase), _LONGEST_PHRASE.get(_phrase[0], 0))
TRADE = frozenset(_SINGLE)
"""Stems that the trade's table knows."""
ELSEWHERE = frozenset(map(stem, everyday.ELSEWHERE.split())) - TRADE
"""Stems of what these systems have nothing to do with."""
KNOWN = TRADE | _CHATTER | _PLAIN | ELSEWHERE
"""Stems that are no slips of the pen."""

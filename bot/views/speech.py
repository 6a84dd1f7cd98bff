"""Sentences for a voice on the phone: no symbols, no addresses, numbers and short names as they are said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.incident import Incident
from bot.views.words import one_line

HEARD = 200
"""Characters of an alert's text that are read out."""

SLACK_AWAY = "Slack does not answer now, so answer here."
"""Said on a call while Slack is away."""

NAMED = 6
"""Incidents of one call that are told one by one; of more all numbers are said, and what is the same only once."""

_ALL = "One answer counts for all of them."

NOT_RECORDED = "That did not work: your answer could not be recorded. Press the key again, or answer another way."
"""Said on a call in place of what became of an answer."""

# fmt: off
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on
_URL = re.compile(r"\b\w+://\S+|\bwww\.\S+", re.IGNORECASE)
_MONEY = re.compile(r"\$\s?(\d[\d,.]*\d|\d)")
_SIGNS = (
    ("%", " percent"),
    ("&", " and "),
    (">=", " at least "),
    ("<=", " at most "),
    (">", " above "),
    ("<", " below "),
    ("=", " is "),
    ("+", " plus "),
    ("@", " at "),
    (" vs ", " versus "),
)
_UNIT = re.compile(r"(?<=\d)\s?(ms|us|µs|min|s|h)\b")
_UNITS = {
    "ms": " milliseconds",
    "us": " microseconds",
    "µs": " microseconds",
    "min": " minutes",
    "s": " seconds",
    "h": " hours",
}
_MINUS = re.compile(r"(?<!\S)[-−](?=\d)")
_UNSPOKEN = re.compile(r"[^\w\s.,:;?'-]|_|(?<!\w)-|-(?!\w)")
_PARTS = re.compile(r"(?<=[.,;])\s+")
_COMMAND = re.compile(r"(?<!\S)/[a-z]+ ")
_LABEL = re.compile(r"\bINC-(\d{1,6})\b", re.IGNORECASE)
# Words without a vowel are spelled; with y for a vowel (by, sync) only where it is a system's name (pyrt).
_SPELLED = re.compile(r"\b[b-df-hj-np-tv-xz]{2,5}\b", re.IGNORECASE)
_SPELLED_NAME = re.compile(r"[b-df-hj-np-tv-z]{2,5}", re.IGNORECASE)


def number_words(number: int) -> str:
    """12 is `twelve`, 1204 is `one thousand two hundred four`; from a million on the digits."""
    if not 0 <= number < 1_000_000:
        return str(number)
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    many, rest = divmod(number, size)
    return f"{number_words(many)} {name}" + (f" {number_words(rest)}" if rest else "")


def spoken(text: str, limit: int = HEARD) -> str:
    """Outside text for the ear, cut to about `limit` characters at a word, without a full stop at its end."""
    said = _URL.sub("", one_line(text[: limit * 20]))
    said = _LABEL.sub(lambda found: f"incident {number_words(int(found[1]))}", said)
    said = _UNIT.sub(lambda found: _UNITS[found[1]], _MONEY.sub(r"\1 dollars", said))
    for sign, word in _SIGNS:
        said = said.replace(sign, word)
    said = _UNSPOKEN.sub(" ", _MINUS.sub("minus ", said))
    said = " ".join(said.split()).strip(" .,:;-")
    if len(said) > limit:
        said = said[:limit].rsplit(" ", 1)[0].rstrip(" .,:;-") + ", and so on"
    return _SPELLED.sub(lambda found: " ".join(found[0].upper()), said)


def spoken_span(span: timedelta) -> str:
    """`5 minutes`, `1 hour 30 minutes`, for the ear."""
    minutes = max(0, round(span.total_seconds())) // 60
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return _many(minutes, "minute")
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _many(hours, "hour") + (f" {_many(minutes, 'minute')}" if minutes else "")
    return _many(hours // 24, "day")


def _many(number: int, unit: str) -> str:
    return f"{number_words(number)} {unit}{'' if number == 1 else 's'}"


def incident_spoken(incident: Incident, limit: int = HEARD) -> str:
    """`incident twelve, critical, on H F T: feed is stale`."""
    said = spoken(incident.title, limit) or "no title"
    system = spoken(incident.system, 60)
    if _SPELLED_NAME.fullmatch(system):
        system = " ".join(system.upper())
    return f"incident {number_words(incident.number)}, {incident.severity.word}, on {system}: {said}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What one incident's answer was answered, as it is written elsewhere."""

    number: int
    text: str
    done: bool = True
    """False: it was refused."""


def answers_spoken(told: Sequence[Told]) -> str:
    """What became of one answer on the phone that was meant for these incidents: first what was refused."""
    ordered = sorted(told, key=lambda one: one.done)
    if len(ordered) <= NAMED:
        said = [_sentence(_told_spoken(one)) for one in ordered]
    else:
        alike: dict[tuple[bool, str], list[Told]] = {}
        for one in ordered:
            alike.setdefault((one.done, _told_spoken(one).replace(_named(one.number), "")), []).append(one)
        groups = list(alike.values())
        said = [_group_spoken(group) for group in groups[:NAMED]]
        for word, done in (("Not done", False), ("Done", True)):
            left = [one.number for group in groups[NAMED:] for one in group if one.done == done]
            said += [f"{word}: {listed(left)}."] if left else []
    return " ".join(said) or "This page is not known any more. Nothing was changed."


def _group_spoken(alike: Sequence[Told]) -> str:
    same = f" The same for {listed([one.number for one in alike[1:]])}." if len(alike) > 1 else ""
    return _sentence(_told_spoken(alike[0])) + same


def listed(numbers: Sequence[int]) -> str:
    """`1, 4 and 7 to 9`, in digits, which every voice reads."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [part for run in runs for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _named(number: int) -> str:
    return f"incident {number_words(number)}"


def _told_spoken(told: Told) -> str:
    # Nobody can type a command on the phone: what names one is left out.
    parts = _PARTS.split(told.text)
    said = spoken(" ".join(part for part in parts if not _COMMAND.search(part)))
    label = _named(told.number)
    return said if re.search(rf"\b{label}\b", said) else f"{label}: {said}"


def speech_for(incidents: Sequence[Incident]) -> str:
    """What one call says that stands for several incidents: it names every one, and of many the numbers by severity and
    the worst in words (ESCALATION 7)."""
    if len(incidents) == 1:
        return f"This is Tocsin. {_sentence(incident_spoken(incidents[0]))}"
    if len(incidents) <= NAMED:
        named = " ".join(_sentence(incident_spoken(incident, HEARD // 2)) for incident in incidents)
    else:
        worst = min(incidents, key=lambda one: (-one.severity, one.number))
        named = f"{_by_severity(incidents)} The first is {incident_spoken(worst, HEARD // 2)}."
    return f"This is Tocsin. {number_words(len(incidents)).capitalize()} incidents need you. {named} {_ALL}"


def _by_severity(incidents: Sequence[Incident]) -> str:
    found = sorted({incident.severity for incident in incidents}, reverse=True)
    of = {severity: listed([one.number for one in incidents if one.severity == severity]) for severity in found}
    return " ".join(f"{severity.word.capitalize()}: {numbers}." for severity, numbers in of.items())


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:] + ("" if said.endswith(("?", ".")) else ".")

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
"""Incidents that one call names; of the others it says how many there are."""

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
    said = [_sentence(_told_spoken(one)) for one in ordered[:NAMED]]
    left = len(ordered) - NAMED
    refused = sum(not one.done for one in ordered[NAMED:])
    if left > 0:
        further = f", of which {number_words(refused)} refused it" if refused else ""
        said.append(f"And {number_words(left)} more{further}.")
    return " ".join(said) or "This page is not known any more. Nothing was changed."


def _told_spoken(told: Told) -> str:
    # Nobody can type a command on the phone: what names one is left out.
    parts = _PARTS.split(told.text)
    said = spoken(" ".join(part for part in parts if not _COMMAND.search(part)))
    label = f"incident {number_words(told.number)}"
    return said if re.search(rf"\b{label}\b", said) else f"{label}: {said}"


def speech_for(incidents: Sequence[Incident]) -> str:
    """What one call says that stands for several incidents (ESCALATION 7)."""
    if len(incidents) == 1:
        return f"This is Tocsin. {_sentence(incident_spoken(incidents[0]))}"
    named = " ".join(_sentence(incident_spoken(incident, HEARD // 2)) for incident in incidents[:NAMED])
    left = len(incidents) - NAMED
    further = f" And {number_words(left)} more." if left > 0 else ""
    return f"This is Tocsin. {number_words(len(incidents)).capitalize()} incidents need you. {named}{further}"


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:] + ("" if said.endswith(("?", ".")) else ".")

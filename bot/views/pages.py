"""The text of pages and notices for every way: subject, body for mail, short for SMS, speech for the phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.exposure import say_figures, stored_exposure
from bot.core.incident import Incident
from bot.core.page import CONFIRM, PAGE
from bot.core.spans import say_ago
from bot.views.speech import incident_spoken, number_words, speech_for, spoken, spoken_span
from bot.views.state import PLAIN, Tongue, at_risk
from bot.views.words import brief, clean, count, cut, one_line, utc, utc_clock

__all__ = ["PageText", "notice_text", "notice_words", "page_text", "speech_for"]

SUBJECT, SHORT = 120, 300
"""The lengths that `bot.core.message.Carried` promises."""

_TEXT = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class PageText:
    """One message in four lengths. None of them has a link to answer by: the pager adds what it has."""

    subject: str
    body: str
    short: str
    speech: str
    why: str = ""
    """Why this person is paged, for the direct message."""
    already_on: tuple[int, ...] = ()


def page_text(
    incident: Incident,
    *,
    number_of_level: int | None,
    level_name: str,
    why: str,
    purpose: str = PAGE,
    already_on: Sequence[int] = (),
    in_slack: bool = True,
    now: datetime,
) -> PageText:
    """A page as ESCALATION 9 wants it: number, system, severity, what is wrong, since when, the verdict if known, the
    first step, how to answer. `number_of_level` counts from one; None: it is no level that is paged. Not
    `in_slack`: it is answered in a terminal."""
    asks = purpose == CONFIRM
    point = f"{incident.label} {incident.severity.word} {_system(incident)}: {one_line(incident.title)}"
    subject = f"Still yours? {point}" if asks else point
    level = f"level {number_of_level} ({brief(one_line(level_name), 80)})" if number_of_level is not None else ""
    return PageText(
        subject=brief(subject, SUBJECT),
        body=_body(incident, level, why, asks, already_on, in_slack, now),
        short=_short(incident, asks, already_on, now),
        speech=_speech(incident, why, asks, already_on, now),
        why=one_line(why),
        already_on=tuple(already_on),
    )


def _body(
    incident: Incident,
    level: str,
    why: str,
    asks: bool,
    already_on: Sequence[int],
    in_slack: bool,
    now: datetime,
) -> str:
    reason = one_line(why)
    if level and not reason.startswith("level"):
        reason = f"{level}: {reason}" if reason else level
    facts = [
        ("Since", f"{utc(incident.since)}, {say_ago(now - incident.since)}"),
        ("Component", brief(one_line(incident.component), 80)),
        ("Type", brief(one_line(incident.type), 80)),
        ("Found", cut(one_line(incident.verdict), 500)),
        ("At risk", at_risk(incident)),
        ("First step", cut(one_line(incident.first_step), 500)),
        ("Why you", cut(reason, 500)),
        ("You are already on", _labels(already_on)),
        ("Monitor", one_line(incident.link)[:1500]),
    ]
    head = [f"Do you still have {incident.label}?"] if asks else []
    head += [_about(incident)]
    text = cut(clean(incident.text).strip(), _TEXT)
    answer = _how_to_answer(incident.number, asks, in_slack)
    parts = ["\n".join(head), text, "\n".join(f"{name}: {said}" for name, said in facts if said), answer]
    return "\n\n".join(part for part in parts if part)


def _about(incident: Incident) -> str:
    title = cut(one_line(incident.title), 300)
    return f"{incident.label} · {incident.severity.word} · {_system(incident)}\n{title}"


def _system(incident: Incident) -> str:
    return brief(one_line(incident.system), 60)


def _how_to_answer(number: int, asks: bool, in_slack: bool) -> str:
    """Only what is true for everybody who reads it; a link to answer by is added by the pager that has one."""
    where, command = ("in Slack", "/incident") if in_slack else ("in a terminal", "tocsin incident")
    keep, cannot = ("confirm", "unack") if asks else ("ack", "pass")
    yes, no = ("Still yours", "Not yours") if asks else ("You have it", "You can't")
    return f"Answer {where}. {yes}: {command} {keep} {number}. {no}: {command} {cannot} {number}"


def _short(incident: Incident, asks: bool, already_on: Sequence[int], now: datetime) -> str:
    """For SMS: our own words in ASCII, since one other sign may halve the length of its parts."""
    opening = "Still yours? " if asks else ""
    head = f"{opening}{incident.label} {incident.severity.word.upper()} {brief(one_line(incident.system), 40)}: "
    began = utc_clock if now - incident.since < timedelta(hours=12) else utc
    parts = [f"Since {began(incident.since)}"]
    parts += [f"Found: {_ascii_cut(one_line(incident.verdict), 60)}"] if incident.verdict else []
    parts += [f"At risk: {_ascii_cut(_figures(incident), 60)}"] if incident.exposure and not asks else []
    parts += [f"First: {_ascii_cut(one_line(incident.first_step), 60)}"] if incident.first_step and not asks else []
    parts += [f"You are on {_ascii_cut(_labels(already_on), 30)}"] if already_on else []
    tail = "".join(f". {part.rstrip('.') if not part.endswith('...') else part}" for part in parts)
    return head + _ascii_cut(one_line(incident.title), SHORT - len(head) - len(tail)) + tail


def _ascii_cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 3)].rstrip() + "..."


def _speech(incident: Incident, why: str, asks: bool, already_on: Sequence[int], now: datetime) -> str:
    named = incident_spoken(incident)
    sentences = [f"Do you still have {named}?" if asks else _capital(f"{named}.")]
    ago = spoken_span(now - incident.since)
    sentences.append(f"It began {ago} ago.")
    if incident.verdict:
        sentences.append(f"The checks found: {spoken(incident.verdict)}.")
    if risk := _figures(incident):
        sentences.append(f"At risk: {spoken(risk)}.")
    if incident.first_step and not asks:
        sentences.append(f"First step: {spoken(incident.first_step)}.")
    if why and asks:
        sentences.append(f"You are asked because: {spoken(why)}.")
    if already_on:
        numbers = ", ".join(number_words(number) for number in already_on[:5])
        sentences.append(f"You are already on incident{'s' if len(already_on) > 1 else ''} {numbers}.")
    return " ".join(["This is Tocsin.", *sentences])


def _figures(incident: Incident) -> str:
    """What is at risk in plain signs, the time left out."""
    return one_line(say_figures(stored_exposure(incident.exposure))).replace(" · ", ", ")


def _labels(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"INC-{number}" for number in numbers[:10])
    return shown + (f" and {len(numbers) - 10} more" if len(numbers) > 10 else "")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def notice_text(incident: Incident, what: str, who: str) -> PageText:
    """A quiet notice of `what` by `who` (empty: nobody in particular): acknowledged, unacknowledged, confirmed,
    resolved, reopened, monitoring, verdict, merged, joined, taken, handover, declined, monitored, superseded,
    and with what it is about `duty:<duty>`, `duty_taken:<duty>`, `line:<text>`. Only `handover` wants an answer."""
    words = notice_words(incident, what, PLAIN.text(who, 80), PLAIN)
    subject = brief(words.split(". ")[0].rstrip("."), SUBJECT)
    return PageText(
        subject=subject,
        body=f"{words}\n\n{_about(incident)}",
        short=_ascii_cut(f"{words} {one_line(incident.title)}", SHORT),
        speech=f"This is Tocsin. {spoken(words, 400)}.",
    )


def notice_words(incident: Incident, what: str, who: str, tongue: Tongue = PLAIN) -> str:
    """The news as whole sentences; `who` as the surface writes it, empty for the monitor or the bot."""
    label, number = incident.label, incident.number
    somebody = who or "Somebody"
    by = f" by {who}" if who else " by the monitor"
    alerts = f"{count(incident.alerts, 'alert')}, {incident.firing:,} firing"
    kind, _, of = what.partition(":")
    sentences = {
        "acknowledged": f"{somebody} acknowledged {label}. You need not do anything.",
        "unacknowledged": f"Nobody has {label} now.",
        "confirmed": f"{somebody} still has {label}. You need not do anything.",
        "resolved": f"{label} is resolved{by}. You need not do anything.",
        "monitoring": f"{label} is over, says the monitor. Positions and orders must be confirmed: "
        f"/incident confirm {number}",
        "reopened": f"{label} is open again.",
        "verdict": f"{label}: the checks found: {tongue.text(incident.verdict, 500)}",
        "merged": f"{label} is part of INC-{incident.merged_into} now. Go on there.",
        "joined": f"More alerts joined {label}: {alerts}.",
        "taken": f"{somebody} took {label} over. It is not yours any more.",
        "handover": f"{somebody} asks you to take {label}. Nothing changes until you accept: /incident accept {number}",
        "declined": f"{somebody} declined {label}. You keep it.",
        "monitored": f"{somebody} says {label} is mitigated, and it is monitored now. You need not do anything.",
        "duty": f"{somebody} gave you {of} of {label}. Not you? /incident {of} {number} nobody",
        "duty_taken": f"{somebody} has {of} of {label} now. It is not yours any more.",
        "line": f"{somebody} gave you a line of a checklist of {label}: {tongue.text(of, 200)}",
        "updates_missed": f"{label} has had no update of its report for a while, and whoever has it was asked twice. "
        f"Nobody is paged: look in its thread, or ask there. To call for more people: /incident escalate {number}",
        "review_due": f"The postmortem of {label} is still to be written: /incident postmortem {number}",
        "superseded": f"This page for {label} is out of date: a newer one was sent.",
    }
    return sentences.get(kind) or f"{label}: {tongue.text(what, 80)}{f' by {who}' if who else ''}."

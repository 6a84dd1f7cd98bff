"""Where an incident stands and what comes next, in the same words on every surface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.escalation import ENDED, HELD, HELP, MAIN, QUIET, RAISED, RUNNING, Escalation
from bot.core.exposure import say_figures, stored_exposure
from bot.core.incident import CLOSED, Incident
from bot.core.spans import say_span
from bot.views import mrkdwn, words

UNHELD, OWNED, ASKED, MONITORED, OVER = "unheld", "owned", "asked", "monitored", "over"
DONE, MERGED = "done", "merged"

MARKS: Mapping[str, str] = {
    UNHELD: "🔴", OWNED: "🟠", ASKED: "🟠", MONITORED: "🟡", OVER: "🟡", DONE: "🟢", MERGED: "⚪"
}  # fmt: skip
"""Stands beside the words, never for them."""

_PARTS_SHOWN, _NAME, _EXPOSURE = 3, 80, 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Tongue:
    """How a surface writes outside text, people and instants."""

    text: Callable[[str, int], str]
    """Outside text on one line, and the most characters it may have."""
    who: Callable[[str, str], str]
    """Slack user id, name."""
    date: Callable[[datetime], str]
    clock: Callable[[datetime], str]


SLACK = Tongue(text=mrkdwn.fit, who=mrkdwn.mention, date=mrkdwn.date, clock=mrkdwn.clock)
PLAIN = Tongue(
    text=lambda text, limit: words.cut(words.one_line(text), limit),
    who=lambda _, name: words.cut(words.one_line(name), _NAME) or "somebody",
    date=words.utc,
    clock=words.utc_clock,
)


def stand(incident: Incident, ladders: Mapping[str, Escalation]) -> str:
    """Which of the seven ways to stand it is in."""
    if incident.merged_into:
        return MERGED
    if incident.awaits_confirmation:
        return OVER
    if not incident.lasts:
        return DONE
    main = ladders.get(MAIN)
    if main is None or main.state != HELD:
        return UNHELD
    if main.answer_by is not None:
        return ASKED
    return MONITORED if incident.is_monitored else OWNED


def state_line(incident: Incident, ladders: Mapping[str, Escalation], tongue: Tongue = PLAIN) -> str:
    """How it stands, in one line."""
    main = ladders.get(MAIN)
    match stand(incident, ladders):
        case "merged":
            return f"Merged into INC-{incident.merged_into}"
        case "over":
            missed = "; nobody had acknowledged" if incident.missed else ""
            return f"Monitoring: over, says the monitor{missed}; positions and orders to be confirmed"
        case "done":
            return _done(incident, tongue)
        case "monitored" if main is not None:
            watches = f"{tongue.who(main.holder_slack, main.holder_name)} watches it"
            return f"Monitoring: mitigated, says {tongue.text(incident.monitored_by, _NAME)}; {watches}"
        case "owned" | "asked" if main is not None:
            since = f" since {tongue.date(main.held_at)}" if main.held_at else ""
            return f"Acknowledged by {tongue.who(main.holder_slack, main.holder_name)}{since}"
        case _:
            again = f" (round {main.round})" if main is not None and main.round > 1 else ""
            return f"{'Firing' if incident.firing else 'Open'} – nobody has it{again}"


def _done(incident: Incident, tongue: Tongue) -> str:
    after = f" after {say_span(incident.resolved_at - incident.opened_at)}" if incident.resolved_at else ""
    if incident.phase == CLOSED:
        return f"Closed; {_ended(incident, tongue)}{after}"
    ended = _ended(incident, tongue)
    return f"{ended[0].upper()}{ended[1:]}{after}{'; nobody had acknowledged' if incident.missed else ''}"


def _ended(incident: Incident, tongue: Tongue) -> str:
    return f"resolved by {tongue.text(incident.resolved_by, _NAME) if incident.resolved_by else 'the monitor'}"


def next_line(incident: Incident, ladders: Mapping[str, Escalation], tongue: Tongue = PLAIN) -> str:
    """What happens next, or what somebody has to do next; never empty."""
    main = ladders.get(MAIN)
    match stand(incident, ladders):
        case "merged":
            return f"go on in INC-{incident.merged_into}."
        case "over":
            return "confirm that positions and orders are right."
        case "done" if incident.phase == CLOSED:
            return "nothing. Reopen it if something is left to do."
        case "done":
            return "close it once it is written up. Reopen it if it is not over."
        case "monitored" if main is not None:
            again = f" {_name(main, tongue)} is asked again at {tongue.clock(main.ask_at)}." if main.ask_at else ""
            return f"resolve it once it stays quiet. If it fires anew it is active again.{again}"
        case "asked" if main is not None:
            return _asked(main, tongue)
        case "owned" if main is not None:
            again = f" {_name(main, tongue)} is asked again at {tongue.clock(main.ask_at)}." if main.ask_at else ""
            return f"resolve it once it is over.{again}"
        case _:
            return _climbs(incident, main, tongue) if main is not None else "acknowledge it."


def yours(main: Escalation, tongue: Tongue = PLAIN) -> str:
    """What is next for whoever has it, in the second person, and how long it is theirs."""
    if main.answer_by is not None:
        return f"say until {tongue.clock(main.answer_by)} that you still have it. Silence pages the ladder again."
    asks = f" You are asked again at {tongue.clock(main.ask_at)}, later if you note something." if main.ask_at else ""
    return f"note what you find, and resolve it once it is over; or hand it over. It is yours until then.{asks}"


def _asked(main: Escalation, tongue: Tongue) -> str:
    because = {RAISED: "; the severity rose", QUIET: "; nothing was noted for a while"}.get(
        main.asked_for, "; it reopened"
    )
    limit = f" until {tongue.clock(main.answer_by)}" if main.answer_by else ""
    return f"{_name(main, tongue)} is asked{limit} whether they still have it{because}. Silence pages the ladder again."


def _climbs(incident: Incident, ladder: Escalation, tongue: Tongue) -> str:
    rung = ladder.next_rung
    if rung is not None:
        level = level_name(incident, ladder, rung.level, tongue)
        return f"{level} is paged at {tongue.clock(rung.due_at)}."
    if ladder.repeat_at is not None:
        return f"all levels were paged; the ladder begins again at {tongue.clock(ladder.repeat_at)}."
    return "acknowledge it; nobody further is paged by itself."


def level_name(incident: Incident, ladder: Escalation, level: int, tongue: Tongue = PLAIN) -> str:
    """`level 2 (Engineering on call)`."""
    policy = incident.plan.policies.get(ladder.policy)
    named = policy is not None and 0 <= level < len(policy.levels)
    return f"level {level + 1}" + (f" ({tongue.text(policy.levels[level].name, _NAME)})" if policy and named else "")


def at_risk(incident: Incident, tongue: Tongue = PLAIN) -> str:
    """`open orders 14 · loss $1,240, as of 03:12 UTC`; empty where nothing has been read, or all is over."""
    exposure = stored_exposure(incident.exposure if incident.is_open else None)
    as_of = exposure.as_of
    return f"{tongue.text(say_figures(exposure), _EXPOSURE)}, as of {tongue.clock(as_of)}" if as_of else ""


def further_lines(incident: Incident, ladders: Mapping[str, Escalation], tongue: Tongue = PLAIN) -> list[str]:
    """What else is under way or must be known: help, further types, a handover, no route, alerts that still fire."""
    lines = []
    if incident.lasts and not incident.merged_into:
        if incident.is_monitored and stand(incident, ladders) != MONITORED:
            lines.append(f"Monitoring: mitigated, says {tongue.text(incident.monitored_by, _NAME)}.")
        if HELP in ladders:
            lines.append(_help(incident, ladders[HELP], tongue))
        others = [ladder for part, ladder in ladders.items() if part not in (MAIN, HELP)]
        lines += [_part(incident, ladder, tongue) for ladder in others[:_PARTS_SHOWN]]
        if len(others) > _PARTS_SHOWN:
            lines.append(f"And {words.count(len(others) - _PARTS_SHOWN, 'further type')}.")
        if incident.handover_to:
            asked = tongue.who(incident.handover_to, incident.handover_to)
            lines.append(f"Handover: {asked} is asked to take it; nothing changes until they accept.")
    elif incident.firing and not incident.merged_into and not incident.awaits_confirmation:
        fires = "alert still fires" if incident.firing == 1 else "alerts still fire"
        lines.append(f"Mind: {incident.firing:,} {fires}.")
    if incident.unrouted:
        lines.append("Unrouted: no route matched, so the catch-all policy pages. Check system and severity.")
    return [line for line in lines if line]


def _help(incident: Incident, ladder: Escalation, tongue: Tongue) -> str:
    if ladder.state == ENDED:
        return f"Help: {_name(ladder, tongue)} came." if ladder.holder else ""
    if ladder.state == HELD:
        return f"Help: {_name(ladder, tongue)} came."
    called = level_name(incident, ladder, ladder.highest, tongue) if ladder.highest >= 0 else "the next level"
    if ladder.next_rung is None:
        return f"Help: {called} is called; there is no level above."
    return f"Help: {called} is called; {_climbs(incident, ladder, tongue)}"


def _part(incident: Incident, ladder: Escalation, tongue: Tongue) -> str:
    name = tongue.text(ladder.part, _NAME)
    if ladder.state == RUNNING:
        return f"Type {name}: nobody has it; {_climbs(incident, ladder, tongue)}"
    if ladder.state == HELD and ladder.answer_by is not None:
        return f"Type {name}: {_asked(ladder, tongue)}"
    return f"Type {name}: acknowledged by {_name(ladder, tongue)}" if ladder.holder else ""


def _name(ladder: Escalation, tongue: Tongue) -> str:
    return tongue.who(ladder.holder_slack, ladder.holder_name)

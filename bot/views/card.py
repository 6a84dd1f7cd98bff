"""The incident's card: what is wrong, who has it, what comes next, and the buttons for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.duty import OnDuty
from bot.core.escalation import MAIN, RUNNING, Escalation
from bot.core.incident import RESOLVED, Incident
from bot.views.blocks import (
    ACTIVE_AGAIN,
    CONFIRM_POSITIONS,
    Block,
    Drawn,
    actions,
    button,
    context,
    more,
    sealed,
    section,
)
from bot.views.duties import duties_line
from bot.views.mrkdwn import date, fit, link, strong
from bot.views.playbook import offer_buttons
from bot.views.state import (
    ASKED,
    DONE,
    MARKS,
    MONITORED,
    OVER,
    OWNED,
    SLACK,
    UNHELD,
    at_risk,
    further_lines,
    next_line,
    stand,
    state_line,
)
from bot.views.words import clean, count

__all__ = ["Drawn", "board_page", "card", "likely_verbs", "notification", "small_card"]

ALERTS_SHOWN = 5
_TEXT_LINES, _TEXT_READ = 6, 20_000


def card(
    incident: Incident,
    ladders: Mapping[str, Escalation],
    *,
    alerts: Sequence[tuple[str, bool]] = (),
    board: str = "",
    links: Mapping[int, str] | None = None,
    offers: Sequence[tuple[str, str]] = (),
    duties: Sequence[OnDuty] = (),
    now: datetime | None = None,
) -> Drawn:
    """The incident's own card. `alerts` are the first few titles with whether they fire; `board` is the address of the
    board; `links` leads from other incidents' numbers to their threads; `offers` are names and titles of playbooks that
    fit; `duties` who has which. With `now`, Undo Merge goes when its time is over. Nothing else in it changes by the
    clock alone: due times are Slack dates."""
    places = links or {}
    blocks = [("head", _head(incident, ladders, board)), ("state", _state(incident, ladders, places, duties))]
    elements = _elements(incident, ladders, now)
    if elements:
        blocks.append(("act", actions(*elements)))
    if offers:
        blocks.append(("books", offer_buttons(incident.number, offers)))
    details = _details(incident, alerts)
    if details:
        blocks.append(("facts", section(*details)))
    footer = _footer(incident, board, places)
    if footer:
        blocks.append(("foot", context(*footer)))
    return Drawn(text=notification(incident, ladders), blocks=sealed(f"inc.{incident.number}", blocks))


def small_card(incident: Incident, ladders: Mapping[str, Escalation], *, thread: str = "") -> Drawn:
    """The card for a channel that is a level of the ladder (ESCALATION 28); `thread` leads to its thread."""
    short = _standing(incident, ladders, {}, short=True)
    blocks = [("head", section(_title(incident, ladders, ""), *short))]
    elements = _elements(incident, ladders, None)
    if elements:
        blocks.append(("act", actions(*elements)))
    if thread:
        blocks.append(("foot", context(link(thread, f"Thread of {incident.label}"))))
    return Drawn(text=notification(incident, ladders), blocks=sealed(f"inc.{incident.number}.small", blocks))


def notification(incident: Incident, ladders: Mapping[str, Escalation] | None = None) -> str:
    """The incident in one line of mrkdwn, as a phone's notification shows it: `INC-12 critical hft: title`."""
    line = f"{incident.label} {incident.severity.word} {fit(incident.system, 60)}: {fit(incident.title, 300)}"
    return line if ladders is None else f"{line} – {_without_dates(incident, ladders)}"


def _without_dates(incident: Incident, ladders: Mapping[str, Escalation]) -> str:
    """The state for a notification, where a date would only be in the way and a mention would notify once more."""
    main = ladders.get(MAIN)
    match stand(incident, ladders):
        case "unheld":
            return "nobody has it"
        case "owned" | "asked" | "monitored" if main is not None:
            return f"{fit(main.holder_name, 80) or 'somebody'} has it"
        case "over":
            return "over, positions and orders to be confirmed"
        case _:
            line = state_line(incident, ladders, SLACK)
            return line[:1].lower() + line[1:]


def board_page(board: str, number: int) -> str:
    """The address of an incident's page on the board; empty without a board."""
    return f"{board.rstrip('/')}/incidents/{number}" if board else ""


def _head(incident: Incident, ladders: Mapping[str, Escalation], board: str) -> Block:
    return section(_title(incident, ladders, board_page(board, incident.number)))


def _title(incident: Incident, ladders: Mapping[str, Escalation], page: str) -> str:
    number = link(page, incident.label) if page else incident.label
    mark = MARKS[stand(incident, ladders)]
    head = f"{mark} *{number} · {incident.severity.word}* · {fit(incident.system, 60)}"
    return f"{head}\n{strong(fit(incident.title, 300)) or '(no title)'}"


def _state(
    incident: Incident, ladders: Mapping[str, Escalation], places: Mapping[int, str], duties: Sequence[OnDuty]
) -> Block:
    return section(*_standing(incident, ladders, places), duties_line(duties))


def _standing(
    incident: Incident, ladders: Mapping[str, Escalation], places: Mapping[int, str], *, short: bool = False
) -> list[str]:
    stands = stand(incident, ladders)
    upcoming = next_line(incident, ladders, SLACK)
    if incident.merged_into and incident.merged_into in places:
        upcoming = f"go on in {link(places[incident.merged_into], f'INC-{incident.merged_into}')}."
    first = stands in (UNHELD, OWNED, ASKED, MONITORED) and incident.first_step
    return [
        strong(state_line(incident, ladders, SLACK)),
        f"*Next:* {upcoming}",
        f"*First step:* {fit(incident.first_step, 300)}" if first else "",
        f"*Found:* {fit(incident.verdict, 400)}" if incident.verdict else "",
        f"*At risk:* {risk}" if (risk := at_risk(incident, SLACK)) else "",
        *([] if short else further_lines(incident, ladders, SLACK)),
    ]


def _details(incident: Incident, alerts: Sequence[tuple[str, bool]]) -> list[str]:
    facts = [f"Since {date(incident.since)}"]
    facts += [fit(incident.component, 80)] if incident.component else []
    facts += [f"type {fit(incident.type, 40)}"] if incident.type else []
    facts += [f"{count(incident.alerts, 'alert')}, {incident.firing:,} firing"] if incident.alerts else ["no alert"]
    lines = [" · ".join(facts)]
    if incident.text.strip():
        lines += [f">{line}" for line in fit(_few_lines(incident.text), 500, lines=True).split("\n")]
    if incident.alerts > 1:
        lines += [f"• {'firing' if fires else 'over'}: {fit(title, 150)}" for title, fires in alerts[:ALERTS_SHOWN]]
        left = incident.alerts - min(len(alerts), ALERTS_SHOWN)
        lines += [f"• and {left:,} more: see the thread"] if alerts and left > 0 else []
    return lines


def _few_lines(text: str) -> str:
    """Lines that say something, the first few; the rest stays visible on the last of them until it is cut."""
    lines = [line for line in clean(text[:_TEXT_READ]).split("\n") if line.strip()]
    rest = " ".join(lines[_TEXT_LINES - 1 :])
    return "\n".join([*lines[: _TEXT_LINES - 1], rest] if rest else lines)


def _footer(incident: Incident, board: str, places: Mapping[int, str]) -> list[str]:
    parts = [link(incident.link, "Monitor")] if incident.link else []
    if board:
        parts.append(link(board_page(board, incident.number), "Board"))
    if incident.follows:
        former = f"INC-{incident.follows}"
        place = places.get(incident.follows, "")
        parts.append(f"Follows {link(place, former) if place else former}")
    return parts


def likely_verbs(incident: Incident, ladders: Mapping[str, Escalation], now: datetime) -> tuple[str, ...]:
    """The verbs that its card offers in this state, the likeliest first; `why` where it offers none."""
    elements = _elements(incident, ladders, now)
    shown = [str(one["action_id"]).removeprefix("incident.") for one in elements if one["type"] == "button"]
    listed = [str(option["value"]).split()[0] for one in elements for option in one.get("options", ())]
    return (*shown, *listed) or ("why",)


def _elements(incident: Incident, ladders: Mapping[str, Escalation], now: datetime | None) -> list[Block]:
    """The buttons of its state: never one that could do nothing, one primary, the rest behind More."""
    number = incident.number
    stands = stand(incident, ladders)
    resolve = button("resolve", number)
    answer = _somebody_called(incident, ladders)
    match stands:
        case "unheld":
            return [
                button("ack", number, primary=True),
                button("pass", number),
                resolve,
                more(number, ("escalate", "severity", "note", "why")),
            ]
        case "asked":
            return [
                button("confirm", number, primary=True),
                *([button("ack", number)] if answer else []),
                button("unack", number),
                resolve,
                more(number, ("take", "escalate", "handover", "note", "why")),
            ]
        case "owned" if answer:
            return [
                button("ack", number, primary=True),
                button("escalate", number),
                resolve,
                more(number, ("unack", "handover", "severity", "note", "why")),
            ]
        case "owned":
            return [
                button("escalate", number),
                button("unack", number),
                button("monitor", number),
                resolve,
                more(number, ("take", "handover", "severity", "note", "why")),
            ]
        case "monitored":
            return [
                *([button("ack", number)] if answer else []),
                button("resolve", number, primary=True),
                button("reopen", number, label=ACTIVE_AGAIN),
                button("escalate", number),
                more(number, ("unack", "handover", "severity", "note", "why")),
            ]
        case _:
            return _last_elements(incident, stands, now)


def _last_elements(incident: Incident, stands: str, now: datetime | None) -> list[Block]:
    number = incident.number
    if stands == OVER:
        return [
            button("confirm", number, label=CONFIRM_POSITIONS, primary=True),
            button("reopen", number),
            more(number, ("note", "why")),
        ]
    if stands == DONE:
        write = [button("postmortem", number, primary=True)] if incident.review_at is not None else []
        close = [button("close", number)] if incident.phase == RESOLVED else []
        return [*write, *close, button("reopen", number), more(number, ("note", "why"))]
    undo_until = incident.resolved_at + incident.plan.timings.undo_merge if incident.resolved_at else None
    if now is None or undo_until is None or now <= undo_until:
        return [button("unmerge", number)]
    return []


def _somebody_called(incident: Incident, ladders: Mapping[str, Escalation]) -> bool:
    """Somebody besides the holder is being called and can answer here: help, or a further type's people."""
    called = any(part != MAIN and ladder.state == RUNNING for part, ladder in ladders.items())
    return incident.lasts and called

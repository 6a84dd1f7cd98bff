"""Direct messages: a page with its buttons, its quiet edits, and the question of a handover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.escalation import HELD, MAIN, RUNNING, Escalation
from bot.core.incident import MONITORING, Incident
from bot.core.page import CONFIRM, PAGE
from bot.views.blocks import CONFIRM_POSITIONS, Block, Drawn, actions, button, context, sealed, section
from bot.views.card import notification
from bot.views.mrkdwn import date, fit, link, mention, strong
from bot.views.pages import PageText, notice_words
from bot.views.state import SLACK, at_risk, yours


def direct(
    text: PageText | None, incident: Incident, *, purpose: str = PAGE, holder: str = "", link_to: str = ""
) -> Drawn:
    """The direct message of a page. `purpose` is the page's (`page`, `confirm`, `direct`); `holder` names who has the
    incident by now: the page then calls for help. `link_to` is the address of the thread. `text` is the page as it was
    decided; None where nobody knows it any more."""
    blocks = [
        ("head", section(*_head(incident, purpose, holder))),
        *_asking(text, incident, purpose, holder),
        *_foot(incident, link_to),
    ]
    asks = f"Do you still have {incident.label}? " if purpose == CONFIRM else ""
    return Drawn(text=f"{asks}{notification(incident)}", blocks=sealed(f"dm.{incident.number}", blocks))


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What became of an incident."""

    what: str
    """As for `notice_text`."""
    who: str = ""
    """Who did it; empty: nobody in particular."""
    who_id: str = ""
    who_slack: str = ""


def edited(
    incident: Incident,
    ladders: Mapping[str, Escalation],
    news: News,
    *,
    reader: str,
    part: str = MAIN,
    purpose: str = PAGE,
    link_to: str = "",
) -> Drawn:
    """The direct message of a page that paged the person `reader` to a `part`, after there is news: it says first how
    the incident stands for that person, and keeps its buttons as long as it wants an answer."""
    main = ladders.get(MAIN)
    mine = _active(incident) and main is not None and main.state == HELD and main.holder == reader
    waits = _active(incident) and _waits(ladders.get(part), news.what, purpose)
    if waits:
        acts = _asking(None, incident, purpose, "")
    elif mine:
        acts = [("act", actions(*_owners(incident, main)))]
    else:
        acts = []
    who = mention(news.who_slack, news.who) if news.who or news.who_slack else ""
    said = _news(incident, ladders, news, reader, mine, fit(news.who, 80))
    first = _news(incident, ladders, news, reader, mine, who)
    lasts = [f"*Next:* {yours(main, SLACK)}"] if mine and main is not None and not waits else []
    blocks = [
        ("news", section(strong(first) if mine and "\n" not in first else first, *lasts)),
        ("head", section(*_named(incident))),
        *acts,
        *_positions(incident, news.what),
        *_foot(incident, link_to),
    ]
    return Drawn(text=said.replace("\n", " · "), blocks=sealed(f"dm.{incident.number}", blocks))


def _active(incident: Incident) -> bool:
    return incident.lasts and not incident.merged_into


def _waits(ladder: Escalation | None, what: str, purpose: str) -> bool:
    """Whether a page still wants its answer after this news."""
    if ladder is None or what not in ("verdict", "reopened", "acknowledged", "unacknowledged"):
        return False
    return ladder.answer_by is not None if purpose == CONFIRM else ladder.state == RUNNING


def _owners(incident: Incident, main: Escalation | None) -> list[Block]:
    asked = main is not None and main.answer_by is not None
    verbs = ("confirm", "note", "resolve", "unack") if asked else ("note", "resolve", "handover", "unack")
    return [button(verb, incident.number, primary=verb == "confirm") for verb in verbs]


def _news(incident: Incident, ladders: Mapping[str, Escalation], news: News, reader: str, mine: bool, who: str) -> str:
    """The news in the words for one reader, as it stands by now: an edit may have waited for Slack."""
    label, main = incident.label, ladders.get(MAIN)
    if news.what in ("acknowledged", "confirmed", "unacknowledged") and main is not None and _active(incident):
        own = bool(reader) and news.who_id == reader
        beside = any(e.holder == news.who_id for part, e in ladders.items() if part != MAIN and e.holder)
        helps = beside and news.who_id != main.holder
        has = f"{fit(main.holder_name, 80)} has {label}"
        if mine:
            return f"You have {label}." + (f" {who} came to help." if helps else "")
        if main.state != HELD:
            part = "You have" if own else f"{who} has"
            return f"{part} a part of {label}; nobody has the rest of it yet." if helps else f"Nobody has {label} now."
        if helps:
            return f"{has}; you are helping." if own else f"{has}, and {who} helps. You need not do anything."
        if news.what == "unacknowledged" or news.who_id not in ("", main.holder):
            return f"{has}. You need not do anything."
    words = notice_words(incident, news.what, who, SLACK)
    return f"{words}\nYou have {label}." if mine else words


def _positions(incident: Incident, what: str) -> list[tuple[str, Block]]:
    """The button for what is left to confirm once it is over."""
    if what != MONITORING or not incident.awaits_confirmation:
        return []
    return [("act", actions(button("confirm", incident.number, label=CONFIRM_POSITIONS, primary=True)))]


def notice(incident: Incident, what: str, *, who: str = "", who_slack: str = "", link_to: str = "") -> Drawn:
    """A quiet message of its own, to somebody who has no page that could be edited. `handover` asks for an answer."""
    if what == "handover":
        return handover_request(incident, who, link_to=link_to)
    words = notice_words(incident, what, mention(who_slack, who) if who or who_slack else "", SLACK)
    blocks = [
        ("news", section(words)),
        ("head", section(*_named(incident))),
        *_positions(incident, what),
        *_foot(incident, link_to),
    ]
    said = notice_words(incident, what, fit(who, 80), SLACK)
    return Drawn(text=said, blocks=sealed(f"dm.{incident.number}", blocks))


def handover_request(incident: Incident, asker_name: str, *, link_to: str = "") -> Drawn:
    """Asks somebody to take the incident; until they accept the holder keeps it (ESCALATION 17)."""
    asks = f"{fit(asker_name, 80) or 'Somebody'} asks you to take {incident.label}."
    number = incident.number
    blocks = [
        ("head", section(strong(asks), *_named(incident))),
        ("act", actions(button("accept", number, primary=True), button("decline", number))),
        ("foot", context("Nothing changes until you accept.", *_links(incident, link_to))),
    ]
    return Drawn(text=f"{asks} {notification(incident)}", blocks=sealed(f"handover.{number}", blocks))


def _head(incident: Incident, purpose: str, holder: str) -> list[str]:
    if purpose == CONFIRM:
        return [strong(f"Do you still have {incident.label}?"), *_named(incident)]
    helps = f"{fit(holder, 80)} has it and needs help." if holder else ""
    return [*_named(incident), helps]


def _named(incident: Incident) -> list[str]:
    first = f"*{incident.label} · {incident.severity.word}* · {fit(incident.system, 60)}"
    return [first, strong(fit(incident.title, 300)) or "(no title)"]


def _asking(text: PageText | None, incident: Incident, purpose: str, holder: str) -> list[tuple[str, Block]]:
    return [
        ("act", actions(*_answers(incident, purpose, holder))),
        ("facts", section(*_facts(incident, text))),
    ]


def _answers(incident: Incident, purpose: str, holder: str) -> list[Block]:
    number = incident.number
    if purpose == CONFIRM:
        return [button("confirm", number, primary=True), button("unack", number), button("escalate", number)]
    cannot = [] if holder else [button("pass", number)]
    return [button("ack", number, primary=True), *cannot, button("escalate", number)]


def _facts(incident: Incident, text: PageText | None) -> list[str]:
    others = ", ".join(f"INC-{number}" for number in text.already_on[:10]) if text else ""
    component = f" · {fit(incident.component, 80)}" if incident.component else ""
    return [
        f"*First step:* {fit(incident.first_step, 400)}" if incident.first_step else "",
        f"*Found:* {fit(incident.verdict, 500)}" if incident.verdict else "",
        f"*At risk:* {risk}" if (risk := at_risk(incident, SLACK)) else "",
        f"*Since:* {date(incident.since)}{component}",
        f"*Why you:* {fit(text.why, 300)}" if text is not None and text.why else "",
        f"You are already on {others}." if others else "",
    ]


def _foot(incident: Incident, link_to: str) -> list[tuple[str, Block]]:
    links = _links(incident, link_to)
    return [("foot", context(*links))] if links else []


def _links(incident: Incident, link_to: str) -> list[str]:
    thread = [link(link_to, f"Thread of {incident.label}")] if link_to else []
    return thread + ([link(incident.link, "Monitor")] if incident.link else [])

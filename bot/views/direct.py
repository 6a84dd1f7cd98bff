"""Direct messages: a page with its buttons, its quiet edits, and the question of a handover."""

from __future__ import annotations

from bot.core.incident import ACTIVE, MONITORING, Incident
from bot.core.page import CONFIRM, PAGE
from bot.views.blocks import CONFIRM_POSITIONS, Block, Drawn, actions, button, context, sealed, section
from bot.views.card import notification
from bot.views.mrkdwn import date, fit, link, mention, strong
from bot.views.pages import PageText, notice_words
from bot.views.state import SLACK

STILL_WANTED = frozenset({"verdict", "reopened"})
"""News after which a page still wants its answer, as long as nobody has the incident."""


def direct(
    text: PageText | None,
    incident: Incident,
    *,
    purpose: str = PAGE,
    holder: str = "",
    what: str = "",
    who: str = "",
    who_slack: str = "",
    link_to: str = "",
) -> Drawn:
    """The direct message of a page, and with `what` its edits. `purpose` is the page's (`page`, `confirm`, `direct`);
    `holder` names who has the incident by now: a page then calls for help, and an edit wants no answer. `what` is the
    news, as for `notice_text`, and `who` did it. `link_to` is the address of the thread. `text` is the page as it was
    decided; None where nobody knows it any more."""
    if what:
        waits = what in STILL_WANTED and incident.phase == ACTIVE and not incident.merged_into and not holder
        return _told(incident, what, who, who_slack, link_to, _asking(text, incident, purpose, "") if waits else [])
    blocks = [
        ("head", section(*_head(incident, purpose, holder))),
        *_asking(text, incident, purpose, holder),
        *_foot(incident, link_to),
    ]
    asks = f"Do you still have {incident.label}? " if purpose == CONFIRM else ""
    return Drawn(text=f"{asks}{notification(incident)}", blocks=sealed(f"dm.{incident.number}", blocks))


def notice(incident: Incident, what: str, *, who: str = "", who_slack: str = "", link_to: str = "") -> Drawn:
    """A quiet message of its own, to somebody who has no page that could be edited. `handover` asks for an answer."""
    if what == "handover":
        return handover_request(incident, who, link_to=link_to)
    return _told(incident, what, who, who_slack, link_to, [])


def _told(
    incident: Incident, what: str, who: str, who_slack: str, link_to: str, asking: list[tuple[str, Block]]
) -> Drawn:
    news = notice_words(incident, what, mention(who_slack, who) if who or who_slack else "", SLACK)
    blocks = [("news", section(news)), ("head", section(*_named(incident))), *asking]
    if what == incident.phase == MONITORING:
        confirm = button("confirm", incident.number, label=CONFIRM_POSITIONS, primary=True)
        blocks.append(("act", actions(confirm)))
    blocks += _foot(incident, link_to)
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

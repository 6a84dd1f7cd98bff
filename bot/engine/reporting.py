"""Reporting: an incident's report as it stands, and where it goes: stakeholders' channels and mailing lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core.duty import LEAD
from bot.core.escalation import HELD, MAIN
from bot.core.incident import Incident
from bot.core.oncall import Roster
from bot.core.page import Outgoing
from bot.core.policy import Level
from bot.core.report import Contacts, Report, report
from bot.core.system import Stakeholders
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.ledger import carried_payload
from bot.engine.said import Said, say
from bot.store.transaction import Tx
from bot.views.blocks import Drawn
from bot.views.card import board_page
from bot.views.report import HTML, MAIL, MARKDOWN, render, report_message, report_subject

_WHOLE = 20_000
"""Entries of a timeline that a report holds at most: more than any incident has that people worked on."""


def written(tx: Tx, desk: Desk, incident: Incident) -> Report:
    """The report as it stands, from what this transaction sees."""
    entries = tx.timeline.of(incident.number, _WHOLE)
    return report(incident, entries, _contacts(tx, desk, incident))


def _contacts(tx: Tx, desk: Desk, incident: Incident) -> Contacts:
    ladder = tx.incidents.escalations(incident.number).get(MAIN)
    lead = next((one.name for one in tx.duties.of(incident.number) if one.duty == LEAD), "")
    if ladder is None:
        return Contacts(lead=lead)
    held = HELD in (ladder.state, ladder.stopped_from)
    levels = incident.plan.policies[ladder.policy].levels
    above = min(ladder.highest + 1, len(levels) - 1)
    last = ", the last level" if ladder.highest >= above else ""
    return Contacts(
        lead=lead or (ladder.holder_name if held else "") or incident.resolved_by,
        escalation=_named(desk.roster(tx, incident.system), levels[above]) + last,
    )


def _named(roster: Roster, level: Level) -> str:
    """`Architecture (Carol Diaz)`."""
    names = ", ".join(dict.fromkeys(contact.name for contact, _ in roster.behind(level)))
    return level.name if names in ("", level.name) else f"{level.name} ({names})"


def templates(desk: Desk, system: str) -> Mapping[str, str]:
    """The desk's own templates for its reports, by file name."""
    contents = desk.packs.get(system)
    return {name: one.text for name, one in contents.templates.items()} if contents is not None else {}


def readers(desk: Desk, incident: Incident) -> Stakeholders:
    """Who reads the report of such an incident; each is named once."""
    known = desk.systems.get(incident.system)
    rows = [row for row in (known.stakeholders if known else ()) if row.read(incident.severity)]
    return Stakeholders(
        channels=tuple(dict.fromkeys(channel for row in rows for channel in row.channels)),
        mails=tuple(dict.fromkeys(address for row in rows for address in row.mails)),
    )


def publish(change: Change, *, mails: bool = False, in_any_case: bool = False) -> None:
    """The report has changed: the stakeholders' channels show it, and with `mails` the lists are sent it, whether or
    not Slack answers. It is drawn when it leaves; while one waits to be sent, one is enough. Costs no statement of its
    own. Nothing is told of an incident before somebody is at it, unless `in_any_case`."""
    incident = change.incident
    known = change.desk.systems.get(incident.system)
    if known is None or (incident.acknowledged_at is None and not in_any_case):
        return
    for channel in dict.fromkeys(channel for row in known.stakeholders for channel in row.channels):
        _send(change, "channel", channel, f"channel:{channel}", {"channel": channel})
    for address in readers(change.desk, incident).mails if mails else ():
        said = carried_payload(change, address, "mail", address, "notice", change.now)
        _send(change, "mail", address, f"mail:{address}", said)


def _send(change: Change, way: str, to: str, target: str, payload: Mapping[str, Any]) -> None:
    name = f"report.{change.incident.number}.{way}.{to}"
    change.tx.send(
        Outgoing(
            key=name,
            kind="report",
            incident=change.incident.number,
            lane=name,
            way=way,
            target=target,
            not_before=change.now,
            made_at=change.now,
            payload=payload,
        )
    )


def letter(tx: Tx, desk: Desk, row: Outgoing) -> Outgoing:
    """The row of a mail, with its subject and text as the report stands now."""
    incident = tx.incidents.get(row.incident)
    assert incident is not None, "incidents are never deleted"
    found, zone = written(tx, desk, incident), desk.zone(incident.system)
    body = render(found, MAIL, templates(desk, incident.system), zone)
    said = {"subject": report_subject(found), "body": body, "short": "", "speech": ""}
    # The row gives its name up when it is claimed, so that the next report can be asked for; every mail has its own.
    key = row.key if row.key.endswith(f".{row.id}") else f"{row.key}.{row.id}"
    return replace(row, key=key, payload={**row.payload, **said})


def message(tx: Tx, desk: Desk, incident: Incident, board: str = "") -> Drawn:
    """The report as a message, as it stands now; `board` is the address of the board."""
    page = board_page(board, incident.number)
    return report_message(written(tx, desk, incident), templates(desk, incident.system), page=page)


def attach(change: Change) -> None:
    """Post the report into the incident's thread: what there is room for in a message, and all of it as files."""
    change.tx.flush()
    found = written(change.tx, change.desk, change.incident)
    own, zone = templates(change.desk, change.incident.system), change.desk.zone(change.incident.system)
    stem = f"{found.label}-report-{change.now:%Y%m%d-%H%M%S}"
    change.post("report", {"thread": True})
    change.attach(f"{stem}.md", render(found, MARKDOWN, own, zone))
    change.attach(f"{stem}.html", render(found, HTML, own, zone))


def post_whole(tx: Tx, desk: Desk, number: int, now: datetime) -> Said:
    """Post the report of an incident into its thread, whole, as it stands now."""
    change = Change.load(tx, desk, number, now)
    attach(change)
    return say(change, f"The report of {change.incident.label} comes into its thread, whole as files.")

"""Offers: which playbooks there are for an incident, and which of them fit it."""

from __future__ import annotations

from bot.core.errors import Refused
from bot.core.evidence import State
from bot.core.expression import Blanks
from bot.core.incident import Incident
from bot.core.playbook import Playbook
from bot.core.playbook.offering import Offered, offered
from bot.core.routing import ROUTE_FACTS
from bot.engine.desk import Desk
from bot.store.transaction import Tx

_ALERTS = 20
"""Alerts of an incident that are read for what they say."""


def playbook_of(desk: Desk, system: str, name: str) -> Playbook:
    """The playbook of that name; Refused, naming what is near, where there is none."""
    playbooks = desk.packs[system].playbooks.by_name if system in desk.packs else {}
    if name not in playbooks:
        raise Refused(
            f"{system} has no playbook {name!r}. /playbook find WORDS looks for one; /playbook list names all."
        )
    return playbooks[name]


def offers(tx: Tx, desk: Desk, incident: Incident) -> list[Offered]:
    """The playbooks that fit an incident, best first."""
    contents = desk.packs.get(incident.system)
    if contents is None:
        return []
    alerts, _ = tx.alerts.joined_since(incident.number, None, _ALERTS)
    facts = [
        dict.fromkeys(ROUTE_FACTS, "")
        | {
            "labels": Blanks(alert.labels),
            "annotations": Blanks({}),
            "numbers": {},
            "severity": alert.severity.word,
            "title": alert.title,
            "text": f"{alert.title}\n{incident.text}",
        }
        for alert in alerts
    ]
    done = tx.looks.of_incident(incident.number)
    failing = [one.check for one in tx.looks.evidence_of(done[-1].id) if one.state is State.FAIL] if done else []
    text = "\n".join([incident.title, incident.text, *(alert.title for alert in alerts)])
    found = offered(
        contents.playbooks.by_name.values(), route=incident.route, alerts=facts, text=text, errors=contents.errors,
        failing=failing,
    )  # fmt: skip
    if not found and GENERIC in contents.playbooks.by_name:
        return [Offered(playbook=contents.playbooks.by_name[GENERIC], why="nothing fits better", weight=0.0)]
    return found


GENERIC = "incident"
"""The playbook for what no other is about."""

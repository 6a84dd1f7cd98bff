"""Offering: which playbooks fit an incident, by its route, its alerts, what they say, and the checks that fail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.error_entry import ErrorEntry, explained, pattern_of
from bot.core.expression import Facts
from bot.core.playbook.value import Playbook

_ROUTE, _ALERT, _ERROR, _CHECK = 3.0, 4.0, 4.0, 2.0
_MOST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """A playbook, and why it is offered."""

    playbook: Playbook
    why: str
    weight: float


def offered(
    playbooks: Iterable[Playbook],
    *,
    route: str,
    alerts: Collection[Mapping[str, Any]],
    text: str,
    errors: Collection[ErrorEntry] = (),
    failing: Collection[str] = (),
) -> list[Offered]:
    """Those that fit, best first, three at most. `alerts` are the facts of each alert as routes see them; `text` is
    all that the alerts say; `failing` are the names of checks that fail."""
    explains = {entry.playbook for entry in explained(list(errors), text) if entry.playbook}
    found = []
    for playbook in playbooks:
        offer, whys, weight = playbook.offer, [], 0.0
        if offer.when is not None and any(offer.when.ask(Facts(facts)).value for facts in alerts):
            whys.append("the alert says so")
            weight += _ALERT
        if playbook.name in explains or any(pattern_of(said).search(text) for said in offer.errors):
            whys.append("the alert holds its error message")
            weight += _ERROR
        if route and route in offer.routes:
            whys.append(f"route {route}")
            weight += _ROUTE / len(offer.routes) ** 0.25  # one that is for this alone says more
        failed = [check for check in offer.checks if check in failing]
        if failed:
            whys.append(f"{', '.join(failed[:2])} {'fails' if len(failed) == 1 else 'fail'}")
            weight += _CHECK * len(failed) / len(offer.checks) ** 0.5
        if whys:
            found.append(Offered(playbook=playbook, why="; ".join(whys), weight=weight))
    return sorted(found, key=lambda one: (-one.weight, one.playbook.name))[:_MOST]

"""Incident: what people work on. Its phases, and what may be done in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.alert import Severity
from bot.core.errors import Refused
from bot.core.policy import Plan

ACTIVE, MONITORING, RESOLVED, CLOSED = "active", "monitoring", "resolved", "closed"
"""`monitoring`: it hurts no more, says a person who watches it (`monitored_by`); or the monitor says it is over, and no
person has confirmed positions and orders (ESCALATION 22)."""

OPEN_PHASES = (ACTIVE, MONITORING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """One incident as it stands."""

    number: int
    system: str
    title: str
    text: str = ""
    severity: Severity
    type: str = ""
    component: str = ""
    phase: str = ACTIVE
    unrouted: bool = False
    route: str = ""
    policy: str = ""
    """The policy its route names; empty: chosen by severity and type."""
    first_step: str = ""
    group: str = ""
    """The group key within the system that further alerts join it by."""
    link: str = ""
    """Where the monitor shows it."""
    plan: Plan
    """The system's policies as they were when it opened (ESCALATION 4)."""
    opened_at: datetime
    since: datetime
    """When the trouble began, as the monitor says."""
    resolved_at: datetime | None = None
    resolved_by: str = ""
    """The name of the person who resolved it; empty when the monitor did."""
    missed: bool = False
    """It was over before anybody had acknowledged."""
    verdict: str = ""
    """What the checks found, in one line."""
    follows: int | None = None
    """The earlier incident of the same cause that this one links (ESCALATION 25)."""
    merged_into: int | None = None
    handover_to: str = ""
    """The contact or user id asked to take it over; empty: nobody."""
    alerts: int = 0
    firing: int = 0
    warn_at: datetime | None = None
    """When to say next that it is resolved and still fires (ESCALATION 24)."""
    digest_at: datetime | None = None
    """When to list the alerts that joined since `digested_at` (ESCALATION 26)."""
    digested_at: datetime | None = None
    acknowledged_at: datetime | None = None
    """When a person first had it."""
    diagnosed_at: datetime | None = None
    """When the first look at it had ended."""
    mitigated_at: datetime | None = None
    """When it first stopped hurting: it was monitored, or over at once."""
    monitored_by: str = ""
    """In phase `monitoring`: the name of the person who says that it is mitigated. Empty: the monitor says it is
    over."""
    closed_at: datetime | None = None
    """When nothing was left to be written about it."""
    fixed_by: str = ""
    """What ended it, as people say."""
    exposure: Mapping[str, Any] | None = None
    """What is at risk, as checks have read it; None: never read."""
    duties_at: datetime | None = None
    """When to ask for a lead, communications and a scribe that nobody has claimed."""
    update_at: datetime | None = None
    """When the next update of the report is due."""
    updates_missed: int = 0
    """Updates that were due and did not come, since the last one."""
    review_at: datetime | None = None
    """When to ask next for the postmortem."""
    items_at: datetime | None = None
    """When somebody is to be reminded next of an action item."""

    @property
    def reminders(self) -> tuple[datetime | None, ...]:
        """When something is to be done about it by the clock, besides its ladders."""
        return self.warn_at, self.digest_at, self.duties_at, self.update_at, self.review_at, self.items_at

    @property
    def label(self) -> str:
        """How people name it: `INC-12`."""
        return f"INC-{self.number}"

    @property
    def is_open(self) -> bool:
        """True while people or the ladder may still have to do something."""
        return self.phase in OPEN_PHASES

    @property
    def is_monitored(self) -> bool:
        """A person has mitigated it and watches it. Its ladders are as they were: somebody has it."""
        return self.phase == MONITORING and bool(self.monitored_by)

    @property
    def awaits_confirmation(self) -> bool:
        """The monitor says it is over; a person is to confirm positions and orders (ESCALATION 22)."""
        return self.phase == MONITORING and not self.monitored_by

    @property
    def lasts(self) -> bool:
        """The trouble may go on, so that its ladders count."""
        return self.phase == ACTIVE or self.is_monitored

    @property
    def dedup(self) -> str:
        """One key for all messages of this incident to systems that keep incidents of their own."""
        return f"tocsin-{self.system}-{self.number}-{int(self.opened_at.timestamp())}"


def no_such(number: int) -> Refused:
    """What to say of a number that no incident has."""
    return Refused(f"There is no INC-{number}. /incident list shows the open ones.")


def must_be_active(incident: Incident) -> None:
    """Raise Refused, saying what to do instead, unless the trouble still lasts: what concerns the ladder."""
    must_be_open(incident)
    if incident.awaits_confirmation:
        raise Refused(
            f"The monitor says {incident.label} is over. Check positions and orders, then: /incident confirm "
            f"{incident.number}. If it is not over: /incident reopen {incident.number}"
        )


def must_be_unfinished(incident: Incident) -> None:
    """Raise Refused, saying what to do instead, once nothing is left to be done about it."""
    if incident.merged_into:
        raise Refused(f"{incident.label} was merged into INC-{incident.merged_into}: use that number.")
    if incident.phase == CLOSED:
        raise Refused(f"{incident.label} is closed. If something is left to do: /incident reopen {incident.number}")


def must_be_open(incident: Incident) -> None:
    """Raise Refused, saying what to do instead, unless the incident is open."""
    if incident.merged_into:
        raise Refused(f"{incident.label} was merged into INC-{incident.merged_into}: use that number.")
    if not incident.is_open:
        by = f" by {incident.resolved_by}" if incident.resolved_by else " by the monitor"
        raise Refused(
            f"{incident.label} is already {incident.phase}{by}. If it is not over: /incident reopen {incident.number}"
        )

"""System: one trading system as its pack describes it, ready for the decisions of core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.alert import Severity
from bot.core.duty import DutyRules
from bot.core.expression import Expression
from bot.core.oncall import Contact, Roster
from bot.core.policy import Plan
from bot.core.routing import Route


@dataclass(frozen=True, kw_only=True, slots=True)
class Stakeholders:
    """Who reads the reports of incidents and does not work on them."""

    channels: Sequence[str] = ()
    """Slack channels, `#name` or an id: one message per incident, kept current."""
    mails: Sequence[str] = ()
    severities: frozenset[Severity] = frozenset()
    """Empty: every severity."""

    def read(self, severity: Severity) -> bool:
        """Whether they get the reports of such an incident."""
        return not self.severities or severity in self.severities


@dataclass(frozen=True, kw_only=True, slots=True)
class System:
    """What the verbs need to know of one trading system."""

    name: str
    title: str
    channel: str
    """The Slack channel of its incidents: `#name` or an id."""
    private_channel: str = ""
    """Where evidence of a security incident goes; empty: none."""
    other_channels: Sequence[str] = ()
    """Further channels whose slash commands mean this system."""
    roster: Roster = field(default_factory=lambda: Roster(contacts={}, roles={}))
    plan: Plan
    routes: Sequence[Route]
    owns: Expression | None = None
    """Which alerts of an endpoint that serves several systems are this one's; None: only by its routes."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """The system's own words for severities."""
    types: Sequence[str] = ()
    """The issue types it knows; empty: only the default one."""
    default_type: str = ""
    stakeholders: Sequence[Stakeholders] = ()
    duties: DutyRules = field(default_factory=DutyRules)
    time_zone: str = ""
    """A name of the time zone database; empty: the desk's."""
    first_step: str = "Acknowledge, then open the thread."
    """What a page tells people to do first where the route says nothing."""

    def contact(self, id_: str) -> Contact | None:
        """The contact of that id, if the pack still has it."""
        return self.roster.contacts.get(id_)

"""Desk: what the verbs need to know besides the database: the systems, the ways of paging, and what may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.core.alert import SEVERITY_MEANINGS, Severity
from bot.core.check import Checks
from bot.core.errors import Refused
from bot.core.finding import Explainer, Finder
from bot.core.oncall import Roster
from bot.core.redaction import Redactor
from bot.core.system import System
from bot.packs import Contents
from bot.store.transaction import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """What the ladder must know of one way of paging."""

    name: str
    wakes: bool
    voice: bool = False
    """A call: repeated when nobody answered, and one call for several pages."""
    keeps_incidents: bool = False
    """It has incidents of its own, which want to be told of acknowledgement and end."""
    missing: str = ""
    """Why it cannot be used here, with the setting to set; empty: it can."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Built once by the composition root."""

    systems: Mapping[str, System]
    ways: Mapping[str, Way]
    packs: Mapping[str, Contents] = field(default_factory=dict)
    """By system: its checks, playbooks and error messages."""
    redactor: Redactor = field(default_factory=lambda: Redactor(()))
    inactive: Sequence[str] = ()
    """Systems that there are packs for, but that this bot does not serve."""
    time_zone: str = "UTC"
    """The desk's, a name of the time zone database."""
    public_url: str = ""
    """Where the outside reaches the bot; empty: nowhere."""

    @property
    def has_slack(self) -> bool:
        """Whether people can read and type there; otherwise they are told of the terminal's commands."""
        slack = self.ways.get("slack")
        return slack is not None and not slack.missing

    def system(self, name: str) -> System:
        """The system of that name; Refused, naming those there are, where there is none."""
        if name in self.systems:
            return self.systems[name]
        raise Refused(f"There is no system {name!r} here. There are: {', '.join(self.systems) or 'none'}.")

    def zone(self, system: str = "") -> ZoneInfo:
        """The time zone of a system, else the desk's: when its nights and weeks are."""
        known = self.systems.get(system)
        return ZoneInfo(known.time_zone if known is not None and known.time_zone else self.time_zone)

    def checks(self, name: str) -> Checks:
        """What can be looked at in a system; nothing of one that is no longer configured."""
        return self.packs[name].checks if name in self.packs else Checks(by_name={}, suites={})

    def meanings(self, name: str) -> Mapping[Severity, str]:
        """What the severities mean in a system; what they usually mean where its pack does not say."""
        written = self.packs[name].file.severity_meanings.items() if name in self.packs else ()
        own = {str(word): meaning for word, meaning in written}
        return {severity: own.get(severity.word, usual) for severity, usual in SEVERITY_MEANINGS.items()}

    def types(self, name: str) -> Mapping[str, str]:
        """The issue types of a system, each with what it means, where its pack says so."""
        meanings = self.packs[name].file.types if name in self.packs else {}
        return {type_: meanings.get(type_, "") for type_ in (self.systems[name].types if name in self.systems else ())}

    @cached_property
    def finder(self) -> Finder:
        """Finds playbooks by words. Making it takes a moment, once: ask for it outside the event loop."""
        return Finder(contents.material for contents in self.packs.values())

    @cached_property
    def explainer(self) -> Explainer:
        """Finds error entries by what a log says."""
        return Explainer({name: contents.errors for name, contents in self.packs.items()})

    def roster(self, tx: Tx, name: str) -> Roster:
        """Who answers for the roles of a system now. A system that is no longer configured has nobody."""
        if name not in self.systems:
            return Roster(contacts={}, roles={})
        return replace(self.systems[name].roster, overrides=tx.people.overrides(name))

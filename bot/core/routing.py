"""Routing: which system, severity, type, component and policy an alert means. First match wins; nothing is dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.core.alert import Alert, Severity, severity_of
from bot.core.expression import Blanks, Expression, Facts

if TYPE_CHECKING:
    from bot.core.system import System


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One line of a pack's routing table."""

    name: str
    when: Expression | None
    """None: always."""
    severity: Severity | None = None
    """None: what the monitor said."""
    type: str = ""
    """An issue type of the system; empty: its default one."""
    component: str = ""
    """Fixed text, or empty: the alert's label named in `component_label`."""
    component_label: str = "component"
    policy: str = ""
    """Empty: by severity and type."""
    group_by: tuple[str, ...] = ()
    """Labels that make the group key among this route's alerts; empty: the monitor's own key, else system and
    component."""
    first_step: str = ""
    suite: str = ""
    """The checks to run by themselves when an incident opens; empty: the usual ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Routed:
    """Where one alert goes, and why."""

    system: str
    severity: Severity
    type: str
    component: str
    policy: str
    """The policy the route names, or empty: chosen by severity and type."""
    route: str
    unrouted: bool
    group: str
    """The group key within the system."""
    first_step: str
    why: str


def facts_of(alert: Alert, severity: Severity) -> Mapping[str, Any]:
    """What a route's expression may look at. A missing label is the empty string; a missing number is unknown."""
    return {
        "labels": Blanks(alert.labels),
        "annotations": Blanks(alert.annotations),
        "numbers": alert.numbers,
        "severity": severity.word,
        "title": alert.title,
        "text": f"{alert.title}\n{alert.text}",
        "endpoint": alert.endpoint,
    }


ROUTE_FACTS = frozenset({"labels", "annotations", "numbers", "severity", "title", "text", "endpoint"})
"""The names a route's expression may use."""

ROUTE_TEXTS = ("labels.*", "annotations.*", "severity", "title", "text", "endpoint")
"""Those of them that are texts, entry by entry."""

ROUTE_NUMBERS = ("numbers.*",)
"""Those that are numbers."""


_LONGEST_GROUP = 400
"""Characters: databases index no texts of any length."""


def route(alert: Alert, systems: Sequence[System]) -> Routed:
    """Route an alert among the systems its endpoint may address. At least one system is given.

    An answer that is unknown counts as yes: exposure that cannot be read counts as above the limit (ESCALATION 29);
    but not where the route would make it milder than the monitor says.
    When no route matches, the incident opens unrouted at the system that owns the alert, else at the first one."""
    facts: dict[Severity, Facts] = {}  # the same for all systems that mean the same by the monitor's word
    systems = _owners(alert, systems, facts)
    for system in systems:
        severity = severity_of(alert.severity, system.severities)
        for line in system.routes:
            answer = line.when.ask(_facts(alert, severity, facts)) if line.when else None
            if answer is not None and answer.value is False:
                continue
            unknown = answer is not None and answer.value is None
            if unknown and line.severity is not None and line.severity < severity:
                continue  # what cannot be read may make it worse, never milder
            why = f"route {line.name!r} of {system.name}"
            if answer is not None and answer.value is None:
                why += f", because a value could not be read ({answer.why}), which counts as above the limit"
            return _routed(alert, system, line, line.severity or severity, why)
    system = systems[0]
    severity = severity_of(alert.severity, system.severities)
    catch_all = Route(name="", when=None, policy=system.plan.catch_all)
    return _routed(alert, system, catch_all, severity, f"no route matched: catch-all policy of {system.name}")


def _owners(alert: Alert, systems: Sequence[System], facts: dict[Severity, Facts]) -> Sequence[System]:
    """The systems that claim this alert as theirs; all of them when none does."""
    if len(systems) == 1:
        return systems
    known = _facts(alert, severity_of(alert.severity), facts)
    return [s for s in systems if s.owns is not None and s.owns.ask(known).value is True] or systems


def _facts(alert: Alert, severity: Severity, ready: dict[Severity, Facts]) -> Facts:
    if severity not in ready:
        ready[severity] = Facts(facts_of(alert, severity))
    return ready[severity]


def _routed(alert: Alert, system: System, line: Route, severity: Severity, why: str) -> Routed:
    component = line.component or alert.labels.get(line.component_label) or alert.labels.get("component", "")
    labels = [alert.labels.get(label, "") for label in line.group_by]
    if any(labels):  # of none of them, they say nothing about what belongs together
        # The route's own: memory and open files of one machine are two troubles, each with a first step of its own.
        group = "by:" + "\x1f".join((line.name, *labels))
    elif alert.group_key:
        group = "key:" + alert.group_key
    elif component:
        group = "component:" + component
    else:
        # Of no known part: what has nothing in common but that must not hide behind one acknowledgement.
        group = f"route:{line.name}" if line.name else f"alert:{alert.labels.get('alertname') or alert.title}"
    return Routed(
        system=system.name,
        severity=severity,
        type=line.type or system.default_type,
        component=component,
        policy=line.policy,
        route=line.name,
        unrouted=not line.name,
        group=_bounded(group),
        first_step=line.first_step or system.first_step,
        why=why,
    )


def _bounded(group: str) -> str:
    """The key itself or, of a very long one, its beginning and what tells it from others that begin so."""
    if len(group) <= _LONGEST_GROUP:
        return group
    return f"{group[: _LONGEST_GROUP - 65]}#{hashlib.sha256(group.encode()).hexdigest()}"

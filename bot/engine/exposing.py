"""Exposing: what is at risk is read by every look at an incident, and what was found may make it graver."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.evidence import Evidence
from bot.core.exposure import Exposure, Raise, read, rule, say_figures, stored_exposure
from bot.core.oncall import BOT
from bot.engine import replan
from bot.engine.change import Change
from bot.packs import Contents


def note(change: Change, found: Sequence[Evidence]) -> None:
    """Take over the figures that a look has read."""
    contents = change.desk.packs.get(change.incident.system)
    if contents is None or not contents.figures:
        return
    stood = stored_exposure(change.incident.exposure)
    seen = {one.check for one in found}
    if seen.isdisjoint(figure.check for figure in contents.figures):
        return
    now = Exposure(readings=read(contents.figures, found, stood.readings), raised=stood.raised)
    change.set(exposure=change.desk.redactor.value(now.stored))
    change.tell("exposure", f"At risk: {say_figures(now)}", thread=False, data=now.stored)


def judge(change: Change, found: Sequence[Evidence]) -> None:
    """Raise what the rules say (ESCALATION 29). A rule acts when it begins to hold: what a person has lowered since
    stays low until it ceases to hold and holds anew. Rules of which not everything was looked at stay as they were."""
    contents = change.desk.packs.get(change.incident.system)
    if contents is None or not contents.raises or not change.incident.lasts:
        return
    stood, seen = stored_exposure(change.incident.exposure), {one.check for one in found}
    held = set(stood.raised)
    for one in contents.raises:
        if not _needs(contents, one) <= seen:
            continue
        ruling = rule(one, stood.readings, found, _facts(change))
        if ruling.holds and one.name not in held:
            _act(change, one, ruling.why)
        held = held | {one.name} if ruling.holds else held - {one.name}
    raised = tuple(one.name for one in contents.raises if one.name in held)
    if raised != stood.raised:
        change.set(exposure=Exposure(readings=stood.readings, raised=raised).stored)


def _needs(contents: Contents, one: Raise) -> set[str]:
    return {figure.check for figure in contents.figures if figure.name in one.figures} | set(one.checks)


def _facts(change: Change) -> dict[str, str]:
    incident = change.incident
    return {
        "severity": incident.severity.word,
        "type": incident.type,
        "component": incident.component,
        "route": incident.route,
    }


def _act(change: Change, one: Raise, why: str) -> None:
    replan.raise_severity(change, one.severity, BOT, why)
    if one.type and one.type != change.incident.type and one.type not in change.ladders:
        replan.add_type(change, one.type, BOT, why)

"""Makes the values of core of a pack whose shape is right, and has its meaning checked on the way."""

from __future__ import annotations

from dataclasses import replace

from bot.core.alert import Severity
from bot.core.duty import DutyRules
from bot.core.oncall import Roster
from bot.core.policy import Choice, Level, Plan, Policy, Target, Timings
from bot.core.system import Stakeholders, System
from bot.packs.ladders import check_ladders
from bot.packs.models import PlanEntry, PolicyEntry, StakeholdersEntry
from bot.packs.pack import Pack
from bot.packs.references import check_references
from bot.packs.routes import read_expression, read_routes
from bot.packs.variables import references


def build_system(name: str, pack: Pack) -> System | None:
    """The system that a pack describes. None when an expression cannot be read, an incident could be left without a
    policy or a ladder has no order; every other problem leaves a system that pages whom it can."""
    file = pack.file
    routes = read_routes(pack)
    owns = read_expression(file.owns, pack.document.place("owns"), pack.problems) if file.owns else None
    whole = check_references(pack)
    plan = build_plan(file.plan)
    whole &= check_ladders(pack, plan)
    if not whole or routes is None or (file.owns and owns is None):
        return None
    system = System(
        name=name,
        title=file.title,
        channel=file.channel,
        private_channel=file.private_channel,
        other_channels=file.other_channels,
        roster=Roster(contacts=pack.contacts, roles=dict(file.roles)),
        plan=plan,
        routes=routes,
        owns=owns,
        severities={word.strip().lower(): Severity[to.upper()] for word, to in file.severities.items()},
        types=tuple(file.types),
        time_zone=file.time_zone,
        default_type=file.default_type,
        duties=DutyRules(
            severities=frozenset(Severity[word.upper()] for word in file.duties.severities),
            ask_after=file.duties.ask_after,
        ),
        stakeholders=tuple(build_stakeholders(row) for row in file.stakeholders),
    )
    return replace(system, first_step=file.first_step) if file.first_step else system


def build_stakeholders(row: StakeholdersEntry) -> Stakeholders:
    """Those of a row whose variables are set: of the others nobody is told."""
    return Stakeholders(
        channels=tuple(channel for channel in row.channels if not references(channel)),
        mails=tuple(address for address in row.mails if not references(address)),
        severities=frozenset(Severity[word.upper()] for word in row.severities),
    )


def build_plan(entry: PlanEntry) -> Plan:
    """The plan; policies that do not exist are left out of the table, and the first stands in for the catch-all."""
    policies = {name: build_policy(name, policy) for name, policy in entry.policies.items()}
    choices = tuple(
        Choice(
            policy=row.policy,
            severities=frozenset(Severity[word.upper()] for word in row.severities),
            types=frozenset(row.types),
        )
        for row in entry.choose
        if row.policy in policies
    )
    return Plan(
        policies=policies,
        choices=choices,
        catch_all=entry.catch_all if entry.catch_all in policies else next(iter(policies)),
        timings=Timings(**{name: getattr(entry.timings, name) for name in type(entry.timings).model_fields}),
    )


def build_policy(name: str, entry: PolicyEntry) -> Policy:
    """One ladder."""
    levels = tuple(
        Level(
            name=level.name,
            after=level.after,
            targets=tuple(Target(to=page.to, ways=page.by) for page in level.page),
        )
        for level in entry.levels
    )
    return Policy(name=name, levels=levels, repeats=entry.repeats)

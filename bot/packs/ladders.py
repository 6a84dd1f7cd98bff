"""Checks of the ladders: whether critical incidents wake people, whether pages can be answered, whether levels help.

ESCALATION 5, 7 and 18; the numbers in brackets are its sentences."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.core.alert import Severity
from bot.core.policy import Plan
from bot.packs.models import PolicyEntry
from bot.packs.pack import Pack
from bot.packs.problems import Place

_IN_SLACK = frozenset({"slack", "none"})


@dataclass(kw_only=True, slots=True)
class _Use:
    """When a policy is taken."""

    severities: set[Severity] = field(default_factory=set)
    critical: str = ""
    """Why it may be taken by a critical incident, in words; empty: it is not."""
    raised: str = ""
    """The route that names it for a lesser severity: raised to critical, the incident stays on it."""


def check_ladders(pack: Pack, plan: Plan) -> bool:
    """Tell of everything about the ladders that would let people sleep or keep them from answering; False when the
    order of a ladder is broken."""
    whole = True
    uses = _uses(pack, plan)
    for name, policy in pack.file.plan.policies.items():
        whole &= _check_order(pack, name, policy)
        use = uses.get(name)
        if use is None:
            place = pack.document.place("plan", "policies", name)
            pack.problems.warning(
                place, f"policy {name!r} is never taken", "write it into `choose` or a route, or delete it"
            )
            continue
        _check_waking(pack, name, policy, use)
        _check_news(pack, name, policy)
        _check_answers(pack, name, policy, use)
    _check_public_address(pack)
    return whole


def _uses(pack: Pack, plan: Plan) -> dict[str, _Use]:
    uses: dict[str, _Use] = {}

    def take(policy: str, severity: Severity, why: str) -> None:
        use = uses.setdefault(policy, _Use())
        use.severities.add(severity)
        if severity is Severity.CRITICAL and not use.critical:
            use.critical = why

    for type_ in pack.file.types or {"": ""}:
        for severity in Severity:
            why = f"critical incidents of type {type_} take it" if type_ else "critical incidents take it"
            take(plan.choose(severity, type_).name, severity, why)
    for severity in Severity:
        take(plan.catch_all, severity, "alerts that no route knows take it, and they may be critical")
    for route in pack.file.routes:
        if route.policy not in plan.policies:
            continue
        for severity in Severity if route.severity is None else (Severity[route.severity.upper()],):
            take(route.policy, severity, f"critical alerts of route {route.name!r} take it")
        uses[route.policy].raised = uses[route.policy].raised or route.name
    return uses


def _check_order(pack: Pack, name: str, policy: PolicyEntry) -> bool:
    first, whole = policy.levels[0], True
    if first.after and not policy.starts_late:
        place = pack.document.place("plan", "policies", name, "levels", 0)
        remedy = "write after: 0m, or starts_late: true in the policy if it is meant to wait"
        pack.problems.error(place, f"the first level of {name!r} is not paged at once", remedy)
    for position in range(1, len(policy.levels)):
        level, before = policy.levels[position], policy.levels[position - 1]
        place = pack.document.place("plan", "policies", name, "levels", position)
        if level.after < before.after:
            remedy = "delays count from the start of the round: write a later one"
            pack.problems.error(place, f"level {level.name!r} is due before level {before.name!r}", remedy)
            whole = False
        elif level.after == before.after:
            remedy = "make them one level, or write a later delay"
            pack.problems.warning(place, f"level {level.name!r} is due together with level {before.name!r}", remedy)
    return whole


def _check_waking(pack: Pack, name: str, policy: PolicyEntry, use: _Use) -> None:
    """A critical incident wakes somebody on every level (5)."""
    waking = sorted(way for way, info in pack.ways.items() if info.wakes)
    remedy = f"page somebody there by one of: {', '.join(waking) or 'no way that wakes is set up'}"
    for position, level in enumerate(policy.levels):
        if not pack.knows(level) or pack.wakes(level):
            continue
        place = pack.document.place("plan", "policies", name, "levels", position)
        if use.critical:
            said = f"level {level.name!r} of {name!r} wakes nobody, and {use.critical}"
            pack.problems.error(place, said, remedy)
        elif use.raised:
            said = f"level {level.name!r} of {name!r} wakes nobody, also when an incident of route {use.raised!r}"
            remedy = f"{remedy}, or let the severity choose the policy"
            pack.problems.warning(place, f"{said} is raised to critical", remedy)


def _check_news(pack: Pack, name: str, policy: PolicyEntry) -> None:
    """A level that adds no new person or number is no escalation (7)."""
    known: dict[str, str] = {}
    people: set[str] = set()
    for position, level in enumerate(policy.levels):
        place = pack.document.place("plan", "policies", name, "levels", position)
        reached = [
            (contact.id, contact.name, way, pack.address(contact, way))
            for page in level.page
            for contact in pack.people(page.to)
            for way in page.by
            if way in pack.ways and pack.address(contact, way)
        ]
        channels = {page.to for page in level.page if page.to.startswith("#")}
        fresh = any(
            address not in known and (id_ not in people or pack.ways[way].wakes) for id_, _, way, address in reached
        )
        if position and pack.knows(level) and not fresh and channels <= people:
            said = f"level {level.name!r} of {name!r} adds no new person or number"
            pack.problems.warning(place, said, "page somebody else there, or delete it")
        else:
            _check_shared_numbers(pack, place, level.name, reached, known)
        for id_, contact, _, address in reached:
            known.setdefault(address, contact)
            people.add(id_)
        people |= channels


def _check_shared_numbers(
    pack: Pack, place: Place, level: str, reached: list[tuple[str, str, str, str]], known: dict[str, str]
) -> None:
    for _, contact, way, address in reached:
        owner = known.get(address, contact)
        if pack.ways[way].wakes and owner != contact:
            said = f"on level {level!r} the {way} address of {contact} is that of {owner}, whom a level before pages"
            pack.problems.warning(place, said, "give it a number of its own")


def _check_answers(pack: Pack, name: str, policy: PolicyEntry, use: _Use) -> None:
    """Pages can be answered while Slack is away (18)."""
    ways = {way for level in policy.levels for page in level.page for way in page.by if way in pack.ways}
    if not all(pack.knows(level) for level in policy.levels):
        return
    if any(pack.ways[way].answers not in _IN_SLACK for way in ways):
        return
    # A low incident that ends by itself asks for no answer.
    if use.severities <= {Severity.LOW} and not policy.repeats:
        return
    others = sorted(way for way, info in pack.ways.items() if info.answers not in _IN_SLACK)
    tell = pack.problems.error if use.critical else pack.problems.warning
    tell(
        pack.document.place("plan", "policies", name),
        f"nobody could answer the pages of {name!r} while Slack is away",
        f"add one of these ways: {', '.join(others) or 'none is set up'}",
    )


def _check_public_address(pack: Pack) -> None:
    if pack.public_address:
        return
    affected = [
        name
        for name, policy in pack.file.plan.policies.items()
        if any(
            pack.ways[way].answers not in _IN_SLACK
            for level in policy.levels
            for page in level.page
            for way in page.by
            if way in pack.ways
        )
    ]
    if affected:
        named = ", ".join(affected[:3]) + (f" and {len(affected) - 3} more" if len(affected) > 3 else "")
        pack.problems.warning(
            pack.document.place("plan", "policies"),
            f"the bot has no public address, so that pages of {named} can be answered in Slack only",
            "set TOCSIN_PUBLIC_URL to the address under which the outside reaches the bot",
        )

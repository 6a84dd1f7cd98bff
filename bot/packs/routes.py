"""Makes the routes, and checks that each can be reached and none takes everything by accident."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.alert import Alert, Severity
from bot.core.answer_sorts import wrong_answers
from bot.core.errors import BadContent
from bot.core.expression import Expression, compile_expression
from bot.core.routing import ROUTE_FACTS, ROUTE_NUMBERS, ROUTE_TEXTS, Route, facts_of
from bot.packs.models import RouteEntry
from bot.packs.pack import Pack
from bot.packs.problems import Place, Problems, meant

_FUNCTIONS = ("number", "matches", "min", "max", "abs", "round")
_SAYS_NOTHING = facts_of(
    Alert(endpoint="", fingerprint="", firing=True, title="", starts_at=datetime(2000, 1, 1, tzinfo=UTC)), Severity.HIGH
)


def read_expression(source: str, place: Place, problems: Problems) -> Expression | None:
    """A compiled expression about alerts; None, with the reason among the problems, when it cannot be one."""
    try:
        expression = compile_expression(source)
    except BadContent as problem:
        said, _, remedy = str(problem).partition("; ")
        problems.error(place, said, remedy or "correct the expression")
        return None
    strangers = sorted(expression.names - ROUTE_FACTS)
    for name in strangers:
        remedy = meant(name, [*ROUTE_FACTS, *_FUNCTIONS])
        problems.error(place, f"expression {source!r}: alerts have no fact {name!r}", remedy)
    _check_sort(source, place, problems)
    return None if strangers else expression


def _check_sort(source: str, place: Place, problems: Problems) -> None:
    """Tell of an expression that is no question."""
    wrong = wrong_answers(source, texts=ROUTE_TEXTS, numbers=ROUTE_NUMBERS)
    remedy = "compare it: labels.team == 'fx', labels.team != '', number(labels.loss) > 1000"
    if wrong.always:
        problems.error(place, f"expression {source!r} answers with {wrong.always}, never with true or false", remedy)
    elif wrong.at_times:
        said = f"expression {source!r} answers with {wrong.at_times} where a part of it is empty: neither yes nor no"
        problems.warning(place, said, "compare that part as well: write labels.loss != '' for labels.loss")


def read_routes(pack: Pack) -> tuple[Route, ...] | None:
    """The routing table; None when an expression is wrong."""
    routes: list[Route] = []
    whole = True
    taken_by = ""
    seen: dict[str, str] = {}
    names: set[str] = set()
    for position, entry in enumerate(pack.file.routes):
        place = pack.document.place("routes", position)
        if entry.name in names:
            pack.problems.error(place, f"two routes are called {entry.name!r}", "name one otherwise")
        names.add(entry.name)
        expression = None
        if entry.when:
            when = pack.document.place("routes", position, "when")
            expression = read_expression(entry.when, when, pack.problems)
            whole &= expression is not None
        blocker = taken_by or (seen.get(entry.when, "") if entry.when else "")
        if blocker:
            said = f"no alert gets to route {entry.name!r}: route {blocker!r} above takes them"
            pack.problems.warning(place, said, "move this route up, or delete it")
        if entry.when:
            seen.setdefault(entry.when, entry.name)
        if expression is not None:
            taken_by = taken_by or _check_answer(pack, entry, expression, place)
        elif not entry.when:
            taken_by = taken_by or entry.name
        routes.append(_route(entry, expression))
    return tuple(routes) if whole else None


def _check_answer(pack: Pack, entry: RouteEntry, expression: Expression, place: Place) -> str:
    """The route's name when it takes every alert."""
    answer = expression.ask(_SAYS_NOTHING)
    if expression.names and answer.value is None:
        pack.problems.warning(
            place,
            f"route {entry.name!r} takes every alert from which a value cannot be read ({answer.why})",
            "ask first whether it is such an alert: matches(labels.alertname, 'Loss') and ...",
        )
    if expression.names or answer.value is None:
        return ""
    if answer.value is False:
        pack.problems.warning(place, f"route {entry.name!r} takes no alert: its expression is never true", "correct it")
        return ""
    return entry.name


def _route(entry: RouteEntry, expression: Expression | None) -> Route:
    return Route(
        name=entry.name,
        when=expression,
        severity=Severity[entry.severity.upper()] if entry.severity else None,
        type=entry.type,
        component=entry.component,
        component_label=entry.component_label,
        policy=entry.policy,
        group_by=entry.group_by,
        first_step=entry.first_step,
        suite=entry.suite,
    )

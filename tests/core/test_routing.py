"""Routing: first match wins, nothing is dropped, a missing label is the empty text (ESCALATION 26, 29, 31)."""

import math
from dataclasses import replace

import pytest

from bot.core.alert import Severity
from bot.core.expression import compile_expression
from bot.core.routing import Route, route
from bot.core.system import System
from tests.core.kit import PLAN, alert


def line(name: str, when: str | None = None, **more) -> Route:
    return Route(name=name, when=compile_expression(when) if when else None, **more)


def system(*routes: Route, name: str = "hft", owns: str | None = None, **more) -> System:
    owned = compile_expression(owns) if owns else None
    return System(name=name, title=name, channel=f"#{name}", plan=PLAN, routes=routes, owns=owned, **more)


HFT = system(
    line("loss", "number(labels.loss) > 1000", severity=Severity.CRITICAL, type="money"),
    line("feed", "labels.team == 'feeds'", policy="high"),
    line("text", "matches(text, 'order.*rejected')", severity=Severity.HIGH),
    line("quiet", "severity == 'low'"),
    default_type="general",
    first_step="Look.",
)

# Labels, title, severity; the route and the severity they come to.
ROUTED = [
    # The first line that matches wins, though "feed" matches too.
    ({"loss": "2000", "team": "feeds"}, "Loss", "", "loss", Severity.CRITICAL),
    # Routes compare numbers, not words: "900" is not above 1000.
    ({"loss": "900", "team": "feeds"}, "Loss", "medium", "feed", Severity.MEDIUM),
    # 29: exposure that cannot be read counts as above the limit: missing, garbled, NaN.
    ({}, "Loss", "low", "loss", Severity.CRITICAL),
    ({"loss": "n/a"}, "Loss", "low", "loss", Severity.CRITICAL),
    ({"loss": "NaN"}, "Loss", "low", "loss", Severity.CRITICAL),
    # Infinity is above every limit.
    ({"loss": "inf"}, "Loss", "low", "loss", Severity.CRITICAL),
    # Text is title and text, in any case.
    ({"loss": "0"}, "ORDER 12 Rejected", "", "text", Severity.HIGH),
    # 31: the monitor's word is mapped before a route sees it.
    ({"loss": "0"}, "Disk", "notice", "quiet", Severity.LOW),
    # A missing label is the empty string and matches no team; nothing else matches either.
    ({"loss": "0"}, "Disk", "warning", "", Severity.MEDIUM),
]


@pytest.mark.parametrize(("labels", "title", "word", "name", "severity"), ROUTED)
def test_routes(labels, title, word, name, severity):
    """First match wins; ESCALATION 29, 31."""
    routed = route(alert(labels=labels, title=title, severity=word), [HFT])
    assert (routed.route, routed.severity, routed.unrouted) == (name, severity, not name)
    assert routed.why


def test_the_reason_says_what_could_not_be_read():
    """ESCALATION 29."""
    why = route(alert(labels={"loss": "n/a"}), [HFT]).why
    assert "counts as above the limit" in why
    assert "'n/a' is not a number" in why
    assert route(alert(labels={"loss": "2000"}), [HFT]).why == "route 'loss' of hft"


# What the monitor measured, and whether a route for losses above 1000 takes it.
MEASURED = [
    ({"loss": 1000.01}, True),
    ({"loss": 1000.0}, False),
    # 29: not measured, or not a number.
    ({}, True),
    ({"loss": math.nan}, True),
]


@pytest.mark.parametrize(("numbers", "taken"), MEASURED)
def test_measured_numbers(numbers, taken):
    """ESCALATION 29: a missing number is unknown, which counts as above the limit."""
    money = system(line("loss", "numbers.loss > 1000"))
    assert route(alert(numbers=numbers), [money]).route == ("loss" if taken else "")


def test_a_missing_label_is_the_empty_string():
    """So "labels.env != 'test'" is true of an alert without that label, and never unknown."""
    quiet = system(line("real", "labels.env != 'test'"), line("rest"))
    assert route(alert(), [quiet]).why == "route 'real' of hft"
    assert route(alert(labels={"env": "test"}), [quiet]).route == "rest"
    assert route(alert(), [system(line("none", "labels.env == ''"))]).route == "none"


def test_an_alert_that_no_route_matches_is_not_dropped():
    """It opens on the desk's catch-all policy, marked unrouted."""
    routed = route(alert(labels={"loss": "0"}, severity="medium"), [HFT])
    assert routed.unrouted
    assert (routed.system, routed.policy, routed.type, routed.first_step) == ("hft", "critical", "general", "Look.")
    assert routed.why == "no route matched: catch-all policy of hft"


def test_a_route_overrides_severity_type_policy_component_and_first_step():
    """And what it leaves out is the system's or the alert's own."""
    full = line("full", severity=Severity.LOW, type="data", policy="low", component="book", first_step="Stop the book.")
    own = system(full, default_type="general")
    routed = route(alert(severity="critical", labels={"component": "feed"}), [own])
    assert (routed.severity, routed.type, routed.policy) == (Severity.LOW, "data", "low")
    assert (routed.component, routed.first_step) == ("book", "Stop the book.")


def test_the_words_of_a_system_for_severities_win():
    """ESCALATION 31: a pack maps its own; sapphire calls a warning medium, another desk calls it high."""
    own = system(line("high", "severity == 'high'"), line("rest"), severities={"warning": Severity.HIGH})
    assert route(alert(severity="Warning"), [own]).route == "high"


# The route, the alert's labels and its monitor's own group key; the group.
GROUPS = [
    # 26: the monitor's own key.
    (line("a"), {"component": "feed"}, '{}:{alertname="X"}', 'key:{}:{alertname="X"}'),
    # 26: else system and component.
    (line("a"), {"component": "feed"}, "", "component:feed"),
    # Without a component: what the route stands for.
    (line("a"), {}, "", "route:a"),
    # The route says which label is the component, or fixes it.
    (line("a", component_label="service"), {"service": "oms", "component": "feed"}, "", "component:oms"),
    (line("a", component="book"), {"component": "feed"}, "", "component:book"),
    # The route says which labels make the group; a missing one is empty. It wins over the monitor's key.
    (line("a", group_by=("venue", "pair")), {"venue": "X", "pair": "BTC"}, "key", "by:a\x1fX\x1fBTC"),
    (line("a", group_by=("venue", "pair")), {"pair": "BTC"}, "key", "by:a\x1f\x1fBTC"),
]


GROUPS += [
    # Of none of the route's labels: the monitor's own key, else the component.
    (line("a", group_by=("venue", "pair")), {"component": "feed"}, "k1", "key:k1"),
    (line("a", group_by=("venue", "pair")), {"component": "feed"}, "", "component:feed"),
]


def test_a_group_of_any_length_is_one_that_databases_index():
    """Two that begin alike stay two."""
    keys = [route(alert(labels={"component": "漢" * 1000 + end}), [system(line("a"))]).group for end in "ab"]
    assert len(set(keys)) == 2
    assert max(map(len, keys)) <= 400


@pytest.mark.parametrize(("of", "labels", "key", "group"), GROUPS)
def test_group_keys(of, labels, key, group):
    """ESCALATION 26."""
    assert route(alert(labels=labels, group_key=key), [system(of)]).group == group


def test_unrouted_alerts_of_no_component_have_nothing_in_common():
    """ESCALATION 26: else one acknowledgement would silence whatever else nobody has written a route for."""
    desk = system(line("a", "labels.x == 'y'"))
    coffee = route(replace(alert(), title="coffee machine empty", labels={}), [desk])
    positions = route(replace(alert(), title="Positions not reconciled", labels={}), [desk])
    assert coffee.unrouted
    assert coffee.group != positions.group


def test_groups_of_different_sorts_never_meet():
    """ESCALATION 26: a component cannot be called like some monitor's key, nor two labels like two others."""
    by = line("a", group_by=("venue", "pair"))
    assert route(alert(group_key="feed"), [system(line("a"))]).group != "component:feed"
    first = route(alert(labels={"venue": "X", "pair": "YZ"}), [system(by)]).group
    assert first != route(alert(labels={"venue": "XY", "pair": "Z"}), [system(by)]).group


def test_labels_make_a_group_within_their_route():
    """ESCALATION 26: what two routes tell apart does not become one incident for being of the same machine."""
    desk = system(line("memory", "labels.x == 'm'", group_by=("host",)), line("files", group_by=("host",)))
    memory, files = (route(alert(labels={"x": x, "host": "h1"}), [desk]).group for x in "mf")
    assert memory != files


FX = system(line("fx", "labels.desk == 'fx'"), name="fx", owns="labels.system == 'fx'")
EQ = system(line("eq", "labels.desk == 'eq'"), name="eq", owns="labels.system == 'eq'")

# Labels of an alert to an endpoint of both systems; the system and route it comes to.
SHARED = [
    # Its owner's routes are asked alone.
    ({"system": "eq", "desk": "eq"}, "eq", "eq"),
    # Its owner has no route for it: unrouted there, though another system's route would match.
    ({"system": "eq", "desk": "fx"}, "eq", ""),
    # Nobody owns it: the routes of all systems, in their order.
    ({"desk": "eq"}, "eq", "eq"),
    ({"desk": "fx"}, "fx", "fx"),
    # Nobody owns it and no route matches: unrouted at the first system of the endpoint.
    ({"desk": "bonds"}, "fx", ""),
]


@pytest.mark.parametrize(("labels", "name", "of"), SHARED)
def test_an_endpoint_of_several_systems(labels, name, of):
    """The system that owns an alert has it."""
    routed = route(alert(labels=labels), [FX, EQ])
    assert (routed.system, routed.route) == (name, of)


def test_an_unknown_ownership_is_none():
    """Unknown counts as yes for a money route, not for a claim: else every system would own what none can read."""
    unsure = system(line("a"), name="unsure", owns="number(labels.loss) > 1000")
    assert route(alert(labels={"system": "eq"}), [unsure, EQ]).system == "eq"


def test_two_owners_are_asked_in_their_order():
    """The first owner with a matching route has it."""
    also = system(line("late", "labels.desk == 'none'"), name="also", owns="labels.system == 'eq'")
    assert route(alert(labels={"system": "eq", "desk": "eq"}), [also, EQ]).system == "eq"
    assert route(alert(labels={"system": "eq"}), [also, EQ]).system == "also"

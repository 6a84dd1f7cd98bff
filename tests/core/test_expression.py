"""The expression language of packs: true, false, or unknown, and never quietly the wrong one."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import BadContent
from bot.core.expression import Blanks, compile_expression


def ask(source: str, **facts: Any) -> bool | None:
    return compile_expression(source).ask(facts).value


@pytest.mark.parametrize(
    ("source", "facts", "wanted"),
    [
        # What is there
        ("labels.team == 'fx' and number(labels.loss) > 1000", {"labels": {"team": "fx", "loss": "1200"}}, True),
        ("labels.team == 'fx'", {"labels": {"team": "rates"}}, False),
        ("status != 'ok'", {"status": "down"}, True),
        ("count == 5", {"count": 5.0}, True),  # a whole number may arrive as a float
        ("up == true", {"up": True}, True),
        ("up", {"up": False}, False),  # a fact that is a truth value is an answer
        ("x > 1", {"x": math.inf}, True),  # Prometheus' +Inf is above any limit
        ("x in ('a', 'b')", {"x": "b"}, True),
        ("'a' in tags", {"tags": ["a"]}, True),
        ("1 < x < 3", {"x": 2}, True),  # a chain
        ("rows | length > 1", {"rows": [1, 2]}, True),
        ("rows | map(attribute='ms') | max > 5", {"rows": [{"ms": 3}, {"ms": 7}]}, True),
        ("max(a, b) > 5 and min(a, b) < 2 and abs(-1) == 1 and round(1.4) == 1", {"a": 1, "b": 7}, True),
        ("\n a == 1 ", {"a": 1}, True),  # as a YAML block writes it
        # What is missing: an answer that does not hang on it stands, any other is unknown
        ("a.b != 'ok'", {"a": {}}, None),  # Jinja's defaults would say true
        ("a.b != 'ok'", {"a": {"b": None}}, None),  # null is missing
        ("x > 1", {"x": math.nan}, None),  # NaN is missing: every comparison with it would be false
        ("x < 1", {}, None),
        ("not a.b", {"a": {}}, None),
        ("a.b == 1 or true", {"a": {}}, None),  # asked in order
        ("true or a.b == 1", {"a": {}}, True),  # decided before it is asked
        ("a is defined", {}, False),  # asking whether it is there has an answer
        ("a | default('x') == 'x'", {}, True),  # the author says what missing means
        ("rows[0].status != 'ok'", {"rows": [{"status": None}]}, None),  # null within a list of objects
        ("rows[0] != 'ok'", {"rows": [None]}, None),  # null within a list
        ("rows[1] == 'ok'", {"rows": [None, "ok"]}, True),  # its neighbour keeps its place
        ("rows | max > 1", {"rows": [math.nan, 5]}, None),  # NaN makes max() false or true by its place
        ("rows[3] == 1", {"rows": [1]}, None),  # beyond the end
        ("foo() == 1", {}, None),  # no such function
        # What is mistyped
        ("x > 1", {"x": "5"}, None),
        ("x == 5", {"x": "5"}, None),  # Python would say false
        ("x != 'ok'", {"x": 1}, None),  # Python would say true
        ("x == 'a'", {"x": ["a"]}, None),
        ("x == none", {"x": 5}, False),  # whatever is compared with none has an answer
        ("x", {"x": "yes"}, None),  # a text is no answer
        ("x", {"x": 1}, None),  # nor is a number
        ("x and true", {"x": "yes"}, True),  # but it may stand before an answer
        ("x | dictsort == []", {"x": 5}, None),  # a filter that stumbles
        ("1 / x > 1", {"x": 0}, None),
        ("'a' if x else 'b'", {"x": True}, None),
        # Names that are also names of methods or of Python's own
        ("a.items == 'x'", {"a": {"items": "x"}}, True),
        ("a.values > 1", {"a": {"values": 2}}, True),
        ("a.keys == 'x'", {"a": {}}, None),  # the method is not taken for a fact
        ("self == 'x'", {"self": "x"}, None),  # the one name Jinja keeps for itself
        ("result == 'x'", {"result": "x"}, True),
        # The sandbox
        ("'a' * 10 ** 12 == 'b'", {}, None),  # would fill the memory
        ("9 ** 99 ** 9 > 1", {}, None),  # would take for ever
        ("2 ** 10 * 3 == 3072", {}, True),  # sums are allowed
        ("x.__class__ == 'a'", {"x": "a"}, None),
        ("rows.append(1) == none", {"rows": [1]}, None),  # facts cannot be changed
        ("range(3) | length == 3", {}, None),  # not part of the language
    ],
)
def test_answers(source: str, facts: dict[str, Any], wanted: bool | None):
    answer = compile_expression(source).ask(facts)
    assert answer.value is wanted
    assert (answer.why == "") is (wanted is not None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1200", 1200),  # plain
        (" 1_200.5 ", 1200.5),  # as programmers group
        ("1,200", 1200),  # thousands
        ("-1,234,567.5", -1234567.5),  # more of them, below zero
        ("$1,200", 1200),  # money
        ("€5", 5),  # other money
        ("1e3", 1000),  # an exponent
        (1200, 1200),  # a number already
        ("+Inf", math.inf),  # Prometheus
        ("1,5", None),  # one and a half in Europe, fifteen nowhere
        ("1.234,56", None),  # European thousands: 1.23456 would be wrong by a thousand
        ("12,34,567", None),  # no grouping we know
        ("NaN", None),  # says nothing
        ("", None),  # no label
        ("1.2k", None),  # units are not guessed at
        ("93%", None),
        (True, None),  # a truth value is no number
    ],
)
def test_number(text: Any, number: float | None):
    above = None if number is None else number > 100
    assert ask("number(x) > 100", x=text) is above
    if number is not None:
        assert ask("number(x) == wanted", x=text, wanted=number) is True


def test_a_missing_label_of_a_route_is_the_empty_text():
    assert ask("labels.team == ''", labels=Blanks()) is True
    assert ask("labels.team == ''", labels=Blanks({"team": None})) is True
    assert ask("number(labels.loss) > 5", labels=Blanks()) is None


def test_matches_looks_anywhere_and_in_any_case():
    assert ask("matches(text, 'order.*reject')", text="12 ORDERS were Rejected") is True
    assert ask("matches(text, '^reject')", text="12 orders were rejected") is False
    assert ask("matches(text, pattern)", text="x", pattern="(") is None  # a pattern that is itself a fact


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("", "not understood"),  # nothing
        ("x = 1", "got '='"),  # the usual slip
        ("a ==", "not understood"),  # cut off
        ("a }} {{ b", "not understood"),  # out of the braces
        ("a == 1) or (b == 2", "not understood"),  # out of the brackets
        ("x | nofilter", "nofilter"),  # a filter that is not
        ("x is nottest", "nottest"),  # a test that is not
        ("matches(x, '(')", "not a regular expression"),  # found before the night it is needed
        ("(" * 500 + "1" + ")" * 500 + " == 1", "not understood"),  # deeper than the compiler goes
        ("1" * 5000 + " == 1", "not understood"),  # longer than a number may be
        ("x == 1" + " or x == 2" * 2000, "not understood"),  # longer than the compiler goes
    ],
)
def test_nonsense_is_refused_when_it_is_read(source: str, hint: str):
    with pytest.raises(BadContent, match=hint) as caught:
        compile_expression(source)
    assert len(str(caught.value)) < 600


def test_it_knows_the_names_it_looks_at():
    assert compile_expression("number(labels.a) > limit and x in y").names == {"labels", "limit", "x", "y"}


def test_unknown_says_which_fact():
    why = compile_expression("disk.used > 90").ask({"disk": {}}).why
    assert "used" in why
    assert "disk.used > 90" in why


def test_asking_changes_nothing():
    facts = {"a": {"b": None, "c": [None, 1]}}
    ask("a.b == 1", **facts)
    assert facts == {"a": {"b": None, "c": [None, 1]}}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
SOURCES = [
    "x == y", "x != 'ok'", "x > y", "number(x) > 1", "x.a == 1", "x[0] == y", "not x", "x and y", "x in y",
    "x | dictsort | length > 1", "x | sort | first == y", "x | map(attribute='a') | sum > 1", "matches(x, 'a')",
    "x | int > 1", "x | join(',') == ''", "max(x, y) > 1", "x | round > 1", "x | tojson == y", "-x > 1", "x ~ y == ''",
]  # fmt: skip


@settings(deadline=None)
@given(source=st.sampled_from(SOURCES), x=VALUES, y=VALUES)
def test_no_facts_make_it_raise(source: str, x: Any, y: Any):
    answer = compile_expression(source).ask({"x": x, "y": y})
    assert answer.value in (True, False, None)


@settings(deadline=None)
@given(source=st.text("abx.1'\"()[]{}=<>!|~+-*%, \n", max_size=30))
def test_no_source_makes_it_raise_anything_but_bad_content(source: str):
    try:
        expression = compile_expression(source)
    except BadContent:
        return
    assert expression.ask({"a": 1, "b": "x"}).value in (True, False, None)

"""What a pack says is at risk, and what makes an incident graver: every slip is told with its line and its remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from bot.core.alert import SEVERITY_MEANINGS, Severity
from bot.packs import Loaded, ProbeInfo, load
from tests.packs.kit import DESK, WAYS, line_of
from tests.packs.test_five_packs import FIVE, PROBES, loaded

_SORTS = {"count": "number", "values": "map", "status": "text", "some": "flag"}


class Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid")


LOOK = {"look": ProbeInfo(parameters=Parameters, facts=frozenset(_SORTS), fills=frozenset(), sorts=_SORTS)}

CHECKS = """\
checks:
  book: {title: The book, probe: look, at: box, fail: count > 9}
  account: {title: The account, probe: look, at: box}
  order: {title: One order, probe: look, at: box, asks: {id: {kind: order_id}}}
"""

RISK = """\
severity_meanings:
  critical: Money is being lost
exposure:
  orders: {title: open orders, check: book, fact: count}
  result: {title: profit, below_zero: loss, check: account, fact: values.pnl, unit: USD}
raises:
  - name: too much lost
    when: exposure['result'] < -1000 and checks.book.state == 'fail'
    severity: critical
    type: security
"""


def read(tmp_path: Path, risk: str = RISK) -> Loaded:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "system.yaml").write_text(DESK + risk)
    (folder / "checks.yaml").write_text(CHECKS)
    return load([folder], [], variables={"DESK_BOSS_PHONE": "+1-555-0199"}, ways=WAYS, probes=LOOK)


def test_what_it_becomes(tmp_path: Path) -> None:
    result = read(tmp_path)
    assert [str(problem) for problem in result.errors] == []
    contents = result.contents["desk"]
    assert [(one.name, one.check, one.fact, one.unit) for one in contents.figures] == [
        ("orders", "book", "count", ""),
        ("result", "account", "values.pnl", "USD"),
    ]
    (rule,) = contents.raises
    assert (rule.figures, rule.checks, rule.severity, rule.type) == (
        ("result",),
        ("book",),
        Severity.CRITICAL,
        "security",
    )
    assert [check.name for check in contents.beside] == ["book", "account"]


RULE = "too much lost"
"""Whose expression stands in the line below."""

# What is changed, words of the line that is named, what is said, and the remedy.
SLIPS = {
    "no such check": (("check: book,", "check: bock,"), "bock", "there is no check 'bock'", "did you mean 'book'"),
    "a check that needs an order": (("check: book,", "check: order,"), "check: order", "needs id", "needs nothing"),
    "no such fact": (("fact: count", "fact: counts"), "counts", "book reports no 'counts'", "did you mean 'count'"),
    "a text": (("fact: count", "fact: status"), "fact: status", "'status' of book is no number, but text", "count"),
    "a whole mapping": (("fact: values.pnl", "fact: values"), "values", "no number, but map", "write values.NAME"),
    "a part of a number": (("fact: count", "fact: count.all"), "count.all", "is no mapping", "write count"),
    "no such figure": (
        ("exposure['result']", "exposure.results"), RULE, "desk has no figure 'results'", "did you mean 'result'",
    ),
    "all figures": (("exposure['result'] < -1000", "exposure | length > 1"), RULE, "no figure", "orders"),
    "no such check in a rule": (("checks.book.state", "checks.bok.state"), RULE, "no check 'bok'", "'book'"),
    "no such fact in a rule": (("book.state == 'fail'", "book.cont > 3"), RULE, "reports no 'cont'", "'count'"),
    "a check by itself": (("checks.book.state == 'fail'", "checks.book"), RULE, "say what of book", "state"),
    "a check that never fails": (
        ("checks.book.state", "checks.account.state"), RULE, "account never fails", "write fail: in the check",
    ),
    "a check in a rule that needs an order": (("checks.book", "checks.order"), RULE, "needs id", "needs nothing"),
    "a stranger": (("exposure['result'] <", "loss <"), RULE, "knows nothing called 'loss'", "exposure"),
    "no question": (("exposure['result'] < -1000 and checks.book.state == 'fail'", "exposure.result"), RULE,
                    "answers with a number", "compare it"),
    "not understood": (("< -1000 and", "< < and"), RULE, "is not understood", "write for example"),
    "no such type": (("type: security\n\n", "type: securty\n\n"), "securty", "there is no type 'securty'", "security"),
    "a long meaning": (("Money is being lost", "Money is being lost " * 5), "critical:", "it is too long", "write"),
    "an unknown severity": (("  critical: Money", "  urgent: Money"), "urgent", "urgent", "critical"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_its_line(tmp_path: Path, slip: str) -> None:
    (old, new), words, said, remedy = SLIPS[slip]
    text = RISK + "\n"
    assert text.count(old) == 1
    result = read(tmp_path, text.replace(old, new))
    (problem,) = result.errors
    assert re.search(re.escape(said), problem.message), problem
    assert re.search(re.escape(remedy), problem.remedy), problem
    assert problem.line == line_of(DESK + text.replace(old, new), words) + (words == RULE), problem


def test_two_rules_of_one_name(tmp_path: Path) -> None:
    rules = RISK.split("raises:\n")[1]
    (problem,) = read(tmp_path, RISK + rules).errors
    assert problem.message == "two rules are called 'too much lost'"


def test_more_than_a_phone_shows(tmp_path: Path) -> None:
    many = "".join(f"  one{n}: {{title: one, check: book, fact: count}}\n" for n in range(8))
    (problem,) = read(tmp_path, RISK.replace("exposure:\n", f"exposure:\n{many}")).errors
    assert "exposure" in problem.message


# --- the five packs


@pytest.mark.parametrize("name", FIVE)
def test_each_pack_says_what_is_at_risk(name: str) -> None:
    """By checks that it has, which need nobody, and by facts that are numbers."""
    contents = loaded().contents[name]
    assert len(contents.figures) == len(contents.file.exposure) >= 3
    assert len(contents.raises) == len(contents.file.raises) >= 1
    for figure in contents.figures:
        check = contents.checks.by_name[figure.check]
        assert figure.fact.partition(".")[0] in PROBES[check.probe].facts
        assert all(ask.default for ask in check.asks.values())
    assert set(contents.file.severity_meanings) == {severity.word for severity in Severity}


@pytest.mark.parametrize("name", FIVE)
def test_each_pack_tells_orders_and_result_where_its_guide_has_them(name: str) -> None:
    """What its guide has no look at is said in the pack: open orders of sapphire, the result of botcore."""
    titles = " ".join(figure.title for figure in loaded().contents[name].figures)
    assert ("orders" in titles) is (name != "sapphire")
    assert ("profit" in titles) is (name != "botcore")


# tmt's immediate criteria, then its standard ones: where each is a route, a rule or a type to choose.
CRITERIA = {
    "complete_failure": "Immediate", "financial_loss": "Immediate", "security_breach": "Immediate",
    "regulatory": "Immediate", "degradation": "Standard", "single_agent": "Standard", "synchronisation": "Standard",
    "non_critical": "Standard",
}  # fmt: skip


def test_each_criterion_of_tmt_is_a_type_with_a_route() -> None:
    file = loaded().files["tmt"]
    assert {name: meaning.partition(":")[0] for name, meaning in file.types.items()} == CRITERIA
    assert {route.type for route in file.routes if route.type} == set(CRITERIA)
    for route in file.routes:
        if CRITERIA.get(route.type) == "Immediate":
            assert route.severity == "critical", route.name


def test_each_issue_type_of_sapphire_has_a_route() -> None:
    file = loaded().files["sapphire"]
    assert {route.type for route in file.routes if route.type} == set(file.types)


def test_the_usual_meanings_fit_beside_a_choice() -> None:
    assert set(SEVERITY_MEANINGS) == set(Severity)
    assert all(len(meaning) <= 75 for meaning in SEVERITY_MEANINGS.values())

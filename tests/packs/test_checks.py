"""checks.yaml: what can be looked at; every slip is told with its line and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from bot.core.errors import Refused
from bot.core.evidence import State, judge
from bot.packs import Loaded, ProbeInfo, load
from bot.packs.targets import target_of
from tests.packs.kit import DESK, WAYS


class Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    path: str = Field(default="", description="The file")
    order: str = Field(default="", description="The order to look for")
    seconds: int = Field(default=1, ge=1, le=10, description="How long to look")


PROBES = {"look": ProbeInfo(parameters=Parameters, facts=frozenset({"age_s", "lines"}), fills=frozenset({"order"}),
                            sorts={"age_s": "number", "lines": "list"})}  # fmt: skip

CHECKS = """\
suites:
  health: Is it well?
checks:
  main_log:
    title: The main log grows
    probe: look
    at: main
    warn: age_s > 10
    fail: age_s > 60
    says: last line {age_s} s ago
    suites: [health]
    words: [log, logs]
    lines: [12, 13]
  order:
    title: One order
    probe: look
    at: box
    with: {order: "{id}", seconds: 2}
    asks:
      id: {kind: order_id}
    within: 5s
"""


def loaded(tmp_path: Path, checks: str, desk: str = DESK) -> Loaded:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "system.yaml").write_text(desk)
    (folder / "checks.yaml").write_text(checks)
    return load([folder], [], variables={"DESK_BOSS_PHONE": "+1-555-0199"}, ways=WAYS, probes=PROBES)


def test_what_a_check_becomes(tmp_path: Path):
    result = loaded(tmp_path, CHECKS)
    assert [str(problem) for problem in result.errors] == []
    checks = result.checks["desk"]
    log = checks.by_name["main_log"]
    assert (log.key, log.target.kind, log.target.place.id, log.lines) == ("desk.main_log", "log", "box", (12, 13))
    assert log.parameters == {"path": "/var/log/desk.log"}, "the log's own path"
    assert judge({"age_s": 20.0}, warn=log.warn, fail=log.fail).state is State.WARN
    assert checks.of_suite("health") == [log]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("probe: look\n    at: main", "probe: lok\n    at: main"),  # no such probe
        ("at: main", "at: mian"),  # nothing of that name
        ("fail: age_s > 60", "fail: ages > 60"),  # no such fact: without its rule it would read as healthy
        ("title: The main log grows", "title: The main log grows\n    within: soon"),  # wrong by its shape
    ],
)
def test_a_broken_check_stays_in_its_suites_and_says_so(tmp_path: Path, right: str, wrong: str):
    text = CHECKS.replace(right, wrong, 1)
    result = loaded(tmp_path, text)
    assert len(result.errors) == 1
    checks = result.checks["desk"]
    assert "main_log" not in checks.by_name
    (broken,) = checks.of_suite("health")
    assert (broken.name, broken.title) == ("main_log", "The main log grows")
    line = text.split("\n").index("  main_log:") + 1
    assert broken.broken.startswith("the pack's check main_log is broken, desk/checks.yaml:")
    assert int(broken.broken.split(":")[1]) in (line, line + 1), "where it is written"
    assert broken.broken.endswith(": run tocsin check")
    assert checks.find(["main", "log"]) == [broken]


def test_where_every_check_is_broken_they_are_still_told_of(tmp_path: Path):
    checks = loaded(tmp_path, "suites: {health: Is it well?}\nchecks:\n  x: {probe: look, suites: [health]}\n").checks
    assert [check.title for check in checks["desk"].of_suite("health")] == ["x"]


def test_an_argument_goes_into_its_place_only(tmp_path: Path):
    order = loaded(tmp_path, CHECKS).checks["desk"].by_name["order"]
    assert order.filled(order.arguments({"id": "A-17"})) == {"order": "A-17", "seconds": 2}
    with pytest.raises(Refused, match="order id"):
        order.arguments({"id": "A-17; rm -rf /"})
    with pytest.raises(Refused, match="order needs id, which looks like"):
        order.arguments({})
    with pytest.raises(Refused, match="has no argument path"):
        order.arguments({"id": "A-17", "path": "/etc/passwd"})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("health", ["main_log"]), ("main_log", ["main_log"]), ("main log", ["main_log"]), ("logs", ["main_log"]),
        ("LOG", ["main_log"]), ("order", ["order"]), ("box", ["order"]), ("order logs", []), ("", []),
    ],
)  # fmt: skip
def test_how_people_find_it(tmp_path: Path, words: str, found: list[str]):
    checks = loaded(tmp_path, CHECKS).checks["desk"]
    assert [check.name for check in checks.find(words.split())] == found


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("probe: look\n    at: main", "probe: loook\n    at: main", 6, "no probe called 'loook'; did you mean 'look'?"),
        ("at: main", "at: mian", 7, "desk has nothing called 'mian' to look at; did you mean 'main'?"),
        ("warn: age_s > 10", "warn: aeg_s > 10", 8, "this probe reports no 'aeg_s'; did you mean 'age_s'?"),
        ("warn: age_s > 10", "warn: lines > 10", 8, "lines > 10: lines is a list, 10 is a number, which cannot be"),
        ("warn: age_s > 10", "warn: age_s == 'old'", 8, "age_s is a number, 'old' is text, which cannot be compared"),
        ("  order:", "  health:", 14, "'health' is a check and a suite, and /diag health can mean one of them only"),
        ("fail: age_s > 60", "fail: age_s >", 9, "expression 'age_s >' is not understood"),
        ("says: last line {age_s} s ago", "says: last line {age} s ago", 10, "this probe reports no 'age'"),
        ("suites: [health]", "suites: [heath]", 11, "there is no suite 'heath'; did you mean 'health'?"),
        ("seconds: 2", "seconds: 20", 18, "with.seconds: Input should be less than or equal to 10; How long to look"),
        ("seconds: 2", "sceonds: 2", 18, "did you mean 'seconds'?"),
        ('order: "{id}"', 'order: "{oid}"', 18, "'oid' is not among the arguments; did you mean 'id'?"),
        ('order: "{id}"', 'path: "{id}"', 18, "path may not be filled in by people; these may: order"),
        ("kind: order_id", "kind: order", 20, "'order' is no kind of argument"),
        ("within: 5s", "within: 5m", 21, "nobody waits so long; write at most 2m"),
        ("title: One order", "titel: One order", 15, "'titel' is not known"),
    ],
)  # fmt: skip
def test_every_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str):
    problems = loaded(tmp_path, CHECKS.replace(old, new)).errors
    told = [str(problem) for problem in problems if problem.file.endswith("checks.yaml")]
    assert any(f"checks.yaml:{line}: error: " in one and said in one for one in told), told


def test_everything_wrong_in_a_file_is_told_at_once(tmp_path: Path):
    """An entry of the wrong shape does not hide what is wrong with the others, and what needs it is not blamed."""
    broken = CHECKS.replace("    title: One order\n", "").replace("warn: age_s > 10", "warn: aeg_s > 10")
    text = broken + "watch:\n  orders: {check: order, every: 1m, for: 5m, severity: high}\n"
    told = [str(problem) for problem in loaded(tmp_path, text).errors if problem.file.endswith("checks.yaml")]
    assert len(told) == 2, told
    assert "this probe reports no 'aeg_s'" in told[0]
    assert "'title' is missing in checks.order" in told[1]


class ScriptParameters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    argv: tuple[str, ...] = Field(description="The program and its arguments")


@pytest.mark.parametrize(
    ("argv", "right"),
    [
        ('[./look.sh, "{id}"]', True),
        ('[./look.sh, "--id={id}", --since, "{id}"]', True),
        ('[find, /x, -name, "{id}"]', True),
        ('["{id}"]', False),  # the program itself
        ('["./{id}.sh", x]', False),
        ('[sh, -c, "look {id}"]', False),  # its code
        ('[bash, -lc, "look {id}"]', False),
        ('[python3, -c, "print({id})"]', False),
        ('[perl, "-e{id}"]', False),
        ('[node, "--eval={id}"]', False),
        ("[sh, -c, look]", True),  # nobody fills in anything
    ],
)
def test_people_fill_in_arguments_and_no_programs(tmp_path: Path, argv: str, right: bool):
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "system.yaml").write_text(DESK)
    asks = "asks: {id: {kind: order_id}}" if "{id}" in argv else ""
    check = f"checks:\n  one:\n    title: One\n    probe: script\n    with:\n      argv: {argv}\n    {asks}\n"
    (folder / "checks.yaml").write_text(check)
    script = ProbeInfo(parameters=ScriptParameters, facts=frozenset(), fills=frozenset({"argv"}))
    found = load([folder], [], variables={"DESK_BOSS_PHONE": "+1"}, ways=WAYS, probes={"script": script})
    told = [str(one) for one in found.errors if one.file.endswith("checks.yaml")]
    assert told == [] if right else "what is run may not be filled in by people" in told[0]


def test_a_check_without_its_rule_is_left_out(tmp_path: Path):
    """It would read as healthy whatever it saw; the others are there."""
    result = loaded(tmp_path, CHECKS.replace("fail: age_s > 60", "fail: aeg_s > 60"))
    assert list(result.checks["desk"].by_name) == ["order"]
    assert result.systems, "and people are paged all the same"


def test_two_things_of_one_name_are_told_apart(tmp_path: Path):
    desk = DESK.replace("logs:\n", "databases:\n  main: {kind: redis, address: localhost:6379}\nlogs:\n")
    told = [str(problem) for problem in loaded(tmp_path, CHECKS, desk).errors]
    assert any("'main' is a log and a database; write log.main or database.main" in one for one in told), told


def test_the_longer_name_says_which(tmp_path: Path):
    desk = DESK.replace("logs:\n", "databases:\n  main: {kind: redis, address: localhost:6379}\nlogs:\n")
    result = loaded(tmp_path, CHECKS.replace("at: main", "at: database.main"), desk)
    assert result.errors == ()
    assert result.checks["desk"].by_name["main_log"].target.address == "localhost:6379"


CLUSTER = """\
hosts:
  cluster: {transport: kubernetes, address: "https://10.0.0.1", namespace: desk, secret: cluster_token, port: 22}
  pod: {transport: kubernetes, namespace: desk, unit: deployment/engine}
services:
  engine: {kind: kubernetes, unit: deployment/engine, host: cluster}
databases:
  cache: {kind: redis, address: "cache:6379", host: cluster}
"""


@pytest.mark.parametrize(
    ("id_", "address", "unit", "told"),
    [
        ("cluster", "https://10.0.0.1", "", {"namespace": "desk", "secret": "cluster_token"}),  # not the port of ssh
        ("pod", "", "deployment/engine", {"namespace": "desk", "unit": "deployment/engine"}),
        (
            "engine", "https://10.0.0.1", "deployment/engine",
            {"namespace": "desk", "secret": "cluster_token", "unit": "deployment/engine"},
        ),
        ("main", "", "", {}),  # a log on a machine
        ("cache", "cache:6379", "", {}),  # the cluster's token is not the password of what runs in it
    ],
)  # fmt: skip
def test_who_looks_at_a_cluster_is_told_where_it_is_and_how_to_get_in(
    tmp_path: Path, id_: str, address: str, unit: str, told: dict[str, str]
):
    desk = DESK.replace("hosts:\n", CLUSTER.partition("services:")[0]) + "services:" + CLUSTER.partition("services:")[2]
    target = target_of(loaded(tmp_path, CHECKS, desk).files["desk"], id_)
    assert target is not None
    known = {name: target.details[name] for name in ("unit", "namespace", "secret", "port") if target.details.get(name)}
    assert (target.address, target.place.unit, known) == (address, unit, told)


def test_a_check_without_its_variable_is_there_and_says_so(tmp_path: Path):
    """It sees nothing until somebody sets it, but nothing of the pack is wrong."""
    desk = DESK.replace("variables:\n", "variables:\n  broker: {help: the broker's host}\n")
    seconds = CHECKS.replace("seconds: 2", 'seconds: "${broker}"')
    result = loaded(tmp_path, seconds, desk)
    assert [str(problem) for problem in result.errors] == []
    assert result.checks["desk"].by_name["order"].unset == ["broker"]
    assert result.checks["desk"].by_name["main_log"].unset == []
    assert any("'broker' of desk is not set" in problem.message for problem in result.problems)


def test_beside_it_every_other_slip_is_told(tmp_path: Path):
    desk = DESK.replace("variables:\n", "variables:\n  broker: {help: the broker's host}\n")
    wrong = CHECKS.replace("seconds: 2", 'path: "${broker}", seconds: 20')
    told = [problem.message for problem in loaded(tmp_path, wrong, desk).errors]
    assert told == ["with.seconds: Input should be less than or equal to 10"]

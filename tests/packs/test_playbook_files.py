"""Playbook files: what is wrong in one is told all at once, each with its line; what is learned on the way is no riddle
to a check."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.packs import Loaded, load
from tests.packs.kit import DESK, WAYS
from tests.packs.test_checks import CHECKS, PROBES

BOOK = """\
title: Orders are stuck
parameters:
  id: {kind: order_id}
  pid: {kind: pid, later: true}
start: stuck
steps:
  stuck:
    check: order
    question: Is it there?
    then:
      - {when: state == 'unknown', say: Nobody knows, go: stop}
      - {say: It is, go: stop}
  stop:
    do: End what holds it.
    commands: ["kill {pid}"]
    go: end
  end: {done: It is over., outcome: fixed}
"""


def read(tmp_path: Path, book: str) -> Loaded:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "system.yaml").write_text(DESK)
    (folder / "checks.yaml").write_text(CHECKS)
    (folder / "stuck.yaml").write_text(book)
    return load([folder], [], variables={"DESK_BOSS_PHONE": "+1-555-0199"}, ways=WAYS, probes=PROBES)


def told(loaded: Loaded) -> list[str]:
    return [f"{problem.line}: {problem.message}" for problem in loaded.errors if problem.file.endswith("stuck.yaml")]


def test_a_parameter_that_is_learned_on_the_way(tmp_path: Path):
    loaded = read(tmp_path, BOOK)
    assert told(loaded) == []
    parameters = loaded.contents["desk"].playbooks.by_name["stuck"].parameters
    assert [name for name, one in parameters.items() if one.later] == ["pid"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("pid, later: true", "pid, later: true, default: '7'", 4, "what has a default is never asked later"),
        ("id: {kind: order_id}", "id: {kind: order_id, later: true}", 8, "order needs 'id'"),  # a check cannot wait
        ("state == 'unknown'", "state > 3", 11, "state > 3: state is text, 3 is a number, which cannot be compared"),
        ("state == 'unknown'", "age_s == 'x'", 11, "age_s == 'x': age_s is a number, 'x' is text"),
        ("state == 'unknown'", "id > 5", 11, "id > 5: id is text, 5 is a number"),  # what people fill in is text
        ('"kill {pid}"', '"kill {pdi}"', 15, "there is no parameter 'pdi'"),
    ],
)  # fmt: skip
def test_every_slip_has_its_line(tmp_path: Path, old: str, new: str, line: int, said: str):
    found = told(read(tmp_path, BOOK.replace(old, new)))
    assert any(one.startswith(f"{line}: ") and said in one for one in found), found


def test_several_are_told_at_once(tmp_path: Path):
    wrong = BOOK.replace("state == 'unknown'", "state >").replace("check: order", "check: [order, nothing]")
    found = told(read(tmp_path, wrong.replace("{kind: order_id}", "{kind: oder_id}")))
    assert [one.partition(":")[0] for one in found] == ["3", "8", "11"], found


def test_a_check_that_is_wrong_is_not_called_missing(tmp_path: Path):
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "system.yaml").write_text(DESK)
    (folder / "checks.yaml").write_text(CHECKS.replace("    title: One order\n", ""))
    (folder / "stuck.yaml").write_text(BOOK)
    loaded = load([folder], [], variables={"DESK_BOSS_PHONE": "+1-555-0199"}, ways=WAYS, probes=PROBES)
    assert not any("there is no check" in one for one in told(loaded)), told(loaded)

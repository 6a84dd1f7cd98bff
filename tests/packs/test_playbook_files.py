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
    folder.mkdir(exist_ok=True)
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


def test_a_check_that_is_wrong_is_told_once_where_it_stands(tmp_path: Path):
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "system.yaml").write_text(DESK)
    (folder / "checks.yaml").write_text(CHECKS.replace("    title: One order\n", ""))
    (folder / "stuck.yaml").write_text(BOOK)
    loaded = load([folder], [], variables={"DESK_BOSS_PHONE": "+1-555-0199"}, ways=WAYS, probes=PROBES)
    (wrong,) = loaded.errors
    assert (Path(wrong.file).name, wrong.message) == ("checks.yaml", "'title' is missing in checks.order")


def test_a_parameter_that_nothing_uses_is_told(tmp_path: Path):
    spare = BOOK.replace("start: stuck", "  spare: {kind: order_id}\nstart: stuck")
    assert told(read(tmp_path, spare)) == ["5: no step uses 'spare'"]


TURNS = "title: Round and round\nstart: on\nsteps:\n  on: {goto: NAME}\n"


def test_playbooks_that_only_lead_to_each_other(tmp_path: Path):
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "there.yaml").write_text(TURNS.replace("NAME", "back"))
    (tmp_path / "desk" / "back.yaml").write_text(TURNS.replace("NAME", "there"))
    (tmp_path / "desk" / "itself.yaml").write_text(TURNS.replace("NAME", "itself"))
    (tmp_path / "desk" / "fine.yaml").write_text(TURNS.replace("NAME", "stuck"))
    found = [(Path(one.file).name, one.line, one.message) for one in read(tmp_path, BOOK).errors]
    assert found == [
        ("back.yaml", 4, "back never ends: it only leads to there"),
        ("itself.yaml", 4, "itself never ends: it only leads to itself"),
        ("there.yaml", 4, "there never ends: it only leads to back"),
    ]


def test_a_playbook_that_is_not_there_hides_nothing(tmp_path: Path):
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "a.yaml").write_text(TURNS.replace("NAME", "nowhere, with: {x: y}"))
    (tmp_path / "desk" / "b.yaml").write_text(TURNS.replace("NAME", "wrong"))
    (tmp_path / "desk" / "wrong.yaml").write_text(TURNS.replace("title", "titel"))
    found = [(Path(one.file).name, one.message) for one in read(tmp_path, BOOK.replace("pid}", "pdi}")).errors]
    assert ("a.yaml", "there is no playbook 'nowhere'") in found
    assert ("stuck.yaml", "there is no parameter 'pdi'") in found
    assert [name for name, _ in found if name == "b.yaml"] == []  # what is wrong there is told there


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ("    question: Is it there?\n", "", "write question: with what it answers, for when it cannot tell"),
        ("    go: end\n", "",
         "write go: STEP, or answers: [{say: ..., go: STEP}, ...] where it may turn out differently"),
        ("{say: It is, go", "{when: state == 'ok', say: It is, go", "take it out, it is for every other case"),
        ("    go: end\n", "    go: end\n    risk: R9\n",
         "use one of: R1, R2, R3, R4, blocked, manual; or leave it out"),
    ],
)  # fmt: skip
def test_what_to_write_instead(tmp_path: Path, old: str, new: str, remedy: str):
    assert old in BOOK
    assert remedy in [one.remedy for one in read(tmp_path, BOOK.replace(old, new)).errors]

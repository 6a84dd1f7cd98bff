"""tocsin diag: the same look in a terminal, with exit codes by the worst state."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import run
from commands.base import REFUSED
from tests.scenarios.looking_desk import LookingDesk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LookingDesk:
    made = LookingDesk(tmp_path)
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def diag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: LookingDesk, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/data/desk.db")

    def go(*words: str) -> tuple[int, str, str]:
        code = run(["diag", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return go


@pytest.mark.parametrize(
    ("log", "words", "code"),
    [
        ("open", ["desk", "feed"], 0),
        ("closed", ["desk", "feed"], 2),
        ("open", ["desk", "gone"], 3),  # unknown is neither green nor red
        ("closed", ["desk"], 2),  # what fails is worse than what is unknown
        ("open", ["desk"], 3),
    ],
)
def test_the_exit_code_is_the_worst_state(diag: Any, desk: LookingDesk, log: str, words: list[str], code: int):
    desk.writes("feed", log)
    assert diag(*words)[0] == code


@pytest.mark.parametrize("database", ["", "postgresql://nobody@127.0.0.1:1/nowhere"])
@pytest.mark.parametrize("words", [["feed"], ["bundle"], ["list"], ["feed", "--json"], ["nothing"]])
def test_a_look_touches_no_database(
    diag: Any, database: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Who only wants to look has none yet, or looks because it is away."""
    if database:
        monkeypatch.setenv("DATABASE_URL", database)
    before = {path.name for path in tmp_path.iterdir()}
    code, _, complaint = diag("desk", *words)
    assert (code, complaint == "") == ((REFUSED, False) if words == ["nothing"] else (0, True))
    there = {path.name for path in tmp_path.iterdir()} - before
    assert all(name.endswith(".tar.gz") for name in there)


@pytest.mark.parametrize("words", [["desk"], ["desk", "health"]])
def test_a_broken_check_turns_no_suite_green(diag: Any, desk: LookingDesk, words: list[str]):
    checks = next(Path(desk.environ["TOCSIN_PLAYBOOKS"]).rglob("checks.yaml"))
    text = checks.read_text().replace("    probe: log_file\n    at: gone", "    probe: log_fil\n    at: feed")
    checks.write_text(text)
    code, said, _ = diag(*words)
    assert code == 3
    assert "the pack's check gone is broken, desk/checks.yaml:" in said
    assert "run tocsin check" in said


def test_where_no_system_could_be_read_it_names_what_says_why(diag: Any, desk: LookingDesk):
    system = next(Path(desk.environ["TOCSIN_PLAYBOOKS"]).rglob("system.yaml"))
    system.write_text(system.read_text().replace("channel:", "chanel:"))
    code, said, complaint = diag("desk")
    assert code == REFUSED
    assert "tocsin check says what is missing or wrong" in said + complaint


def test_what_it_prints(diag: Any, desk: LookingDesk):
    desk.writes("feed", "closed")
    _, said, _ = diag("desk", "feed")
    assert "FAIL" in said
    assert "fail: count > 0" in said
    assert said.rstrip().endswith("desk feed: 1 of 1 fails: Price feed: 1 times closed")


def test_for_a_machine(diag: Any):
    code, said, _ = diag("desk", "feed", "--json")
    told = json.loads(said)
    assert (code, told["state"], [one["check"] for one in told["checks"]]) == (0, "ok", ["feed"])
    assert told["checks"][0]["facts"]["count"] == 0


@pytest.mark.parametrize("words", [["desk", "nothing"], ["desk", "order"], ["desk", "order", "$(id)"]])
def test_what_is_not_understood_is_no_state(diag: Any, words: list[str]):
    assert diag(*words)[0] == REFUSED


def test_a_bundle_lies_in_this_folder(diag: Any, tmp_path: Path):
    _, said, _ = diag("desk", "bundle")
    name = said.rsplit("Written to ", 1)[1].strip()
    with tarfile.open(tmp_path / name) as archive:
        assert any(member.name.endswith("manifest.json") for member in archive.getmembers())


def test_what_there_is(diag: Any):
    _, said, _ = diag("desk", "list")
    assert "Do prices come?" in said
    assert "One order" in said


def test_help_names_what_works_in_a_terminal(diag: Any):
    assert "--coverage" in diag("--help")[1]

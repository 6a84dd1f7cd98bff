"""tocsin playbook: what there is, and the same walk in a terminal."""

from __future__ import annotations

import io
import json
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
def playbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: LookingDesk, capsys: pytest.CaptureFixture[str]
) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/desk.db")
    assert run(["db", "upgrade"]) == 0
    capsys.readouterr()

    def go(*words: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = run(["playbook", *words])
        return code, capsys.readouterr().out

    return go


def test_what_there_is(playbook: Any):
    code, said = playbook("list", "desk")
    assert code == 0
    assert "feed_down" in said
    assert "The price feed is closed" in said


def test_a_walk_to_its_end(playbook: Any, desk: LookingDesk):
    desk.writes("feed", "closed")
    code, said = playbook("run", "desk", "feed_down", "exchange=kraken", typed="2\n")
    assert code == 0
    assert "feedctl open kraken" in said
    assert "Others have it." in said


def test_what_is_learned_on_the_way_and_the_way_back(playbook: Any, desk: LookingDesk):
    desk.writes("feed", "open")
    # To the other playbook, that is not it, back, on to it again, and there what its command needs.
    _, said = playbook("run", "desk", "feed_down", typed="2\n3\ny\n2\n2\npid=4711\n1\n")
    assert "Back to 'The price feed is closed', step 2? y/n" in said
    assert "(fill in: pid=...)" in said
    assert "kill -TERM 4711" in said
    assert "Now we know." in said


def test_where_the_way_back_is_not_taken(playbook: Any, desk: LookingDesk):
    desk.writes("feed", "open")
    code, said = playbook("run", "desk", "feed_down", typed="2\n3\nn\n")
    assert code == 0
    assert "It is neither." in said


def test_back_skip_and_stop(playbook: Any, desk: LookingDesk):
    desk.writes("feed", "closed")
    _, said = playbook("run", "desk", "feed_down", typed="s\ns tried\ns 2\nl\nb\nq enough\n")
    assert said.count("Say where it goes on") == 2
    assert "Say why it is skipped, for whoever reads it later: /playbook skip 2 WHY" in said
    assert "There is nothing to look at again" in said
    assert "Stopped. enough" in said


def test_nobody_answers(playbook: Any, desk: LookingDesk):
    desk.writes("feed", "closed")
    assert playbook("run", "desk", "feed_down")[0] == REFUSED


def test_one_that_is_not_there(playbook: Any):
    assert playbook("run", "desk", "nothing")[0] == REFUSED


def test_one_of_a_system_that_is_not_there(playbook: Any, capsys: pytest.CaptureFixture[str]):
    code, _ = playbook("run", "foo", "bar")
    assert code == 64


def test_coverage_is_told_for_a_machine(playbook: Any):
    _, said = playbook("coverage", "--json")
    told = json.loads(said)
    assert {name: one["missing"] for name, one in told.items()} == {
        key: [] for key in ("hft", "tmt", "pyrt", "sapphire", "botcore")
    }

"""tocsin check: what is wrong, with file, line and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import run


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `tocsin check` in an empty folder; its exit code and what it said."""
    monkeypatch.chdir(tmp_path)

    def go(*words: str) -> tuple[int, str]:
        code = run(["check", *words])
        out = capsys.readouterr()
        return code, out.out + out.err

    return go


def test_the_bundled_pack_is_right_and_says_what_is_not_set(check: Any) -> None:
    """ESCALATION 32: unset variables are warnings ..."""
    code, said = check()
    assert code == 0
    assert "set TOCSIN_VAR_HFT_EMERGENCY_HOTLINE" in said
    assert "TOCSIN_HEARTBEAT_URL: warning" in said
    assert said.rstrip().splitlines()[-1].startswith("hft: no errors, ")


def test_for_production_what_is_not_set_is_an_error(check: Any) -> None:
    """ESCALATION 32: ... and errors for production."""
    code, said = check("--env", "production")
    assert code == 1
    assert "error: variable 'emergency_hotline' of hft is not set" in said


def test_all_five_packs_are_right(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_SYSTEMS", "hft,tmt,pyrt,sapphire,botcore")
    code, said = check()
    assert code == 0, said


def test_a_mistake_is_named_with_file_and_line(check: Any, tmp_path: Path) -> None:
    folder = tmp_path / "packs" / "fx"
    folder.mkdir(parents=True)
    (folder / "system.yaml").write_text("name: fx\ntitle: FX\nchanel: '#fx'\n")
    code, said = check(str(tmp_path / "packs"))
    assert code == 1
    assert "system.yaml:3: error" in said
    assert "channel" in said


def test_as_json(check: Any) -> None:
    code, said = check("--json")
    found = json.loads(said)
    assert code == 0
    assert found["systems"] == ["hft"]
    assert {"where", "level", "message", "remedy"} == set(found["findings"][0])


def test_a_wrong_setting_names_the_variable(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_PORT", "http")
    code, said = check()
    assert code != 0
    assert "TOCSIN_PORT" in said

"""Who is woken, and what `tocsin check` says of a pack that would let people sleep."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import run
from tests.scenarios.desks import variables
from tests.scenarios.world import World

PACKS = Path(__file__).resolve().parents[2] / "playbooks"
Tocsin = Callable[..., tuple[int, str]]
PUBLIC = {"TOCSIN_PUBLIC_URL": "https://tocsin.example.com"}


@pytest.fixture
def tocsin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], log: io.StringIO
) -> Tocsin:
    """Run the program with this environment and no other: its exit code, and what it printed."""
    monkeypatch.chdir(tmp_path)

    def go(*words: str, **environ: str) -> tuple[int, str]:
        monkeypatch.setattr(os, "environ", environ)
        code = run(words)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return go


def edited(folder: Path, *swaps: tuple[str, str]) -> str:
    """A desk's own copy of hft, changed; its folder."""
    shutil.copytree(PACKS / "hft", folder / "hft")
    file = folder / "hft" / "system.yaml"
    text = file.read_text()
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    file.write_text(text)
    return str(folder)


def line_of(folder: str, words: str) -> int:
    """The line of the pack's file that says this."""
    lines = Path(folder, "hft", "system.yaml").read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


async def test_what_wakes_and_what_does_not(world: World) -> None:
    """ESCALATION 5: a direct message or a mail does not."""
    wakes = {name for name, way in world.app.engine.desk.ways.items() if way.wakes}
    assert {"phone", "sms", "pagerduty"} <= wakes
    assert not {"slack", "mail"} & wakes


def test_a_critical_level_that_wakes_nobody_fails_the_check(tocsin: Tocsin, tmp_path: Path) -> None:
    """ESCALATION 5: with the line, and what to write instead."""
    folder = edited(tmp_path, ("{to: level_2, by: [slack, phone, mail]}", "{to: level_2, by: [slack, mail]}"))
    code, said = tocsin("check", folder, **variables(), **PUBLIC)
    assert code == 1
    (line,) = [one for one in said.splitlines() if "error:" in one]
    assert f"system.yaml:{line_of(folder, '- name: Engineering on call')}: error: " in line
    assert "wakes nobody" in line


def test_what_a_desk_declares_as_waking_wakes(tocsin: Tocsin, tmp_path: Path) -> None:
    """ESCALATION 5: the same level with a text message is in order."""
    folder = edited(tmp_path, ("{to: level_2, by: [slack, phone, mail]}", "{to: level_2, by: [slack, sms]}"))
    code, said = tocsin("check", folder, **variables(), **PUBLIC)
    assert code == 0, said


def test_a_level_that_adds_nobody_new_is_warned_of(tocsin: Tocsin, tmp_path: Path) -> None:
    """ESCALATION 7: Architecture with the number of Operations."""
    given = variables() | {"TOCSIN_VAR_HFT_ARCHITECTURE_PHONE": "+15550100"}
    code, said = tocsin("check", edited(tmp_path), **given, **PUBLIC)
    assert code == 0
    (line,) = [one for one in said.splitlines() if "warning:" in one and "Architecture" in one]
    assert "whom a level before pages" in line


def test_pages_that_nobody_could_answer_while_slack_is_away(tocsin: Tocsin, tmp_path: Path) -> None:
    """ESCALATION 18: a policy that pages by direct message alone; and a bot without a public address."""
    folder = edited(tmp_path, ("by: [slack, mail]", "by: [slack]"))
    _, said = tocsin("check", folder, **variables(), **PUBLIC)
    assert "nobody could answer the pages of 'quiet' while Slack is away" in said
    assert "no public address" not in said
    _, said = tocsin("check", folder, **variables())
    assert "the bot has no public address" in said


@pytest.mark.parametrize("environment", ["", "production"])
def test_unset_addresses_are_warned_of_and_fail_in_production(tocsin: Tocsin, tmp_path: Path, environment: str) -> None:
    """ESCALATION 32: hft without the numbers that its guide does not give; it warns of the hotline, too (table)."""
    words = ("check", edited(tmp_path), *(("--env", environment) if environment else ()))
    code, said = tocsin(*words, **PUBLIC)
    assert code == (1 if environment else 0)
    for variable in ("TOCSIN_VAR_HFT_ARCHITECTURE_PHONE", "TOCSIN_VAR_HFT_EMERGENCY_HOTLINE"):
        assert variable in said


def test_simulate_lists_the_page_and_names_the_variable(tocsin: Tocsin) -> None:
    """ESCALATION 32: nothing is hidden because an address is missing."""
    code, said = tocsin("simulate", "--system", "hft", "--json", DATABASE_URL="sqlite:///:memory:")
    assert code == 0
    assert '"to": "Architecture"' in said
    assert "cannot be sent until TOCSIN_VAR_HFT_ARCHITECTURE_PHONE is set" in said

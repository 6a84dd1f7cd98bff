"""tocsin check: what is wrong, with file, line and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import run
from bot.env_example import everything


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


RULE = "'loss above $1,000' of tmt cannot be read and makes every incident critical"
TMT_SECRETS = ("OANDA_TOKEN", "OANDA_ACCOUNT", "METATRADER_TOKEN", "METATRADER_ACCOUNT")


def test_a_rule_that_nobody_can_read_is_told(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """ESCALATION 29, 32: what cannot be read counts as above the limit, so a missing secret raises everything."""
    monkeypatch.setenv("TOCSIN_SYSTEMS", "tmt")
    code, said = check()
    assert code == 0
    assert f"TOCSIN_SECRET_TMT_METATRADER_ACCOUNT: warning: not set, so that {RULE}" in said
    assert all(f"TOCSIN_SECRET_TMT_{name}" in said for name in TMT_SECRETS)
    code, said = check("--env", "production")
    assert f"TOCSIN_SECRET_TMT_METATRADER_ACCOUNT: error: not set, so that {RULE}" in said
    for name in TMT_SECRETS:
        monkeypatch.setenv(f"TOCSIN_SECRET_TMT_{name}", "secret-secret-secret")
    assert RULE not in check()[1]


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


@pytest.mark.parametrize(
    ("variables", "where", "said"),
    [
        # A typo in a number: the calls would be off.
        (
            {"TOCSIN_TWILIO_RING_SECONDS": "x"},
            "TOCSIN_TWILIO_RING_SECONDS: error: 'x' is wrong",
            "write a number from 5 to 600",
        ),
        ({"TOCSIN_SMTP_PORT": "99999"}, "TOCSIN_SMTP_PORT: error: '99999' is wrong", "write a number from 0 to 65535"),
        (
            {"TOCSIN_SMTP_SECURITY": "tlss"},
            "TOCSIN_SMTP_SECURITY: error: 'tlss' is wrong",
            "write starttls, tls or plain",
        ),
        # Set in half.
        ({"TOCSIN_SMTP_HOST": "mail.desk.example"}, "TOCSIN_SMTP_FROM_ADDRESS: error: not set", "Sender, e.g. Tocsin"),
        # Two that do not go together.
        (
            {
                "TOCSIN_SMTP_HOST": "mail.desk.example",
                "TOCSIN_SMTP_FROM_ADDRESS": "t@desk.example",
                "TOCSIN_SMTP_SECURITY": "plain",
                "TOCSIN_SMTP_PASSWORD": "hunter-two-hunter-two",
            },
            "TOCSIN_SMTP_...: error",
            "set security to starttls or tls",
        ),
        # What may be a secret is not repeated.
        (
            {"TOCSIN_TWILIO_ACCOUNT_SID": "hunter-two-hunter-two"},
            "TOCSIN_TWILIO_ACCOUNT_SID: error: the value",
            "AC and",
        ),
        # Slack by half.
        ({"SLACK_BOT_TOKEN": "xoxb-hunter-two"}, "SLACK_APP_TOKEN: error: not set", "or SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": "xapp-hunter-two"}, "SLACK_BOT_TOKEN: error: not set", "set it"),
    ],
)
def test_a_paging_setting_that_is_wrong_is_an_error(
    check: Any, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], where: str, said: str
) -> None:
    """Everywhere, not in production only: a way that somebody meant to set would be off."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    code, found = check()
    assert code == 1
    assert where in found
    assert said in found
    assert "hunter-two" not in found
    section = "_".join(where.split("_")[:2])
    assert f"{section}_*: " not in found, "one mistake is told once"


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("TOCSIN_TWILIO_RING_SECOND", "TOCSIN_TWILIO_RING_SECONDS"),
        ("TOCSIN_HEARTBEET_URL", "TOCSIN_HEARTBEAT_URL"),
        ("TOCSIN_VAR_HTF_OPERATIONS_PHONE", "TOCSIN_VAR_HFT_OPERATIONS_PHONE"),
        ("TOCSIN_VAR_ALERTMANGER_TOKEN", "TOCSIN_VAR_ALERTMANAGER_TOKEN"),
    ],
)
def test_a_variable_that_nobody_reads(check: Any, monkeypatch: pytest.MonkeyPatch, variable: str, meant: str) -> None:
    """It does no harm but that what was meant is not set, so it is a warning."""
    monkeypatch.setenv(variable, "hunter-two-hunter-two")
    code, found = check()
    assert code == 0
    assert f"{variable}: warning: nothing reads this variable\n    did you mean {meant}?" in found
    assert "hunter-two" not in found


def test_variables_that_are_read_are_not_warned_about(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of `.env.example`, of active and of inactive packs; and one that packs tell of themselves is told once."""
    for group in everything():
        for variable in group.variables:
            if variable.name.startswith("TOCSIN_VAR_"):
                monkeypatch.setenv(variable.name, "x")
    monkeypatch.setenv("TOCSIN_VAR_HFT_OPERATIONS_PHON", "x")
    _, found = check()
    assert "nothing reads this variable" not in found
    assert found.count("TOCSIN_VAR_HFT_OPERATIONS_PHON ") == 1


def test_a_wrong_setting_names_the_variable(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_PORT", "http")
    code, said = check()
    assert code != 0
    assert "TOCSIN_PORT" in said

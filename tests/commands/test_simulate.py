"""tocsin simulate: who would be paged, how and when, for the ladders of the bundled packs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import run

ALERT = {"labels": {"alertname": "ExchangeDisconnected", "severity": "critical"}, "annotations": {"summary": "gone"}}


@pytest.fixture
def simulate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `tocsin simulate` as in a terminal; its JSON, or its exit code and words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOCSIN_SYSTEMS", "hft,tmt")

    def go(*words: str, alert: Any = ALERT, as_json: bool = True) -> Any:
        (tmp_path / "alert.json").write_text(json.dumps(alert) if not isinstance(alert, str) else alert)
        code = run(["simulate", "--alert", str(tmp_path / "alert.json"), *words, *(["--json"] if as_json else [])])
        out = capsys.readouterr()
        return json.loads(out.out) if as_json and code == 0 else (code, out.out + out.err)

    return go


def pages(said: dict[str, Any]) -> list[tuple[int, int, str]]:
    return [(e["offset_s"], e["level"], e["pager"]) for e in said["events"] if e["kind"] == "page"]


def test_the_ladder_of_hft(simulate: Any) -> None:
    """ESCALATION 1 and 32: every page at its time, and what is not set is named."""
    said = simulate("--system", "hft", "--at", "2026-11-21T03:00:00Z")
    assert said["incident"]["severity"] == "critical"
    assert set(said["events"][0]) == {"offset_s", "kind", "level", "level_name", "pager", "to", "why"}
    assert sorted({(offset, level) for offset, level, _ in pages(said)}) == [(0, 1), (300, 2), (900, 3), (1800, 4)]
    unset = [e["why"] for e in said["events"] if e["level"] == 4 and e["kind"] == "page"]
    assert all("TOCSIN_VAR_HFT_EMERGENCY" in why for why in unset)
    assert said["events"][-1]["kind"] == "repeat"
    assert said["events"][-1]["offset_s"] == 2700


def test_no_secret_address_is_shown(simulate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the table, and not as JSON; a number and a mailbox are no secrets."""
    key = "0123456789abcdef0123456789abcdef"
    monkeypatch.setenv("TOCSIN_VAR_HFT_EMERGENCY_PAGERDUTY", key)
    monkeypatch.setenv("TOCSIN_VAR_HFT_EMERGENCY_HOTLINE", "+15550199")
    said = simulate("--system", "hft")
    _, table = simulate("--system", "hft", as_json=False)
    for shown in (json.dumps(said), table):
        assert key not in shown
        assert "Emergency <[secret" in shown
        assert "Emergency <+15550199>" in shown


def test_what_cannot_be_sent_here_brings_the_next_level_at_once(simulate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """ESCALATION 6, 32: as the bot of this environment does it; where it can send nothing, as the ladder is meant."""
    meant = simulate("--system", "hft")
    assert meant["incident"]["as_meant"]
    assert all("cannot be sent" in e["why"] for e in meant["events"] if e["kind"] == "page")
    assert "None of these pages can be sent yet" in simulate("--system", "hft", as_json=False)[1]
    monkeypatch.setenv("TOCSIN_SMTP_HOST", "mail.desk.example")
    monkeypatch.setenv("TOCSIN_SMTP_FROM_ADDRESS", "tocsin@desk.example")
    by_mail = simulate("--system", "hft")
    assert not by_mail["incident"]["as_meant"]
    assert sorted({(offset, level) for offset, level, _ in pages(by_mail)}) == [(0, 1), (300, 2), (900, 3), (1800, 4)]
    monkeypatch.delenv("TOCSIN_SMTP_HOST")
    monkeypatch.setenv("TOCSIN_VAR_HFT_EMERGENCY_PAGERDUTY", "0123456789abcdef0123456789abcdef")
    assert {offset for offset, _, _ in pages(simulate("--system", "hft"))} == {0}


@pytest.mark.parametrize(
    ("after", "levels"),
    [
        ("4m59s", [1]),  # just before level 2 is due
        ("5m", [1]),  # at equal times the acknowledgement wins
        ("5m1s", [1, 2]),  # just after
    ],
)
def test_an_acknowledgement_stops_it(simulate: Any, after: str, levels: list[int]) -> None:
    """ESCALATION 2."""
    said = simulate("--system", "hft", "--ack-after", after)
    assert sorted({level for _, level, _ in pages(said)}) == levels
    assert [e["kind"] for e in said["events"] if e["kind"] == "acknowledge"] == ["acknowledge"]


def test_the_severity_may_be_said(simulate: Any) -> None:
    quiet = simulate("--system", "hft", "--severity", "low", alert={"labels": {"alertname": "Whatever"}})
    assert quiet["incident"]["severity"] == "low"
    assert not [e for e in quiet["events"] if e["pager"] in ("phone", "sms", "pagerduty")]


def test_a_whole_webhook_body_is_read(simulate: Any) -> None:
    body = {
        "version": "4",
        "groupKey": "g",
        "status": "firing",
        "alerts": [{"status": "firing", "startsAt": "2026-11-21T03:00:00Z", **ALERT}],
    }
    assert simulate("--system", "hft", alert=body)["incident"]["title"] == "gone"


@pytest.mark.parametrize(
    ("words", "alert", "said"),
    [
        (("--system", "nothing"), ALERT, "no system 'nothing'"),  # an unknown system names those there are
        ((), ALERT, "--system"),  # several systems, none named
        (("--system", "hft", "--ack-after", "soon"), ALERT, "7m"),  # not a span
        (("--system", "hft", "--at", "yesterday"), ALERT, "2026-"),  # not a time
        (("--system", "hft", "--severity", "purple"), ALERT, "critical, high"),  # not a severity
        (("--system", "hft"), "{", "not JSON"),  # not an alert
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(simulate: Any, words: tuple[str, ...], alert: Any, said: str) -> None:
    code, text = simulate(*words, alert=alert, as_json=False)
    assert code >= 64
    assert said in text


def test_as_a_table(simulate: Any) -> None:
    code, text = simulate(
        "--system", "tmt", as_json=False, alert={"labels": {"alertname": "x", "severity": "critical"}}
    )
    assert code == 0
    assert "On-call Engineer" in text


def test_what_would_raise_it_is_told(simulate: Any) -> None:
    """ESCALATION 29: a mild incident of tmt rises by itself; a critical one cannot."""
    warning = {"labels": {"alertname": "DiskUsage", "severity": "warning"}, "annotations": {"summary": "80 %"}}
    may_rise = simulate("--system", "tmt", alert=warning)["incident"]["may_rise"]
    assert ("critical", "loss above $1,000") in [(one["to"], one["when"]) for one in may_rise]
    _, table = simulate("--system", "tmt", alert=warning, as_json=False)
    assert "It rises to critical by itself if a look finds: loss above $1,000" in table
    down = {"labels": {"alertname": "SystemDown", "severity": "critical"}, "annotations": {}}
    assert simulate("--system", "tmt", alert=down)["incident"]["may_rise"] == []


@pytest.mark.parametrize("system", ["tmt", "sapphire"])
def test_a_bundled_system_that_this_bot_does_not_serve(simulate: Any, monkeypatch: Any, system: str) -> None:
    monkeypatch.setenv("TOCSIN_SYSTEMS", "hft")
    assert simulate("--system", system)["incident"]["system"] == system

"""tocsin run: no secret that it was given shows up in its log, wherever in a line it stands."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.__main__ import run

GIVEN = {
    "DATABASE_URL": "postgresql://tocsin:dbPassw0rd99@127.0.0.1:9/n",  # where nothing listens
    "TOCSIN_PROXY": "http://jim:proxyPw777@proxy:3128",
    "TOCSIN_HEARTBEAT_URL": "https://watch.example.com/ping/6f1e2ab4-7c1d-4f0e",
    "TOCSIN_SMTP_HOST": "127.0.0.1",
    "TOCSIN_SMTP_FROM_ADDRESS": "tocsin@desk.example",
    "TOCSIN_SMTP_PASSWORD": "mailPw-1234567",
    "TOCSIN_VAR_GRAFANA_PASSWORD": "grafanaPw4321",
    "TOCSIN_VAR_FEED_URL": "https://feed:feedPw5555@feed.example.com/v1",
    "TOCSIN_VAR_OLD_MONITOR": "old-monitor-proof-77",  # of an endpoint, though its name does not say so
    "TOCSIN_VAR_HFT_EMERGENCY_PAGERDUTY": "0123456789abcdef0123456789abcdef",
}
SECRETS = (
    "dbPassw0rd99", "proxyPw777", "watch.example.com/ping/6f1e2ab4-7c1d-4f0e", "mailPw-1234567", "grafanaPw4321",
    "feedPw5555", "old-monitor-proof-77", "0123456789abcdef0123456789abcdef",
)  # fmt: skip


class Strange:
    """What a log line holds by mistake."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"Strange({self.text})"


PLACES: dict[str, Any] = {
    "a text": lambda secret: f"the other side said {secret} and hung up",
    "words": lambda secret: ["incident", "note", secret],
    "deep inside": lambda secret: {"due": [{"why": (f"with {secret}",)}]},
    "a name": lambda secret: {secret: 1},
    "an error": lambda secret: ValueError(f"{secret} is not valid"),
    "an object": lambda secret: [Strange(secret)],
}


@pytest.fixture
def as_before() -> Iterator[None]:
    """Logging as it was for the other tests."""
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "endpoints.yaml").write_text(
        "endpoints:\n  old:\n    source: alertmanager\n    systems: [hft]\n    bearer: ['${old_monitor}']\n"
    )
    for name, value in {**GIVEN, "TOCSIN_PLAYBOOKS": str(packs), "TOCSIN_LOG_FORMAT": form}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert run(["run"]) == 70, "its database is away"
    log = structlog.get_logger("any")
    for secret in SECRETS:
        for place, put in PLACES.items():
            log.info("said", place=place, told=put(secret))
            try:
                raise ValueError(put(secret))
            except ValueError:
                log.exception("stumbled", place=place)
    said = capsys.readouterr()
    assert said.out.count("deep inside") >= 2 * len(SECRETS)
    assert [secret for secret in SECRETS if secret in said.out + said.err] == []


@pytest.mark.usefixtures("as_before")
def test_what_is_no_secret_is_logged_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    run(["run"])
    structlog.get_logger("any").info("sent", key="page:12.main.1", words=["incident", "ack"], late=2, why=None)
    line = capsys.readouterr().out.splitlines()[-1]
    for part in ('"key": "page:12.main.1"', '"words": ["incident", "ack"]', '"late": 2', '"why": null'):
        assert part in line

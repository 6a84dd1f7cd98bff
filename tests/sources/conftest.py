"""What holds of every source: any body becomes alerts within their bounds, or is refused in words."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.core.alert import Alert
from bot.core.errors import BadAlert
from bot.core.text import TEXT


@pytest.fixture(scope="session")
def body() -> Callable[[str], bytes]:
    """The bytes of a body in `bodies/`."""
    return lambda name: (Path(__file__).parent / "bodies" / f"{name}.json").read_bytes()


@pytest.fixture(scope="session")
def alerts_or_refused() -> Callable[[Any, bytes], None]:
    """Asserts that a parse of a body gives whole alerts or `BadAlert`, and nothing else."""

    def check(parse: Any, raw: bytes) -> None:
        try:
            alerts = parse(raw)
        except BadAlert as problem:
            reason = str(problem)
            assert 0 < len(reason) < 600
            return
        assert type(alerts) is tuple
        for alert in alerts:
            _is_whole(alert)

    return check


def _is_whole(alert: Alert) -> None:
    assert type(alert) is Alert
    assert 0 < len(alert.title) <= 300
    assert "\n" not in alert.title
    assert len(alert.text) <= TEXT
    assert 0 < len(alert.fingerprint) <= 200
    assert len(alert.group_key) <= 200
    assert len(alert.severity) <= 200
    assert alert.starts_at.tzinfo is UTC
    assert alert.ends_at is None or alert.ends_at.tzinfo is UTC
    assert alert.link == "" or alert.link.lower().startswith("http")
    for names in (alert.labels, alert.annotations):
        assert len(names) <= 64
        assert all(type(word) is str and len(word) <= 1000 and "\x00" not in word for word in [*names, *names.values()])
    assert all(type(number) is float for number in alert.numbers.values())
    orjson.dumps([dict(alert.labels), dict(alert.annotations), alert.title, alert.text, alert.group_key])

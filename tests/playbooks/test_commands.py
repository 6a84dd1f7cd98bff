"""Commands are ready to be typed: what differs from case to case is a parameter, filled in by an alert or a person."""

from __future__ import annotations

import re

import pytest

from tests.playbooks.kit import SYSTEMS, playbooks

# Words in capitals that stand in a command as they are.
REAL = set(
    """
    SELECT FROM WHERE AND NOT OR LIKE ORDER BY INTERVAL CREATE INDEX CONCURRENTLY ON ALTER TABLE SET VACUUM VERBOSE
    ANALYZE GET POST PUT DELETE X-API-KEY X-TIMESTAMP X-SIGNATURE TERM KILL INT SIGKILL DOCKER-USER FORWARD OUTPUT
    ACCEPT TCP LISTEN L1 NR INFO DEBUG HEAD BGSAVE PYTHON_MEMORY_LIMIT RUST_MEMORY_LIMIT PYTHON_AI_SERVICE_URL APCA
    SECRET SIGUSR1
    """.split()  # noqa: SIM905 - a list of that length is read more easily so
)
"""SQL, HTTP, signals, chains of a firewall, levels of a log, and names of settings that are looked for."""
_CAPITALS = re.compile(r"(?<![\w${-])[A-Z][A-Z0-9_-]+(?!\w)")
_ANGLES = re.compile(r"<[A-Za-z][^<>]*>")


def by_hand(command: str) -> list[str]:
    """What somebody would have to replace in it before it can be typed."""
    return [word for word in _CAPITALS.findall(command) if word not in REAL] + _ANGLES.findall(command)


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_has_to_be_replaced_by_hand(system: str):
    found = {
        f"{book.name}.{step.name}": words
        for book in playbooks(system).values()
        for step in book.steps.values()
        if (words := [word for command in step.commands for word in by_hand(command)])
    }
    assert found == {}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("sudo kill -TERM PID", ["PID"]),
        ("curl ${api_url}/strategies/STRATEGY/stop", ["STRATEGY"]),
        ("kubectl delete pod <name>", ["<name>"]),
        ("kubectl delete pod {pod}", []),
        ('psql -c "SELECT 1 WHERE pid <> 2;"', []),
        ('curl -H "X-API-KEY: $API_KEY" ${api_url}', []),
    ],
)
def test_what_would_have_to_be_replaced(command: str, words: list[str]):
    assert by_hand(command) == words

"""Explaining error texts: the entry whose message stands there, the nearest one, or nothing."""

from __future__ import annotations

import pytest

from bot.core.error_entry import ErrorEntry, explained
from bot.core.finding import Explainer
from tests.core.finding_books import PORT, QUEUE

TIMEOUT = ErrorEntry(
    name="timeout", system="cloud", says=("Timeout", "Database query timeout"), means="Slow.", do="Wait."
)
EXPLAINER = Explainer({"desk": (PORT, QUEUE), "cloud": (TIMEOUT,)})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ERROR failed to bind to port 8080: Address  already in use", ["port"]),  # any case, any blanks
        ("WARN queue full, dropping\nDatabase query timeout", ["timeout", "queue"]),  # the longest says most
        ("queue\nfull", ["queue"]),
    ],
)
def test_what_stands_in_the_text(text: str, names: list[str]):
    known = EXPLAINER.explain(text)
    assert ([entry.name for entry in known.entries], known.exact) == (names, True)


@pytest.mark.parametrize(
    ("text", "name"),
    [("cannot bind, adress in use", "port"), ("the queues overflow", "queue"), ("bind: address in use (8080)", "port")],
)
def test_else_the_nearest(text: str, name: str):
    known = EXPLAINER.explain(text)
    assert (known.entries[0].name, known.exact) == (name, False)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("the queues overflow", True),
        ("queue is stuck, not moving", True),  # not tells of trouble by itself
        ("no queue, full stop: it failed", True),  # what is denied is not what failed
        ("the queues do not overflow", False),
        ("the queues have not yet been exceeded", False),
        ("queues without any errors", False),
    ],
)
def test_trouble_that_is_denied_is_none(text: str, there: bool):
    assert ("queue" in [entry.name for entry in EXPLAINER.explain(text).entries]) is there


def test_nothing_is_known():
    assert EXPLAINER.explain("the coffee is cold").entries == ()
    assert EXPLAINER.explain("").entries == ()


def test_only_the_system_that_is_meant():
    assert EXPLAINER.explain("queue full", "cloud").entries == ()
    assert [entry.name for entry in EXPLAINER.explain("query timeout: queue full", "desk").entries] == ["queue"]
    assert EXPLAINER.explain("queue full", "nowhere").entries == ()


def test_the_message_that_stands_there_is_told_and_decides():
    assert TIMEOUT.said_in("a timeout") == "Timeout"
    assert TIMEOUT.said_in("a Database query timeout") == "Database query timeout"
    assert TIMEOUT.said_in("all well") == ""
    # What counts is the message that stands there, not the longest that it might have said.
    assert explained([TIMEOUT, PORT, QUEUE], "timeout, queue full") == [QUEUE, TIMEOUT]

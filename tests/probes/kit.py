"""The kit of the probes' tests: transports that answer from a record, and a look whose facts keep what was declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.core.evidence import Seen, Trouble
from bot.probes.base import Fact, Probe, ProbeFailed, Site
from bot.transports.base import MOST_BYTES, Ran, Transport, TransportFailed
from bot.transports.local import Local

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)

SORTS = {"number": int | float, "text": str, "flag": bool, "list": list | tuple, "map": Mapping}


class Recorded:
    """Answers each command line, written with blanks between, with what was recorded: output, a whole answer or a
    failure; a list gives its entries in turn, and its last one for ever. Whatever else is asked fails the test."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = {line: list(said) if isinstance(said, list) else [said] for line, said in answers.items()}
        self.asked: list[tuple[str, ...]] = []

    async def run(self, argv: Sequence[str], *, within_s: float, most_bytes: int = MOST_BYTES, given: str = "") -> Ran:
        self.asked.append(tuple(argv))
        line = " ".join(argv)
        assert line in self._answers, f"nothing is recorded for: {line}"
        waiting = self._answers[line]
        return answered(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    async def close(self) -> None:
        """Nothing is held."""


class Always:
    """Answers everything with the same."""

    def __init__(self, answer: Ran | Exception | str) -> None:
        self._answer = answer
        self.asked: list[tuple[str, ...]] = []

    async def run(self, argv: Sequence[str], *, within_s: float, most_bytes: int = MOST_BYTES, given: str = "") -> Ran:
        self.asked.append(tuple(argv))
        return answered(self._answer)

    async def close(self) -> None:
        """Nothing is held."""


def answered(said: Any) -> Ran:
    if isinstance(said, Exception):
        raise said
    return said if isinstance(said, Ran) else Ran(code=0, out=said, err="")


def denied(what: str = "/secret") -> Ran:
    """As `cat` says it."""
    return Ran(code=1, out="", err=f"cat: {what}: Permission denied\n")


def gone(what: str = "/nothing") -> Ran:
    """As `cat` says it."""
    return Ran(code=1, out="", err=f"cat: {what}: No such file or directory\n")


def no_program(name: str = "ps") -> TransportFailed:
    return TransportFailed(f"there is no program {name} here", Trouble.MISSING)


def a_site(transport: Transport, **changes: Any) -> Site:
    """A site with that transport."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(200, text="garbage")))
    return Site(**{"transport": transport, "http": http, "now": lambda: NOW, "within_s": 10.0} | changes)


def here(**changes: Any) -> Site:
    """This very machine, now."""
    return a_site(Local(), **{"now": lambda: datetime.now(UTC), "within_s": 30.0} | changes)


async def look(probe: Probe, where: Site | Mapping[str, Any] | Transport, /, **parameters: Any) -> Seen:
    """One look at a site, a transport or a record; what it saw is what it declares."""
    transport = Recorded(where) if isinstance(where, Mapping) else where
    site = transport if isinstance(transport, Site) else a_site(transport)
    seen = await probe.look(probe.parameters(**parameters), site)
    assert undeclared(probe, seen) == []
    return seen


def undeclared(probe: Probe, seen: Seen) -> list[str]:
    """What a look saw otherwise than the probe declares it."""
    wrong = [f"{name} is not declared" for name in seen.facts if name not in probe.facts]
    wrong += [
        f"{name} is {value!r}, no {probe.facts[name].sort}"
        for name, value in seen.facts.items()
        if name in probe.facts and not fits(value, probe.facts[name])
    ]
    if seen.table is not None:
        wrong += [f"row {row} has other columns" for row in seen.table.rows if len(row) != len(seen.table.columns)]
    wrong += [f"{line!r} is several lines" for line in seen.excerpt if "\n" in line]
    return wrong


def fits(value: Any, fact: Fact) -> bool:
    """None is always an answer; a flag is no number."""
    if value is None:
        return True
    return isinstance(value, SORTS[fact.sort]) and (fact.sort == "flag" or not isinstance(value, bool))


async def fails(probe: Probe, where: Any, trouble: Trouble, says: str | None = None, /, **parameters: Any) -> str:
    """The look fails with that trouble; what it says."""
    with pytest.raises(ProbeFailed, match=says) as failed:
        await look(probe, where, **parameters)
    assert failed.value.trouble is trouble, f"{failed.value.trouble}: {failed.value}"
    assert "\n" not in str(failed.value)
    return str(failed.value)

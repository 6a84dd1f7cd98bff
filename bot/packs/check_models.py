"""The model of `checks.yaml`: everything one may say in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from bot.packs.shapes import LastingSpan, Line, Name, SeverityWord, Span, Strict

_USUAL = timedelta(seconds=10)


class AskEntry(Strict):
    """An argument that a person, an alert or a playbook fills in."""

    kind: Name
    """What it looks like: order_id, symbol, exchange, name, pod, host, pid, count, number, span, instant, word."""
    default: str = ""
    """Taken where none is given; none: it must be."""


class CheckEntry(Strict):
    """One check: a probe at a target, and the rules for what it sees."""

    title: Line
    """What people call it."""
    probe: Name
    """The kind of probe."""
    at: str = ""
    """The id of the host, service, endpoint, log, database or exchange to look at; none: the bot's own host."""
    params: Annotated[dict[str, Any], Field(alias="with")] = {}
    """The probe's parameters; `{order_id}` stands for an argument."""
    warn: str = ""
    """An expression over the probe's facts: it is bad."""
    fail: str = ""
    """An expression over the probe's facts: it is broken."""
    says: str = ""
    """The line for people; `{fact}` stands for what the probe saw. A part in square brackets is left out where a fact
    in it is not known."""
    asks: dict[Name, AskEntry] = {}
    """Its arguments, by name."""
    suites: tuple[Name, ...] = ()
    """The suites it belongs to."""
    words: tuple[str, ...] = ()
    """Further words by which /diag finds it."""
    within: LastingSpan = _USUAL
    """How long it may take."""
    lines: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """Lines of the guide whose looking it does."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory that it stands for."""
    help: str = ""
    """What a failure means, in a sentence."""


class WatchEntry(Strict):
    """A check that is run by itself every so often, and alerts when it fails for long."""

    check: Name
    """The check."""
    params: Annotated[dict[Name, str], Field(alias="with")] = {}
    """Its arguments."""
    every: LastingSpan = timedelta(minutes=1)
    """How often it is run."""
    lasting: Annotated[Span, Field(alias="for")] = timedelta(minutes=5)
    """How long it must fail before it alerts."""
    severity: SeverityWord | None = None
    """The severity, where no route says another; none: high."""
    component: str = ""
    """The part of the system it is about."""


class ChecksFile(Strict):
    """What can be looked at in a system."""

    suites: dict[Name, Line] = {}
    """The suites, and what each is for. `health` is what /diag runs when it is told nothing else."""
    checks: dict[Name, CheckEntry] = Field(min_length=1)
    """The checks, by name."""
    watch: dict[Name, WatchEntry] = {}
    """Checks that are run by themselves and open incidents, by the name of their alert; for desks without a monitor."""

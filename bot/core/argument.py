"""Argument: a value that a person, an alert or a playbook fills into a check, by kind. Nothing else gets in.

Each kind is an anchored pattern: no control characters, no leading dash, nothing that a shell, SQL, PromQL or a path
could mean anything by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.errors import BadContent, Refused
from bot.core.redaction import Redactor

_REDACTOR = Redactor(())


@dataclass(frozen=True, kw_only=True, slots=True)
class ArgumentKind:
    """What values of one kind look like."""

    name: str
    pattern: re.Pattern[str]
    example: str
    most: int = 64
    """Characters."""

    def read(self, text: str) -> str:
        """The value, without blanks around it. Raises Refused, which shows what such a value looks like."""
        value = text.strip()
        if len(value) > self.most or not self.pattern.fullmatch(value):
            shown = value if len(value) <= 40 else value[:39] + "…"
            raise Refused(f"{shown!r} is no {self.name.replace('_', ' ')}. It looks like {self.example}.")
        refuse_secret(value, _REDACTOR)
        return value


def refuse_secret(value: str, redactor: Redactor) -> None:
    """Raises Refused for a value that is a secret: it would stand among the arguments of a command, where everybody on
    that host can read it."""
    if redactor.text(value) != value:
        raise Refused("That looks like a secret. Nothing is looked for by it.")


def _kind(name: str, pattern: str, example: str, most: int = 64) -> ArgumentKind:
    return ArgumentKind(name=name, pattern=re.compile(pattern, re.ASCII), example=example, most=most)


KINDS: Mapping[str, ArgumentKind] = {
    kind.name: kind
    for kind in (
        _kind("exchange", r"[a-z][a-z0-9_]*", "binance", 32),
        _kind("symbol", r"[A-Za-z0-9]+(?:[-/_.][A-Za-z0-9]+)*", "BTCUSDT or BTC-USD", 32),
        _kind("order_id", r"[A-Za-z0-9][A-Za-z0-9_-]*", "20261121-000417"),
        _kind("name", r"[A-Za-z0-9][A-Za-z0-9_.@-]*", "risk-engine"),
        _kind("pod", r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", "coordinator-7d9c5b8f4-x2k9q", 253),
        _kind("host", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*",
              "api.binance.com", 253),
        # Not 1, which is init: a slip there would end the machine.
        _kind("pid", r"[2-9]|[1-9][0-9]{1,6}", "4711", 7),
        _kind("instant", r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?Z?", "2026-01-31 10:00:00", 20),
        _kind("count", r"[1-9][0-9]{0,5}", "100", 6),
        _kind("number", r"[0-9]{1,15}(?:\.[0-9]{1,8})?", "0.25", 24),
        _kind("span", r"[1-9][0-9]{0,4}(?:s|m|h|d)", "10m", 6),
        _kind("word", r"[A-Za-z0-9][A-Za-z0-9_ -]*", "connection refused"),
    )
}  # fmt: skip


def kind_of(name: str) -> ArgumentKind:
    """The kind of that name. Raises BadContent, which lists them."""
    if name not in KINDS:
        raise BadContent(f"{name!r} is no kind of argument: write one of {', '.join(KINDS)}")
    return KINDS[name]


_PLACE = re.compile(r"(?<!\$)\{([a-z][a-z0-9_]*)\}")


def places(template: str) -> list[str]:
    """The names of the arguments that a template has places for: `{order_id}`. `${name}` is none: it stands for a
    variable of the pack."""
    return _PLACE.findall(template)


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its places filled by values that `ArgumentKind.read` has passed. A place whose value is not
    given raises Refused."""

    def value(place: re.Match[str]) -> str:
        name = place.group(1)
        if name not in values:
            raise Refused(f"{name.replace('_', ' ')} is missing.")
        return values[name]

    return _PLACE.sub(value, template)


def fill_known(template: str, values: Mapping[str, str]) -> str:
    """The template with those places filled whose values are known; the others stay open to see: `‹pid›`."""
    return _PLACE.sub(lambda place: values.get(place.group(1), f"‹{place.group(1).replace('_', ' ')}›"), template)

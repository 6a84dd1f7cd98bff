"""Templates and paths that take a value out of a JSON body. They are content; what they are applied to is hostile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.errors import BadContent
from bot.sources.base import kind

FACTS = frozenset({"item", "body", "headers"})
"""The names there are."""


class Missing(Exception):
    """The body does not have that part; the text says what was looked for."""


def _said(value: Any) -> Any:
    """What a template writes for a value: JSON for what is no text, and nothing at all is missing."""
    if value is None:
        raise Missing("it is null")
    if isinstance(value, dict | list | bool):
        return orjson.dumps(value).decode()
    return value


class _Environment(ImmutableSandboxedEnvironment):
    def getattr(self, obj: Any, attribute: str) -> Any:
        """An entry wins over a method of the same name: a body may well have `items` or `values`."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


_ENVIRONMENT = _Environment(undefined=StrictUndefined, finalize=_said, autoescape=False)
_ENVIRONMENT.globals = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A compiled template, path or fixed text."""

    source: str
    _path: tuple[str, ...] | None
    _template: Template | None = field(repr=False, compare=False)

    def value(self, facts: Mapping[str, Any]) -> Any:
        """The value at a path, as it is in the body, or the text a template makes. Raises `Missing`."""
        if self._path is not None:
            return self._walk(self._path, facts)
        if self._template is None:
            return self.source
        try:
            return self._template.render(facts)
        except Missing as problem:
            raise Missing(f"{self.source}: {problem}") from None
        except Exception as problem:  # filters raise whatever the value's sort makes them stumble over
            raise Missing(f"{self.source}: {str(problem)[:200]}") from None

    def text(self, facts: Mapping[str, Any]) -> str:
        """The same as a text. Raises `Missing`."""
        value = self.value(facts)
        if type(value) is str:
            return value
        try:
            return str(_said(value))
        except (Missing, TypeError) as problem:
            raise Missing(f"{self.source}: {problem}") from None

    def _walk(self, path: tuple[str, ...], facts: Mapping[str, Any]) -> Any:
        value: Any = facts
        for place, step in enumerate(path):
            if isinstance(value, dict) and step in value:
                value = value[step]
            elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                raise Missing(f"{'.'.join(path[:place])} has no {step} (it is {kind(value)})")
        if value is None:
            raise Missing(f"{self.source} is null")
        return value


def path_of(source: str) -> tuple[str, ...] | None:
    """The steps of a path; None for a template or a fixed text."""
    if "{{" in source or "{%" in source:
        return None
    steps = tuple(source.strip().split("."))
    return steps if steps[0] in FACTS and all(steps) and not any(character.isspace() for character in source) else None


@lru_cache(maxsize=4096)
def compile_part(source: str) -> Part:
    """Compile. Raises BadContent: not a template, or it looks at something that is not there."""
    if "{{" not in source and "{%" not in source:
        return Part(source=source, _path=path_of(source), _template=None)
    try:
        strangers = meta.find_undeclared_variables(_ENVIRONMENT.parse(source)) - FACTS
        template = _ENVIRONMENT.from_string(source)
    except (TemplateError, SyntaxError, ValueError, RecursionError) as problem:
        raise BadContent(f"the template {source[:200]!r} is not understood: {problem}") from None
    if strangers:
        raise BadContent(
            f"the template {source[:200]!r} looks at {', '.join(sorted(strangers))}: there are item, body and headers"
        )
    return Part(source=source, _path=None, _template=template)

"""What the models of packs are made of: strict mappings, spans of time, names."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from bot.core.spans import read_span


class Strict(BaseModel):
    """A mapping with known keys only."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _span(value: Any) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is not a span of time: write for example 90s, 7m or 1h30m")
    return read_span(str(value))


def write_span(span: timedelta) -> str:
    """The span as one writes it in a pack: `90s`, `15m`, `1h`."""
    seconds = int(span.total_seconds())
    for unit, letter in ((3600, "h"), (60, "m")):
        if seconds and seconds % unit == 0:
            return f"{seconds // unit}{letter}"
    return f"{seconds}s"


def _some_time(span: timedelta) -> timedelta:
    if span <= timedelta(0):
        raise ValueError("must be longer than nothing: write for example 1m")
    return span


Span = Annotated[
    timedelta,
    BeforeValidator(_span),
    PlainSerializer(lambda span: write_span(span), return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^(\d+(\.\d+)?[smhd])+$|^\d+(\.\d+)?$"},
                {"type": "number", "minimum": 0, "description": "Minutes."},
            ],
            "examples": ["0m", "90s", "5m", "1h30m"],
        }
    ),
]
"""A span of time: `90s`, `5m`, `1h30m`; a bare number is minutes."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""A name within a pack: small letters, digits and underscores."""

Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\r\n]*$")]
"""One line of text for people."""

SeverityWord = Literal["critical", "high", "medium", "low"]

Url = Annotated[str, Field(pattern=r"^(https?|wss?|tcp)://\S+$|^\$\{")]
"""An address on the network; `${variables}` may stand in it."""

Port = Annotated[int, Field(ge=1, le=65535)]

LastingSpan = Annotated[Span, AfterValidator(_some_time)]
"""A span that is longer than nothing: what is done every so often."""

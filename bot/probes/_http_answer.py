"""A question by HTTP and its answer, whoever asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from bot.core.evidence import Trouble
from bot.core.redaction import Redactor
from bot.probes._http_words import words_of
from bot.probes._text import clean
from bot.probes.base import NotKnown, ProbeFailed

_MOST_WORDS = 20_000
_REDACTOR = Redactor(())


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One request. Headers and form may hold secrets: they are never told."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    """The body, as a form is encoded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer, whatever its status."""

    where: str
    """Host and port, for messages."""
    status: int
    headers: httpx.Headers
    body: bytes
    cut: bool
    """There was more than may be read."""
    took_ms: float
    connect_ms: float | None = None
    """None: over a connection that stood already."""
    first_ms: float | None = None
    """Until the first byte of the answer."""

    @property
    def text(self) -> str:
        """The body as text without what looks like a secret."""
        return clean(self.body.decode("utf-8", "replace"))

    @property
    def is_success(self) -> bool:
        """200 to 299."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as values, secrets taken out by their names and looks. Raises ProbeFailed."""
        if self.cut:
            raise ProbeFailed(f"{self.where}: more came back than may be read", Trouble.TOO_MUCH)
        try:
            return _REDACTOR.value(orjson.loads(self.body))
        except (ValueError, RecursionError):
            raise ProbeFailed(f"{self.where}: the answer is no JSON", Trouble.PARSE) from None


def expect_success(reply: Reply) -> None:
    """Raises ProbeFailed for a status that is none of a success, with what was said in words; NotKnown for 404."""
    if reply.is_success:
        return
    said = "" if reply.cut else words_of(reply.text[:_MOST_WORDS])
    why = f"{reply.where} answers {reply.status}" + (f": {said}" if said else "")
    if reply.status == 404:
        raise NotKnown(why, "HTTP 404" + (f": {said}" if said else ""))
    raise ProbeFailed(why, Trouble.AUTH if reply.status in (401, 403) else Trouble.ERROR)

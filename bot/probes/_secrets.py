"""What probes share about secrets: the pack names them, the environment gives them, and nothing ever shows them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.core.evidence import Trouble
from bot.core.text import first_line
from bot.probes._text import clean
from bot.probes.base import ProbeFailed, Site

SecretName = Annotated[str, Field(max_length=100, pattern="^[a-z][a-z0-9_]*$")]
"""The name of one of the pack's secret variables."""


def secret_of(site: Site, name: str | None) -> str:
    """The value; empty where the pack names none. Raises ProbeFailed where it names one that is not set."""
    if name is None:
        return ""
    value = site.secret(name)
    if not value:
        raise ProbeFailed(f"the secret {name} is not set", Trouble.MISSING)
    return value


def first_words(error: object, *secrets: str) -> str:
    """The first line of what an error says, without these secrets and whatever else looks like one."""
    said = str(error)[:20_000]
    for secret in secrets:
        if secret:
            said = said.replace(secret, "***")
    return clean(first_line(said))

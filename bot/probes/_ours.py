"""What our own system says of the same thing, for comparison with a venue: an answer in JSON, and paths into it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from bot.packs.shapes import Name
from bot.probes._asking import secret_of
from bot.probes._config import pick
from bot.probes._http import ask_json
from bot.probes._http_answer import Question
from bot.probes._json import ValuePath
from bot.probes.base import Parameters, Site


class Ours(Parameters):
    """Where our own system says it."""

    url: str = Field(
        max_length=1000,
        pattern=r"^https?://[^\s\x00-\x1f]+$",
        description="The whole address",
        examples=["http://localhost:8080/api/v1/marketdata/orderbook/binance/BTC-USDT"],
    )
    bearer: Name | None = Field(default=None, description="Name of the variable with the bearer token")


async def ask_ours(ours: Ours, site: Site, seconds: float) -> Any:
    """The values of the answer. Raises ProbeFailed."""
    headers = {"Authorization": f"Bearer {secret_of(site, ours.bearer)}"} if ours.bearer else {}
    return await ask_json(site, Question(url=ours.url, headers=headers), seconds=seconds)


def value_at(document: Any, path: ValuePath) -> Any:
    """The value at a path; None where there is none."""
    found = pick(document, path)
    return found[0][1] if found else None

"""Monitoring: scrapes the trading system from outside, as Prometheus does, and posts alerts to the bot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from bot.playground.listening import loopback_client
from bot.playground.trading.alertmanager import Group, Groups, body_of
from bot.playground.trading.rules import Evaluator, Raised, Rules, read_rules

_PATIENCE_S = 5.0
_AGAIN = frozenset((408, 425, 429))
"""Answers below 500 after which the same is tried again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """One webhook that left, and what the bot said."""

    at: datetime
    body: Mapping[str, Any]
    status: int
    """Of HTTP; 0: there was no answer."""
    answer: str


class Monitoring:
    """Knows the system by its metrics alone, and the bot by its endpoint. Nothing happens but in `tick`."""

    def __init__(
        self, api: Callable[[], str], endpoint: Callable[[], str], token: str, *, rules: Rules | None = None,
        tell: Callable[[Posted], None] = lambda _: None,
    ) -> None:  # fmt: skip
        """`api` answers with the system's address, `http://…/api/v1`; `endpoint` with that at which the bot takes
        alerts, and `token` is its bearer; `tell` hears of every post."""
        self.rules = rules or read_rules()
        self._api, self._endpoint, self._token, self._tell = api, endpoint, token, tell
        self._evaluator = Evaluator(self.rules)
        self._groups = Groups(self.rules)
        self._http = loopback_client(_PATIENCE_S)

    @property
    def firing(self) -> list[Raised]:
        """The alerts that fire."""
        return list(self._evaluator.firing.values())

    @property
    def unknown(self) -> Mapping[str, str]:
        """Rules that could not be answered, with the reason."""
        return self._evaluator.unknown

    async def stop(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def tick(self, now: datetime) -> None:
        """It is now: scrape, look, and post what is due. What the bot does not take is tried again at the next tick."""
        over = self._evaluator.look(await self._scrape(), now)
        self._groups.take([*over, *self.firing], now)
        for group in self._groups.due(now):
            if await self._post(group, now):
                self._groups.told(group, now)

    async def _scrape(self) -> list[Sample]:
        try:
            page = (await self._http.get(f"{self._api()}/metrics")).raise_for_status().text
            samples = [one for family in text_string_to_metric_families(page) for one in family.samples]
        except (httpx.HTTPError, ValueError):
            return [Sample("up", {}, 0.0)]
        return [Sample("up", {}, 1.0), *samples]

    async def _post(self, group: Group, now: datetime) -> bool:
        """Whether it need not be tried again."""
        body = body_of(group, link=self._api())
        try:
            answer = await self._http.post(
                self._endpoint(), json=body, headers={"Authorization": f"Bearer {self._token}"}
            )
            status, text = answer.status_code, answer.text
        except httpx.HTTPError as problem:
            status, text = 0, str(problem) or type(problem).__name__
        self._tell(Posted(at=now, body=body, status=status, answer=text))
        return 0 < status < 500 and status not in _AGAIN

"""Calls of Slack's Web API: one connection, failures in words, and how Slack is doing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound.slack_errors import SlackFailed, failed

LONGEST_S = 20.0
"""Seconds for what takes several calls: a look-up, a file."""

_CONNECT_S = 5.0


class Calls:
    """One workspace's Web API. Raises `SlackFailed` when Slack does not do it. To be made inside the running loop."""

    def __init__(
        self, token: str, *, now: Callable[[], datetime], base_url: str, proxy: str | None, seconds: float
    ) -> None:
        self._now = now
        # slack_sdk's own timeout counts only for sessions that it opens itself.
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=min(seconds, _CONNECT_S))
        self._session = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        self._web = AsyncWebClient(token, base_url=base_url, session=self._session, retry_handlers=[])
        # slack_sdk takes a proxy from the environment when it is given none.
        self._web.proxy = proxy
        self.failing_since: datetime | None = None
        """The first of the failures since Slack last did something; None while all is well. Refusals of a single
        message and pauses asked for are no failures of Slack."""

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def ask(self, method: str, *, where: str = "", **params: Any) -> Any:
        """What only reads; `where` names the place in a failure's words."""
        return await self._guard(self._web.api_call(method, http_verb="GET", params=params), method, where=where)

    async def pages(self, method: str, *, where: str = "", **params: Any) -> AsyncIterator[Any]:
        """The same, page by page, to the last one."""
        cursor = None
        while cursor is None or cursor:
            answer = await self.ask(method, where=where, **params, **({"cursor": cursor} if cursor else {}))
            yield answer
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""

    async def do(self, method: str, payload: Mapping[str, Any], *, where: str = "", acts: bool = False) -> Any:
        """What may change something. `acts`: doing it twice would be seen, so a lost answer is `maybe_sent`."""
        request = self._web.api_call(method, http_verb="POST", json=dict(payload))
        return await self._guard(request, method, where=where, acts=acts)

    async def upload(self, filename: str, content: bytes, *, channel: str, thread_ts: str, where: str) -> str:
        """Put a file into a thread; its id."""
        request = self._web.files_upload_v2(channel=channel, thread_ts=thread_ts, filename=filename, content=content)
        answer = await self._guard(request, "files.completeUploadExternal", where=where, acts=True)
        return str(answer["files"][0]["id"])

    async def _guard(self, request: Awaitable[Any], method: str, *, where: str, acts: bool = False) -> Any:
        try:
            async with asyncio.timeout(LONGEST_S):
                answer = await request
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError) as error:
            failure = failed(error, method=method, where=where, acts=acts, now=self._now())
            self._note(failure)
            # The cause holds the whole request; what a person can use of it is in the failure.
            raise failure from None
        self.failing_since = None
        return answer

    def _note(self, failure: SlackFailed) -> None:
        if failure.away:
            self.failing_since = self.failing_since or self._now()
        elif failure.code not in ("ratelimited", "rate_limited"):
            self.failing_since = None

"""HTTP to the outside: the one client, and what an answer means for a message that should leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.core.errors import DeliveryFailed

DEADLINE = 20.0
"""Seconds for one exchange as a whole: a server that answers byte by byte never trips the read timeout."""
_TIMEOUT = httpx.Timeout(connect=5.0, read=15.0, write=10.0, pool=5.0)
_LIMITS = httpx.Limits(max_connections=50, max_keepalive_connections=20, keepalive_expiry=30.0)
_QUOTED = 200

# The request had not left when these happened, so the other side cannot have acted on it.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NEVER = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL)


def open_client(
    *,
    user_agent: str,
    trust_env: bool = False,
    proxy: str | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """The client that everything shares; whoever opens it closes it.

    Redirects are not followed: a redirected page would carry its signature or key to an address nobody configured.
    Proxies, certificates and .netrc of the environment count only with `trust_env`.
    """
    return httpx.AsyncClient(
        timeout=_TIMEOUT,
        limits=_LIMITS,
        follow_redirects=False,
        trust_env=trust_env,
        headers={"User-Agent": user_agent},
        proxy=proxy,
        transport=transport,
    )


async def exchange(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    provider: str,
    now: Callable[[], datetime],
    secrets: Collection[str] = (),
    quote: bool = True,
    deadline: float = DEADLINE,
    **parts: Any,
) -> httpx.Response:
    """Ask once and return an answer of 200 to 299.

    Everything else raises `DeliveryFailed`: 408, 425, 429, 5xx and a lost connection are temporary, other answers
    permanent; `maybe_sent` where the other side may have acted all the same. The error names the provider, never the
    address, and quotes the answer only with `quote`, without `secrets`.
    """
    try:
        async with asyncio.timeout(deadline):
            response = await client.request(method, url, **parts)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        # `from None`: the texts of the causes carry the address, and an address can be a secret.
        raise lost(provider, error) from None
    if not response.is_success:
        raise refused(provider, response, now=now(), quoted=scrub(response.text, secrets) if quote else "")
    return response


def lost(provider: str, error: Exception) -> DeliveryFailed:
    """What it means that no answer came."""
    if isinstance(error, _NEVER):
        return DeliveryFailed(f"{provider}: the address is not a usable http(s) URL", permanent=True)
    if isinstance(error, _NOT_SENT):
        return DeliveryFailed(f"{provider} cannot be reached ({type(error).__name__})")
    what = "did not answer in time" if isinstance(error, TimeoutError | httpx.TimeoutException) else "hung up"
    return DeliveryFailed(f"{provider} {what} ({type(error).__name__}): it may have left", maybe_sent=True)


def refused(provider: str, response: httpx.Response, *, now: datetime, quoted: str = "") -> DeliveryFailed:
    """What an answer that is not a success means."""
    status = response.status_code
    said = f"{provider} answered {status}" + (f": {quoted}" if quoted else "")
    if response.is_redirect:
        return DeliveryFailed(f"{said}: redirects are not followed, set the final address", permanent=True)
    if status in (401, 403):
        return DeliveryFailed(f"{said}: the credentials are wrong or may not do this", permanent=True)
    if status >= 500 or status in (408, 425, 429):
        return DeliveryFailed(said, after=retry_after(response.headers, now), maybe_sent=status >= 500)
    return DeliveryFailed(said, permanent=True)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the other side asks to be left alone: Retry-After in seconds or as a date, any case of its name."""
    given = next((value.strip() for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        wait = timedelta(seconds=float(given))
    except (ValueError, OverflowError):
        try:
            until = parsedate_to_datetime(given)
        except ValueError:
            return None
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return max(wait, timedelta())


def scrub(text: str, secrets: Collection[str]) -> str:
    """One short line of `text` without the secrets, for an error or the timeline."""
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, "***")
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"

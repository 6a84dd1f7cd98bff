"""What probes share about HTTP: one bounded question, asked by the bot itself or by curl where the look starts from.

No redirect is followed, since it would carry a key to an address that nobody wrote down."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from bot.core.evidence import Trouble
from bot.probes._curl import ask_by_curl
from bot.probes._http_answer import Question, Reply, expect_success
from bot.probes._place import Unreached, by_bot, limit_of, why_not
from bot.probes.base import ProbeFailed, Site

MOST_BYTES = 4_000_000
"""Bytes of an answer's body that are read."""
_NO_ADDRESS = ProbeFailed("the check names no target with an address", Trouble.MISSING)


def address_of(site: Site, path: str = "", query: Mapping[str, str] | Sequence[tuple[str, str]] = ()) -> str:
    """The address of the check's target with a path and a query. Raises ProbeFailed where there is none."""
    if not site.address.lower().startswith(("http://", "https://")):
        raise _NO_ADDRESS
    try:
        url = httpx.URL(site.address.rstrip("/") + path)
        pairs = tuple(query.items() if isinstance(query, Mapping) else query)
        return str(url.copy_merge_params(pairs) if pairs else url)
    except httpx.InvalidURL:
        raise _NO_ADDRESS from None


async def ask(site: Site, question: Question, *, seconds: float = 10.0, most_bytes: int = MOST_BYTES) -> Reply:
    """Ask once, within `seconds` and the check's deadline. Raises Unreached: `dns`, `refused`, `timeout`, `tls`,
    `lost`, or `parse` where something else than HTTP answers; and ProbeFailed where it cannot be asked."""
    try:
        url = httpx.URL(question.url)
    except httpx.InvalidURL:
        raise _NO_ADDRESS from None
    if not url.host:
        raise _NO_ADDRESS
    where = f"{url.host}:{url.port}" if url.port else url.host
    limit = limit_of(site, seconds)
    if by_bot(site):
        return await _by_bot(site, question, where, limit, most_bytes)
    return await ask_by_curl(site, question, where, limit, most_bytes)


async def ask_json(site: Site, question: Question, *, seconds: float = 10.0) -> Any:
    """The values of an answer that has to be a success. Raises ProbeFailed, also `auth` for 401 and 403, `missing` for
    404, `error` for every other status."""
    reply = await ask(site, question, seconds=seconds)
    expect_success(reply)
    return reply.json()


# By the bot itself


class _Marks:
    """When what happened, by httpcore's own account of a request."""

    def __init__(self, began: float) -> None:
        self._began = began
        self.connect_ms: float | None = None
        self.first_ms: float | None = None

    async def __call__(self, event: str, _: Mapping[str, Any]) -> None:
        passed = round((asyncio.get_running_loop().time() - self._began) * 1000, 3)
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self.connect_ms = passed
        elif event.endswith("receive_response_headers.complete"):
            self.first_ms = passed


async def _by_bot(site: Site, question: Question, where: str, limit: float, most_bytes: int) -> Reply:
    loop = asyncio.get_running_loop()
    began = loop.time()
    marks = _Marks(began)
    request = site.http.build_request(
        question.method,
        question.url,
        # What is not compressed cannot be larger than what was read.
        headers={"Accept-Encoding": "identity", **_form_header(question), **question.headers},
        content=question.form or None,
        extensions={"trace": marks, "timeout": httpx.Timeout(limit).as_dict()},
    )
    try:
        async with asyncio.timeout(limit):
            response = await site.http.send(request, stream=True, follow_redirects=False)
            try:
                body, cut = await _read(response, most_bytes)
            finally:
                await response.aclose()
    # `from None`: the texts of the causes carry the address, and an address can be a secret.
    except (httpx.RemoteProtocolError, httpx.DecodingError) as problem:
        ended = "disconnected" in str(problem) or "incomplete" in str(problem) or "closed" in str(problem)
        if ended:
            raise Unreached(f"{where}: hung up", Trouble.LOST) from None
        raise Unreached(f"{where}: what answers is not HTTP", Trouble.PARSE) from None
    except httpx.TimeoutException:
        raise Unreached(f"{where}: no answer in time", Trouble.TIMEOUT) from None
    except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL):
        raise _NO_ADDRESS from None
    except (httpx.ReadError, httpx.WriteError):
        raise Unreached(f"{where}: hung up", Trouble.LOST) from None
    except (httpx.HTTPError, OSError, TimeoutError, UnicodeError, ValueError) as problem:
        trouble, word = why_not(problem)
        raise Unreached(f"{where}: {word}", trouble) from None
    return Reply(
        where=where,
        status=response.status_code,
        headers=response.headers,
        body=body,
        cut=cut,
        took_ms=round((loop.time() - began) * 1000, 3),
        connect_ms=marks.connect_ms,
        first_ms=marks.first_ms,
    )


def _form_header(question: Question) -> dict[str, str]:
    return {"Content-Type": "application/x-www-form-urlencoded"} if question.form else {}


async def _read(response: httpx.Response, most_bytes: int) -> tuple[bytes, bool]:
    """The body, and whether there was more. Some compress although nobody asked for it."""
    body = bytearray()
    cut = False
    async for piece in response.aiter_raw(65_536):
        body += piece
        if len(body) > most_bytes:
            del body[most_bytes:]
            cut = True
            break
    if response.headers.get("content-encoding", "").strip().lower() not in ("gzip", "deflate"):
        return bytes(body), cut
    opened = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = opened.decompress(bytes(body), most_bytes)
    except zlib.error:
        raise httpx.DecodingError("broken") from None
    return plain, cut or bool(opened.unconsumed_tail)

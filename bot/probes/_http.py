"""What probes share about HTTP: one bounded question, asked by the bot itself or by curl where the look starts from.

No redirect is followed, since it would carry a key to an address that nobody wrote down."""

from __future__ import annotations

import asyncio
import html
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from bot.core.evidence import Trouble
from bot.core.redaction import Redactor
from bot.core.text import first_line
from bot.probes._place import Unreached, by_bot, limit_of, why_not
from bot.probes._text import clean, refused
from bot.probes.base import NotKnown, ProbeFailed, Site
from bot.transports.base import Ran

MOST_BYTES = 4_000_000
"""Bytes of an answer's body that are read."""
_MOST_HEAD = 64_000
_MOST_WORDS = 20_000
_LONGEST_SAID = 160
_SAID_AS = ("message", "detail", "error", "errors", "msg", "reason", "description", "title")
"""What APIs call the words of an error."""
_DEEPEST = 3
_TITLE = re.compile(r"<title[^>]{0,200}>(?P<title>[^<]{1,400})", re.IGNORECASE)
_REDACTOR = Redactor(())
_NO_ADDRESS = ProbeFailed("the check names no target with an address", Trouble.MISSING)


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
    return await _by_curl(site, question, where, limit, most_bytes)


async def ask_json(site: Site, question: Question, *, seconds: float = 10.0) -> Any:
    """The values of an answer that has to be a success. Raises ProbeFailed, also `auth` for 401 and 403, `missing` for
    404, `refused` for every other status."""
    reply = await ask(site, question, seconds=seconds)
    expect_success(reply)
    return reply.json()


def expect_success(reply: Reply) -> None:
    """Raises ProbeFailed for a status that is none of a success, with what was said in words; NotKnown for 404."""
    if reply.is_success:
        return
    said = "" if reply.cut else words_of(reply.text[:_MOST_WORDS])
    why = f"{reply.where} answers {reply.status}" + (f": {said}" if said else "")
    if reply.status == 404:
        raise NotKnown(why, "HTTP 404" + (f": {said}" if said else ""))
    raise ProbeFailed(why, Trouble.AUTH if reply.status in (401, 403) else Trouble.REFUSED)


def words_of(text: str) -> str:
    """What the body of an error says to people, in one line; empty where it is only for machines."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            return _said_in(orjson.loads(text))
        except ValueError:
            return ""
    if text.lstrip()[:1] == "<":
        title = _TITLE.search(text)
        return first_line(html.unescape(title["title"]), _LONGEST_SAID) if title is not None else ""
    return first_line(text, _LONGEST_SAID)


def _said_in(document: Any, depth: int = 0) -> str:
    if isinstance(document, str):
        return first_line(document, _LONGEST_SAID)
    if isinstance(document, list) and document and depth < _DEEPEST:
        return _said_in(document[0], depth + 1)
    if not isinstance(document, dict) or depth >= _DEEPEST:
        return ""
    return next((said for name in _SAID_AS if (said := _said_in(document.get(name), depth + 1))), "")


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


# By curl, where the look starts from

_MARK = "tocsin-curl"
_NUMBERS = re.compile(rf"\n{_MARK} (\d{{3}}) ([\d.]{{1,12}}) ([\d.]{{1,12}}) ([\d.]{{1,12}})\s*\Z")
_CURL = {
    5: Trouble.DNS, 6: Trouble.DNS, 7: Trouble.REFUSED, 28: Trouble.TIMEOUT, 35: Trouble.TLS, 51: Trouble.TLS,
    52: Trouble.LOST, 55: Trouble.LOST, 56: Trouble.LOST, 58: Trouble.TLS, 60: Trouble.TLS, 63: Trouble.TOO_MUCH,
    77: Trouble.TLS, 83: Trouble.TLS, 91: Trouble.TLS, 1: Trouble.PARSE, 8: Trouble.PARSE,
    18: Trouble.LOST,
}  # fmt: skip
_WORDS = {
    Trouble.DNS: "there is no such host",
    Trouble.REFUSED: "the connection is refused",
    Trouble.TIMEOUT: "no answer in time",
    Trouble.TLS: "TLS failed",
    Trouble.LOST: "hung up",
    Trouble.PARSE: "what answers is not HTTP",
    Trouble.TOO_MUCH: "more came back than may be read",
}


async def _by_curl(site: Site, question: Question, where: str, limit: float, most_bytes: int) -> Reply:
    """What may be secret goes to its standard input, since everybody on a host can read the arguments."""
    settings: list[tuple[str, str]] = [
        ("url", question.url),
        ("request" if question.method != "HEAD" else "head", question.method),
        ("proto", "=http,https"),
        ("noproxy", "*"),
        ("max-time", f"{limit:.3f}"),
        ("write-out", f"\n{_MARK} %{{http_code}} %{{time_connect}} %{{time_starttransfer}} %{{time_total}}\n"),
        *(("header", f"{name}: {value}") for name, value in question.headers.items()),
        *([("data-raw", question.form)] if question.form else []),
    ]
    flags = ["silent", "show-error", "globoff", "include"]
    given = "\n".join(
        [*flags, *(f"{name} = {_quoted(value)}" if name != "head" else "head" for name, value in settings)]
    )
    ran = await site.run(
        "curl", "-q", "--config", "-", within_s=min(site.within_s, limit + 1), most_bytes=2 * most_bytes + _MOST_HEAD,
        given=given + "\n",
    )  # fmt: skip
    return _reply_in(ran, where, most_bytes)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _reply_in(ran: Ran, where: str, most_bytes: int) -> Reply:
    numbers = _NUMBERS.search(ran.out)
    if numbers is None or int(numbers[1]) == 0:
        if ran.code in _CURL and re.search(rf"curl: \({ran.code}\)", ran.err):
            raise Unreached(f"{where}: {_WORDS[_CURL[ran.code]]}", _CURL[ran.code])
        raise refused(ran, "curl") if ran.code else ProbeFailed("curl: the answer is not understood", Trouble.PARSE)
    if ran.code in _CURL:
        raise Unreached(f"{where}: {_WORDS[_CURL[ran.code]]}", _CURL[ran.code])
    headers, text = _head_of(ran.out[: numbers.start()], where)
    body = text.encode("utf-8", "replace")
    connect, first, took = (round(float(numbers[at]) * 1000, 3) for at in (2, 3, 4))
    return Reply(
        where=where,
        status=int(numbers[1]),
        headers=headers,
        body=body[:most_bytes],
        cut=ran.cut or len(body) > most_bytes,
        took_ms=took,
        connect_ms=connect,
        first_ms=first,
    )


def _head_of(text: str, where: str) -> tuple[httpx.Headers, str]:
    """The headers of the answer, and its body. Answers before it, such as 100, are passed over."""
    for _ in range(5):
        head, _, rest = text.replace("\r\n\r\n", "\n\n", 1).partition("\n\n")
        if not head.startswith("HTTP/"):
            break
        if not re.match(r"HTTP/[\d.]{1,3} 1\d\d", head):
            lines = [line.partition(":") for line in head.split("\n")[1:_MOST_HEAD] if ":" in line]
            return httpx.Headers([(name.strip(), value.strip()) for name, _, value in lines if name.isascii()]), rest
        text = rest
    raise Unreached(f"{where}: what answers is not HTTP", Trouble.PARSE)

"""Asking by curl, where the look starts from."""

from __future__ import annotations

import json
import re

import httpx

from bot.core.evidence import Trouble
from bot.probes._http_answer import Question, Reply
from bot.probes._place import Unreached
from bot.probes._text import refused
from bot.probes.base import ProbeFailed, Site
from bot.transports.base import Ran

_MOST_HEAD = 64_000
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


async def ask_by_curl(site: Site, question: Question, where: str, limit: float, most_bytes: int) -> Reply:
    """The answer, within `limit` seconds. Raises what `ask` does.

    What may be secret goes to its standard input, since everybody on a host can read the arguments."""
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

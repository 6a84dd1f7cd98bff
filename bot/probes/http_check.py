"""http_check: whether an address answers, how fast, and whether the answer says what it should."""

from __future__ import annotations

from typing import Any, Literal

import httpx
from pydantic import Field

from bot.core.evidence import Lacking, Seen
from bot.core.text import first_line, one_line
from bot.probes._asking import AskingParameters, question_of
from bot.probes._http import ask
from bot.probes._http_answer import Reply
from bot.probes._json import Named, ages_at, counts_at, values_at
from bot.probes._lines import Wanted
from bot.probes._place import Unreached
from bot.probes._text import clean
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_MOST_BYTES = 1_000_000
_MOST_OUTPUT = 100_000


class HttpCheckParameters(AskingParameters):
    """What is asked, and what the answer should hold."""

    method: Literal["GET", "HEAD"] = Field(default="GET", description="HEAD asks for no body")
    contains: tuple[Wanted, ...] = Field(
        default=(), max_length=10, description="Texts that all have to stand in the body", examples=[["healthy"]]
    )
    values: Named = Field(
        default={}, description="Values of a JSON answer by path, each with a name", examples=[{"status": "status"}]
    )
    counts: Named = Field(
        default={}, description="Lists of a JSON answer by path: how many entries", examples=[{"problems": "problems"}]
    )
    ages: Named = Field(
        default={}, description="Times in a JSON answer by path: how long ago", examples=[{"answer": "time"}]
    )


async def _look(parameters: HttpCheckParameters, site: Site) -> Seen:
    question = question_of(parameters, site, method=parameters.method)
    facts: dict[str, Any] = {**dict.fromkeys(_FACTS), "reached": False}
    try:
        reply = await ask(site, question, seconds=parameters.seconds, most_bytes=_MOST_BYTES)
    except Unreached as failure:
        return Seen(facts={**facts, "trouble": str(failure.trouble)}, excerpt=[str(failure)])
    return _seen(parameters, site, reply, facts)


def _seen(parameters: HttpCheckParameters, site: Site, reply: Reply, facts: dict[str, Any]) -> Seen:
    text = reply.text if parameters.method == "GET" else ""
    facts |= {
        "reached": True,
        "status": reply.status,
        "success": reply.is_success,
        "took_ms": reply.took_ms,
        "connect_ms": reply.connect_ms,
        "first_byte_ms": reply.first_ms,
        "size_bytes": len(reply.body) if not reply.cut else None,
        "content_type": one_line(reply.headers.get("content-type", ""), 100) or None,
        "redirects_to": _host_of(reply.headers.get("location", "")) if 300 <= reply.status < 400 else None,
        "contains": _contains(parameters, reply),
    }
    lacking = None
    if parameters.values or parameters.counts or parameters.ages:
        try:
            document = reply.json()
        except ProbeFailed as failure:
            facts |= {"is_json": False}
            lacking = Lacking(why=str(failure), trouble=failure.trouble)
            text = f"{failure}\n{text}"
        else:
            facts |= {
                "is_json": True,
                "values": values_at(document, parameters.values),
                "counts": counts_at(document, parameters.counts),
                "ages": ages_at(document, parameters.ages, site.now()),
            }
    excerpt = [first_line(text, 300)] if text.strip() and not (reply.is_success and facts["is_json"]) else []
    return Seen(facts=facts, excerpt=excerpt, output=clean(text[:_MOST_OUTPUT]), lacking=lacking)


def _contains(parameters: HttpCheckParameters, reply: Reply) -> bool | None:
    if not parameters.contains or parameters.method == "HEAD":
        return None
    body = reply.body.decode("utf-8", "replace")
    found = all(text in body for text in parameters.contains)
    return found if found or not reply.cut else None


def _host_of(location: str) -> str | None:
    """Where a redirect leads, without what may be secret in it; it is not followed."""
    try:
        url = httpx.URL(location)
    except httpx.InvalidURL:
        return None
    return one_line(f"{url.scheme}://{url.host}{url.path}" if url.host else url.path, 200) or None


_FACTS = {
    "reached": Fact(sort="flag", help="whether something answered in HTTP, whatever it said"),
    "trouble": Fact(sort="text", help="why nothing did: refused, timeout, dns, tls, lost or parse"),
    "status": Fact(sort="number", help="the answer's code, such as 200"),
    "success": Fact(sort="flag", help="whether the code is 200 to 299"),
    "took_ms": Fact(sort="number", unit="ms", help="how long the whole answer took"),
    "connect_ms": Fact(sort="number", unit="ms", help="of it, until the connection stood; unknown where it did before"),
    "first_byte_ms": Fact(sort="number", unit="ms", help="of it, until the answer began"),
    "size_bytes": Fact(sort="number", unit="bytes", help="size of the body; unknown where it is too large to read"),
    "content_type": Fact(sort="text", help="what the body is said to be"),
    "redirects_to": Fact(sort="text", help="where the answer redirects to; it is not followed"),
    "contains": Fact(sort="flag", help="whether all the wanted texts stand in the body"),
    "is_json": Fact(sort="flag", help="whether the body is JSON; unknown where that is not asked for"),
    "values": Fact(sort="map", help="values of the JSON answer by name"),
    "counts": Fact(sort="map", help="how many entries lists of the JSON answer have, by name"),
    "ages": Fact(sort="map", help="seconds since times in the JSON answer, by name"),
}

PROBE = Probe(
    name="http_check",
    help="Whether an address answers by HTTP: status, times, size, and what a JSON answer says.",
    parameters=HttpCheckParameters,
    facts=_FACTS,
    look=_look,
    target="url",
    fills=("path", "query"),
)

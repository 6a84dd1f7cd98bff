"""What probes share about Prometheus: its HTTP API, and PromQL with places that are filled in safely."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from bot.core.evidence import Trouble
from bot.core.text import bounded, one_line
from bot.packs.shapes import Name
from bot.probes._asking import AskingParameters, headers_of
from bot.probes._http import address_of, ask
from bot.probes._http_answer import Question
from bot.probes._place import Seconds
from bot.probes._text import clean
from bot.probes.base import Parameters, ProbeFailed, Site

_API = "/api/v1"
# Other quotes and remarks are passed over whole: what stands in them opens no double quote.
_QUOTED = re.compile(r"""\"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|`[^`]*+`|\#[^\n]*+""")
_PLACE = re.compile(r"\$([a-z][a-z0-9_]*)")
_TROUBLES = {401: Trouble.AUTH, 403: Trouble.AUTH, 404: Trouble.MISSING, 422: Trouble.PARSE, 400: Trouble.PARSE}


class MonitorParameters(Parameters):
    """As whom, and how long to wait."""

    bearer: Name | None = Field(
        default=None, description="Name of the variable with the bearer token", examples=["prometheus_token"]
    )
    user: Name | None = Field(default=None, description="Name of the variable with the user name, for Basic")
    password: Name | None = Field(default=None, description="Name of the variable with the password, for Basic")
    seconds: Seconds = Field(default=10, description="Longest wait for the answer")


async def ask_api(
    site: Site, parameters: MonitorParameters, path: str, query: Mapping[str, str] | tuple[tuple[str, str], ...] = ()
) -> tuple[Any, list[str]]:
    """The `data` of an answer and its warnings. The target's address may end in `/api/v1` or not. Raises ProbeFailed
    with what Prometheus says."""
    base = address_of(site).rstrip("/").removesuffix(_API)
    url = address_of(_at(site, base), _API + path, query)
    asking = AskingParameters(bearer=parameters.bearer, user=parameters.user, password=parameters.password)
    reply = await ask(site, Question(url=url, headers=headers_of(asking, site)), seconds=parameters.seconds)
    try:
        body = reply.json()
    except ProbeFailed:
        if reply.is_success:
            raise
        body = None
    if isinstance(body, dict) and body.get("status") == "success" and "data" in body:
        warnings = [*_list(body.get("warnings")), *_list(body.get("infos"))]
        return body["data"], [one_line(str(one), 200) for one in warnings[:10]]
    trouble = _TROUBLES.get(reply.status, Trouble.PARSE if reply.is_success else Trouble.ERROR)
    said = body.get("error") if isinstance(body, dict) else None
    why = one_line(clean(str(said)), 200) if said else "the answer is not Prometheus' own"
    raise ProbeFailed(f"{reply.where} answers {reply.status}: {why}", trouble)


def _at(site: Site, address: str) -> Site:
    """The same site with another address of the same target."""
    return replace(site, address=address)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def places_in(query: str) -> set[str]:
    """The names of the places in a query: `$symbol`."""
    return set(_PLACE.findall(query))


def filled(query: str, values: Mapping[str, str]) -> str:
    """The query with its places filled, each value escaped as it has to be between double quotes."""

    def value(place: re.Match[str]) -> str:
        return values[place[1]].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

    return _PLACE.sub(value, query)


def stands_in_quotes(query: str) -> bool:
    """Whether every place stands between double quotes: nowhere else can a value be escaped."""
    outside = _QUOTED.sub(lambda found: "" if found[0].startswith('"') else found[0], query)
    return _PLACE.search(outside) is None


def label_text(labels: Mapping[str, Any]) -> str:
    """The labels of a series as one line: `exchange=binance, symbol=BTC-USDT`."""
    named = {name: value for name, value in labels.items() if name != "__name__"}
    text = ", ".join(f"{name}={value}" for name, value in named.items())
    return bounded(" ".join(text.split()), 150) or bounded(str(labels.get("__name__", "")), 150)

"""grafana_health: whether Grafana and its database are well, and whether it reaches its data sources."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._asking import AskingParameters, headers_of
from bot.probes._http import address_of, ask
from bot.probes._http_answer import Question
from bot.probes._prometheus import MonitorParameters
from bot.probes._text import clean
from bot.probes.base import Fact, Probe, ProbeFailed, Site

Uid = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,40}$")]


class GrafanaHealthParameters(MonitorParameters):
    """Which data sources are tried."""

    datasources: tuple[Uid, ...] = Field(
        default=(),
        max_length=10,
        description="Data sources by their uid, which Grafana is asked to test; needs an account that may query them",
        examples=[["prometheus"]],
    )


async def _look(parameters: GrafanaHealthParameters, site: Site) -> Seen:
    asking = AskingParameters(bearer=parameters.bearer, user=parameters.user, password=parameters.password)
    headers = headers_of(asking, site)

    async def said(path: str) -> tuple[int, Any, float]:
        question = Question(url=address_of(site, path), headers=headers)
        reply = await ask(site, question, seconds=parameters.seconds)
        if reply.status in (401, 403):
            raise ProbeFailed(f"{reply.where} answers {reply.status}: the credentials may not do this", Trouble.AUTH)
        body = reply.json()
        if not isinstance(body, dict):
            raise ProbeFailed(f"{reply.where}: the answer is not Grafana's", Trouble.PARSE)
        return reply.status, body, reply.took_ms

    status, health, took = await said("/api/health")
    if "database" not in health:
        raise ProbeFailed("the answer is not Grafana's", Trouble.PARSE)
    tested = await asyncio.gather(*(said(f"/api/datasources/uid/{uid}/health") for uid in parameters.datasources))
    rows = [
        (uid, _word(code, body), one_line(clean(str(body.get("message", ""))), 200))
        for uid, (code, body, _) in zip(parameters.datasources, tested, strict=True)
    ]
    failing = [uid for uid, word, _ in rows if word != "OK"]
    return Seen(
        facts={
            "healthy": status == 200 and health["database"] == "ok",
            "database": one_line(str(health["database"]), 50),
            "version": one_line(str(health.get("version") or ""), 50) or None,
            "took_ms": took,
            "datasources": len(rows),
            "failing": failing,
        },
        table=Table(columns=("data source", "health", "says"), rows=tuple(rows)) if rows else None,
        excerpt=[f"{uid}: {message}" for uid, word, message in rows if word != "OK"],
    )


def _word(code: int, body: dict[str, Any]) -> str:
    """`OK`, or what it says instead; a data source of that uid may not exist, or know no test."""
    if code == 404:
        return "not there"
    return one_line(str(body.get("status") or f"answers {code}"), 50)


PROBE = Probe(
    name="grafana_health",
    help="Whether Grafana and its database are well, and whether it reaches its data sources.",
    parameters=GrafanaHealthParameters,
    facts={
        "healthy": Fact(sort="flag", help="whether Grafana answers and its database is well"),
        "database": Fact(sort="text", help="what it says of its database: ok or failing"),
        "version": Fact(sort="text", help="its version; unknown where it does not tell"),
        "took_ms": Fact(sort="number", unit="ms", help="how long its own health took"),
        "datasources": Fact(sort="number", help="data sources that were tested"),
        "failing": Fact(sort="list", help="uids of data sources that are not well"),
    },
    look=_look,
    target="url",
)

"""Board: how long its pages take over years of incidents: the list, a search, one incident, the numbers."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from bench.client import HOST, connect, quantile
from bench.figures import Figure, at_most
from bench.pace import Pace
from bench.running import serving
from bot.core.alert import Severity
from bot.core.escalation import HELD, MAIN, RUNNING, Escalation
from bot.core.incident import ACTIVE, RESOLVED
from bot.core.policy import Choice, Level, Plan, Policy, Target
from bot.store import tables
from bot.store.dialects import insert_rows
from bot.store.rows import escalation_row, plan_row
from bot.store.store import Store, open_store

_TOKEN = "b" * 32
_MOST_MS = 100.0
_OPEN = 200
"""Incidents that are open; all others are long over."""
_AT_ONCE = 20_000
_NOTES = 3
"""Of each incident's entries, what people wrote."""
_WORDS = """
feed gateway order latency binance coinbase position socket disk memory queue fill quote clock venue risk
""".split()  # noqa: SIM905


async def measure(environ: Mapping[str, str], database: str, pace: Pace) -> list[Figure]:
    """The figures on a database that holds as much as the pace says."""
    filled = await asyncio.to_thread(_filled, environ["DATABASE_URL"], pace)
    async with serving({**environ, "TOCSIN_BOARD_TOKEN": _TOKEN}) as server:
        asked = {
            "the list of what is open": ["/board"],
            "search: a common word": [f"/board/past?q={word}" for word in _WORDS],
            "search: a rare word": [f"/board/past?q=order-{number}x" for number in range(1, pace.incidents, 97)],
            "search: a word that is nowhere": [f"/board/past?q=nowhere{number}" for number in range(50)],
            "search: two words, system, severity and days": [
                f"/board/past?q={word}+{other}&system=bench&severity=high&from=2024-01-01&to=2026-01-01"
                for word, other in pairwise(_WORDS)
            ],
            "the past, page 100": [f"/board/past?before={max(pace.incidents // 2, 1)}"],
            "one incident": [f"/board/incidents/{number}" for number in range(1, pace.incidents, 101)],
            "a report to print": [f"/board/incidents/{number}/report" for number in range(1, pace.incidents, 101)],
            "the numbers of a quarter": ["/board/numbers"],
        }
        figures = [Figure(database=database, what="board: filling the database", value=filled, unit="s")]
        for what, paths in asked.items():
            took = await _asked(server.port, paths, pace.looks)
            goal = at_most if what != "the numbers of a quarter" else _without_goal
            figures.append(goal(database, f"board: {what}, p50", quantile(took, 0.5) * 1000, "ms", _MOST_MS))
            figures.append(
                Figure(database=database, what=f"board: {what}, p99", value=quantile(took, 0.99) * 1000, unit="ms")
            )
        return figures


def _without_goal(database: str, what: str, value: float, unit: str, _most: float) -> Figure:
    return Figure(database=database, what=what, value=value, unit=unit)


async def _asked(port: int, paths: list[str], looks: int) -> list[float]:
    """Seconds of each answer, one after the other on one connection; the first ones warm up."""
    connection = await connect(port)
    took = []
    for number in range(looks + 3):
        path = paths[number % len(paths)]
        head = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {_TOKEN}\r\n\r\n"
        answer = await connection.ask(head.encode())
        assert answer.status == 200, (path, answer.status)
        took.append(answer.took)
    connection.close()
    return took[3:]


# --- years of incidents


def _filled(url: str, pace: Pace) -> float:
    """Fill the database; the seconds that it took."""
    began, store = time.perf_counter(), open_store(url)
    store.migrate()
    _fill(store, pace.incidents, pace.entries)
    store.close()
    return time.perf_counter() - began


def _fill(store: Store, incidents: int, entries: int) -> None:
    """Write so many incidents, and entries of their timelines in the order in which they would have been written: what
    happens at the same time stands side by side, not what belongs together."""
    chance = random.Random(1)
    now = datetime.now(UTC)
    with store.engine.begin() as connection:
        insert_rows(connection, tables.plans, [plan_row(_PLAN)])
        for rows in _batches(_incidents(incidents, now, chance)):
            insert_rows(connection, tables.incidents, rows)
        for rows in _batches(_ladders(incidents, now)):
            insert_rows(connection, tables.escalations, rows)
        for rows in _batches(_entries(incidents, entries, now, chance)):
            insert_rows(connection, tables.timeline, rows)
        for rows in _batches(_pages(incidents, now)):
            insert_rows(connection, tables.pages, rows)
        if not store.is_sqlite:
            connection.exec_driver_sql(
                "SELECT setval(pg_get_serial_sequence('incidents', 'number'), (SELECT max(number) FROM incidents))"
            )
    with store.engine.connect() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("ANALYZE")
        else:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _opened(number: int, incidents: int, now: datetime) -> datetime:
    return now - timedelta(hours=2) * (incidents - number)


def _says(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(words))


_PLAN = Plan(
    policies={
        "usual": Policy(
            name="usual", levels=(Level(name="Desk", after=timedelta(0), targets=(Target(to="ann", ways=("mail",)),)),)
        )
    },
    choices=(Choice(policy="usual"),),
    catch_all="usual",
)


def _incidents(incidents: int, now: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    plan = plan_row(_PLAN)["id"]
    for number in range(1, incidents + 1):
        at, is_open = _opened(number, incidents, now), number > incidents - _OPEN
        after = at + timedelta(minutes=chance.randint(1, 90))
        yield {
            "number": number,
            "system": "bench" if number % 3 else "aside",
            "title": f"{_says(chance, 6)} order-{number}x",
            "text": _says(chance, 80),
            "severity": number % 4 + 1,
            "type": "",
            "component": chance.choice(_WORDS),
            "phase": ACTIVE if is_open else RESOLVED,
            "unrouted": False,
            "route": "",
            "policy": "",
            "first_step": "Look at the feed.",
            "group_key": f"g{number}",
            "link": "",
            "plan": plan,
            "opened_at": at,
            "since": at,
            "acknowledged_at": at + timedelta(minutes=1),
            "resolved_at": None if is_open else after,
            "resolved_by": "" if is_open else "Ann",
            "missed": False,
            "verdict": _says(chance, 12),
            "handover_to": "",
            "alerts": 0,
            "firing": 0,
            "fixed_by": _says(chance, 8),
        }


def _ladders(incidents: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(1, incidents + 1):
        at = _opened(number, incidents, now)
        held = number % 2 == 0
        ladder = Escalation(
            part=MAIN, policy="usual", severity=Severity(number % 4 + 1), state=HELD if held else RUNNING,
            began_at=at, holder="ann" if held else "", holder_name="Ann" if held else "", held_at=at if held else None,
        )  # fmt: skip
        yield escalation_row(number, ladder)


def _entries(incidents: int, entries: int, now: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    each = entries // incidents
    alerts, notes = ([_says(chance, words) for _ in range(2_000)] for words in (8, 14))
    # Twenty incidents at a time, as their entries were written by turns.
    for first in range(1, incidents + 1, 20):
        together = range(first, min(first + 20, incidents + 1))
        for place in range(each):
            for number in together:
                note = place % (each // _NOTES or 1) == 1
                yield {
                    "incident": number,
                    "at": _opened(number, incidents, now) + timedelta(seconds=20 * place),
                    "kind": "note" if note else "alert",
                    "text": chance.choice(notes if note else alerts),
                    "why": "a rule of the policy says so",
                    "who": "ann" if note else "",
                    "name": "Ann" if note else "Tocsin",
                    "via": "slack",
                    "slack": "",
                    "person": note,
                    "level": None,
                    "page": "",
                    "data": {},
                }


def _pages(incidents: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(1, incidents + 1):
        at = _opened(number, incidents, now)
        for place in range(5):
            yield {
                "key": f"p{number}.{place}", "incident": number, "part": MAIN, "epoch": 1, "round": place, "level": 0,
                "purpose": "page", "person": f"p{place}", "name": f"Person {place}", "way": "mail", "address": "a@b.c",
                "state": "sent", "why": "", "outcome": "", "tries": 1, "bundle": "", "ref": "", "place": "",
                "made_at": at + timedelta(minutes=place), "sent_at": at,
            }  # fmt: skip

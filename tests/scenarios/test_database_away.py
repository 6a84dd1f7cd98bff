"""The database is away for a minute: alerts are refused with a word when to come again, and nothing is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import pytest
from sqlalchemy.engine import make_url

from bot.core.errors import StoreAway
from tests.scenarios.world import ENGINEERING, OPERATIONS, World

Switch = Callable[[bool], Awaitable[None]]


@pytest.fixture
def database(postgres_world: World, postgres: object) -> Switch:
    """Switches the story's database off and on: connections end, and no new ones are taken."""
    name = make_url(postgres_world.database_url).database

    async def switch(on: bool) -> None:
        def do() -> None:
            with psycopg.connect(postgres.get_uri(), autocommit=True) as admin:  # type: ignore[attr-defined]
                admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {'true' if on else 'false'}")
                if not on:
                    admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

        await asyncio.to_thread(do)

    return switch


async def test_alerts_are_refused_with_a_word_when_to_come_again(postgres_world: World, database: Switch) -> None:
    """ESCALATION 3: 503 with Retry-After, so that the monitor keeps the alert and posts it again; it pages then."""
    world = postgres_world
    await database(False)
    answer = await world.alert(tick=False)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert (await world.web.get("/healthz")).status_code == 200
    assert (await world.web.get("/readyz")).status_code == 503
    with pytest.raises(StoreAway):
        await world.tick()
    await database(True)
    await world.jump("1m")
    assert (await world.alert()).status_code == 202
    assert (await world.web.get("/readyz")).status_code == 200
    assert world.minutes(OPERATIONS) == [1.0]


async def test_a_level_that_fell_due_meanwhile_is_paged_once(postgres_world: World, database: Switch) -> None:
    """ESCALATION 3: away from 4:30 to 5:30."""
    world = postgres_world
    await world.alert()
    await world.at("4m30s")
    await database(False)
    await world.jump("5m")
    with pytest.raises(StoreAway):
        await world.tick()
    await database(True)
    await world.jump("5m30s")
    await world.at("14m")
    assert world.minutes(ENGINEERING) == [5.5]


async def test_away_while_a_call_was_under_way(postgres_world: World, database: Switch) -> None:
    """ESCALATION 3: the call left, its record could not be written; it is written later, and not called again."""
    world = postgres_world
    held = world.outside.hold("phone")
    await world.alert(tick=False)
    calling = asyncio.create_task(world.tick())
    await held.reached.wait()
    await database(False)
    held.released.set()
    with pytest.raises(StoreAway):
        await calling
    await database(True)
    await world.jump("1m30s")
    await world.at("4m")
    assert world.minutes(OPERATIONS) == [0.0]
    page = next(p for p in await world.ledger() if p.way == "phone")
    assert page.state == "sent"


async def test_an_answer_by_link_is_asked_to_come_again(postgres_world: World, database: Switch) -> None:
    """ESCALATION 18: never a trace of the program; and it works when the database is back."""
    world = postgres_world
    await world.alert()
    mail = world.mail("operations@company.com")
    await database(False)
    said = await world.answer_link(mail)
    assert (said.status_code, said.headers["Retry-After"]) == (503, "10")
    assert "The database does not answer right now" in said.text
    await database(True)
    await world.answer_link(mail)
    assert (await world.ladder()).holder == "operations"


async def test_a_caller_is_not_thanked_for_nothing(postgres_world: World, database: Switch) -> None:
    """ESCALATION 18: they hear that it did not work, and press the key again; then it works."""
    world = postgres_world
    await world.alert()
    call = world.call(OPERATIONS)
    await database(False)
    heard = await world.hear(call, tick=False)
    assert "You are being paged, but the incident cannot be read now" in heard
    assert "Press 1 to acknowledge" in heard
    said = await world.press_and_hear(call, "1", tick=False)
    assert "your answer could not be recorded" in said
    assert "Press 1 to acknowledge" in said
    assert "You have" not in said
    assert "hank" not in said
    await database(True)
    assert "You have incident one now" in await world.press_and_hear(call, "1")
    assert (await world.ladder()).holder == "operations"


async def test_the_end_of_a_call_is_told_again(postgres_world: World, database: Switch) -> None:
    """ESCALATION 6: what could not be recorded is answered with 503."""
    world = postgres_world
    await world.alert()
    await database(False)
    assert (await world.call_ends(world.call(OPERATIONS), "busy")).status_code == 503
    await database(True)
    assert (await world.call_ends(world.call(OPERATIONS), "busy")).status_code == 200
    (page,) = [page for page in await world.ledger() if page.way == "phone"]
    assert page.outcome == "busy; calling again"

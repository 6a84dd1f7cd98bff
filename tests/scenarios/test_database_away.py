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


async def test_a_digit_is_heard_when_twilio_tells_it_again(postgres_world: World, database: Switch) -> None:
    """ESCALATION 18: Twilio repeats what was not answered with 200, with the same token."""
    world = postgres_world
    await world.alert()
    call = world.call(OPERATIONS)
    await database(False)
    assert (await world.press(call, "1")).status_code == 503
    await database(True)
    assert (await world.press(call, "1")).status_code == 200
    assert (await world.ladder()).holder == "operations"

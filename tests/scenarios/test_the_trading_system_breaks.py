"""The trading system breaks in each of its ways: the alert arrives, the card says what is wrong, mending ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.engine import respond
from bot.playground.trading.faults import all_faults
from tests.scenarios.in_slack import OPS
from tests.scenarios.trading import Desk, desk
from tests.scenarios.world import World

# What the card says: severity, component, and words of the title.
CARDS = {
    "exchange_disconnected": ("critical", "binance", "Binance is disconnected"),
    "database_down": ("critical", "database", "TimescaleDB does not answer"),
    "process_gone": ("critical", "engine", "hft_system is down"),
    "fills_missing": ("critical", "positions", "Our position of eth_market_maker differs from that of Coinbase"),
    "clock_drift": ("high", "clock", "ms ahead"),
    "queue_growing": ("high", "market_data", "market data events wait in the queue"),
    "latency_high": ("high", "latency", "P99 from signal to order is"),
    "stale_data": ("high", "market_data", "Prices of Coinbase"),
    "crossed_book": ("high", "market_data", "Our book of Binance ETH-USDT has bids above its asks"),
    "orders_stuck": ("high", "orders", "orders at Kraken are pending"),
    "rate_limited": ("high", "binance", "Binance limits our requests"),
    "connection_pool": ("high", "database", "database connections are taken"),
    "disk_filling": ("medium", "host", "The disk of hft-1 is"),
    "memory_growing": ("medium", "engine", "hft_system takes"),
    "open_files": ("medium", "engine", "files open"),
    "lot_size": ("medium", "orders", "Binance rejects"),
}


@pytest.fixture
async def breaking(slack_world: World, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on which all is well."""
    async with desk(slack_world, tmp_path / "hft") as made:
        yield made


def test_every_fault_has_its_story() -> None:
    assert set(CARDS) == set(all_faults())


@pytest.mark.parametrize("fault", sorted(CARDS))
async def test_it_breaks_and_is_mended(breaking: Desk, fault: str) -> None:
    """ESCALATION 22: it resolves by itself, and a critical one waits until a person has confirmed."""
    world, (severity, component, title) = breaking.world, CARDS[fault]
    await breaking.breaks(fault)
    assert [(one.status, one.body["status"]) for one in breaking.posted] == [(202, "firing")]
    assert await world.open_incidents() == [1]
    incident = await world.incident()
    assert (incident.severity.word, incident.component, incident.phase) == (severity, component, "active")
    assert title in incident.title
    assert not incident.unrouted
    card = world.card(OPS).readable()
    for words in (title, f"INC-1 · {severity}", f" · {component} · "):
        assert words in card, card
    assert bool(world.pages("phone")) == (severity in ("critical", "high"))

    await breaking.is_mended(fault)
    assert [one.body["status"] for one in breaking.posted] == ["firing", "resolved"]
    incident = await world.incident()
    if severity == "critical":
        assert incident.phase == "monitoring"
        await world.do(respond.confirm, 1, "bob")
        incident = await world.incident()
    assert (incident.phase, incident.missed) == ("resolved", True)
    await breaking.go_on(300, step_s=60)
    assert (await world.open_incidents(), len(breaking.posted)) == ([], 2)


async def test_a_repeat_says_nothing_new(breaking: Desk) -> None:
    """ESCALATION 21, 26: Alertmanager repeats while it fires; it stays one incident with one card."""
    world = breaking.world
    await breaking.breaks("exchange_disconnected")
    await world.ack()
    await breaking.go_on(65 * 60, step_s=60)
    assert [one.body["status"] for one in breaking.posted] == ["firing", "firing"]
    assert await world.open_incidents() == [1]
    assert len(world.cards(OPS)) == 1


async def test_two_faults_are_two_incidents(breaking: Desk) -> None:
    """Each heals by itself."""
    world = breaking.world
    await breaking.breaks("exchange_disconnected")
    await breaking.breaks("disk_filling")
    assert sorted(await world.open_incidents()) == [1, 2]
    await breaking.is_mended("disk_filling")
    assert (await world.incident(2)).phase == "resolved"
    assert (await world.incident(1)).phase == "active"


@pytest.mark.parametrize("is_over", [True, False])
async def test_another_trouble_of_the_same_machine_is_another_incident(breaking: Desk, *, is_over: bool) -> None:
    """ESCALATION 23, 26: open files neither join the incident of the memory nor open it again soon after its end."""
    world = breaking.world
    await breaking.breaks("memory_growing")
    if is_over:
        await breaking.is_mended("memory_growing")
    await breaking.breaks("open_files")
    assert await world.open_incidents() == ([2] if is_over else [2, 1])
    assert "files open" in (await world.incident(2)).title
    assert "reopened" not in [entry.kind for entry in await world.timeline(1)]
    assert (await world.incident(1)).alerts == 1


async def test_one_trouble_after_another_opens_none_again(breaking: Desk) -> None:
    """ESCALATION 23, 26: whatever breaks soon after something else is over is an incident of its own."""
    world = breaking.world
    for number, fault in enumerate(sorted(CARDS), 1):
        await breaking.breaks(fault)
        assert CARDS[fault][2] in (await world.incident(number)).title
        await breaking.is_mended(fault)
        assert "reopened" not in [entry.kind for entry in await world.timeline(number)]

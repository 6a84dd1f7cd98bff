"""Somebody edits the policy during an incident: what runs goes on as it was; people are looked up when paged."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.engine import oncall
from tests.scenarios.conftest import Make
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, World, person

PACKS = Path(__file__).resolve().parents[2] / "playbooks"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The desk's own copy of hft and of the endpoints."""
    shutil.copytree(PACKS / "hft", tmp_path / "packs" / "hft")
    shutil.copy(PACKS / "endpoints.yaml", tmp_path / "packs")
    return tmp_path / "packs"


async def _edited(world: World, folder: Path, swaps: Mapping[str, str]) -> None:
    """The file is edited, and the bot started again."""
    file = folder / "hft" / "system.yaml"
    text = file.read_text()
    for old, new in swaps.items():
        assert old in text, old
        text = text.replace(old, new)
    file.write_text(text)
    await world.stop_bot()
    await world.start_bot()


async def test_levels_delays_and_ways_stay_as_they_were(make_world: Make, folder: Path) -> None:
    """ESCALATION 4: a running incident climbs the ladder it opened with; the next one takes the new ladder."""
    world = await make_world(TOCSIN_PLAYBOOKS=str(folder))
    await world.alert()
    await world.at("1m")
    await _edited(
        world,
        folder,
        {
            "after: 5m": "after: 3m",
            "{to: level_3, by: [mail, phone]}": "{to: level_3, by: [phone]}",
            "plan:\n": "plan:\n  timings: {repeat_after: 1m}\n",
        },
    )
    await world.at("44m")
    assert world.minutes(ENGINEERING) == [5.0]
    assert world.minutes("architecture@company.com") == [15.0]
    assert world.minutes(OPERATIONS) == [0.0]
    await world.ack()
    await world.alert(key="g2")
    await world.at("60m")
    assert world.minutes(ENGINEERING) == [5.0, 47.0]
    assert world.minutes("architecture@company.com") == [15.0]


async def test_a_policy_that_is_gone_still_runs_where_it_is_frozen(make_world: Make, folder: Path) -> None:
    """ESCALATION 4: the whole ladder is renamed and shortened; also what a raise would choose is frozen."""
    world = await make_world(TOCSIN_PLAYBOOKS=str(folder))
    await world.alert("HighLatency", severity="medium")
    await _edited(world, folder, {"policy: ladder}": "policy: quiet}", "catch_all: ladder": "catch_all: quiet"})
    await world.at("1m")
    await world.alert("HighLatency", severity="critical", fingerprint="worse")
    await world.at("6m")
    assert world.minutes(OPERATIONS) == [1.0]
    assert world.minutes(ENGINEERING) == [6.0]


async def test_people_are_looked_up_when_the_page_is_sent(world: World) -> None:
    """ESCALATION 4: a new number, and a stand-in, count from the next page on."""
    await world.alert()
    await world.at("1m")
    await world.stop_bot()
    await world.start_bot(TOCSIN_VAR_HFT_ENGINEERING_PHONE="+15550777")
    await world.app.engine.do(oncall.stand_in, "hft", "level_3", ["emergency"], person("ann"))
    await world.at("20m")
    assert world.minutes("+15550777") == [5.0]
    assert (world.minutes(ENGINEERING), world.minutes(ARCHITECTURE)) == ([], [])
    assert world.minutes(HOTLINE) == [15.0]


async def test_a_role_that_is_gone_has_nobody_and_brings_the_next_level(make_world: Make, folder: Path) -> None:
    """ESCALATION 4, 6: the frozen level asks for a role that the pack no longer has."""
    world = await make_world(TOCSIN_PLAYBOOKS=str(folder))
    await world.alert()
    await _edited(world, folder, {"level_3: [architecture]": "other: [architecture]", "to: level_3,": "to: other,"})
    await world.at("16m")
    assert world.minutes(ARCHITECTURE) == []
    assert world.minutes(HOTLINE) == [15.0]

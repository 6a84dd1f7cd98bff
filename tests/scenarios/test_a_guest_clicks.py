"""Who may not: a guest, somebody of another company, a bot."""

from __future__ import annotations

import pytest

from bot.playground.workspace import Workspace
from tests.scenarios.in_slack import OPS
from tests.scenarios.world import World


@pytest.mark.parametrize("who", ["gus", "ola"])
async def test_refused_with_a_reason_and_nothing_is_done(slack_world: World, who: str) -> None:
    """ESCALATION 11: only full members of the bot's own workspace acknowledge."""
    world = slack_world
    slack: Workspace = world.slack
    await world.alert()
    if who == "ola":
        await slack.join("ola", OPS)
    await world.click(who, world.card(), "ack")
    assert "You may not do this" in world.told(who)
    assert (await world.ladder()).state == "running"
    assert await world.said("acknowledged") == []
    await world.at("6m")
    assert len(world.direct("bob")) == 1


async def test_a_guest_may_not_by_command_either(slack_world: World) -> None:
    """ESCALATION 11: the same rule at every door."""
    world = slack_world
    await world.alert()
    await world.slash("gus", "/incident ack 1")
    assert "You may not do this" in world.told("gus")
    await world.say("gus", "@tocsin ack", world.card())
    assert (await world.ladder()).state == "running"

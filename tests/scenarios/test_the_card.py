"""The card in the channel, and its thread."""

from __future__ import annotations

import pytest

from bot.core.alert import Severity
from bot.engine import resolve, respond
from tests.scenarios.finding import found
from tests.scenarios.in_slack import ENG, OPS
from tests.scenarios.world import START, World


async def test_one_card_that_is_edited_in_place(slack_world: World) -> None:
    """ESCALATION 26: posted once, at once; every change is an edit of the same message."""
    world = slack_world
    await world.alert(summary="Binance is gone")
    first = world.card()
    assert "Binance is gone" in first.readable()
    assert "nobody has it" in first.text
    await world.at("6m")
    await world.click("ann", world.card(), "ack")
    await world.at("7m")
    (card,) = world.cards()
    assert card.ts == first.ts
    assert "has it" in card.text
    posts = [c for c in world.slack.calls("chat.postMessage") if c.arguments.get("channel") in (OPS, first.channel)]
    assert len([c for c in posts if "thread_ts" not in c.arguments]) == 1


async def test_the_thread_tells_the_story_and_only_escalation_and_resolution_are_broadcast(slack_world: World) -> None:
    """ESCALATION 8: who was paged and why, who has it, what was found; the channel sees levels and the end."""
    world = slack_world
    await world.alert()
    await world.at("5m30s")
    await world.click("ann", world.card(), "ack")
    await found(world, "the venue is down")
    await world.at("6m")
    await world.do(respond.note, 1, "bob", text="called the venue")
    await world.at("7m")
    await world.do(resolve.resolve, 1, "ann", why="the venue is back")
    await world.at("8m")
    story = "\n".join(world.lines())
    for words in (
        "Level 1, Operations: paging Operations (slack, phone, mail)",
        "no acknowledgement for 5 min",
        "has it, 5 min",
        "the venue is down",
        "called the venue",
        "resolved it after 7 min",
    ):
        assert words in story
    assert [text.partition(": ")[2].partition(":")[0] for text in world.broadcast()] == [
        "Level 2, Engineering on call",
        "Ann resolved it after 7 min",
    ]


async def test_a_new_round_calls_the_whole_channel(slack_world: World) -> None:
    """ESCALATION 8: loudly, with a mention of the channel; the first round has none."""
    world = slack_world
    await world.alert()
    await world.at("44m")
    assert not any("<!channel>" in m.text for m in world.thread())
    await world.at("46m")
    (loud,) = [m for m in world.thread() if "<!channel>" in m.text]
    assert loud.broadcast
    assert "Level 1, Operations" in loud.text


async def test_a_level_that_is_a_channel_gets_a_small_card_there(slack_world: World) -> None:
    """ESCALATION 28: with the buttons and a link to the thread, kept current; a click there counts."""
    world = slack_world
    await world.alert()
    await world.at("4m59s")
    assert world.cards(ENG) == []
    await world.at("5m")
    small = world.card(ENG)
    assert "INC-1" in small.text
    assert f"/archives/{world.card().channel}/p{world.card().ts.replace('.', '')}|Thread of INC-1>" in small.readable()
    await world.click("bob", small, "ack")
    await world.at("6m")
    (now,) = world.cards(ENG)
    assert now.ts == small.ts
    assert "Acknowledged by <@UBOB00001>" in now.readable()
    assert (await world.ladder()).holder == "engineering"
    await world.do(resolve.resolve, 1, "bob")
    await world.at("7m")
    assert "esolved" in world.card(ENG).readable()
    assert "Acknowledge\n" not in world.card(ENG).readable()


async def test_the_channel_of_a_level_is_not_written_to_again_by_every_round(slack_world: World) -> None:
    """ESCALATION 8, 28: one small card, kept current."""
    world = slack_world
    await world.alert()
    await world.at("2h")
    assert len(world.cards(ENG)) == 1


async def test_low_is_told_once_by_direct_message(slack_world: World) -> None:
    """ESCALATION 1: hft's notice: nobody is woken, nothing repeats, there is a card all the same."""
    world = slack_world
    await world.alert("HighLatency", severity="low")
    await world.at("3h")
    assert world.pages() == []
    assert len(world.direct("ann")) == 1
    assert world.direct("bob") == []
    assert len(world.cards()) == 1


async def test_a_raise_is_seen_on_the_card_and_told_to_the_channel(slack_world: World) -> None:
    """ESCALATION 19: the severity as it is now."""
    world = slack_world
    await world.alert("HighLatency", severity="medium")
    await world.at("1m")
    await world.grade(Severity.CRITICAL)
    await world.at("2m")
    assert "critical" in world.card().text
    assert any("Severity medium → critical" in text for text in world.broadcast())


async def test_an_incident_that_follows_another_links_its_thread(slack_world: World) -> None:
    """ESCALATION 25: the new card leads to the old one."""
    world = slack_world
    await world.alert(severity="high")
    await world.at("1m")
    await world.resolved(severity="high", starts=START)
    await world.at("40m")
    await world.alert(severity="high", starts=world.now)
    await world.at("41m")
    old, new = world.cards()
    assert f"p{old.ts.replace('.', '')}|INC-1>" in new.readable()


@pytest.mark.parametrize("when", ["0s", "1m"])
async def test_a_card_that_somebody_deleted_is_posted_again(slack_world: World, when: str) -> None:
    """ESCALATION 26: before or after it had replies; the story goes on under the new one."""
    world = slack_world
    await world.alert()
    if when != "0s":
        await world.at(when)
    await world.slack.delete("ann", world.card())
    await world.at("6m")
    await world.do(respond.note, 1, "bob", text="still here")
    await world.at("10m")
    (card,) = world.cards()
    assert "INC-1" in card.text
    assert any("still here" in line for line in world.lines())

"""Commands in Slack: a number, a thread, or a question back."""

from __future__ import annotations

import asyncio

from tests.scenarios.world import World


async def test_in_a_thread_it_means_the_threads(slack_world: World) -> None:
    """ESCALATION 16: two are open; said in the thread of the first one."""
    world = slack_world
    await world.alert(key="g1")
    await world.at("2s")
    await world.alert("RiskLimit", key="g2")
    await world.at("10s")
    _, second = world.cards()
    await world.say("ann", "@tocsin ack", second)
    assert [(await world.ladder(n)).state for n in (1, 2)] == ["running", "held"]


async def test_a_word_that_is_a_terminals_command_too_means_the_verb(slack_world: World) -> None:
    """`tocsin report` prints; what is said in a thread posts. What has no verb of that name says where it lives."""
    world = slack_world
    await world.alert()
    await world.at("10s")
    await world.say("ann", "@tocsin report", world.card())
    await world.pass_time("1m")
    assert {file.name.rpartition(".")[2] for file in world.slack.files()} == {"md", "html"}
    await world.say("ann", "@tocsin simulate", world.card())
    await world.worked()
    assert "simulate lives in a terminal only." in world.lines()


async def test_a_slash_command_without_a_number_asks_which(slack_world: World) -> None:
    """ESCALATION 16: never guesses; both are offered."""
    world = slack_world
    await world.alert(key="g1", summary="Binance is gone")
    await world.alert("RiskLimit", key="g2", summary="p99 is high")
    await world.slash("ann", "/incident ack")
    asked = world.told("ann")
    assert "INC-1" in asked
    assert "INC-2" in asked
    assert {(await world.ladder(n)).state for n in (1, 2)} == {"running"}


async def test_acknowledge_all_my_pages_by_its_button(slack_world: World) -> None:
    """ESCALATION 16: lists them first; only the button does it."""
    world = slack_world
    await world.alert(key="g1")
    await world.alert("RiskLimit", key="g2")
    await world.slash("ann", "/incident ack mine")
    listed = world.slack.ephemerals("ann")[-1]
    assert "Acknowledge All 2" in listed.readable()
    assert {(await world.ladder(n)).state for n in (1, 2)} == {"running"}
    await world.click("ann", listed, "ack_all")
    assert {(await world.ladder(n)).holder for n in (1, 2)} == {"operations"}


async def test_two_clicks_at_once(slack_world: World) -> None:
    """ESCALATION 15: one holds it, the other is told who."""
    world = slack_world
    await world.alert()
    card = world.card()
    await asyncio.gather(world.slack.click("ann", card, "incident.ack"), world.slack.click("bob", card, "incident.ack"))
    await world.worked()
    holder = (await world.ladder()).holder
    assert holder in ("operations", "engineering")
    said = {who: world.told(who) for who in ("ann", "bob")}
    winner, other = ("ann", "bob") if holder == "operations" else ("bob", "ann")
    assert "You have INC-1 now" in said[winner]
    assert "has INC-1 since" in said[other]
    assert len(await world.said("acknowledged")) == 1


async def test_a_double_click_on_i_cannot_pages_one_level(slack_world: World) -> None:
    """ESCALATION 14: somebody cannot once, until they are paged again."""
    world = slack_world
    await world.alert()
    await world.at("1m")
    page = world.direct("ann")[0]
    await asyncio.gather(*(world.slack.click("ann", page, "incident.pass") for _ in range(2)))
    await world.worked()
    await world.at("3m")
    await world.click("ann", page, "pass")
    assert "You have said so already" in world.told("ann")
    assert len(world.direct("bob")) == 1
    assert world.minutes("+15550102") == []


async def test_done_is_asked_once_more_and_its_button_does_it(slack_world: World) -> None:
    """A critical alert that fires: a word by a slip ends nothing; what is not understood gets two lines."""
    world = slack_world
    await world.alert()
    card = world.card()
    await world.say("bob", "@tocsin good morning", card)
    await world.say("bob", "@tocsin it is over", card)
    *_, morning, asked = (m for m in world.slack.messages(card.channel, thread_ts=card.ts) if m.user == card.user)
    assert len(morning.readable().strip().splitlines()) == 2
    assert "Is INC-1 (critical) over?" in asked.readable()
    assert (await world.incident()).phase == "active"
    await world.click("bob", asked, "over")
    assert (await world.incident()).phase == "resolved"
    assert (await world.incident()).resolved_by == "bob"

"""A storm: a thousand alerts of one cause are one card and a digest a minute."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from bot.engine import respond
from bot.playground.values import Call
from tests.scenarios.in_slack import OPS
from tests.scenarios.world import START, World, make_alert


def _channel_posts(world: World) -> list[Call]:
    """What was posted as a message of its own, not into a thread and not to a person."""
    place = world.card().channel
    posts = [c for c in world.slack.calls("chat.postMessage") if c.answer.get("channel") == place]
    return [c for c in posts if not c.arguments.get("thread_ts")]


async def test_a_thousand_alerts_are_one_card_and_one_digest(slack_world: World) -> None:
    """ESCALATION 26: at once, in ten posts: one card, which says how many; the first ten are named in the thread."""
    world = slack_world
    await asyncio.gather(
        *(
            world.post(
                [make_alert("ExchangeDown", "critical", "firing", START, f"f{p}-{n}", "", {}) for n in range(100)],
                tick=False,
            )
            for p in range(10)
        )
    )
    await world.at("3m")
    assert len(_channel_posts(world)) == 1
    assert "1,000 alerts, 1,000 firing" in world.card().readable()
    digests = [line for line in world.lines() if "alerts" in line.partition("\n")[0]]
    assert 1 <= len(digests) <= 2
    assert "more" in digests[-1]
    assert len(world.direct("ann")) == 1


async def test_while_it_lasts_the_thread_gets_one_digest_a_minute(slack_world: World) -> None:
    """ESCALATION 26: three alerts a second for two minutes and a half."""
    world = slack_world
    await world.alert("ExchangeDown", fingerprint="first")
    for second in range(60, 210, 3):
        await world.at(f"{second}s")
        names = [f"f{second}-{n}" for n in range(9)]
        await world.post([make_alert("ExchangeDown", "critical", "firing", world.now, n, "", {}) for n in names])
    await world.at("6m")
    assert len(_channel_posts(world)) == 1
    digests = [m for m in world.thread() if "more alert" in m.readable()]
    assert 3 <= len(digests) <= 4
    stamps = [float(m.ts) for m in digests]
    assert all(later - earlier >= 59 for earlier, later in pairwise(stamps))
    assert "451 alerts, 451 firing" in world.card().readable()


async def test_slacks_pace_is_kept(slack_world: World) -> None:
    """ESCALATION 26: with Slack's own rate limits on, nothing is refused: the card waits rather than flickers."""
    world = slack_world
    world.slack.rates.on = True
    for n in range(30):
        await world.alert("ExchangeDown", fingerprint=f"f{n}", summary=f"venue {n}")
        await world.pass_time("1s")
    await world.at("2m")
    assert [c.method for c in world.slack.calls() if c.answer.get("error") == "ratelimited"] == []
    assert "30 alerts, 30 firing" in world.card().readable()


async def test_many_incidents_at_once_keep_their_stories_apart(slack_world: World) -> None:
    """ESCALATION 26: twenty causes: twenty cards, each with its own thread."""
    world = slack_world
    for n in range(20):
        await world.alert("RiskLimit", key=f"g{n}", fingerprint=f"f{n}", severity="high", tick=False)
    await world.at("2m")
    assert len(world.cards()) == 20
    assert len(world.direct("ann")) == 20
    for card in world.cards():
        (line,) = [m.text for m in world.slack.messages("#hft-operations", card.ts) if m.is_reply]
        assert line.split(":")[0] == card.text.split(" ")[0]


async def test_a_new_card_goes_before_the_stories_of_others(slack_world: World) -> None:
    """ESCALATION 26: a channel takes one message a second; what is new is known first, and the story goes on after."""
    world = slack_world
    await world.alert()
    for n in range(12):
        await world.do(respond.note, 1, "ann", text=f"looked at gateway {n}")
    await world.alert("RiskLimit", key="g2")
    await world.pass_time("1s")
    first, _second = world.cards()

    def told() -> int:
        return sum("looked at gateway" in m.readable() for m in world.slack.messages(OPS, first.ts))

    assert told() < 12
    await world.pass_time("20s")
    assert told() == 12

"""A playbook is offered on the card and walked in the thread: the bot goes on where a check can tell, and asks where
only a person can; two who click at once, a restart and an edited pack lose nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.evidence import State
from bot.engine import walks
from bot.playground.values import Message
from tests.scenarios.desks import BOB
from tests.scenarios.in_slack import OPS
from tests.scenarios.looking_desk import LookingDesk
from tests.scenarios.world import World, world_with_slack


@pytest.fixture
def desk(tmp_path: Path) -> LookingDesk:
    made = LookingDesk(tmp_path)
    made.writes("feed", "closed")
    return made


@pytest.fixture
async def world(sqlite_url: str, desk: LookingDesk) -> AsyncIterator[World]:
    async with world_with_slack(sqlite_url, desk.environ) as made:
        yield made


async def looked(world: World) -> None:
    await world.tick()
    await world.app.looking.tick()
    await world.pass_time("10s")  # a channel takes a message a second


async def started(world: World) -> Message:
    await world.alert("FeedDown")
    await world.push("ann", world.card(), "playbook.start.0")
    await looked(world)
    return step(world)


def step(world: World) -> Message:
    """The message of the walk."""
    return next(m for m in world.thread() if "📖 *" in m.readable())


async def choose(world: World, who: str, choice: int, message: Message | None = None) -> None:
    await world.push(who, message or step(world), f"playbook.answer.{choice}")
    await looked(world)


async def test_it_is_offered_on_the_card(world: World):
    await world.alert("FeedDown")
    assert "📖 The price feed is closed" in world.card().readable()


async def test_the_bot_goes_on_where_a_check_can_tell(world: World):
    message = (await started(world)).readable()
    assert "The feed is closed (Price feed: 1 times closed)" in message
    assert "Open the feed of binance again." in message
    assert "feedctl open binance" in message
    assert "R2" in message
    assert "Once only." in message


async def test_what_a_step_saw_is_kept(world: World):
    """With the step that follows from it, and where somebody went on meanwhile, too."""
    await started(world)
    engine = world.app.engine
    (run,) = await engine.look(lambda tx: tx.runs.of_incident(1))
    (look,) = await engine.look(lambda tx: [one for one in tx.looks.of_incident(1) if one.by == run.playbook.title])
    seen = await engine.look(lambda tx: tx.looks.evidence_of(look.id))
    assert [(one.check, one.state) for one in seen] == [("feed", State.FAIL)]
    assert await engine.do(walks.found, run.id, run.walk.revision - 1, look, seen, []) is None
    assert await engine.look(lambda tx: tx.runs.of_incident(1)) == [run]
    assert len([one for one in await engine.look(lambda tx: tx.looks.of_incident(1)) if one.by]) == 2


async def test_to_the_end(world: World, desk: LookingDesk):
    await started(world)
    desk.writes("feed", "open")
    await choose(world, "ann", 0)
    assert "✅ *The feed of binance is open.*" in step(world).readable()
    assert len([m for m in world.thread() if "📖 *" in m.readable()]) == 1  # edited in place
    told = [entry.text for entry in await world.timeline() if entry.kind in ("step", "playbook")]
    assert told == [
        "ann started the playbook 'The price feed is closed'",
        "Is the feed closed? → The feed is closed",
        "Open the feed of binance again. → It is open",
        "Is it open now? → It is open again",
        "The price feed is closed: The feed of binance is open.",
    ]


async def test_a_loop_ends_with_the_next_level(world: World):
    await started(world)
    await choose(world, "ann", 0)
    await choose(world, "ann", 0)
    assert "Others have it." in step(world).readable()
    assert any("Level 2, Second: paging" in line for line in world.lines())


async def test_a_person_is_asked_where_the_check_cannot_tell(world: World, desk: LookingDesk):
    desk.writes("feed", "open")
    await started(world)
    await choose(world, "ann", 0)
    message = step(world).readable()
    assert "Does the other log say so too?" in message
    assert "The checks cannot tell: The other log" in message
    await choose(world, "ann", 1)
    assert "It does not – ann" in step(world).readable()


async def test_on_with_another_playbook(world: World, desk: LookingDesk):
    desk.writes("feed", "open")
    await started(world)
    await choose(world, "ann", 1)
    assert "📖 *Something else*" in step(world).readable()


async def elsewhere(world: World, desk: LookingDesk, choice: int) -> Message:
    """In the other playbook, at its answer."""
    desk.writes("feed", "open")
    await started(world)
    await choose(world, "ann", 1)
    await choose(world, "ann", choice)
    return step(world)


async def test_what_is_learned_on_the_way_is_asked_where_it_is_needed(world: World, desk: LookingDesk):
    message = await elsewhere(world, desk, 1)
    assert "kill -TERM ‹pid›" in message.readable()
    await world.push("ann", message, "playbook.fill")
    assert "'1' is no pid" in str(await world.slack.submit("ann", values={"pid": "1"}))
    assert await world.slack.submit("ann", values={"pid": "4711"}) is None
    await looked(world)
    assert "kill -TERM 4711" in step(world).readable()
    await world.slash("bob", "/playbook fill pid=4712")
    await looked(world)
    assert "kill -TERM 4712" in step(world).readable()
    assert "ann filled in pid 4711: Something else" in [entry.text for entry in await world.timeline()]


async def test_what_was_seen_before_it_was_filled_in_counts_no_longer(world: World, desk: LookingDesk):
    message = await elsewhere(world, desk, 1)
    await world.slash("bob", "/playbook fill pid=4712")
    await looked(world)
    await world.push("ann", message, "playbook.fill")
    assert "That step is over already" in world.told("ann")


async def test_back_from_a_playbook_that_was_not_it(world: World, desk: LookingDesk):
    message = await elsewhere(world, desk, 2)
    assert "It is neither." in message.readable()
    assert "Back to The price feed is closed, step 2" in message.readable()
    await world.push("ann", message, "playbook.return")
    await looked(world)
    message = step(world)
    assert "📖 *The price feed is closed*" in message.readable()
    assert "The feed is open. Do prices come?" in message.readable()
    assert "back to: The price feed is closed – ann" in message.readable()
    assert "exchange binance" in message.readable()  # what it knew, it knows again
    await choose(world, "ann", 0)
    assert "Does the other log say so too?" in step(world).readable()


async def test_there_is_nothing_to_return_to(world: World):
    await started(world)
    await world.slash("ann", "/playbook return")
    assert "There is no playbook to go back to" in world.told("ann")


async def test_two_click_at_once(world: World):
    message = await started(world)
    await asyncio.gather(
        world.slack.click("ann", message, "playbook.answer.0"), world.slack.click("bob", message, "playbook.answer.1")
    )
    await world.worked()
    decided = [entry for entry in await world.timeline() if entry.kind == "step" and entry.who.person]
    assert len(decided) == 1
    told = [m.readable() for who in ("ann", "bob") for m in world.slack.ephemerals(who)]
    assert any("That step is over already" in text for text in told)


async def test_back_skip_hand_and_stop(world: World):
    await started(world)
    await world.slash("ann", "/playbook skip the operator of the feed does it")
    assert "Say where it goes on: /playbook skip NUMBER WHY" in world.told("ann")
    assert "1 It is open; 2 It does not open" in world.told("ann")
    await world.slash("ann", "/playbook skip 1 the operator of the feed does it")
    await looked(world)
    assert (
        "Open the feed of binance again. → skipped, It is open – ann (the operator of the feed does it)"
        in step(world).readable()
    )
    await world.slash("ann", "/playbook back")
    await looked(world)
    assert "🛠️" in step(world).readable()
    await world.slash("ann", "/playbook hand ann")
    assert "That is you" in world.told("ann")
    await world.slash("ann", "/playbook hand bob")
    await looked(world)
    assert "walked by Bob" in step(world).readable()
    assert any(f"gives the playbook 'The price feed is closed' to <@{BOB}>" in line for line in world.lines())
    await world.slash("bob", "/playbook stop another way was found")
    await looked(world)
    assert "*Stopped.* another way was found" in step(world).readable()


async def test_an_answer_by_its_number_is_no_incident(world: World):
    await started(world)
    await world.slash("ann", "/playbook answer 2")
    await looked(world)
    assert "Others have it." in step(world).readable()


async def test_by_words_in_the_thread(world: World):
    await world.alert("FeedDown")
    card = world.card()
    bot = world.slack.bot_user
    await world.say("ann", f"<@{bot}> playbook start feed_down exchange=kraken", card)
    await looked(world)
    await world.say("ann", f"<@{bot}> playbook answer it does not", card)
    await looked(world)
    assert "exchange kraken" in step(world).readable()
    assert "Others have it." in step(world).readable()


async def test_a_restart_and_an_edited_pack(world: World, desk: LookingDesk, tmp_path: Path):
    await started(world)
    await world.stop_bot()
    (tmp_path / "packs" / "desk" / "feed_down.yaml").unlink()
    desk.writes("feed", "open")
    await world.start_bot()
    await choose(world, "ann", 0)
    assert "The feed of binance is open." in step(world).readable()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("start nothing", "desk has no playbook 'nothing'"),
        ("start feed_down exchange=$(reboot)", "is no exchange. It looks like binance."),
        ("start feed_down venue=x", "feed_down has no parameter venue. There is: exchange."),
        ("answer 1", "No playbook is being walked for INC-1"),
    ],
)
async def test_what_is_not_understood(world: World, words: str, answer: str):
    await world.alert("FeedDown")
    await world.slash("bob", f"/playbook {words}")
    assert answer in world.told("bob")
    assert not [m for m in world.slack.messages(OPS, world.card().ts) if "📖 *" in m.readable() and m.is_reply]

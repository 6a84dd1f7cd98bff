"""People put messages on the timeline: by 📌 in the thread, by a message's menu anywhere; and they stay true there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.core.timeline import Entry
from bot.playground.settings import EVENTS, Settings
from bot.playground.values import Message
from bot.playground.workspace import Workspace
from tests.scenarios.in_slack import ENG, OPS
from tests.scenarios.world import START, World, world_with_slack


@pytest.fixture
async def slack_world(sqlite_url: str) -> AsyncIterator[World]:
    """A bot whose app also hears what is said in channels, as its manifest asks for."""
    settings = Settings(events=EVENTS | {"message.channels", "message.groups"})
    async with world_with_slack(sqlite_url, {}, settings) as made:
        yield made


async def _heard(world: World, kind: str, **of: Any) -> None:
    """The bot has worked an event of that kind."""

    def came(slack: Workspace) -> bool:
        events = [d.payload.get("event") or {} for d in slack.deliveries()]
        return any(e.get("type") == kind and of.items() <= e.items() for e in events)

    await world.slack.wait_for(came)
    await world.worked()


async def _mark(world: World, who: str, message: Message, *, remove: bool = False) -> None:
    before = len(world.slack.deliveries())
    await world.slack.react(who, message, "pushpin", remove=remove)
    await world.slack.wait_for(lambda slack: len(slack.deliveries()) > before)
    await world.worked()


async def _pinned(world: World, number: int = 1) -> list[Entry]:
    return [entry for entry in await world.timeline(number) if entry.kind == "pinned"]


def _now(world: World, message: Message) -> Message:
    found = world.slack.room.state.message(message.channel, message.ts)
    assert found is not None
    return found


def _receipt(world: World, message: Message) -> bool:
    return "UBOT00001" in _now(world, message).reactions.get("white_check_mark", ())


async def test_a_message_is_marked_and_the_mark_taken_off(slack_world: World) -> None:
    """It stands where it was said, by who said it; afterwards only the record knows of it."""
    world = slack_world
    await world.alert()
    await world.at("1m")
    said = await world.say("bob", "gw1 was <restarted> at 03:00, see https://logs.example/1", world.card())
    await world.at("2m")
    await _mark(world, "ann", said)
    (entry,) = await _pinned(world)
    assert (entry.text, entry.who.name, entry.why) == (
        "gw1 was <restarted> at 03:00, see https://logs.example/1",
        "bob",
        "pinned by ann",
    )
    assert abs((entry.at - START).total_seconds() - 60) < 1, "when it was said, not when it was marked"
    assert entry.data["link"].startswith(world.slack.url)
    assert said.ts.replace(".", "") in entry.data["link"]
    assert _receipt(world, said)
    await _mark(world, "ann", said, remove=True)
    assert await _pinned(world) == []
    assert not _receipt(world, said)
    recorded = await world.app.engine.look(lambda tx: tx.timeline.recorded(1))
    assert [(e.kind, e.who.name) for e in recorded if e.data.get("pin")] == [("pinned", "ann"), ("unpinned", "ann")]


async def test_it_stays_while_anybodys_mark_is_on_it(slack_world: World) -> None:
    """Two have marked it: one of them taking it back changes nothing."""
    world = slack_world
    await world.alert()
    said = await world.say("bob", "positions are flat", world.card())
    await _mark(world, "ann", said)
    await _mark(world, "bob", said)
    await _mark(world, "ann", said, remove=True)
    assert len(await _pinned(world)) == 1
    await _mark(world, "bob", said, remove=True)
    assert await _pinned(world) == []


async def test_what_slack_says_twice_is_done_once(slack_world: World) -> None:
    """Events are repeated, and come out of order: what counts is what is on the message now."""
    world = slack_world
    await world.alert()
    said = await world.say("bob", "gw1 is back", world.card())
    await _mark(world, "ann", said)
    assert world.app.side is not None
    pins = world.app.side.door.pins
    assert pins is not None
    events = [d.payload for d in world.slack.deliveries() if d.payload.get("event", {}).get("reaction") == "pushpin"]
    for body in events * 2:
        await pins.reaction(body["event"], body)
    await _mark(world, "ann", said, remove=True)
    for body in events * 2:  # the mark is gone, whatever a late event says
        await pins.reaction(body["event"], body)
    recorded = await world.app.engine.look(lambda tx: tx.timeline.recorded(1))
    assert [entry.kind for entry in recorded if entry.data.get("pin")] == ["pinned", "unpinned"]


async def test_slack_does_not_show_the_message(slack_world: World) -> None:
    """No ✅ says that it did not work; marked again it does."""
    world = slack_world
    await world.alert()
    said = await world.say("bob", "gw1 is back", world.card())
    world.slack.faults.server_error("conversations.replies")
    await _mark(world, "ann", said)
    assert await _pinned(world) == []
    assert not _receipt(world, said)
    await _mark(world, "bob", said)
    assert [entry.text for entry in await _pinned(world)] == ["gw1 is back"]


async def test_an_edit_is_followed_and_a_deletion(slack_world: World) -> None:
    """What it says now counts; what it said before stays on record."""
    world = slack_world
    await world.alert()
    said = await world.say("bob", "the loss is $100", world.card())
    await _mark(world, "ann", said)
    await world.slack.edit("bob", _now(world, said), "the loss is $900")
    await _heard(world, "message", subtype="message_changed", channel=said.channel)
    (entry,) = await _pinned(world)
    assert (entry.text, entry.why) == ("the loss is $900", "pinned by ann, edited since")
    await world.slack.delete("bob", _now(world, said))
    await _heard(world, "message", subtype="message_deleted", deleted_ts=said.ts)
    assert await _pinned(world) == []
    recorded = await world.app.engine.look(lambda tx: tx.timeline.recorded(1))
    assert [(e.kind, e.text) for e in recorded if e.data.get("pin")] == [
        ("pinned", "the loss is $100"),
        ("pin_changed", "the loss is $900"),
        ("unpinned", "the loss is $900"),
    ]


async def test_files_are_kept_by_name_and_place(slack_world: World) -> None:
    """A screenshot without a word is a line of the timeline, too."""
    world = slack_world
    await world.alert()
    shown = await world.slack.upload("ann", OPS, [("book.png", b"PNG")], thread_ts=world.card().ts)
    await _mark(world, "ann", shown)
    (entry,) = await _pinned(world)
    assert entry.text == "book.png"
    (file,) = entry.data["files"]
    assert file["name"] == "book.png"
    assert file["link"].startswith("http")


async def test_a_guests_mark_does_nothing(slack_world: World) -> None:
    """Nor does one on a message that is in no incident's thread, nor on the card."""
    world = slack_world
    await world.alert()
    said = await world.say("bob", "all is well", world.card())
    card = world.card()
    await _mark(world, "gus", said)
    await _mark(world, "ann", await world.say("bob", "lunch?"))
    await _mark(world, "ann", card)
    assert await _pinned(world) == []
    assert not _receipt(world, said)
    assert "the card of INC-1" in world.told("ann")


async def test_no_secret_gets_onto_the_timeline_by_a_pin(slack_world: World) -> None:
    """What people paste is redacted like everything that comes from outside."""
    world = slack_world
    await world.alert()
    said = await world.say("bob", "password=hunter2hunter2 works again", world.card())
    await _mark(world, "ann", said)
    (entry,) = await _pinned(world)
    assert "hunter2" not in entry.text
    assert "works again" in entry.text


async def test_by_the_menu_of_a_message(slack_world: World) -> None:
    """In the thread it is that incident's at once; elsewhere a form asks, and the thread tells; chosen again it offers
    to take it off."""
    world = slack_world
    await world.alert()
    inside = await world.say("bob", "broker confirms", world.card())
    await world.slack.shortcut("ann", "incident.pin", inside)
    await world.worked()
    assert [e.text for e in await _pinned(world)] == ["broker confirms"]
    assert _receipt(world, inside)

    await world.at("2s")
    outside = await world.say("bob", "the switch in rack 4 was replaced", channel=ENG)
    await world.slack.shortcut("ann", "incident.pin", outside)
    await world.worked()
    assert await world.slack.submit("ann", values={"into": "1"}) is None
    await world.worked()
    await world.at("6s")
    assert {e.text for e in await _pinned(world)} == {"broker confirms", "the switch in rack 4 was replaced"}
    assert any("the switch in rack 4 was replaced" in line for line in world.lines())

    await world.slack.shortcut("ann", "incident.pin", _now(world, outside))
    await world.worked()
    known = world.slack.ephemerals("ann")[-1]
    assert "on the timeline of INC-1, put there by ann" in known.readable()
    await world.click("ann", known, "unpin")
    assert [e.text for e in await _pinned(world)] == ["broker confirms"]
    assert not _receipt(world, outside)


async def test_of_a_channel_that_the_bot_is_not_in_the_form_carries_it(slack_world: World) -> None:
    """The menu is there in every channel; what was chosen is not lost with it."""
    world = slack_world
    await world.alert()
    world.slack.add_channel("desk-chat", bot=False)
    long = "we saw it too. " * 400
    outside = await world.slack.say("bob", "#desk-chat", long)
    await world.slack.shortcut("ann", "incident.pin", outside)
    await world.worked()
    assert await world.slack.submit("ann", values={"into": "1"}) is None
    await world.worked()
    (entry,) = await _pinned(world)
    assert entry.text.startswith("we saw it too. we saw")
    assert entry.text.endswith("…")

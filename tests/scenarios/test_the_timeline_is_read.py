"""An incident of several days is read: in Slack, in its thread, in a terminal, and whole as a file."""

from __future__ import annotations

from tests.scenarios.world import World


async def _over_midnight(world: World) -> None:
    """Opened on Saturday at three, noted on Sunday."""
    await world.alert()
    await world.ack()
    await world.jump("26h")
    await world.say("ann", "@tocsin note positions are flat", world.card())


async def test_alone_with_days_in_ones_own_zone(slack_world: World) -> None:
    """Bob is in New York: there the incident began on Friday evening."""
    world = slack_world
    await _over_midnight(world)
    await world.slash("bob", "/incident timeline 1")
    told = world.told("bob")
    assert "Friday, 20 November 2026* (America/New_York)" in told
    assert "Sunday, 22 November 2026* (America/New_York)" in told
    assert "positions are flat" in told


async def test_the_newest_and_the_whole_as_a_file(slack_world: World) -> None:
    """As many as were asked for; the button puts all into the thread."""
    world = slack_world
    await _over_midnight(world)
    await world.slash("ann", "/incident timeline 1 last 2")
    shown = world.slack.ephemerals("ann")[-1]
    assert "the newest 2 of" in shown.readable()
    assert "New incident" not in shown.readable()
    await world.click("ann", shown, "timeline_file")
    await world.pass_time("10s")
    (file,) = world.slack.files()
    assert any(file.id in message.files for message in world.thread())
    assert file.name == "INC-1-timeline.txt"
    whole = file.content.decode()
    assert "Saturday, 2026-11-21 (UTC)" in whole
    assert "Sunday, 2026-11-22 (UTC)" in whole
    assert "positions are flat" in whole


async def test_in_the_thread_for_all_each_line_with_its_day(slack_world: World) -> None:
    """A number there is how many; what does not fit comes as a file at once."""
    world = slack_world
    await _over_midnight(world)
    await world.say("bob", "@tocsin timeline 3", world.card())
    await world.pass_time("10s")
    (told,) = [message for message in world.thread() if "the newest 3 of" in message.text]
    assert "positions are flat" in told.readable()
    assert "America/New_York" not in told.readable()
    (file,) = world.slack.files()
    assert any(file.id in message.files for message in world.thread())


async def test_in_a_terminal_in_the_zone_of_who_sits_there(world: World) -> None:
    """From any host; the zone is named. One that is none is no reason to say nothing."""
    token = "t" * 40
    await world.app.engine.run(lambda tx: tx.people.add_token(token, "operations", "Ann", world.now))
    await world.alert()
    for zone, said in (
        ("America/New_York", "2026-11-20 (America/New_York)"),
        ("Mars/Olympus", "2026-11-21 (UTC)"),
        (7, "2026-11-21 (UTC)"),
    ):
        body = {"words": ["incident", "timeline", "1"], "zone": zone}
        answer = await world.web.post("/command", json=body, headers={"Authorization": f"Bearer {token}"})
        assert said in answer.json()["text"]

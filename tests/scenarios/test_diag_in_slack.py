"""Somebody types /diag: one message that fills in, failures first; the details, another look and the whole output are
a click away; in an incident's thread the evidence becomes part of it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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


async def test_without_words_it_is_the_health_of_the_channels_system(world: World):
    await world.slash("bob", "/diag")
    said = (await world.unfolded()).readable()
    assert "desk health: 1 of 3 fails: Price feed: 1 times closed; 1 unknown: The other log (" in said
    assert "nothing-here.log" in said  # which of the many things that can be missing
    assert said.index("Price feed") < said.index("1 ok: Orders")
    assert "asked by bob" in said


async def test_one_message_for_all_to_see_that_is_edited(world: World):
    await world.slash("bob", "/diag")
    message = await world.unfolded()
    assert len(world.cards()) == 1
    assert not message.viewer
    assert message.edited


async def test_a_check_with_its_argument(world: World):
    await world.slash("bob", "/diag order 43")
    assert "43 is there 1 times" in (await world.unfolded()).readable()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("order", "order needs id, which looks like 20261121-000417"),
        ("order $(reboot)", "does not know what to do with '$(reboot)'"),
        ("ordres", "Did you mean orders or order?"),
        ("orders --since 10m", "orders has no --since. There is: none."),
        ("nowhere health", "Nothing here is called 'nowhere health'."),
    ],
)
async def test_what_is_not_understood_is_answered_for_this_person_only(world: World, words: str, answer: str):
    await world.slash("bob", f"/diag {words}")
    assert answer in world.told("bob")
    assert world.cards() == []


async def test_what_there_is(world: World):
    await world.slash("bob", "/diag list")
    assert "feed" in world.told("bob")
    assert "Do prices come?" in world.told("bob")


async def test_help_names_only_what_works_here(world: World):
    await world.slash("bob", "/diag help")
    assert "--details" in world.told("bob")
    assert "--coverage" not in world.told("bob")
    await world.slash("bob", "/playbook help")
    assert "find" in world.told("bob")
    assert "coverage" not in world.told("bob")


async def test_the_details_and_the_whole_output(world: World):
    await world.slash("bob", "/diag feed")
    message = await world.unfolded()
    await world.push("bob", message, "diag.details")
    view = world.slack.views("bob")[-1]
    assert "Prices are not to be trusted" in str(view.content)
    assert "count &gt; 0" in str(view.content)
    await world.push("bob", view, "diag.file")
    (file,) = world.slack.files()
    assert b"closed" in file.content
    assert file.name.startswith("desk-feed-")


async def test_looking_again(world: World, desk: LookingDesk):
    await world.slash("bob", "/diag feed")
    message = await world.unfolded()
    desk.writes("feed", "open")
    await world.push("bob", message, "diag.again")
    assert "desk feed: ok: Price feed: 0 times closed" in (await world.unfolded()).readable()


async def test_in_a_thread_the_evidence_lands_on_the_incident(world: World):
    await world.alert("FeedDown")
    card = world.card()
    await world.say("ann", f"<@{world.slack.bot_user}> diag feed", card)
    await world.unfolded()
    assert any("desk feed: 1 of 1 fails" in line for line in world.lines())
    timeline = await world.timeline()
    assert [entry.text for entry in timeline if entry.kind == "verdict"] == ["1 of 1 fails: Price feed: 1 times closed"]


async def test_a_bundle_is_put_into_the_thread(world: World, desk: LookingDesk):
    desk.writes("feed", "closed password=hunter2-and-more")
    await world.alert("FeedDown")
    await world.say("ann", f"<@{world.slack.bot_user}> diag bundle", world.card())
    await world.unfolded()
    (file,) = world.slack.files()
    assert file.shares[0][0] == world.card().channel
    with tarfile.open(fileobj=io.BytesIO(file.content or b"")) as archive:
        parts = {Path(one.name).name: archive.extractfile(one) for one in archive.getmembers()}
        texts = {name: part.read() for name, part in parts.items() if part}
    manifest = json.loads(texts["manifest.json"])
    sums = {Path(one["path"]).name: one["sha256"] for one in manifest["parts"]}
    assert sums == {n: hashlib.sha256(t).hexdigest() for n, t in texts.items() if n != "manifest.json"}
    assert sums.keys() == {"summary.txt", "feed.txt", "facts.json", "timeline.txt"}
    assert manifest["redactions"] > 0
    assert b"FeedDown" in texts["timeline.txt"]
    assert not any(b"hunter2" in text for text in texts.values())
    await world.worked()
    await world.slash("ann", "/incident report 1")
    await world.pass_time("1m")
    written = [one for one in world.slack.files() if "-report-" in one.name]
    assert len(written) == 2
    for report in written:
        text = bytes(report.content).decode()
        assert re.search(rf"{re.escape(file.name)}: \d files, sha256", text)
        assert f"{world.slack.url}/files/{file.id}" in text, "the report links to it"

"""The stream: everything at first and after a reconnect, afterwards only what changed, and the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.playground import modals
from bot.playground.page.frame import Page
from bot.playground.workspace import Workspace
from tests.playground.kit import Serve
from tests.playground.page.kit import OPERATIONS, bot_posts, mrkdwn, served, stream


class Counter:
    """The smallest panel."""

    key = "count"
    title = "Counter"
    routes: tuple[Any, ...] = ()
    unread = False

    def __init__(self) -> None:
        self.count = 0
        self.changed: Callable[[], None] = lambda: None

    def html(self, viewer: str) -> str:
        return f"<p>{viewer} counts {self.count}</p>"

    def badge(self, viewer: str) -> str:
        return str(self.count or "")

    def watch(self, changed: Callable[[], None]) -> None:
        self.changed = changed


async def test_everything_comes_first_then_what_changes(page: Page, slack: Workspace):
    await slack.say("bob", OPERATIONS, "before")
    async with served(page) as client, stream(client, "?as=ann") as events:
        first = await events.next()
        assert first["whole"] is True
        assert any("before" in html for html in first["put"].values())
        assert first["clock"] == {"now": 1_800_000_000.0, "speed": 1.0}
        said = await slack.say("bob", OPERATIONS, "after")
        news = await events.until("after")
        assert news["whole"] is False
        assert list(news["put"]) == [f"m-{said.ts}"], "the rest has not changed"
        assert news["lists"]["log"][-1] == f"m-{said.ts}"
        await slack.delete("bob", said)
        gone = await events.next()
        assert f"m-{said.ts}" not in gone["lists"]["log"]


async def test_two_browsers_see_the_same_and_each_its_own(page: Page, slack: Workspace):
    async with (
        served(page) as client,
        stream(client, "?as=ann") as ann,
        stream(client, "?as=bob&in=hft-engineering") as bob,
    ):
        await ann.next(), await bob.next()
        await slack.say("gus", OPERATIONS, "look")
        assert "look" in str((await ann.until("look"))["put"])
        there = await bob.until("1 unread")
        assert list(there["put"]) == ["rail"], "Bob looks at another channel"


async def test_a_reconnect_brings_the_whole_state(page: Page, slack: Workspace):
    async with served(page) as client:
        async with stream(client, "?as=ann") as events:
            await events.next()
        bot_posts(slack, "meanwhile")
        async with stream(client, "?as=ann") as events:
            again = await events.next()
            assert again["whole"] is True
            assert any("meanwhile" in html for html in again["put"].values())


async def test_home_is_drawn_again_when_it_is_published(page: Page, slack: Workspace):
    def publish(words: str) -> None:
        view = {"type": "home", "blocks": [{"type": "section", "text": mrkdwn(words)}]}
        modals.publish_home(slack.room, slack.person("ann").id, modals.check(view, "home"))

    publish("nothing is open")
    async with served(page) as client, stream(client, "?as=ann&in=@tocsin&tab=home") as events:
        assert "nothing is open" in (await events.next())["put"]["home"]
        publish("1 open incident")
        news = await events.next()
        assert list(news["put"]) == ["home"]
        assert "1 open incident" in news["put"]["home"]


async def test_a_panel_says_when_it_changed(slack: Workspace):
    panel = Counter()
    page = Page(slack, panels=[panel])
    async with served(page) as client, stream(client, "?as=bob") as events:
        assert "bob counts 0" in (await events.next())["put"]["panel-count"]
        panel.count = 3
        panel.changed()
        news = await events.next()
        assert "bob counts 3" in news["put"]["panel-count"]
        assert ">3</span>" in news["put"]["badge-count"]


async def test_slack_goes_down_and_comes_back_before_the_readers_eyes(
    page: Page, slack: Workspace, app: AsyncApp, by_socket: Serve
):
    """The page has a port of its own. When Slack is back, clicks go nowhere until the bot has connected again."""
    async with served(page) as client, stream(client, "?as=ann") as events:
        await events.next()
        await slack.go_down()
        assert (await events.next())["frame"]["slack"] == "down"
        await slack.come_back()
        assert (await events.next())["frame"]["slack"] == "apart"
        await by_socket(app)
        assert (await events.next())["frame"]["slack"] == "up"


async def test_a_browser_that_left_is_forgotten(page: Page, slack: Workspace):
    async with served(page) as client:
        async with stream(client, "?as=ann") as events:
            await events.next()
        async with asyncio.timeout(10):
            while page.watched_by:
                await asyncio.sleep(0)

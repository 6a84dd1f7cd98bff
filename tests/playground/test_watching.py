"""Waiting for things, watching all of them, and being told what was there instead."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.settings import EVENTS, Settings
from bot.playground.values import Happened
from bot.playground.watching import NotSeen
from bot.playground.workspace import Workspace
from tests.playground.kit import Serve

OPS = "#hft-operations"


async def test_what_did_not_come_is_told_with_what_did(slack: Workspace, client: AsyncWebClient) -> None:
    await slack.say("ann", OPS, "@tocsin is anybody there?")
    await client.chat_postEphemeral(channel=slack.channel(OPS).id, user="UANN00001", text="yes")
    with pytest.raises(NotSeen) as told:
        await slack.wait_for_message(OPS, "an answer", timeout=0.02)
    dump = str(told.value)
    assert "#hft-operations ann: <@UBOT00001> is anybody there?" in dump
    assert "#hft-operations (only ann sees it) tocsin: yes" in dump
    assert "call chat.postEphemeral: ok" in dump
    assert "delivered app_mention: connection_failed" in dump


async def test_everything_that_happens_is_told_as_json(slack: Workspace, client: AsyncWebClient) -> None:
    with slack.subscribe() as watching:
        said = await slack.say("ann", OPS, "x")
        await slack.react("bob", said, "eyes")
        await client.chat_postMessage(channel=said.channel, text="y")
        await slack.stop()
        happened: list[Happened] = [one async for one in watching]
    kinds = [one.kind for one in happened if one.kind != "delivered"]
    assert kinds == ["message", "reaction", "message", "call"]
    assert json.loads(json.dumps(happened[0].data))["message"]["text"] == "x"


async def test_the_bot_hears_its_own_messages_if_it_asked_to(app: AsyncApp, clock: Any) -> None:
    """bolt drops them by itself: seen here in what was delivered."""
    settings = Settings(events=EVENTS | {"message.channels"}, retry_delays=())
    async with Workspace(now=clock, settings=settings) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        posted = await client.chat_postMessage(channel=slack.channel(OPS).id, text="x")
        await client.chat_update(channel=slack.channel(OPS).id, ts=posted["ts"], text="y")
        await slack.wait_for(lambda one: len(one.deliveries()) == 2)
        first, second = (one.payload["event"] for one in slack.deliveries())
        assert (first["ts"], first["bot_id"], first["channel_type"]) == (posted["ts"], settings.bot_id, "channel")
        assert (second["subtype"], second["previous_message"]["text"]) == ("message_changed", "x")


async def test_a_shared_channel_says_so(slack: Workspace, app: AsyncApp, by_socket: Serve) -> None:
    heard: list[dict[str, Any]] = []

    @app.event("app_mention")
    async def mentioned(body: dict[str, Any]) -> None:
        heard.append(body)

    await by_socket(app)
    await slack.say("ola", "#exchange-liaison", "@tocsin ack")
    await slack.wait_for(lambda _: heard)
    assert heard[0]["is_ext_shared_channel"] is True
    assert heard[0]["event"]["team"] == slack.settings.outside_team_id


async def test_a_workspace_that_lives_long_forgets_what_is_old() -> None:
    """The demo may be left open for days; tests want to see everything."""
    settings = Settings(remembered=3, ack_timeout=10.0)
    async with Workspace(settings=settings) as slack, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session)
        for number in range(5):
            await client.chat_postMessage(channel=slack.channel(OPS).id, text=str(number))
            await slack.slash("ann", OPS, "/incident", str(number))
        assert [one.arguments["text"] for one in slack.calls()] == ["2", "3", "4"]
        assert [one.payload["text"] for one in slack.deliveries()] == ["2", "3", "4"]
        assert len(slack.room.state.triggers) == len(slack.room.state.hooks) == 3
        assert len(slack.messages(OPS)) == 5, "of messages the limit is another"


async def test_the_conversation_that_has_been_silent_longest_is_forgotten() -> None:
    """With its thread and its files; one that goes on for ever loses its oldest replies."""
    settings = Settings(remembered=100, remembered_messages=4)
    async with Workspace(settings=settings) as slack:
        first = await slack.say("ann", OPS, "first")
        second = await slack.upload("ann", OPS, [("a.txt", b"a")], "second")
        await slack.say("bob", OPS, "to the second", thread_ts=second.ts)
        await slack.say("bob", OPS, "to the first", thread_ts=first.ts)
        assert slack.room.state.forgotten == {}
        await slack.say("bob", OPS, "third")
        assert [one.text for one in slack.messages(OPS)] == ["first", "third"]
        assert (slack.room.state.forgotten[first.channel], slack.files()) == (2, ())
        for number in range(4):
            await slack.say("bob", OPS, str(number), thread_ts=first.ts)
        assert [one.text for one in slack.messages(OPS, first.ts)] == ["first", "1", "2", "3"]
        assert slack.messages("#hft-engineering") == ()

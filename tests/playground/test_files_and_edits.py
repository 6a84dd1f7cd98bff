"""What people do with messages of their own, and the app hears of: files that they share, edits, deletions."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.errors import ApiError
from bot.playground.settings import EVENTS, Settings
from bot.playground.workspace import Workspace
from tests.playground.kit import Clock, Serve

OPS = "#hft-operations"
EVERYTHING = EVENTS | {"message.channels", "file_shared"}


async def heard(clock: Clock, app: AsyncApp, by_socket: Serve) -> list[dict[str, Any]]:
    """Every event that the app hears from now on."""
    events: list[dict[str, Any]] = []

    @app.middleware
    async def hear(body: dict[str, Any], next: Any) -> None:
        if "event" in body:
            events.append(body["event"])
        await next()

    @app.event("message")
    @app.event("app_mention")
    @app.event("file_shared")
    async def take() -> None:
        pass

    await by_socket(app)
    return events


@pytest.fixture
async def slack(clock: Clock) -> Any:
    settings = Settings(ack_timeout=10.0, events=EVERYTHING)
    async with Workspace(now=clock, settings=settings) as workspace:
        yield workspace


async def test_a_shared_file_is_heard_of_and_can_be_read(
    slack: Workspace, clock: Clock, app: AsyncApp, by_socket: Serve, client: AsyncWebClient
) -> None:
    events = await heard(clock, app, by_socket)
    said = await slack.upload("ann", OPS, [("gate.log", b"Lines\n"), ("b.png", b"\x89PNG")], "@tocsin look at @bob's")
    await slack.wait_for(lambda _: len(events) == 4)
    message = next(one for one in events if one["type"] == "message")
    assert (message["subtype"], message["user"], message["channel"]) == ("file_share", "UANN00001", said.channel)
    assert message["text"] == "<@UBOT00001> look at <@UBOB00001>'s"
    log, picture = message["files"]
    assert (log["name"], log["size"], log["user"], log["mode"]) == ("gate.log", 6, "UANN00001", "hosted")
    assert (log["mimetype"], log["filetype"], log["pretty_type"]) == ("text/plain", "text", "Plain Text")
    assert (picture["mimetype"], picture["filetype"]) == ("image/png", "png")
    mention = next(one for one in events if one["type"] == "app_mention")
    assert "subtype" not in mention
    assert mention["files"] == message["files"]
    assert {one["file_id"] for one in events if one["type"] == "file_shared"} == {log["id"], picture["id"]}

    known = (await client.files_info(file=log["id"]))["file"]
    assert (known["channels"], known["is_public"]) == ([said.channel], True)
    assert known["shares"]["public"][said.channel][0]["ts"] == said.ts
    assert next(one for one in slack.files() if one.id == log["id"]).content == b"Lines\n"
    with pytest.raises(SlackApiError, match="cant_delete_file"):
        await client.files_delete(file=log["id"])


async def test_a_file_to_the_bot_alone_is_private(
    slack: Workspace, clock: Clock, app: AsyncApp, by_socket: Serve
) -> None:
    events = await heard(clock, app, by_socket)
    await slack.upload("ann", "@tocsin", [("notes", b"\x00\x01")])
    await slack.wait_for(lambda _: events)
    (file,) = events[0]["files"]
    assert (events[0]["channel_type"], events[0]["text"], file["is_public"]) == ("im", "", False)
    assert (file["mimetype"], file["ims"], file["channels"]) == ("text/plain", [events[0]["channel"]], [])


async def test_an_edit_is_told_with_what_it_was(
    slack: Workspace, clock: Clock, app: AsyncApp, by_socket: Serve
) -> None:
    events = await heard(clock, app, by_socket)
    said = await slack.say("ann", OPS, "binance is gone")
    edited = await slack.edit("ann", said, "binance is back, @bob & all")
    assert await slack.edit("ann", edited, "binance is back, @bob & all") is edited, "the same words are no edit"
    await slack.wait_for(lambda _: len(events) == 2)
    event = events[1]
    assert (event["subtype"], event["hidden"], event["channel"]) == ("message_changed", True, said.channel)
    assert event["message"]["text"] == "binance is back, <@UBOB00001> &amp; all"
    assert event["message"]["edited"] == {"user": "UANN00001", "ts": edited.edited}
    assert (event["message"]["ts"], event["previous_message"]["text"]) == (said.ts, "binance is gone")
    assert "edited" not in event["previous_message"]


async def test_a_deleted_message_is_told_and_its_file_is_gone(
    slack: Workspace, clock: Clock, app: AsyncApp, by_socket: Serve
) -> None:
    events = await heard(clock, app, by_socket)
    said = await slack.upload("ann", OPS, [("wrong.txt", b"oops")])
    await slack.delete("ann", said)
    await slack.wait_for(lambda _: len(events) == 3)
    deleted = events[-1]
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", said.ts)
    assert deleted["previous_message"]["files"][0]["name"] == "wrong.txt"
    assert (slack.files(), slack.messages(OPS)) == ((), ())


async def test_of_a_deleted_message_with_replies_a_tombstone_is_told(
    slack: Workspace, clock: Clock, app: AsyncApp, by_socket: Serve
) -> None:
    events = await heard(clock, app, by_socket)
    said = await slack.say("ann", OPS, "who is on call?")
    await slack.say("bob", OPS, "I am", thread_ts=said.ts)
    await slack.delete("ann", said)
    await slack.wait_for(lambda _: len(events) == 3)
    told = events[-1]
    assert (told["subtype"], told["message"]["subtype"]) == ("message_changed", "tombstone")
    assert (told["message"]["user"], told["message"]["hidden"]) == ("USLACKBOT", True)
    assert told["previous_message"]["text"] == "who is on call?"


async def test_only_ones_own_message_is_edited(slack: Workspace) -> None:
    said = await slack.say("ann", OPS, "mine")
    with pytest.raises(ApiError, match="cant_update_message"):
        await slack.edit("bob", said, "ours")
    await slack.delete("ann", said)
    with pytest.raises(ApiError, match="message_not_found"):
        await slack.edit("ann", said, "again")
    with pytest.raises(ApiError, match="no_file_data"):
        await slack.upload("ann", OPS, [("empty", b"")])

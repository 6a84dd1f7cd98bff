"""Acknowledgements that do not come, sockets that break, connections too many: what Slack does then."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import httpx
import pytest
import websockets
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.signed_http import signed
from bot.playground.workspace import Workspace
from tests.playground.kit import Serve

OPS = "#hft-operations"


IMPATIENT = pytest.mark.parametrize("slack", [0.3], indirect=True)
"""Seconds that the workspace waits for an acknowledgement."""


def test_the_documented_signature() -> None:
    """Slack's own example, from its page on verifying requests."""
    body = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = signed("8f742231b10e8888abcd99yyyzzz85a5", body, 1531420618)
    assert headers["X-Slack-Signature"] == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


@IMPATIENT
async def test_an_unacknowledged_event_comes_again(slack: Workspace, client: AsyncWebClient, serve: Serve) -> None:
    heard: list[tuple[str, Any, Any]] = []
    app = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)

    @app.event("app_mention")
    async def mentioned(body: dict[str, Any], request: AsyncBoltRequest) -> None:
        retry = [request.headers.get(f"x-slack-retry-{name}", [None])[0] for name in ("num", "reason")]
        heard.append((body["event_id"], *retry))
        if len(heard) < 3:
            raise RuntimeError("not this time")

    await serve(app)
    await slack.say("ann", OPS, "@tocsin help")
    # The first redelivery comes at once, the second after a minute: or now.
    await slack.wait_for(lambda one: len(one.deliveries()) == 2)
    slack.retry_now()
    await slack.wait_for(lambda one: len(one.deliveries()) == 3)
    event_id, reason = heard[0][0], slack.deliveries()[0].reason
    assert reason in ("timeout", "http_error")
    assert heard[1:] == [(event_id, "1", reason), (event_id, "2", reason)]
    assert [one.acked for one in slack.deliveries()] == [False, False, True]


async def test_nobody_is_there(slack: Workspace) -> None:
    await slack.say("ann", OPS, "@tocsin help")
    await slack.wait_for(lambda one: len(one.deliveries()) == 2)
    assert {one.reason for one in slack.deliveries()} == {"connection_failed"}
    seen = await slack.slash("ann", OPS, "/incident", "list")
    assert (seen.acked, str(seen)) == (False, '/incident failed with the error "dispatch_failed"')
    # A command is never delivered again.
    slack.retry_now()
    assert len(slack.deliveries("slash_commands")) == 1


@IMPATIENT
async def test_an_app_too_slow_to_acknowledge(slack: Workspace, app: AsyncApp, serve: Serve) -> None:
    patience = asyncio.Event()

    @app.command("/incident")
    async def incident(ack: AsyncAck) -> None:
        await patience.wait()
        await ack("late")

    await serve(app)
    seen = await slack.slash("ann", OPS, "/incident")
    assert str(seen) == '/incident failed with the error "dispatch_failed"'
    patience.set()


async def test_what_people_cannot_do(slack: Workspace, app: AsyncApp, by_socket: Serve) -> None:
    @app.command(re.compile(".*"))
    async def any_command(ack: AsyncAck) -> None:
        await ack("yes")

    await by_socket(app)
    said = await slack.say("ann", OPS, "down")
    in_thread = await slack.slash("ann", OPS, "/incident", "ack", thread_ts=said.ts)
    assert str(in_thread) == "/incident is not supported in threads. Sorry!"
    outsider = await slack.slash("ola", "#exchange-liaison", "/incident")
    assert str(outsider) == "/incident is not a valid command."
    assert slack.deliveries("slash_commands") == ()
    with pytest.raises(LookupError, match="ola is not in #hft-operations"):
        await slack.say("ola", OPS, "hello")
    with pytest.raises(LookupError, match="nobody called 'zoe'; there are ann, bob"):
        await slack.say("zoe", OPS, "hello")


@pytest.mark.parametrize("reason", ["refresh_requested", None])
async def test_the_app_comes_back_after_its_socket_went(
    slack: Workspace, app: AsyncApp, by_socket: Serve, reason: str | None
) -> None:
    @app.command("/incident")
    async def incident(ack: AsyncAck) -> None:
        await ack("still here")

    await by_socket(app)
    await slack.disconnect_sockets(reason)
    await slack.wait_for(lambda one: len(one.calls("apps.connections.open")) == 2)
    await slack.connected()
    assert str(await slack.slash("ann", OPS, "/incident")) == "still here"


async def test_the_app_comes_back_after_slack_was_down(slack: Workspace, app: AsyncApp, by_socket: Serve) -> None:
    @app.command("/incident")
    async def incident(ack: AsyncAck) -> None:
        await ack("still here")

    await by_socket(app)
    before = slack.url
    await slack.go_down()
    await slack.wait_for(lambda one: one.sockets == 0)
    async with httpx.AsyncClient(trust_env=False) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{before}/api/auth.test")
    await slack.come_back()
    assert slack.url == before
    await slack.connected()
    assert str(await slack.slash("ann", OPS, "/incident")) == "still here"


async def test_a_ticket_is_good_for_one_connection_and_ten_are_enough(slack: Workspace, client: AsyncWebClient) -> None:
    async def ticket() -> str:
        return str((await client.apps_connections_open(app_token=slack.app_token))["url"])

    address = await ticket()
    open_ones = [await websockets.connect(address)]
    hello = json.loads(await open_ones[0].recv())
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(address)
    open_ones += [await websockets.connect(await ticket()) for _ in range(9)]
    async with websockets.connect(await ticket()) as surplus:
        assert json.loads(await surplus.recv())["reason"] == "too_many_websockets"
    assert slack.sockets == 10
    for one in open_ones:
        await one.close()


async def test_any_socket_may_get_anything(slack: Workspace, app: AsyncApp, by_socket: Serve) -> None:
    @app.command("/incident")
    async def incident(ack: AsyncAck) -> None:
        await ack("yes")

    for _ in range(3):
        await by_socket(app)
    assert slack.sockets == 3
    for _ in range(12):
        assert (await slack.slash("ann", OPS, "/incident")).acked

"""Faults on request: what the bot's client meets, and what was done all the same."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.workspace import Workspace
from tests.playground.kit import Clock, Serve

OPS = "#hft-operations"


async def post(slack: Workspace, client: AsyncWebClient, text: str = "x") -> str:
    metadata = {"event_type": "page", "event_payload": {"key": text}}
    answer = await client.chat_postMessage(channel=slack.channel(OPS).id, text=text, metadata=metadata)
    return str(answer["ts"])


async def test_a_lost_answer_is_found_by_its_metadata(slack: Workspace, client: AsyncWebClient) -> None:
    slack.faults.lose_answer("chat.postMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(slack, client, "k1")
    assert [one.text for one in slack.messages(OPS)] == ["k1"]
    call = slack.calls("chat.postMessage")[0]
    assert (call.fault, call.answer["ts"]) == ("lose_answer", slack.messages(OPS)[0].ts)

    channel = slack.channel(OPS).id
    found = await client.conversations_history(channel=channel, include_all_metadata=True)
    assert found["messages"][0]["metadata"]["event_payload"] == {"key": "k1"}
    assert "metadata" not in (await client.conversations_history(channel=channel))["messages"][0]
    # The next call is well again.
    await post(slack, client, "k2")


async def test_a_dropped_call_did_nothing(slack: Workspace, client: AsyncWebClient) -> None:
    slack.faults.drop("chat.postMessage")
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(slack, client)
    assert slack.messages(OPS) == ()


async def test_slack_asks_to_be_left_alone(slack: Workspace, client: AsyncWebClient) -> None:
    slack.faults.rate_limit(times=2, retry_after=30)
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            await post(slack, client)
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "30"
        assert refused.value.response["error"] == "ratelimited"
    await post(slack, client)


async def test_the_sdk_obeys_retry_after(slack: Workspace, client: AsyncWebClient) -> None:
    slack.faults.rate_limit("chat.postMessage", retry_after=0)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler())
    await post(slack, client)
    assert [one.status for one in slack.calls("chat.postMessage")] == [429, 200]


async def test_slack_is_not_well(slack: Workspace, client: AsyncWebClient) -> None:
    slack.faults.server_error("chat.postMessage", status=503)
    slack.faults.answer("fatal_error", "chat.postMessage")
    with pytest.raises(SlackApiError) as refused:
        await post(slack, client)
    assert refused.value.response.status_code == 503
    with pytest.raises(SlackApiError, match="fatal_error"):
        await post(slack, client)
    assert slack.messages(OPS) == ()


async def test_slack_does_not_answer_until_it_is_cleared(slack: Workspace, client: AsyncWebClient) -> None:
    slack.faults.hang("chat.postMessage", times=None)
    hanging = asyncio.create_task(post(slack, client))
    await slack.wait_for(lambda one: one.calls("chat.postMessage"))
    # Other methods do not hang.
    await client.auth_test()
    assert not hanging.done()
    slack.faults.clear()
    with pytest.raises(aiohttp.ClientConnectionError):
        await hanging
    await post(slack, client)


async def test_a_response_url_fails_too(slack: Workspace, app: AsyncApp, by_socket: Serve) -> None:
    statuses: list[int] = []

    @app.command("/incident")
    async def incident(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        statuses.extend([(await respond("one")).status_code, (await respond("two")).status_code])

    await by_socket(app)
    slack.faults.server_error("response_url")
    await slack.slash("ann", OPS, "/incident")
    await slack.wait_for(lambda one: one.ephemerals("ann"))
    await slack.wait_for(lambda _: len(statuses) == 2)
    assert statuses == [500, 200]
    assert [one.text for one in slack.ephemerals("ann")] == ["two"]


async def test_rate_limits_are_off_until_switched_on(slack: Workspace, client: AsyncWebClient, clock: Clock) -> None:
    for _ in range(3):
        await post(slack, client)
    slack.rates.on = True
    for _ in range(5):  # a short burst is tolerated
        await post(slack, client)
    with pytest.raises(SlackApiError, match="ratelimited") as refused:
        await post(slack, client)
    assert refused.value.response.headers["Retry-After"] == "1"
    # Another channel has its own second.
    await client.chat_postMessage(channel=slack.channel("#hft-engineering").id, text="x")
    clock.pass_(1)
    await post(slack, client)
    # Tier 2: twenty a minute.
    for _ in range(20):
        await client.users_list()
    clock.pass_(45)
    with pytest.raises(SlackApiError, match="ratelimited") as refused:
        await client.users_list()
    assert int(refused.value.response.headers["Retry-After"]) >= 15
    clock.pass_(16)
    await client.users_list()

"""Slack's direct messages: sent once, changed in place, found again by their key."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.core.message import Sent
from bot.outbound.slack import Slack
from bot.pagers.slack import PAGER, SlackParameters, text_of
from tests.outbound.scripted import Scripted, message, raw, scripted
from tests.pagers.kit import NOW, carried, client, failure, tools

TO = "U02ABCDEF"
TOKEN = "xoxb-1-2-very-secret"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*INC-12* order gateway"}}


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with scripted() as running:
        running.say("chat.postMessage", {"channel": "D1", "ts": "1763608321.000200"})
        yield running


@pytest.fixture
async def carrier(server: Scripted) -> AsyncIterator[Any]:
    slack = Slack(TOKEN, now=lambda: NOW, base_url=server.url)
    yield PAGER.open(SlackParameters(), tools(client(), slack))
    await slack.close()


async def test_a_page_arrives(server: Scripted, carrier: Any):
    sent = await carrier.send(carried(TO, blocks=(SECTION,)))
    assert sent == Sent(ref="1763608321.000200", where="D1")
    assert server.asked("conversations.open") == [{"users": TO}]
    posted = server.asked("chat.postMessage")[0]
    assert posted["channel"] == "D1"
    assert posted["blocks"] == [SECTION]
    assert posted["text"] == "INC-12 critical hft: order gateway rejects 40 % of orders"
    assert posted["metadata"] == {"event_type": "tocsin", "event_payload": {"key": "page-12-1-0"}}


async def test_more_is_known_and_the_message_changes_in_place(server: Scripted, carrier: Any):
    """ESCALATION 10: the verdict edits the direct message."""
    server.say("chat.update", {"channel": "D1", "ts": "1.1"})
    sent = await carrier.send(carried(TO, key="edit-1", thread={"channel": "D1", "ts": "1.1"}, blocks=(SECTION,)))
    assert sent == Sent(ref="1.1", where="D1")
    assert server.asked("chat.update")[0]["ts"] == "1.1"
    assert server.asked("chat.postMessage") == []
    assert server.asked("conversations.open") == []


async def test_after_a_lost_answer_it_is_found_by_its_key(server: Scripted, carrier: Any):
    server.script["chat.postMessage"] = ["drop"]
    failed = await failure(carrier, carried(TO), [TOKEN])
    assert (failed.permanent, failed.maybe_sent) == (False, True)
    server.say("conversations.history", {"messages": [message("2.2", "page-13-1-0"), message("1.2", "page-12-1-0")]})
    assert await carrier.look_up(carried(TO)) == Sent(ref="1.2", where="D1")


async def test_after_a_lost_answer_it_is_not_there(server: Scripted, carrier: Any):
    server.say("conversations.history", {"messages": [message("2.2", "page-13-1-0"), message("2.1")]})
    assert await carrier.look_up(carried(TO)) is None


async def test_a_change_is_simply_repeated(server: Scripted, carrier: Any):
    assert await carrier.look_up(carried(TO, thread={"channel": "D1", "ts": "1.1"})) is None
    assert server.calls == []


@pytest.mark.parametrize(
    ("error", "permanent"),
    [("user_not_found", True), ("cannot_dm_bot", True), ("user_disabled", True), ("invalid_auth", True),
     ("ratelimited", False), ("internal_error", False)],
)  # fmt: skip
async def test_refusals(server: Scripted, carrier: Any, error: str, permanent: bool):
    server.say("conversations.open", {"error": error})
    failed = await failure(carrier, carried(TO), [TOKEN])
    assert failed.permanent is permanent
    assert not failed.maybe_sent


async def test_slack_is_away(server: Scripted, carrier: Any):
    server.say("conversations.open", raw(503))
    failed = await failure(carrier, carried(TO), [TOKEN])
    assert not failed.permanent


async def test_a_bot_without_slack():
    failed = await failure(PAGER.open(SlackParameters(), tools(client())), carried(TO))
    assert failed.permanent
    assert "SLACK_BOT_TOKEN" in str(failed)


@pytest.mark.parametrize("address", ["@dana", "dana", "C02ABCDEF", "U02abcdef", "<@U02ABCDEF>", "U02ABCDEF U03ABCDEF"])
async def test_not_a_member_id(carrier: Any, address: str):
    assert PAGER.check_address(address)
    assert (await failure(carrier, carried(address))).permanent


@pytest.mark.parametrize("address", ["U02ABCDEF", "W012A3CDE"])
def test_member_ids(address: str):
    assert PAGER.check_address(address) is None


def test_text_from_outside_is_inert():
    text = text_of(carried(TO, subject="<!channel> a & b", body="<@U1> <https://x|y>"))
    assert text == "&lt;!channel&gt; a &amp; b\n&lt;@U1&gt; &lt;https://x|y&gt;"

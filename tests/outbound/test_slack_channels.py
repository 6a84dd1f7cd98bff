"""Being in the channels: by name, once, and found again after a lost answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.errors import DeliveryFailed
from bot.outbound.slack import Slack
from bot.playground.workspace import Workspace


async def test_a_public_channel_is_entered_by_its_name_once() -> None:
    async with Workspace(channels=()) as there:
        there.add_channel("hft-operations", bot=False)
        slack = Slack(there.bot_token, now=lambda: datetime.now(UTC), base_url=there.api_url)
        first, again = await slack.enter("#hft-operations"), await slack.enter("#hft-operations")
        assert first == again == there.channel("hft-operations").id
        assert there.bot_user in there.channel("hft-operations").members
        assert len(there.calls("conversations.join")) == 1
        await slack.close()


async def test_a_channel_that_is_not_there_says_what_to_do() -> None:
    async with Workspace(channels=()) as there:
        slack = Slack(there.bot_token, now=lambda: datetime.now(UTC), base_url=there.api_url)
        with pytest.raises(DeliveryFailed, match="invited"):
            await slack.enter("#nowhere")
        await slack.close()


async def test_a_message_whose_answer_was_lost_is_found_in_a_channel_given_by_name() -> None:
    async with Workspace(channels=()) as there:
        there.add_channel("hft-operations", bot=False)
        began = datetime.now(UTC)
        slack = Slack(there.bot_token, now=lambda: datetime.now(UTC), base_url=there.api_url)
        there.faults.lose_answer("chat.postMessage")
        with pytest.raises(DeliveryFailed) as lost:
            await slack.post("#hft-operations", "INC-1", key="card.1")
        assert lost.value.maybe_sent
        found = await slack.look_up("#hft-operations", "card.1", began)
        assert found is not None
        assert [message.ts for message in there.messages("hft-operations") if message.by_app] == [found.ts]
        await slack.close()

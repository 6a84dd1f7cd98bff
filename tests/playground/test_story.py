"""The story in the terminal: who said what where, and nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from bot.playground import posting
from bot.playground.posting import Draft
from bot.playground.story import Story
from bot.playground.workspace import Workspace
from tests.playground.page.kit import OPERATIONS, bot_posts


@pytest.fixture
async def told(slack: Workspace) -> AsyncIterator[StringIO]:
    """All that the terminal shows."""
    story = Story(slack, lambda: datetime(2026, 11, 21, 3, 0, tzinfo=UTC), aloud=True)
    shown = StringIO()
    story.console = Console(file=shown, highlight=False, soft_wrap=True)
    subscription = slack.subscribe()
    watching = asyncio.create_task(story.watch(subscription))
    yield shown
    subscription.close()
    await watching


async def seen(told: StringIO, words: str) -> str:
    """All that was told until these words were."""
    async with asyncio.timeout(10):
        while words not in told.getvalue():
            await asyncio.sleep(0)
    return told.getvalue()


async def test_an_edit_is_told_if_it_changes_a_word(slack: Workspace, told: StringIO) -> None:
    card = bot_posts(slack, "nobody has it")
    same = posting.edit(slack.room, card, Draft(text="nobody has it"))
    posting.edit(slack.room, same, Draft(text="ann has it"))
    await slack.say("bob", OPERATIONS, "good", thread_ts=card.ts)
    text = await seen(told, "good")
    assert text.count("nobody has it") == 1
    assert "#hft-operations: tocsin posts\n            nobody has it\n" in text
    assert "#hft-operations: tocsin edits a message\n            ann has it\n" in text
    assert "#hft-operations, in the thread: bob posts\n            good\n" in text


async def test_what_only_one_person_sees_is_told_as_such(slack: Workspace, told: StringIO) -> None:
    posting.whisper(slack.room, Draft(text="you have it"), slack.channel(OPERATIONS), slack.person("ann").id)
    assert "tocsin answers, for your eyes only\n            you have it" in await seen(told, "you have it")

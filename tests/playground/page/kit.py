"""A page without a browser: what it draws for a person, and what it answers, by real HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bot.playground import posting
from bot.playground.listening import Listener
from bot.playground.page.drawing import Drawing, Drawn
from bot.playground.page.frame import Page
from bot.playground.page.serving import serve
from bot.playground.page.sight import look
from bot.playground.values import Json, Message
from bot.playground.workspace import Workspace

OPERATIONS = "#hft-operations"
FEATURES = {
    "slash_commands": [
        {"command": "/incident", "usage_hint": "[ack | declare]", "description": "Declare and look."},
    ],
    "shortcuts": [
        {"name": "Declare incident", "type": "message", "callback_id": "declare_from"},
        {"name": "Declare incident", "type": "global", "callback_id": "declare"},
    ],
}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(word: str) -> Json:
    return {"text": plain(word.title()), "value": word}


OPTIONS = [option("one"), option("two"), option("three")]


def drawn(page: Page, **asked: str) -> Drawn:
    """What somebody sees: `as_` is who, else Ann; the rest as in the page's address."""
    return Drawing(page, look(page.workspace, {"as": asked.pop("as_", "ann"), **asked})).draw()


def log(page: Page, **asked: str) -> str:
    """The messages of the channel, as HTML."""
    made = drawn(page, **asked)
    return "".join(made.put[one] for one in made.lists["log"])


def bot_posts(workspace: Workspace, text: str = "", channel: str = OPERATIONS, **more: Any) -> Message:
    """A message of the app, as the Web API would post it."""
    draft = posting.Draft(text=text, blocks=more.pop("blocks", None), attachments=more.pop("attachments", None))
    posting.check(draft)
    where = workspace.channel(channel)
    return posting.post(workspace.room, draft, where, workspace.bot_user, by_app=True, **more)


@asynccontextmanager
async def served(page: Page) -> AsyncIterator[httpx.AsyncClient]:
    """The page on a port of its own, and a client without anybody's proxy."""
    listener: Listener = await serve(page, 0)
    try:
        async with httpx.AsyncClient(base_url=page.address, trust_env=False, timeout=10) as client:
            yield client
    finally:
        page.end()
        await listener.close()


class Stream:
    """The events of one browser, one after the other."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self) -> Json:
        async for line in self._lines:
            if line.startswith("data: "):
                found: Json = json.loads(line.removeprefix("data: "))
                return found
        raise AssertionError("the stream ended")

    async def until(self, words: str) -> Json:
        """The next event that puts an element with these words."""
        while True:
            event = await self.next()
            if any(words in html for html in event.get("put", {}).values()):
                return event


@asynccontextmanager
async def stream(client: httpx.AsyncClient, address: str) -> AsyncIterator[Stream]:
    async with client.stream("GET", f"/events{address}") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Stream(response)

"""A workspace, and real bolt apps that run against it, by Socket Mode and by signed HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot.playground.listening import HOST, Listener
from bot.playground.settings import Settings
from bot.playground.workspace import Workspace
from tests.playground.kit import Clock, Serve


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock, request: pytest.FixtureRequest) -> AsyncIterator[Workspace]:
    """Its clock stands still. It waits for acknowledgements as long as a busy machine may need, unless parametrised."""
    settings = Settings(ack_timeout=getattr(request, "param", 10.0), commands=frozenset(("/incident",)))
    async with Workspace(now=clock, settings=settings) as workspace:
        yield workspace


@pytest.fixture
async def client(slack: Workspace) -> AsyncIterator[AsyncWebClient]:
    """The SDK's client as the bot has it, without retries."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])


@pytest.fixture
def app(slack: Workspace, client: AsyncWebClient) -> AsyncApp:
    """A bolt app that nobody serves yet."""
    return AsyncApp(client=client, signing_secret=slack.signing_secret)


@pytest.fixture
async def by_socket(slack: Workspace) -> AsyncIterator[Serve]:
    """Serve an app by Socket Mode, with the websockets client."""
    async with AsyncExitStack() as stack:

        async def serve(app: AsyncApp) -> None:
            handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.05)
            stack.push_async_callback(handler.close_async)
            already = slack.sockets
            await handler.connect_async()
            await slack.connected(already + 1)

        yield serve


@pytest.fixture
async def by_http(slack: Workspace) -> AsyncIterator[Serve]:
    """Serve an app by signed HTTP, with bolt's Starlette adapter."""
    async with AsyncExitStack() as stack:

        async def serve(app: AsyncApp) -> None:
            handler = AsyncSlackRequestHandler(app)
            listener = Listener(Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])]))
            stack.push_async_callback(listener.close)
            slack.deliver_to(f"http://{HOST}:{await listener.open()}/slack/events")

        yield serve


@pytest.fixture(params=["socket", "http"])
def serve(request: pytest.FixtureRequest) -> Serve:
    """Both ways, one after the other."""
    chosen: Serve = request.getfixturevalue(f"by_{request.param}")
    return chosen

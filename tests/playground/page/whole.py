"""A whole bot with a local Slack and local receivers, on a clock moved by hand, and the panels that show them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import httpx
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from bot.app import App, build
from bot.playground.listening import HOST, Listener
from bot.playground.page.inspector import Inspector
from bot.playground.page.mailbox import Mailbox
from bot.playground.page.panel import Panel
from bot.playground.receivers import SECRETS, Receivers
from bot.playground.slack_traffic import follow
from bot.playground.traffic import TO_THE_BOT, Tap, Traffic
from bot.playground.workspace import Workspace
from bot.settings import Environment
from tests.playground.page.reading import Drawn
from tests.scenarios.world import World


class Whole(World):
    """The world of the stories, with the receivers in the place of its outside: everything goes by real sockets."""

    workspace: Workspace

    def __init__(self, database_url: str) -> None:
        super().__init__(None, database_url, {})
        self.workspace = Workspace(now=self._seconds)
        self.traffic = Traffic(self._seconds, (*self.workspace.settings.secrets, *SECRETS))
        self.receivers = Receivers(now=self._seconds, traffic=self.traffic)
        self.mailbox_panel: Panel = Mailbox(self.workspace, self.receivers)
        self.inspector: Panel = Inspector(self.workspace, self.traffic)
        self.address = ""
        self._stack = AsyncExitStack()

    async def open(self) -> None:
        """Start everything, the bot last."""
        await self.workspace.start()
        self._stack.push_async_callback(self.workspace.stop)
        following = asyncio.create_task(follow(self.workspace, self.workspace.subscribe(), self.traffic))
        self._stack.callback(following.cancel)
        await self.receivers.start()
        self._stack.push_async_callback(self.receivers.stop)
        listener = Listener(Tap(self._web, self.traffic, TO_THE_BOT))
        self.address = f"http://{HOST}:{await listener.open()}"
        self._stack.push_async_callback(listener.close)
        self.receivers.subscribe(self.address)
        routes = [*self.mailbox_panel.routes, *self.inspector.routes]
        transport = httpx.ASGITransport(app=Starlette(routes=routes))
        self.page = await self._stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://page.example")
        )
        self._environ |= {**self.receivers.environ, "TOCSIN_PUBLIC_URL": self.address}
        await self.start()
        self._stack.push_async_callback(self.stop)

    async def close(self) -> None:
        await self._stack.aclose()

    async def build_bot(self) -> App:
        return await build(Environment(self.environ()), clock=self.clock)

    def client(self, app: App) -> httpx.AsyncClient:
        """Of the bot's own port, through what records it."""
        return httpx.AsyncClient(base_url=self.address, trust_env=False)

    def draw(self, panel: Panel, viewer: str = "ann") -> Drawn:
        """A panel as it is now."""
        return Drawn(panel.html(viewer))

    async def push(self, panel: Panel, label: str, viewer: str = "ann", **values: str) -> httpx.Response:
        """Push what the panel offers under this label, with some fields filled in; then the bot does what is due."""
        form = self.draw(panel, viewer).form(label)
        assert form.posts, "the page's script would not send it"
        assert form.action.startswith(f"/panel/{panel.key}/")
        answer = await self.page.post(form.action, data=form.fields | values)
        await self.tick()
        return answer

    def _seconds(self) -> float:
        return self.now.timestamp()

    async def _web(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app.web(scope, receive, send)

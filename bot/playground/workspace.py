"""A whole Slack workspace on this machine: start it, point slack-bolt at it, act as its people, look at what came."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Self

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.playground.acting import Acting
from bot.playground.delivery import Delivery
from bot.playground.faults import Faults
from bot.playground.gate import Gate
from bot.playground.listening import HOST, Listener
from bot.playground.rates import Rates
from bot.playground.room import Room
from bot.playground.settings import Settings
from bot.playground.side_doors import SideDoors
from bot.playground.signed_http import SignedHttp
from bot.playground.socket_mode import Sockets
from bot.playground.state import State
from bot.playground.values import Channel, Person
from bot.playground.watching import Watching
from bot.playground.web_api import FrontDoor

CHANNELS = ("hft-operations", "hft-engineering")


class Workspace(Acting, Watching):
    """Slack on a loopback port, without a key and without the internet.

    `async with Workspace() as slack:` then `AsyncWebClient(base_url=slack.api_url)`. In it are Ann and Bob (full
    members), Gus (a guest), Ola (of another company) and the bot. Nothing happens by itself: no time passes but
    `now`'s, no socket is refreshed and no rate limit applies unless asked for.
    """

    def __init__(
        self, *, channels: Iterable[str] = CHANNELS, shared: Collection[str] = ("exchange-liaison",),
        settings: Settings | None = None, request_url: str | None = None, port: int = 0,
        now: Callable[[], float] = time.time, routes: Sequence[BaseRoute] = (),
    ) -> None:  # fmt: skip
        """`channels` are public, with all people of the workspace and the bot in them; those also named in `shared`
        have the outside people too. With `request_url` everything is posted there, signed, instead of by Socket
        Mode. `routes` are served besides Slack's own (a page to look at)."""
        self.settings = settings or Settings()
        state = State(now, self.settings.remembered, self.settings.remembered_messages)
        self._https: list[SignedHttp] = []
        self._port = port
        self._listener: Listener | None = None
        sockets = Sockets(self.settings, state, self._abort)
        self.room = Room(
            settings=self.settings, state=state, faults=Faults(), rates=Rates(now), sockets=sockets,
            delivery=Delivery(self.settings, state, sockets),
        )  # fmt: skip
        self._listener = Listener(self._application(routes))
        for person in _people(self.settings):
            self.add_person(person)
        for name in dict.fromkeys((*channels, *shared)):
            self.add_channel(name, shared=name in shared)
        if request_url is not None:
            self.deliver_to(request_url)

    # --- life

    async def start(self) -> Self:
        self._port = await self._listening().open(self._port)
        self.room.url = f"http://{HOST}:{self._port}"
        self.room.state.announce("listening", url=self.room.url)
        return self

    async def stop(self) -> None:
        """Everything ends at once: open calls and sockets break, subscriptions end."""
        self.room.faults.clear()
        await self.room.delivery.close()
        await self._listening().close()
        for one in self._https:
            await one.close()
        self.room.state.end_watching()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    # --- what an app needs to know

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return self.room.url

    @property
    def api_url(self) -> str:
        """The `base_url` of an AsyncWebClient."""
        return f"{self.room.url}/api/"

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables that point the bot here, for Socket Mode."""
        return {"SLACK_API_URL": self.api_url, "SLACK_BOT_TOKEN": self.bot_token, "SLACK_APP_TOKEN": self.app_token}

    @property
    def bot_token(self) -> str:
        return min(self.settings.bot_tokens)

    @property
    def app_token(self) -> str:
        return min(self.settings.app_tokens)

    @property
    def signing_secret(self) -> str:
        return self.settings.signing_secret

    @property
    def bot_user(self) -> str:
        """The bot's user id: `<@…>` of it is a mention."""
        return self.settings.bot_user

    # --- furnishing

    def add_person(self, person: Person) -> Person:
        """Known from now on; `add_channel` made before does not include them: let them `join`."""
        self.room.state.people[person.id] = person
        self.room.state.announce("person", person=person)
        return person

    def add_channel(
        self, name: str, *, private: bool = False, shared: bool = False, bot: bool = True,
        members: Iterable[str] | None = None,
    ) -> Channel:  # fmt: skip
        """A channel of these people (names or ids), of everybody in the workspace where none are named."""
        state = self.room.state
        if members is None:
            inside = {one.id for one in state.people.values() if not one.is_bot and (shared or not one.is_stranger)}
        else:
            inside = {state.person(one).id for one in members}
        creator = min(inside, default=self.bot_user)
        return self.room.add_channel(Channel(
            id=state.mint("C"), name=name, members=frozenset(inside | ({self.bot_user} if bot else set())),
            creator=creator, created=int(state.now()), is_private=private, is_shared=shared,
        ))  # fmt: skip

    # --- how the app is reached

    def deliver_to(self, request_url: str) -> None:
        """From now on post everything to this URL, signed, instead of by Socket Mode."""
        self._https.append(SignedHttp(self.settings, request_url))
        self.room.delivery.way = self._https[-1]

    async def challenge(self) -> bool:
        """HTTP mode: does the app answer `url_verification`?"""
        return bool(self._https) and await self._https[-1].challenge()

    def retry_now(self) -> None:
        """Redeliver at once every event that waits for its next attempt."""
        self.room.delivery.retry_now()

    # --- faults

    @property
    def faults(self) -> Faults:
        """What goes wrong with the next calls: see `Faults`."""
        return self.room.faults

    @property
    def rates(self) -> Rates:
        """`workspace.rates.on = True` applies Slack's rate limits."""
        return self.room.rates

    @property
    def is_up(self) -> bool:
        """False before `start`, after `stop`, and while it is down."""
        return self._listening().is_open

    @property
    def is_heard(self) -> bool:
        """Whether there is anybody to whom clicks and commands can be passed on."""
        return bool(self._https) or self.sockets > 0

    async def go_down(self) -> None:
        """Connections are refused, open ones break, sockets too; what is in the workspace stays."""
        await self._listening().close()
        self.room.state.announce("listening", url=None)

    async def come_back(self) -> None:
        """Listen on the same port again."""
        await self.start()

    async def disconnect_sockets(self, reason: str | None = "refresh_requested") -> None:
        """Tell sockets to reconnect (`warning`, `refresh_requested`, `link_disabled`); with None they just break."""
        if reason is None:
            self.room.sockets.cut()
        else:
            await self.room.sockets.disconnect(reason)

    # --- inside

    def _listening(self) -> Listener:
        assert self._listener is not None
        return self._listener

    def _abort(self, client: Any) -> None:
        self._listening().abort(client)

    def _application(self, routes: Sequence[BaseRoute]) -> Starlette:
        front = FrontDoor(self.room, self._abort)
        sides = SideDoors(self.room, front)
        return Starlette(routes=[
            Route("/api/{method}", front.endpoint, methods=["GET", "POST"]),
            WebSocketRoute("/link/", self.room.sockets.endpoint),
            Route("/hooks/{team}/{key}", sides.hook, methods=["POST"]),
            Route("/upload/v1/{ticket}", sides.upload, methods=["POST"]),
            Route("/files-pri/{id}/{name}", sides.download),
            *routes,
        ], middleware=[Middleware(Gate)])  # fmt: skip


def _people(settings: Settings) -> list[Person]:
    home, outside = settings.team_id, settings.outside_team_id
    return [
        Person(
            id=settings.bot_user, name=settings.bot_name, real_name=settings.bot_name.title(), email="", tz="UTC",
            team_id=home, is_bot=True,
        ),
        Person(id="UANN00001", name="ann", real_name="Ann Archer", email="ann@desk.example", team_id=home),
        Person(
            id="UBOB00001", name="bob", real_name="Bob Baker", email="bob@desk.example", tz="America/New_York",
            team_id=home,
        ),
        Person(
            id="UGUS00001", name="gus", real_name="Gus Guest", email="gus@contractor.example", tz="Europe/Berlin",
            team_id=home, is_restricted=True,
        ),
        Person(
            id="UOLA00001", name="ola", real_name="Ola Outside", email="ola@exchange.example", tz="Asia/Singapore",
            team_id=outside, is_stranger=True,
        ),
    ]  # fmt: skip

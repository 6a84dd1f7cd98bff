"""What every part of the playground shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.playground.delivery import Delivery
from bot.playground.faults import Faults
from bot.playground.rates import Rates
from bot.playground.settings import Settings
from bot.playground.socket_mode import Sockets
from bot.playground.state import State
from bot.playground.values import Channel, Hook, Json, Person, Trigger


@dataclass(kw_only=True, slots=True)
class Room:
    """The parts of one workspace, wired together by `Workspace`."""

    settings: Settings
    state: State
    faults: Faults
    rates: Rates
    sockets: Sockets
    delivery: Delivery
    url: str = ""
    """`http://127.0.0.1:PORT`, once it listens."""

    def direct_channel(self, user: str) -> Channel:
        """The direct messages between the bot and this person, opened if need be."""
        found = self.state.direct(user, self.settings.bot_user)
        if found is None:
            members = frozenset((user, self.settings.bot_user))
            found = self.add_channel(Channel(
                id=self.state.mint("D"), name="directmessage", members=members, creator=user,
                created=int(self.state.now()), is_private=True, is_im=True,
            ))  # fmt: skip
        return found

    def add_channel(self, channel: Channel) -> Channel:
        self.state.messages.setdefault(channel.id, {})
        return self.put_channel(channel)

    def put_channel(self, channel: Channel) -> Channel:
        self.state.channels[channel.id] = channel
        self.state.announce("channel", channel=channel)
        return channel

    def new_trigger(self, user: str) -> str:
        trigger = f"{self.state.stamp()}.{self.state.mint('')}"
        expires = self.state.now() + self.settings.trigger_seconds
        self.state.keep(self.state.triggers, trigger, Trigger(user=user, expires=expires))
        return trigger

    def new_hook(self, user: str, channel: str, *, original: str = "", thread_ts: str = "") -> str:
        """A response_url."""
        key = self.state.mint("H")
        made = self.state.now()
        hook = Hook(user=user, channel=channel, made=made, original=original, thread_ts=thread_ts)
        self.state.keep(self.state.hooks, key, hook)
        return f"{self.url}/hooks/{self.settings.team_id}/{key}"

    def posted_by(self, payload_user: Person) -> Json:
        """The `user` of an interaction payload."""
        return {
            "id": payload_user.id,
            "username": payload_user.name,
            "name": payload_user.name,
            "team_id": payload_user.team_id,
        }

    def common(self, kind: str, user: Person) -> Json:
        """What every interaction payload carries."""
        payload: dict[str, Any] = {
            "type": kind,
            "token": self.settings.verification_token,
            "api_app_id": self.settings.app_id,
            "team": {"id": self.settings.team_id, "domain": self.settings.team_domain},
            "user": self.posted_by(user),
            "enterprise": None,
            "is_enterprise_install": False,
        }
        return payload

    @staticmethod
    def shown_name(channel: Channel) -> str:
        """A channel's name as interactions and commands tell it: private ones stay unnamed."""
        if channel.is_im:
            return "directmessage"
        return "privategroup" if channel.is_private else channel.name

"""The Web API's methods, by family. A method takes the room and its arguments, and answers or raises ApiError."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.playground.arguments import Args
from bot.playground.errors import ApiError
from bot.playground.room import Room
from bot.playground.values import Channel, Json

Run = Callable[[Room, Args], Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """One method: what it does, what it needs."""

    run: Run
    scopes: tuple[str, ...] = ()
    """Any one of them is enough; none: every token may."""
    tier: int = 3
    """Rate limit tier; 0: special or none."""
    token: Literal["bot", "app", "none"] = "bot"  # noqa: S105 - a kind of token


def bot_in(room: Room, channel: Channel) -> bool:
    return room.settings.bot_user in channel.members


def visible_channel(room: Room, args: Args, name: str = "channel") -> Channel:
    """A channel that the bot may know of: a private one only from inside."""
    channel = room.state.channel(args.need(name, "channel_not_found"))
    if channel.is_private and not bot_in(room, channel):
        raise ApiError("channel_not_found")
    return channel


def own_channel(room: Room, args: Args, name: str = "channel") -> Channel:
    """A channel that the bot is in and that is not archived."""
    channel = visible_channel(room, args, name)
    if not bot_in(room, channel):
        raise ApiError("not_in_channel")
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel

"""Sight: what one browser looks at, as its address says: who, which channel, which thread, which tab."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.playground.values import Channel, Person
from bot.playground.workspace import Workspace

_PERMALINK = re.compile(r"/archives/(\w+)/p(\d+)(\d{6})(?:\?thread_ts=(\d+\.\d+)(?:&cid=\w+)?)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """Frozen: another address is another sight."""

    viewer: Person
    channel: Channel
    thread: str = ""
    """ts of the parent whose thread is open; '' for none."""
    tab: str = "messages"
    """Of the direct messages with the bot: `messages` or `home`."""
    listing: bool = False
    """On a phone: the list of channels is what is seen."""

    @property
    def step(self) -> str:
        """What a phone shows: `list`, `channel` or `thread`."""
        return "list" if self.listing else "thread" if self.thread else "channel"

    def address(self, channel: Channel | None = None, *, thread: str = "", tab: str = "", listing: bool = False) -> str:
        """The page's address of another place, for the same viewer."""
        where = channel or self.channel
        asked = {"as": self.viewer.name, "in": "@tocsin" if where.is_im else where.name}
        asked |= {"thread": thread} if thread else {}
        asked |= {"tab": tab} if tab else {}
        asked |= {"list": "1"} if listing else {}
        return f"/?{urlencode(asked)}"


def channels_of(workspace: Workspace, viewer: Person) -> list[Channel]:
    """What this person is in, in the order it was made; direct messages are not among them."""
    every = workspace.room.state.channels.values()
    return [one for one in every if viewer.id in one.members and not one.is_im and not one.is_archived]


class Nobody(LookupError):
    """There is nobody of that name; says who there is."""


def look(workspace: Workspace, asked: Mapping[str, str]) -> Sight:
    """The sight of an address; of the first person where it names none. Raises Nobody. Any other thing that is not
    there, or not theirs to see, becomes the nearest one that is."""
    everybody = [one for one in workspace.people() if not one.is_bot]
    name = asked.get("as") or everybody[0].name
    viewer = next((one for one in everybody if one.name == name.lower()), None)
    if viewer is None:
        *others, last = [one.name for one in everybody]
        raise Nobody(f"There is nobody called {name[:60]!r} here; there are {', '.join(others)} and {last}.")
    direct = workspace.room.direct_channel(viewer.id)
    theirs = [*channels_of(workspace, viewer), direct]
    name = asked.get("in", "")
    wanted = [one for one in theirs if name in (one.id, one.name) or (one.is_im and name.startswith("@"))]
    channel = wanted[0] if wanted else theirs[0]
    parent = workspace.room.state.message(channel.id, asked.get("thread", ""))
    return Sight(
        viewer=viewer,
        channel=channel,
        thread=parent.ts if parent else "",
        tab="home" if channel.is_im and asked.get("tab") == "home" else "messages",
        listing=bool(asked.get("list")),
    )


def permalink(workspace: Workspace, sight: Sight, address: str) -> str:
    """Where a permalink of this workspace leads on this page; '' for every other address."""
    url = workspace.url
    found = _PERMALINK.fullmatch(address.removeprefix(url)) if url and address.startswith(url) else None
    channel = workspace.room.state.channels.get(found[1]) if found else None
    if found is None or channel is None or sight.viewer.id not in channel.members:
        return ""
    message = workspace.room.state.message(channel.id, f"{found[2]}.{found[3]}")
    thread = found[4] or (message.thread_ts if message else "")
    return sight.address(channel, thread=thread) + f"#m-{found[2]}.{found[3]}"

"""Slack's Web API as the engine needs it: post, change, look up, people, files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.slack_limits import fit
from bot.outbound.slack_calls import LONGEST_S, Calls
from bot.outbound.slack_errors import SlackFailed
from bot.outbound.slack_members import Identity, Member, identity_of, member_of

API_URL = "https://slack.com/api/"
_KIND = "tocsin"
_SECONDS = 12.0
_KNOWN_FOR = timedelta(minutes=10)
# Our clock and Slack's may differ; a key matches only its own message, so looking further back does no harm.
_SKEW = timedelta(minutes=2)
_PER_PAGE = 200
_PEOPLE_PER_PAGE = 1000
_PAGES = 10

Blocks = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A message that is in Slack."""

    channel: str
    """The channel's id, also where a name was given."""
    ts: str


class Slack:
    """One workspace. Every method raises `SlackFailed` (a `DeliveryFailed`) when Slack does not do it, and repeats
    nothing by itself: that is the outbox's business. Open it inside the running loop, and close it."""

    def __init__(
        self,
        token: str,
        *,
        now: Callable[[], datetime],
        base_url: str = API_URL,
        proxy: str | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        self._now = now
        self._calls = Calls(token, now=now, base_url=base_url, proxy=proxy, seconds=seconds)
        self._own: Identity | None = None
        self._dms: dict[str, str] = {}
        self._entered: dict[str, str] = {}
        self._members: dict[str, tuple[datetime, Member]] = {}
        self._everybody: tuple[datetime, Sequence[Member]] | None = None

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()

    @property
    def failing_since(self) -> datetime | None:
        """The first of the failures since Slack last did something; None while all is well."""
        return self._calls.failing_since

    # --- messages

    async def post(
        self,
        channel: str,
        text: str,
        blocks: Blocks = (),
        *,
        key: str,
        thread_ts: str | None = None,
        broadcast: bool = False,
    ) -> Posted:
        """Post a new message that `look_up` finds by its key. `text` is mrkdwn, already escaped; it is what
        notifications and screen readers get."""
        payload = _content(text, blocks, key) | {"channel": channel, "link_names": False}
        payload |= {"unfurl_links": False, "unfurl_media": False}
        if thread_ts:
            payload |= {"thread_ts": thread_ts, "reply_broadcast": broadcast}
        return await self._deliver("chat.postMessage", channel, payload)

    async def update(self, channel: str, ts: str, text: str, blocks: Blocks = (), *, key: str) -> Posted:
        """Change a message. An error code such as `message_not_found` or `edit_window_closed` asks for a new one."""
        # Unlike posting, an update makes links and mentions of bare names unless told not to; and blocks are always
        # given, as leaving them out would keep or drop the old ones depending on the text.
        payload = {"blocks": []} | _content(text, blocks, key)
        payload |= {"channel": channel, "ts": ts, "parse": "none", "link_names": False}
        return await self._deliver("chat.update", channel, payload)

    async def look_up(self, channel: str, key: str, since: datetime, thread_ts: str | None = None) -> Posted | None:
        """The message with this key, posted at or after `since` in the channel or thread; None when there is none."""
        found = await self._find_message(channel, since, thread_ts, lambda message: _key_of(message) == key)
        return Posted(channel=found[0], ts=found[1]["ts"]) if found else None

    async def look_up_file(self, channel: str, filename: str, since: datetime, thread_ts: str) -> str | None:
        """The id of the file of this name, put into the thread at or after `since`; None when there is none."""
        found = await self._find_message(channel, since, thread_ts, lambda message: filename in _files_of(message))
        return _files_of(found[1])[filename] if found else None

    async def _find_message(
        self, channel: str, since: datetime, thread_ts: str | None, fits: Callable[[Mapping[str, Any]], bool]
    ) -> tuple[str, Mapping[str, Any]] | None:
        try:
            async with asyncio.timeout(LONGEST_S):
                channel = channel if channel.startswith("D") else await self.enter(channel)
                found = await self._search(channel, since, thread_ts, fits)
        except TimeoutError:
            raise SlackFailed(f"Slack took too long to show {_place(channel)}") from None
        return (channel, found) if found else None

    async def _search(
        self, channel: str, since: datetime, thread_ts: str | None, fits: Callable[[Mapping[str, Any]], bool]
    ) -> Mapping[str, Any] | None:
        method = "conversations.replies" if thread_ts else "conversations.history"
        wanted: dict[str, Any] = {"ts": thread_ts} if thread_ts else {}
        wanted |= {"channel": channel, "oldest": f"{(since - _SKEW).timestamp():.6f}", "include_all_metadata": True}
        looked = 0
        async for page in self._calls.pages(method, where=_place(channel), limit=_PER_PAGE, **wanted):
            for message in page.get("messages") or ():
                if fits(message):
                    return dict(message)
            looked += 1
            if looked == _PAGES:
                raise SlackFailed(f"too much was posted in {_place(channel)} since to find one message", permanent=True)
        return None

    async def enter(self, channel: str) -> str:
        """Be in a channel, given by `#name` or id, and answer its id: what was posted can only be read, and files only
        be shared, from inside. A private channel has to invite the bot."""
        if channel not in self._entered:
            found = await self._find(channel) if channel.startswith("#") else {"id": channel}
            if not found.get("is_member") and not found.get("is_private"):
                await self._calls.do("conversations.join", {"channel": found["id"]}, where=_place(channel))
            self._entered[channel] = self._entered[found["id"]] = found["id"]
        return self._entered[channel]

    async def _find(self, name: str) -> Mapping[str, Any]:
        wanted = {"types": "public_channel,private_channel", "exclude_archived": True, "limit": _PER_PAGE}
        async for page in self._calls.pages("conversations.list", where=name, **wanted):
            for channel in page.get("channels") or ():
                if channel.get("name") == name.removeprefix("#"):
                    return dict(channel)
        raise SlackFailed(f"there is no channel {name}, or the bot is not invited to it", permanent=True)

    async def open_dm(self, user: str) -> str:
        """The channel of the direct messages with a user; remembered for ever, as Slack never changes it."""
        if user not in self._dms:
            answer = await self._calls.do("conversations.open", {"users": user}, where=user)
            self._dms[user] = answer["channel"]["id"]
        return self._dms[user]

    async def dm(self, user: str, text: str, blocks: Blocks = (), *, key: str) -> Posted:
        """Post a direct message."""
        return await self.post(await self.open_dm(user), text, blocks, key=key)

    async def upload(self, channel: str, thread_ts: str, filename: str, content: str | bytes) -> str:
        """Put a file into a thread; its id. Slack has no key for files: `look_up_file` finds it by its name."""
        raw = content.encode() if isinstance(content, str) else content
        return await self._calls.upload(filename, raw, channel=channel, thread_ts=thread_ts, where=_place(channel))

    # --- people

    async def user(self, user: str) -> Member:
        """Who somebody is, at most ten minutes old. A user whom Slack does not know is a member of nothing."""
        known = self._members.get(user)
        if known and known[0] > self._now():
            return known[1]
        own = self._own or await self.auth()
        try:
            answer = await self._calls.ask("users.info", where=user, user=user)
            member = member_of(answer["user"], own.team)
        except SlackFailed as error:
            if error.code not in ("user_not_found", "user_not_visible"):
                raise
            member = Member(id=user, name=user, full=False, why_not="unknown in this workspace")
        self._members[user] = (self._now() + _KNOWN_FOR, member)
        return member

    async def users(self) -> Sequence[Member]:
        """Everybody in the workspace, at most ten minutes old: the first ten thousand, in up to ten calls."""
        if self._everybody and self._everybody[0] > self._now():
            return self._everybody[1]
        own, found, looked = self._own or await self.auth(), list[Member](), 0
        async for page in self._calls.pages("users.list", limit=_PEOPLE_PER_PAGE):
            found += [member_of(user, own.team) for user in page["members"]]
            looked += 1
            if looked == _PAGES:
                break
        self._everybody = (self._now() + _KNOWN_FOR, found)
        return found

    async def auth(self) -> Identity:
        """Ask Slack who the bot is."""
        self._own = identity_of(await self._calls.do("auth.test", {}))
        return self._own

    async def _deliver(self, method: str, channel: str, payload: dict[str, Any]) -> Posted:
        fitted, _ = fit(payload, "message")
        answer = await self._calls.do(method, fitted, where=_place(channel), acts=True)
        return Posted(channel=answer["channel"], ts=answer["ts"])


def _content(text: str, blocks: Blocks, key: str) -> dict[str, Any]:
    content: dict[str, Any] = {"text": text, "metadata": {"event_type": _KIND, "event_payload": {"key": key}}}
    return content | ({"blocks": [dict(block) for block in blocks]} if blocks else {})


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    return (metadata.get("event_payload") or {}).get("key") if metadata.get("event_type") == _KIND else None


def _files_of(message: Mapping[str, Any]) -> dict[str, str]:
    """Its files: name to id."""
    return {str(file.get("name")): str(file.get("id")) for file in message.get("files") or ()}


def _place(channel: str) -> str:
    return "the direct message" if channel.startswith("D") else f"channel {channel}"

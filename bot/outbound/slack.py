"""Slack's Web API as the engine needs it: post, change, look up, people, files; and how Slack is doing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.slack_limits import fit
from bot.outbound.slack_errors import SlackFailed, failed
from bot.outbound.slack_members import Member as Member
from bot.outbound.slack_members import member_of

API_URL = "https://slack.com/api/"
_KIND = "tocsin"
_SECONDS, _CONNECT = 12.0, 5.0
_LONGEST = 20.0
"""Seconds for what takes several calls: a look-up, a file."""
_KNOWN_FOR = timedelta(minutes=10)
# Our clock and Slack's may differ; a key matches only its own message, so looking further back does no harm.
_SKEW = timedelta(minutes=2)
_PER_PAGE = 200
_PAGES = 10

Blocks = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A message that is in Slack."""

    channel: str
    """The channel's id, also where a name was given."""
    ts: str
    cuts: tuple[str, ...] = ()
    """What had to be cut to fit, one line each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who the bot is in Slack."""

    user: str
    bot: str
    team: str
    team_name: str
    url: str
    scopes: frozenset[str]
    """Empty where Slack does not tell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How Slack is doing, as seen from here."""

    last_success: datetime | None = None
    failing_since: datetime | None = None
    """The first of the failures since the last success; None while all is well. Refusals of a single message and
    pauses asked for are no failures of Slack."""
    last_error: str = ""
    """In words; of the latest failure, also when it is over."""


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
        # slack_sdk's own timeout counts only for sessions that it opens itself.
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=min(seconds, _CONNECT))
        self._session = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        self._web = AsyncWebClient(token, base_url=base_url, session=self._session, retry_handlers=[])
        # slack_sdk takes a proxy from the environment when it is given none.
        self._web.proxy = proxy
        self._health = Health()
        self._own: Identity | None = None
        self._dms: dict[str, str] = {}
        self._entered: dict[str, str] = {}
        self._members: dict[str, tuple[datetime, Member]] = {}
        self._mails: dict[str, tuple[datetime, str | None]] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    @property
    def health(self) -> Health:
        """How Slack answered lately."""
        return self._health

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
        channel = channel if channel.startswith("D") else await self.enter(channel)
        method = "conversations.replies" if thread_ts else "conversations.history"
        params: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{(since - _SKEW).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _PER_PAGE,
        }
        if thread_ts:
            params["ts"] = thread_ts
        try:
            async with asyncio.timeout(_LONGEST):
                found = await self._search(method, channel, params, fits)
        except TimeoutError:
            raise SlackFailed(f"Slack took too long to show {_place(channel)}") from None
        return (channel, found) if found else None

    async def _search(
        self, method: str, channel: str, params: dict[str, Any], fits: Callable[[Mapping[str, Any]], bool]
    ) -> Mapping[str, Any] | None:
        for _ in range(_PAGES):
            answer = await self._call(method, where=_place(channel), get=True, params=dict(params))
            for message in answer.get("messages") or ():
                if fits(message):
                    return dict(message)
            params["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not params["cursor"]:
                return None
        raise SlackFailed(f"too much was posted in {_place(channel)} since to find one message", permanent=True)

    async def enter(self, channel: str) -> str:
        """Be in a channel, given by `#name` or id, and answer its id: what was posted can only be read, and files only
        be shared, from inside. A private channel has to invite the bot."""
        if channel not in self._entered:
            found = await self._find(channel) if channel.startswith("#") else {"id": channel}
            if not found.get("is_member") and not found.get("is_private"):
                await self._call("conversations.join", where=_place(channel), json={"channel": found["id"]})
            self._entered[channel] = self._entered[found["id"]] = found["id"]
        return self._entered[channel]

    async def _find(self, name: str) -> Mapping[str, Any]:
        params: dict[str, Any] = {
            "types": "public_channel,private_channel",
            "exclude_archived": True,
            "limit": _PER_PAGE,
        }
        while True:
            answer = await self._call("conversations.list", where=name, get=True, params=dict(params))
            for one in answer.get("channels") or ():
                if one.get("name") == name.removeprefix("#"):
                    found: Mapping[str, Any] = one
                    return found
            params["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not params["cursor"]:
                raise SlackFailed(f"there is no channel {name}, or the bot is not invited to it", permanent=True)

    async def open_dm(self, user: str) -> str:
        """The channel of the direct messages with a user; remembered for ever, as Slack never changes it."""
        if user not in self._dms:
            answer = await self._call("conversations.open", where=user, json={"users": user})
            self._dms[user] = answer["channel"]["id"]
        return self._dms[user]

    async def dm(self, user: str, text: str, blocks: Blocks = (), *, key: str) -> Posted:
        """Post a direct message."""
        return await self.post(await self.open_dm(user), text, blocks, key=key)

    async def permalink(self, channel: str, ts: str) -> str:
        """The address of a message."""
        params = {"channel": channel, "message_ts": ts}
        answer = await self._call("chat.getPermalink", where=_place(channel), get=True, params=params)
        return str(answer["permalink"])

    async def upload(self, channel: str, thread_ts: str, filename: str, content: str | bytes) -> str:
        """Put a file into a thread; its id. Slack has no key for files: `look_up_file` finds it by its name."""
        raw = content.encode() if isinstance(content, str) else content
        request = self._web.files_upload_v2(channel=channel, thread_ts=thread_ts, filename=filename, content=raw)
        answer = await self._guard(request, "files.completeUploadExternal", where=_place(channel), acts=True)
        return str(answer["files"][0]["id"])

    # --- people

    async def user(self, user: str) -> Member:
        """Who somebody is, at most ten minutes old. A user whom Slack does not know is a member of nothing."""
        known = self._members.get(user)
        if known and known[0] > self._now():
            return known[1]
        own = self._own or await self.auth()
        try:
            answer = await self._call("users.info", where=user, get=True, params={"user": user})
            member = member_of(answer["user"], own.team)
        except SlackFailed as error:
            if error.code not in ("user_not_found", "user_not_visible"):
                raise
            member = Member(id=user, name=user, full=False, why_not="unknown in this workspace")
        self._members[user] = (self._now() + _KNOWN_FOR, member)
        return member

    async def user_by_mail(self, mail: str) -> str | None:
        """The id of the user with a mail address, at most ten minutes old; None when nobody has it."""
        known = self._mails.get(mail)
        if known and known[0] > self._now():
            return known[1]
        try:
            answer = await self._call("users.lookupByEmail", where=mail, get=True, params={"email": mail})
            user: str | None = answer["user"]["id"]
        except SlackFailed as error:
            if error.code != "users_not_found":
                raise
            user = None
        self._mails[mail] = (self._now() + _KNOWN_FOR, user)
        return user

    async def auth(self) -> Identity:
        """Ask Slack who the bot is."""
        answer = await self._call("auth.test")
        headers: Mapping[str, str] = answer.headers
        scopes = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
        self._own = Identity(
            user=answer["user_id"],
            bot=answer.get("bot_id") or "",
            team=answer["team_id"],
            team_name=answer.get("team") or "",
            url=answer.get("url") or "",
            scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
        )
        return self._own

    # --- the call itself

    async def _deliver(self, method: str, channel: str, payload: dict[str, Any]) -> Posted:
        fitted, cuts = fit(payload, "message")
        answer = await self._call(method, where=_place(channel), acts=True, json=fitted)
        return Posted(channel=answer["channel"], ts=answer["ts"], cuts=cuts)

    async def _call(self, method: str, *, where: str = "", acts: bool = False, get: bool = False, **parts: Any) -> Any:
        request = self._web.api_call(method, http_verb="GET" if get else "POST", **parts)
        return await self._guard(request, method, where=where, acts=acts)

    async def _guard(self, request: Any, method: str, *, where: str, acts: bool) -> Any:
        try:
            async with asyncio.timeout(_LONGEST):
                answer = await request
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError) as error:
            failure = failed(error, method=method, where=where, acts=acts, now=self._now())
            self._note(failure)
            # The cause holds the whole request; what a person can use of it is in the failure.
            raise failure from None
        self._health = replace(self._health, last_success=self._now(), failing_since=None)
        return answer

    def _note(self, failure: SlackFailed) -> None:
        before = self._health
        if failure.away:
            since = before.failing_since or self._now()
            self._health = replace(before, failing_since=since, last_error=str(failure))
        elif failure.code not in ("ratelimited", "rate_limited"):
            self._health = replace(before, last_success=self._now(), failing_since=None)


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

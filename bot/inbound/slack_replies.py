"""Replies: how an answer gets back to the person in Slack, whatever of it still works."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.core.errors import StoreAway
from bot.core.slack_limits import fit
from bot.inbound.slack_queue import Queue
from bot.inbound.slack_unfold import unfold
from bot.views.blocks import plain, section
from bot.views.mrkdwn import escape
from commands.base import Reply

log = structlog.get_logger("slack")

_HOOKS = ("hooks.slack.com", "hooks.slack-gov.com")
_TIMEOUT_S = 10
_FAILED = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError)
_TOO_LATE = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired", "trigger_exchanged")


@dataclass(frozen=True, kw_only=True, slots=True)
class Back:
    """The ways back to somebody."""

    user: str
    channel: str = ""
    thread: str = ""
    """Time stamp of the thread it was said in."""
    response_url: str = ""
    trigger: str = ""
    """For opening a modal: once, within three seconds."""
    aloud: bool = False
    """It was said with a mention: answer in the thread, for all to read."""
    start: str = ""
    """With a mention: its message, where outside a thread that of the answer begins."""
    message: str = ""
    """Time stamp of the message whose button it was."""
    replaces: bool = False
    """It was a button of a message only they see: the answer takes its place."""

    @property
    def aside(self) -> str:
        """The thread in which they see what only they see: that of a reply. A card is pressed in the channel, and who
        looks there does not see what is said in its thread."""
        return "" if self.thread == self.message else self.thread


class Replies:
    """Sends answers. It never raises: what could not be said is logged."""

    def __init__(self, web: AsyncWebClient, proxy: str | None = None) -> None:
        self._web, self._proxy = web, proxy
        self.unfolding = Queue(at_once=20, most_waiting=100)
        """Where answers grow: they shall not keep clicks waiting."""
        self._hosts = {*_HOOKS, urlsplit(web.base_url).hostname or ""}

    async def send(self, reply: Reply, back: Back) -> None:
        """Answer by the best way that works. An answer that grows is followed, and this returns at once."""
        if reply.more is not None:
            await self._begin(reply, back)
            return
        if reply.file is not None:
            await self._upload(reply, back)
        message = drawn(reply)
        if reply.receipt and back.aloud and back.thread and await self._mark(back):
            return
        if back.aloud and not reply.personal:
            place = {"channel": back.channel, "thread_ts": back.thread or back.start}
            if await self._post(message | {key: value for key, value in place.items() if value}):
                return
        if back.response_url and await self._by_url(message, reply, back):
            return
        if back.channel and not back.channel.startswith("D") and await self._ephemeral(message, back):
            return
        if not await self._post(message | {"channel": back.channel if back.channel.startswith("D") else back.user}):
            log.error("answer_lost", user=back.user, text=reply.text[:200] if not reply.personal else "(personal)")

    async def _begin(self, reply: Reply, back: Back) -> None:
        at = back.thread or (back.start if back.aloud else "")
        place = {"channel": back.channel or back.user} | ({"thread_ts": at} if at else {})

        async def otherwise(last: Reply) -> None:
            await self.send(last, back)

        async def attach(last: Reply, ts: str) -> None:
            if last.file is not None:
                await self._upload(last, back, at or ts)

        if self.unfolding.later(unfold(reply, self, place, drawn, otherwise, attach)) is None:
            busy = Reply(text="Too many looks are under way already. Please try again in a minute.", personal=True)
            await self.send(busy, back)

    async def post(self, message: Mapping[str, Any]) -> tuple[str, str] | None:
        """A new message's channel and time stamp; None where Slack did not take it."""
        body = dict(message) | {"unfurl_links": False, "unfurl_media": False}
        try:
            answer = await self._web.api_call("chat.postMessage", json=body)
        except _FAILED as problem:
            log.warning("answer_failed", method="chat.postMessage", reason=reason_of(problem))
            return None
        return str(answer["channel"]), str(answer["ts"])

    async def edit(self, place: tuple[str, str], message: Mapping[str, Any]) -> bool:
        """Whether Slack took an edit."""
        where = {"channel": place[0], "ts": place[1], "parse": "none", "link_names": False}
        return await self._call("chat.update", {"blocks": [], **message, **where})

    async def _upload(self, reply: Reply, back: Back, thread: str = "") -> None:
        assert reply.file is not None
        name, content = reply.file
        at = thread or back.thread or back.message or None
        try:
            answer = await self._web.files_upload_v2(channel=back.channel, filename=name, content=content, thread_ts=at)
        except _FAILED as problem:
            log.warning("file_lost", file=name, reason=reason_of(problem))
            return
        address = next((str(one.get("permalink") or "") for one in answer.get("files") or ()), "")
        if reply.filed is None or not address:
            return
        try:
            await reply.filed(address)
        except StoreAway as problem:
            log.warning("file_not_linked", file=name, reason=str(problem))

    async def _by_url(self, message: dict[str, Any], reply: Reply, back: Back) -> bool:
        if urlsplit(back.response_url).hostname not in self._hosts:
            log.error("response_url_refused", host=urlsplit(back.response_url).hostname)
            return False
        alone = reply.ephemeral or reply.personal
        body = message | {"response_type": "ephemeral" if alone else "in_channel", "replace_original": back.replaces}
        if thread := back.aside if alone else back.thread:
            body["thread_ts"] = thread
        hook = AsyncWebhookClient(
            back.response_url, timeout=_TIMEOUT_S, session=self._web.session, proxy=self._proxy, retry_handlers=[]
        )
        hook.proxy = self._proxy
        try:
            answer = await hook.send_dict(body)
        except _FAILED as problem:
            log.warning("response_url_failed", reason=type(problem).__name__)
            return False
        if answer.status_code != 200:
            log.warning("response_url_refused", status=answer.status_code, body=str(answer.body)[:200])
        return bool(answer.status_code == 200)

    async def _ephemeral(self, message: dict[str, Any], back: Back) -> bool:
        place = {"channel": back.channel, "user": back.user} | ({"thread_ts": back.aside} if back.aside else {})
        return await self._call("chat.postEphemeral", message | place)

    async def _mark(self, back: Back) -> bool:
        said = {"channel": back.channel, "timestamp": back.start, "name": "white_check_mark"}
        return bool(back.start) and await self._call("reactions.add", said)

    async def _post(self, message: dict[str, Any]) -> bool:
        return await self._call("chat.postMessage", message | {"unfurl_links": False, "unfurl_media": False})

    async def _call(self, method: str, body: Mapping[str, Any]) -> bool:
        try:
            await self._web.api_call(method, json=dict(body))
        except _FAILED as problem:
            log.warning("answer_failed", method=method, reason=reason_of(problem))
            return False
        return True

    # --- views

    async def open(self, view: Mapping[str, Any], back: Back) -> tuple[str, str]:
        """Open a modal: its id, or an empty string and what to tell the person."""
        if not back.trigger:
            return "", "A form cannot be opened from here."
        body = {"trigger_id": back.trigger, "view": self._prepared(view, back)}
        try:
            answer = await self._web.api_call("views.open", json=body)
        except _FAILED as problem:
            log.warning("view_not_opened", reason=reason_of(problem))
            if code_of(problem) in _TOO_LATE:
                return (
                    "",
                    "The form did not open: Slack gives three seconds for it, and they were over. Please try again.",
                )
            return "", "The form did not open; Slack did not take it. You can write the command instead."
        return str(answer["view"]["id"]), ""

    async def update(self, view_id: str, view: Mapping[str, Any], back: Back) -> bool:
        """Put another content into an open modal."""
        return await self._call("views.update", {"view_id": view_id, "view": self._prepared(view, back)})

    async def home(self, user: str, view: Mapping[str, Any]) -> bool:
        """Show somebody's Home tab."""
        return await self._call("views.publish", {"user_id": user, "view": fit(view, "home")[0]})

    def _prepared(self, view: Mapping[str, Any], back: Back) -> dict[str, Any]:
        origin = {
            "note": view.get("private_metadata", ""),
            "channel": back.channel,
            "thread": back.thread,
            "message": back.message,
        }
        return fit({**view, "private_metadata": json.dumps(origin)}, "modal")[0]


def origin(view: Mapping[str, Any], back: Back) -> tuple[str, Back]:
    """What a modal carries: the command's own note, and where it was opened from, as the place of the ways back."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
        note, channel, thread, message = (str(found.get(one, "")) for one in ("note", "channel", "thread", "message"))
    except (ValueError, AttributeError):
        note = channel = thread = message = ""
    return note, replace(back, channel=channel, thread=thread, message=message)


def told(text: str, title: str = "Tocsin") -> dict[str, Any]:
    """A modal that only says something."""
    return {"type": "modal", "title": plain(title, 24), "close": plain("Close", 24), "blocks": [section(escape(text))]}


def drawn(reply: Reply) -> dict[str, Any]:
    """The reply as a message that Slack takes."""
    payload: dict[str, Any] = {"text": _code_block(reply.text) if reply.code else escape(reply.text)}
    if reply.blocks:
        payload["blocks"] = [dict(block) for block in reply.blocks]
    return dict(fit(payload, "message")[0])


def _code_block(text: str) -> str:
    plain_text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("```", "'''")
    return f"```\n{plain_text}\n```"


def code_of(problem: BaseException) -> str:
    """The word by which Slack refused; empty where it was something else."""
    data = getattr(problem.response, "data", None) if isinstance(problem, SlackApiError) else None
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def reason_of(problem: BaseException) -> str:
    """The same, or else what kind of error it was."""
    return code_of(problem) or type(problem).__name__

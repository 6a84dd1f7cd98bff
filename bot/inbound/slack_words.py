"""Reading Slack's payloads: who, where, and with a mention what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.inbound.slack_replies import Back
from commands._grammar import as_typed, split
from commands.base import SLACK


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """One thing somebody said or did, in no matter which way."""

    back: Back
    team: str
    """The user's own workspace, as the payload says."""
    name: str = ""
    channel_name: str = ""
    threads: tuple[str, ...] = ()
    """Time stamps of messages that may be an incident's card."""
    place: str = SLACK
    key: str
    """Names this very thing, however often it is delivered."""

    @classmethod
    def of_interaction(cls, body: Mapping[str, Any], key: str) -> Received:
        """Of a click, a shortcut or a form."""
        user, team, name = user_of(body)
        channel, container, message = body.get("channel") or {}, body.get("container") or {}, body.get("message") or {}
        thread = str(container.get("thread_ts") or message.get("thread_ts") or "")
        back = Back(
            user=user,
            channel=str(channel.get("id") or container.get("channel_id") or ""),
            thread=thread,
            response_url=str(body.get("response_url") or ""),
            trigger=str(body.get("trigger_id") or ""),
            message=str(message.get("ts") or container.get("message_ts") or ""),
            replaces=bool(container.get("is_ephemeral")),
        )
        stamps = (thread, str(message.get("ts") or container.get("message_ts") or ""))
        return cls(
            back=back, team=team, name=name, channel_name=str(channel.get("name") or ""), threads=stamps, key=key
        )


def user_of(body: Mapping[str, Any]) -> tuple[str, str, str]:
    """Id, own workspace and name of whoever interacted. In a shared channel `team` is the channel's, `user.team_id`
    theirs."""
    user = body.get("user") or {}
    team = user.get("team_id") or (body.get("team") or {}).get("id") or ""
    return str(user.get("id") or ""), str(team), str(user.get("name") or user.get("username") or "")


_MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|([^>]*))?>")
_GROUP = re.compile(r"<!(?:subteam\^|date\^[^|>]*)?([^|>]*)(?:\|([^>]*))?>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]*)(?:\|([^>]*))?>")


def mentioned(text: str) -> list[str]:
    """The ids of the people whom a message mentions, each once."""
    return list(dict.fromkeys(found[1] for found in _MENTIONED.finditer(text)))


def readable(text: str, names: Mapping[str, str]) -> str:
    """A message's text as people read it: mentions by name, links with their address."""
    text = _MENTIONED.sub(lambda found: "@" + (names.get(found[1]) or found[2] or found[1]), text)
    text = _CHANNEL.sub(lambda found: "#" + (found[2] or found[1]), text)
    text = _LINK.sub(lambda found: _link_as_read(found[1], found[2] or ""), text)
    text = _GROUP.sub(lambda found: found[2] or "@" + found[1], text)
    return as_typed(text)


def _link_as_read(address: str, label: str) -> str:
    bare = address.removeprefix("mailto:").removeprefix("tel:")
    return bare if not label or label in (bare, address) else f"{label} ({address})"


def spoken_words(event: Mapping[str, Any], body: Mapping[str, Any]) -> list[str]:
    """The words meant for the bot: those after its mention, or before it where none follow."""
    text = str(event.get("text") or "")
    if event.get("channel_type") == "im":
        return split(re.sub(r"^\s*/", "", text))
    bots = {str(grant.get("user_id")) for grant in body.get("authorizations") or () if grant.get("user_id")}
    for found in re.finditer(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", text):
        if not bots or found[1] in bots:
            return split(text[found.end() :].lstrip(" ,:")) or split(text[: found.start()])
    return split(text)

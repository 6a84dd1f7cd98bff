"""The Slack app's manifest, made from the commands there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.base import SLACK, Command, Shortcut

NAME = "Tocsin"
DESCRIPTION = "Incident response for trading desks: opens, pages, escalates, and keeps the timeline."
LONG_DESCRIPTION = (
    "Tocsin opens an incident and its thread when an alert comes in or somebody declares one. It pages the people on "
    "call level by level until somebody acknowledges, by Slack, mail, phone and PagerDuty side by side, and says at "
    "every step who was paged and why. What was found, decided and done stays on one timeline."
)

BOT_SCOPES = (
    "app_mentions:read", "bookmarks:write", "channels:history", "channels:join", "channels:manage", "channels:read",
    "chat:write", "chat:write.public", "commands", "files:read", "files:write", "groups:history", "groups:read",
    "groups:write", "im:history", "im:write", "pins:write", "reactions:read", "reactions:write", "team:read",
    "usergroups:read", "users:read", "users:read.email",
)  # fmt: skip

BOT_EVENTS = (
    "app_home_opened", "app_mention", "app_uninstalled", "channel_archive", "channel_rename", "member_joined_channel",
    "message.channels", "message.groups", "message.im", "pin_added", "reaction_added", "reaction_removed",
    "tokens_revoked",
)  # fmt: skip

ALL_LISTED = 50
"""Slash commands of one app; names have at most 32 characters, descriptions 2000, usage hints 1000."""


def manifest(commands: Mapping[str, Command], *, socket_mode: bool, public_url: str) -> dict[str, Any]:
    """The manifest of the app with these commands, as Slack's "Create from a manifest" takes it. `public_url` is needed
    without Socket Mode only: Slack calls it."""
    events_url = f"{public_url.rstrip('/')}/slack/events"
    address = {} if socket_mode else {"request_url": events_url}
    listed = [command for command in commands.values() if command.slash and SLACK in command.lives]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#7a1f1f",
        },
        "features": {
            "bot_user": {"display_name": "tocsin", "always_online": True},
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "shortcuts": [_shortcut(shortcut) for command in commands.values() for shortcut in command.shortcuts],
            "slash_commands": [_slash(command, "" if socket_mode else events_url) for command in listed[:ALL_LISTED]],
        },
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def _slash(command: Command, url: str) -> dict[str, Any]:
    listed: dict[str, Any] = {
        "command": f"/{command.name}",
        "description": command.help,
        "usage_hint": command.usage,
        "should_escape": True,  # a person arrives as <@U...>, whatever they are called
    }
    return listed | ({"url": url} if url else {})


def _shortcut(shortcut: Shortcut) -> dict[str, str]:
    return {
        "name": shortcut.title,
        "type": shortcut.kind,
        "callback_id": shortcut.callback,
        "description": shortcut.help,
    }

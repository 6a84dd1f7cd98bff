"""The Slack app's manifest. It lives with the commands, since `tocsin manifest` is one of them."""

from __future__ import annotations

from commands._manifest import BOT_EVENTS, BOT_SCOPES, manifest

__all__ = ["BOT_EVENTS", "BOT_SCOPES", "manifest"]

"""Who somebody in Slack is, and whether they may act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody in Slack."""

    id: str
    name: str
    mail: str = ""
    tz: str = ""
    full: bool
    """A full member of the bot's own workspace: only they may act."""
    why_not: str = ""
    """Why they are none: a guest, a bot, deactivated, ..."""


def member_of(user: Mapping[str, Any], own_team: str) -> Member:
    """The member that an answer of users.info tells about, as seen from the workspace `own_team`."""
    profile = user.get("profile") or {}
    teams = {user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())}
    reasons = (
        ("deactivated", user.get("deleted")),
        ("a bot", user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT"),
        ("a guest", user.get("is_restricted") or user.get("is_ultra_restricted")),
        ("a stranger from another organisation", user.get("is_stranger")),
        ("a member of another workspace", own_team not in teams),
    )
    why_not = next((reason for reason, applies in reasons if applies), "")
    return Member(
        id=user["id"],
        name=profile.get("display_name") or user.get("real_name") or profile.get("real_name") or user.get("name") or "",
        mail=profile.get("email") or "",
        tz=user.get("tz") or "",
        full=not why_not,
        why_not=why_not,
    )

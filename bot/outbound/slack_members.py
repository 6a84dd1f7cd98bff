"""Who somebody in Slack is, and whether they may act; and who the bot is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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


def identity_of(answer: Any) -> Identity:
    """Who the bot is, by an answer of auth.test with its headers."""
    headers: Mapping[str, str] = answer.headers
    scopes = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return Identity(
        user=answer["user_id"],
        bot=answer.get("bot_id") or "",
        team=answer["team_id"],
        team_name=answer.get("team") or "",
        url=answer.get("url") or "",
        scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody in Slack."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    """All they are called: display name, whole name, what is typed after the @."""
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
    names = (profile.get("display_name"), user.get("real_name"), profile.get("real_name"), user.get("name"))
    called = tuple(dict.fromkeys(name for name in names if name))
    return Member(
        id=user["id"],
        name=called[0] if called else "",
        names=called,
        mail=profile.get("email") or "",
        tz=user.get("tz") or "",
        full=not why_not,
        why_not=why_not,
    )

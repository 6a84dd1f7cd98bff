"""Who may: full members of the bot's own workspace, looked up in Slack and remembered for some minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.core.errors import DeliveryFailed, NotAllowed
from bot.core.oncall import Actor
from bot.outbound.slack import Slack
from bot.outbound.slack_members import Identity, Member
from commands.base import SlackUser

log = structlog.get_logger("slack")

_DEAF = ("deactivated", "a bot", "unknown in this workspace")
"""Whom no message of the bot reaches. Guests read theirs."""

_PATIENCE_S = 2.0
"""For a look-up: somebody waits for the answer to their click."""

UNVERIFIED = "membership not verified"


@dataclass(frozen=True, kw_only=True, slots=True)
class Admitted:
    """Somebody who may."""

    who: Actor
    mail: str = ""
    zone: str = ""
    """Their time zone, as Slack tells it."""


class SlackPeople:
    """Looks people up."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self.identity: Identity | None = None
        """Who the bot is; None while Slack has never answered."""
        self._listing: asyncio.Task[Sequence[SlackUser]] | None = None

    async def admit(self, user: str, team: str, name: str) -> Admitted:
        """The person behind a payload's user; NotAllowed, with the reason, where they may not act. When Slack does not
        answer, somebody of the bot's own workspace (`team`, as the payload says) is let in with a remark: an incident
        must not wait for Slack."""
        if not user:
            raise NotAllowed("Slack did not say who you are, so nothing was done.")
        member = await self._ask(user)
        if member is None:
            own = await self._own_team()
            if not own or team != own:
                raise NotAllowed(
                    "Slack does not answer who you are, so nothing was done. Try again, or answer by phone or mail."
                )
            return Admitted(who=Actor(id=user, name=name or user, via="slack", slack=user, remark=UNVERIFIED))
        if not member.full:
            raise NotAllowed(
                f"You may not do this: you are {member.why_not or 'no member'} here. "
                "Only full members of this workspace may."
            )
        who = Actor(id=user, name=member.name or name or user, via="slack", slack=user)
        return Admitted(who=who, mail=member.mail, zone=member.tz)

    async def look_up(self, user: str) -> SlackUser | None:
        """Who a mentioned user is; None when Slack does not answer."""
        member = await self._ask(user)
        return _as_user(member) if member is not None else None

    async def everybody(self) -> Sequence[SlackUser]:
        """Whom a message reaches. Where Slack takes long to list them nobody, and the list is there the next time."""
        if self._listing is None or self._listing.done():
            self._listing = asyncio.create_task(self._list())
        done, _ = await asyncio.wait({self._listing}, timeout=_PATIENCE_S)
        return self._listing.result() if done else ()

    async def _list(self) -> Sequence[SlackUser]:
        try:
            found = [_as_user(member) for member in await self._slack.users()]
        except DeliveryFailed as problem:
            log.warning("members_not_listed", reason=str(problem))
            return ()
        return [user for user in found if not user.unreachable]

    async def _ask(self, user: str) -> Member | None:
        try:
            return await asyncio.wait_for(self._slack.user(user), _PATIENCE_S)
        except (DeliveryFailed, TimeoutError) as problem:
            log.warning("member_not_looked_up", user=user, reason=str(problem) or "no answer in time")
            return None

    async def _own_team(self) -> str:
        """The bot's own workspace, learned once; empty while Slack has never answered."""
        if self.identity is None:
            try:
                self.identity = await asyncio.wait_for(self._slack.auth(), _PATIENCE_S)
            except (DeliveryFailed, TimeoutError):
                return ""
        return self.identity.team

    async def learn(self) -> None:
        """Learn now who the bot is and which workspace is its own, for when Slack does not answer."""
        await self._own_team()


def _as_user(member: Member) -> SlackUser:
    unreachable = member.why_not if member.why_not in _DEAF else ""
    return SlackUser(
        id=member.id,
        name=member.name or member.id,
        mail=member.mail,
        names=member.names,
        unreachable=f"{member.name or member.id} is {unreachable}" if unreachable else "",
    )

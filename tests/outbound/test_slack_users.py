"""Everybody in the workspace: page by page, remembered, and by all their names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.outbound.slack import Slack
from bot.playground.values import Person
from bot.playground.workspace import Workspace


async def test_everybody_is_listed_once_in_ten_minutes() -> None:
    now = [datetime(2026, 11, 21, 3, 0, tzinfo=UTC)]
    async with Workspace(channels=()) as there:
        slack = Slack(there.bot_token, now=lambda: now[0], base_url=there.api_url)
        first = await slack.users()
        bob = next(member for member in first if member.id == "UBOB00001")
        assert {"bob", "Bob Baker"} <= set(bob.names)
        assert (bob.mail, bob.full) == ("bob@desk.example", True)
        there.add_person(Person(id="UZOE00001", name="zoe", real_name="Zoe", email="", team_id="T0HOME"))
        assert await slack.users() == first
        now[0] += timedelta(minutes=11)
        assert "UZOE00001" in [member.id for member in await slack.users()]
        assert len(there.calls("users.list")) == 2
        await slack.close()


async def test_a_large_workspace_takes_several_calls() -> None:
    async with Workspace(channels=()) as there:
        for number in range(1200):
            there.add_person(
                Person(id=f"UX{number:07}", name=f"x{number}", real_name=f"X {number}", email="", team_id="T0HOME")
            )
        slack = Slack(there.bot_token, now=lambda: datetime.now(UTC), base_url=there.api_url)
        listed = [member.id for member in await slack.users()]
        assert len(listed) == len(set(listed)) >= 1200
        assert len(there.calls("users.list")) == 2
        await slack.close()

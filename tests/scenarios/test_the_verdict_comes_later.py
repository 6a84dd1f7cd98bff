"""The first page waits for nothing; what the checks find follows."""

from __future__ import annotations

from tests.scenarios.conftest import Make
from tests.scenarios.desks import number
from tests.scenarios.finding import found
from tests.scenarios.world import OPERATIONS, World


async def test_the_first_page_never_waits_for_checks(world: World) -> None:
    """ESCALATION 10: it left in the same minute, and says nothing of a verdict."""
    await world.alert()
    assert {minute for minute, _, _ in world.pages()} == {0.0}
    assert (await world.incident()).verdict == ""


async def test_it_follows_once_by_mail(world: World) -> None:
    """ESCALATION 10: everybody who was paged gets one quiet mail; a second verdict only stands in later pages."""
    await world.alert()
    await world.at("1m")
    await found(world, "the venue is down")
    await world.at("2m")
    await found(world, "the venue is down, and our key expired")
    await world.at("6m")
    told = [m for m in world.sent("mail", to="operations@company.com") if not m.wants_answer]
    assert [m.text for m in told] == ["INC-1: the checks found: 1 of 1 fails: Venue: the venue is down"]
    assert "our key expired" in world.mail("platform-eng@company.com").detail["body"]
    assert world.minutes(OPERATIONS) == [0.0], "nobody is called for it"


async def test_it_follows_by_text_message_where_there_is_no_mail(make_world: Make) -> None:
    """ESCALATION 10: "by mail or SMS": the security team has no mailbox here."""
    world = await make_world("sapphire", TOCSIN_VAR_SAPPHIRE_SECURITY_TEAM_MAIL="")
    await world.alert("SecurityBreach", severity="high")
    await world.at("1m")
    await found(world, "a key was used from abroad")
    await world.at("2m")
    texts = world.sent("sms", to=number("sapphire", "security_team"))
    assert [t.wants_answer for t in texts] == [True, False]
    assert "the checks found: 1 of 1 fails: Venue: a key was used from abroad" in texts[1].text

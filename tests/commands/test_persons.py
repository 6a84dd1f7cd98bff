"""Persons as people write them: by name, by mail address, as Slack calls them."""

from __future__ import annotations

from typing import Any

import pytest

from commands import base
from commands.base import SlackUser


@pytest.fixture
def crowded(world: Any) -> Any:
    """A workspace with two more Bobs, somebody with one name, and the contact Alice as she calls herself there."""
    for user in (
        SlackUser(id="UBAKER", name="Bobby", mail="b.baker@desk.example", names=("Bobby", "Bob Baker", "bbaker")),
        SlackUser(id="UEVE", name="Eve", mail="eve@desk.example", names=("Eve", "Eve Adams", "eve")),
        SlackUser(id="UEV2", name="Evelyn", names=("Evelyn", "Eve Brown", "evb")),
        SlackUser(id="UALICE", name="ali", mail="alice@desk.example", names=("ali", "Alice Ng")),
    ):
        world.known[user.id] = user
    return world


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("bob", "Bob Ito"),  # the pack's contact wins over a first name in Slack
        ("Bob Ito", "Bob Ito"),
        ("bob ito:", "Bob Ito"),
        ("ito", "Bob Ito"),  # the last name
        ("Bob Baker", "Bobby"),  # a longer name wins over the contact's
        ("@bobby", "Bobby"),  # the display name
        ("bbaker", "Bobby"),  # what one types after the @
        ("b.baker", "Bobby"),  # before the @ of the mail address
        ("eve@desk.example", "Eve"),
        ("Eve", "Eve"),  # the whole display name, although there is another first name
        ("Eve Brown", "Evelyn"),
        ("carol", "Carol Diaz"),
        ("ali", "Alice Ng"),  # Slack's name of a contact
        ("<@UBAKER|whatever>", "Bobby"),
        ("engineering", "Bob Ito"),  # a role
    ],
)
async def test_page_by_name(crowded: Any, name: str, wanted: str) -> None:
    await crowded.declare()
    reply = await crowded.say(f"page {name} orders are stuck")
    assert reply.text.startswith(f"Paging {wanted} ("), reply.text
    assert any(kind == "paged" and why == "orders are stuck" for kind, _, why in await crowded.timeline(1))


async def test_several_of_a_name_are_listed(crowded: Any) -> None:
    await crowded.declare()
    crowded.known["UEVE"] = SlackUser(id="UEVE", name="eva", names=("eva", "Eve Adams"))
    reply = await crowded.say("page eve come")
    assert "Several people are called 'eve': eva (UEVE), Evelyn (UEV2)" in reply.text
    assert reply.exit_code == base.REFUSED


async def test_somebody_unknown_gets_the_roles_and_people_there_are(crowded: Any) -> None:
    await crowded.declare()
    reply = await crowded.say("page zoe come")
    assert "Roles: operations, engineering" in reply.text
    assert "People: alice, bob" in reply.text


async def test_an_article_is_nobodys_name(crowded: Any) -> None:
    crowded.known["UBOSS"] = SlackUser(id="UBOSS", name="The Boss", names=("The Boss",))
    await crowded.declare()
    assert "has no role or person 'the'" in (await crowded.say("page the engineer come")).text
    assert (await crowded.say("page the boss come")).text.startswith("Paging The Boss")


async def test_handover_to_a_name_of_two_words(crowded: Any) -> None:
    await crowded.declare()
    await crowded.say("incident ack")
    assert (await crowded.say("incident handover to Bob Baker my shift ends")).text.startswith("Bobby is asked.")


async def test_oncall_set_takes_several_names(crowded: Any) -> None:
    reply = await crowded.say("oncall set operations Bob Ito, carol and alice")
    assert reply.data["contacts"] == ["bob", "carol", "alice"]


async def test_pass_to_somebody_who_has_it_not_calls_them_besides_the_next_level(crowded: Any) -> None:
    await crowded.declare()
    reply = await crowded.say("incident pass to Bob Baker on a plane")
    assert reply.text.startswith("Understood.")
    assert "Paging Bobby (slack, mail) for INC-1." in reply.text
    told = await crowded.timeline(1)
    assert ("passed", "Alice Ng can't", "on a plane") in told
    assert any(text.startswith("Level 2, Engineering: paging") for _, text, _ in told)


async def test_pass_to_somebody_by_whoever_has_it_is_a_handover(crowded: Any) -> None:
    await crowded.declare()
    await crowded.say("incident ack")
    assert (await crowded.say("incident pass 1 to bob")).text.startswith("Bob Ito is asked.")
    assert await crowded.holder(1) == "alice"


async def test_pass_to_nobody_known_pages_the_next_level_all_the_same(crowded: Any) -> None:
    await crowded.declare()
    reply = await crowded.say("incident pass to zoe")
    assert reply.text.startswith("Understood.")
    assert "no role or person 'zoe'" in reply.text
    assert ("passed", "Alice Ng can't", "to zoe") in await crowded.timeline(1)

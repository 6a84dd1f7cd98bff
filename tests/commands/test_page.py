"""/page: somebody is called by name."""

from __future__ import annotations

from typing import Any

from commands import base
from commands.base import Form, Press, SlackUser


async def _pages(world: Any, number: int) -> list[tuple[str, str]]:
    found = await world.engine.look(lambda tx: tx.pages.of(number))
    return sorted((p.name, p.way) for p in found if p.purpose == "direct")


async def test_a_person_is_paged_for_the_only_open_incident(world: Any) -> None:
    await world.declare()
    reply = await world.say("/page bob orders are stuck, can't cancel")
    assert reply.text == "Paging Bob Ito (phone, slack) for INC-1."
    assert await _pages(world, 1) == [("Bob Ito", "phone"), ("Bob Ito", "slack")]
    paged = ("paged", "Alice Ng pages Bob Ito (phone, slack)", "orders are stuck, can't cancel")
    assert paged in await world.timeline(1)


async def test_a_role_in_any_case(world: Any) -> None:
    await world.declare()
    assert (await world.say("page Engineering help")).text.startswith("Paging Bob Ito")


async def test_none_open_opens_one(world: Any) -> None:
    reply = await world.say("page engineering the book looks wrong")
    assert reply.text.endswith("INC-1 was opened for it.")
    assert (await world.incident(1)).title == "the book looks wrong"


async def test_new_opens_one_in_any_case(world: Any) -> None:
    await world.declare()
    assert (await world.say("page --new bob something else")).incident == 2


async def test_escalation_16_several_open_asks_which(world: Any) -> None:
    await world.declare("one")
    await world.declare("two")
    reply = await world.say("page bob come")
    assert "Which one?" in reply.text
    button = reply.blocks[-1]["elements"][1]
    pressed = Press(action=button["action_id"], value=button["value"])
    assert (await base.press(world.commands["page"], pressed, world.context())).incident == 1
    assert (await world.say("page bob come", place="thread", incident=2)).incident == 2
    assert (await world.say("page #2 bob come")).incident == 2


async def test_somebody_mentioned_who_is_no_contact(world: Any) -> None:
    await world.declare()
    world.known["UEVE"] = SlackUser(id="UEVE", name="Eve", mail="eve@desk.example")
    assert (await world.say("page <@UEVE> look please")).text == (
        "Paging Eve (slack, mail) for INC-1. Eve is no contact of hft. No way is known that wakes Eve: page a role as "
        "well if it cannot wait."
    )


async def test_somebody_whom_nothing_wakes_is_said_to_be_so(world: Any) -> None:
    await world.declare()
    reply = await world.say("page carol come")
    assert reply.text.startswith("Paging Carol Diaz (mail) for INC-1. No way is known that wakes Carol Diaz")
    assert "wakes" not in (await world.say("page bob come")).text


async def test_somebody_whom_no_message_reaches_is_refused_at_once(world: Any) -> None:
    world.known["UGONE"] = SlackUser(id="UGONE", name="Gone", unreachable="Gone is deactivated")
    reply = await world.say("page <@UGONE> look please")
    assert reply.text.startswith("Gone is deactivated, so no message reaches them. Roles: operations")
    assert await world.incident(1) is None


async def test_it_says_what_is_missing(world: Any) -> None:
    await world.declare()
    bare = (await world.say("page", place="terminal")).text
    assert "Say whom, and why" in bare
    assert "Roles: operations, engineering" in bare
    assert "People: alice, bob" in bare
    assert "More: tocsin page help" in bare
    assert "Say why" in (await world.say("page bob")).text
    assert "no role or person 'bobb'" in (await world.say("page bobb come")).text
    assert "There is no way to reach Hotline" in (await world.say("page hotline come")).text
    await world.say("incident resolve 1")
    assert "Say of which system" in (await world.say("page bob come", system="")).text


async def test_a_page_that_reaches_nobody_opens_nothing_and_breaks_nothing(world: Any) -> None:
    assert "There is no way to reach Hotline" in (await world.say("page hotline come")).text
    assert await world.incident(1) is None
    assert await world.declare() == 1


async def test_alone_it_asks_in_a_form(world: Any) -> None:
    await world.declare()
    view = (await world.say("page")).view
    whom, for_, _ = (block["element"] for block in view["blocks"])
    (group,) = whom["option_groups"]
    assert group["label"]["text"] == "hft"
    assert [o["text"]["text"] for o in group["options"]][:1] == ["operations (role)"]
    assert "Bob Ito" in [o["text"]["text"] for o in group["options"]]
    assert [o["value"] for o in for_["options"]] == ["1", "new"]
    assert for_["initial_option"]["value"] == "1"
    everywhere = (await world.say("page", system="")).view["blocks"][0]["element"]["option_groups"]
    assert len(everywhere) == 2


async def _send(world: Any, **values: str) -> base.Reply:
    return await base.send(world.commands["page"], Form(callback="page.call", values=values), world.context())


async def test_the_form_pages(world: Any) -> None:
    await world.declare()
    reply = await _send(world, whom="hft/engineering", why="come", **{"for": "1"})
    assert reply.text.startswith("Paging Bob Ito (phone, slack) for INC-1.")
    assert ("Bob Ito", "phone") in await _pages(world, 1)
    assert (await _send(world, whom="hft/bob", why="another one", **{"for": "new"})).incident == 2


async def test_the_form_says_what_is_wrong_with_it(world: Any) -> None:
    await world.declare()
    assert set((await _send(world, why="come", **{"for": "1"})).errors) == {"whom"}
    assert set((await _send(world, whom="hft/bob", **{"for": "1"})).errors) == {"why"}
    assert "no way to reach Hotline" in (await _send(world, whom="hft/hotline", why="x", **{"for": "1"})).errors["whom"]
    other = next(name for name in world.engine.desk.systems if name != "hft")
    assert "choose somebody there" in (await _send(world, whom=f"{other}/bob", why="x", **{"for": "1"})).errors["whom"]

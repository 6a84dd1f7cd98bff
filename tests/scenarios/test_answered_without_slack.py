"""Without Slack every page can be answered where it arrives."""

from __future__ import annotations

import pytest

from bot.core.signing import sign
from bot.engine import resolve, respond
from commands import _tokens
from commands.base import TERMINAL, Context
from tests.scenarios.conftest import Make
from tests.scenarios.world import ENGINEERING, OPERATIONS, PAGERDUTY_KEY, World, person


@pytest.mark.parametrize("way", ["mail", "sms"])
async def test_a_link_asks_once_more_and_only_then_acts(make_world: Make, way: str) -> None:
    """ESCALATION 18: a mail scanner that opens the link, even ten times, acknowledges nothing."""
    world = await make_world("tmt")
    await world.alert("SystemDown")
    (page,) = world.sent(way)
    for _ in range(10):
        asked = await world.open_link(page)
        assert asked.status_code == 200
    assert "You answer as On-call Engineer" in asked.text
    assert (await world.ladder()).state == "running"
    assert [e.kind for e in await world.timeline() if e.who.person] == []
    done = await world.answer_link(page)
    assert "You have INC-1 now" in done.text
    assert (await world.ladder()).holder == "engineer"
    assert [(e.who.name, e.who.via) for e in await world.timeline() if e.kind == "acknowledged"] == [
        ("On-call Engineer", "link")
    ]


async def test_a_link_is_not_for_everybody(world: World) -> None:
    """ESCALATION 18: signed: not to be made up, not to be changed, not for ever."""
    await world.alert()
    mail = world.mail("operations@company.com")
    (page,) = [p for p in await world.ledger() if p.way == "mail"]
    forged = sign("another secret, just as long as it", "answer", page.key, world.now.replace(year=2030))
    for_calls = sign("s" * 32, "callback", page.key, world.now.replace(year=2030))
    for path in (f"/a/{forged}", f"/a/{for_calls}", f"{mail.link[:-2]}xx", "/a/nothing"):
        assert (await world.web.post(path, data={"verb": "acknowledge"})).status_code == 404
    assert (await world.ladder()).state == "running"
    await world.ack()
    await world.jump("169h")
    assert (await world.open_link(mail)).status_code == 404


async def test_an_old_link_says_what_became_of_it(world: World) -> None:
    """ESCALATION 18: a stale answer gets an answer."""
    await world.alert()
    await world.resolved(starts=world.now)
    mail = world.mail("operations@company.com", 0)
    assert "Confirm Positions" in (await world.open_link(mail)).text
    assert "check positions and orders" in (await world.answer_link(mail)).text
    assert "INC-1 is resolved" in (await world.answer_link(mail, "confirm")).text
    assert "already resolved by Operations" in (await world.answer_link(mail)).text


@pytest.mark.parametrize(("digit", "state", "said"), [
    ("1", "held", "You have incident one now; nobody further is paged for it. Goodbye"),
    ("2", "running", "Incident one: Understood. Level 2 Engineering on call paged now."),
    ("3", "running", "Incident one: Level 2 Engineering on call paged now."),
    ("9", "running", "Press 1 to acknowledge"),
])  # fmt: skip
async def test_a_digit_on_the_phone(world: World, digit: str, state: str, said: str) -> None:
    """ESCALATION 18: press 1; and 2 and 3; another key is asked again."""
    await world.alert()
    call = world.call(OPERATIONS)
    assert said in await world.press_and_hear(call, digit)
    assert (await world.ladder()).state == state
    assert (world.minutes(ENGINEERING) == [0.0]) is (digit in "23")


async def test_too_late_on_the_phone(world: World) -> None:
    """ESCALATION 15, 18: who is not the first is told so, and not thanked."""
    await world.alert()
    call = world.call(OPERATIONS)
    await world.do(respond.acknowledge, 1, "bob")
    said = await world.press_and_hear(call, "1")
    assert "Bob has incident one since" in said
    assert "You have" not in said
    assert "take" not in said, "no command can be typed there"
    said = await world.press_and_hear(call, "2")
    assert "Bob has incident one: there is nothing to pass on" in said
    await world.do(resolve.resolve, 1, "bob")
    assert "Incident one is already resolved by Bob" in await world.press_and_hear(call, "3")


async def test_one_digit_for_several_incidents_says_what_became_of_each(world: World) -> None:
    """ESCALATION 7, 18: two are theirs now, one was over: that comes first."""
    for n in range(1, 4):
        await world.alert(f"ExchangeDown{n}", key=f"g{n}", tick=False)
    await world.tick()
    await world.do(resolve.resolve, 2, "bob")
    said = await world.press_and_hear(world.call(OPERATIONS), "1")
    over, first, third = (said.index(words) for words in (
        "Incident two is already resolved by Bob", "You have incident one now", "You have incident three now"
    ))  # fmt: skip
    assert over < first < third


async def test_a_digit_that_twilio_tells_again(world: World) -> None:
    """ESCALATION 18: done once; the caller hears how it stands now."""
    await world.alert()
    call = world.call(OPERATIONS)
    await world.press(call, "2")
    assert "Incident one: Next: level 3 Architecture in 10 minutes" in await world.press_and_hear(call, "2")
    await world.do(respond.acknowledge, 1, "bob")
    assert "Incident one: Bob has it" in await world.press_and_hear(call, "2")
    await world.do(resolve.resolve, 1, "bob")
    assert "Incident one is already resolved by Bob" in await world.press_and_hear(call, "2")


async def test_a_digit_is_twilios_word_or_nobodys(world: World) -> None:
    """ESCALATION 18: without Twilio's signature nothing is heard; the same event twice is heard once."""
    await world.alert()
    call = world.call(OPERATIONS)
    unsigned = await world.web.post(f"{call.detail['Url']}/digits", data={"Digits": "1"})
    assert unsigned.status_code == 401
    assert (await world.ladder()).state == "running"
    await world.press(call, "2")
    await world.press(call, "2")
    assert [p.minute for p in world.sent("phone")] == [0.0, 0.0], "level 2 once, level 3 not yet"


async def test_pagerdutys_own_acknowledgement_comes_back(world: World) -> None:
    """ESCALATION 18: a person acknowledges there; it is not told back to PagerDuty."""
    await world.alert()
    await world.at("30m")
    (event,) = world.sent("pagerduty", to=PAGERDUTY_KEY)
    await world.pagerduty("acknowledged", event.detail["dedup"], "Dana", "dana@company.com")
    ladder = await world.ladder()
    assert (ladder.state, ladder.holder_name) == ("held", "Dana")
    await world.pagerduty("acknowledged", event.detail["dedup"], "Dana", "dana@company.com")
    assert [e.who.via for e in await world.timeline() if e.kind == "acknowledged"] == ["pagerduty"]
    await world.pagerduty("unacknowledged", event.detail["dedup"], "Dana")
    assert (await world.ladder()).state == "running"
    await world.pagerduty("resolved", event.detail["dedup"], "Dana")
    assert (await world.incident()).phase == "resolved"
    assert [e.detail["action"] for e in world.sent("pagerduty")].count("acknowledge") == 0


async def test_somebody_pagerduty_knows_by_mail_is_the_contact(world: World) -> None:
    """ESCALATION 18: so that later pages and questions reach them."""
    await world.alert()
    await world.at("30m")
    (event,) = world.sent("pagerduty")
    await world.pagerduty("acknowledged", event.detail["dedup"], "Arc", "Architecture@company.com")
    assert (await world.ladder()).holder == "architecture"


async def test_pagerdutys_webhook_is_signed(world: World) -> None:
    """ESCALATION 18: nobody else may acknowledge in its name."""
    await world.alert()
    answer = await world.web.post("/callbacks/pagerduty", json={"event": {}}, headers={"X-PagerDuty-Signature": "v1=0"})
    assert answer.status_code == 401


async def test_a_terminal_with_a_personal_token(world: World) -> None:
    """ESCALATION 18: not only on the bot's host; it acts in the name of its owner."""
    context = Context(who=person("bob"), place=TERMINAL, engine=world.app.engine)
    token = (await _tokens.fresh(context, "engineering", "Engineering on call")).data["token"]
    await world.alert()
    assert (await world.terminal("tocsin_wrong", "incident", "ack", "1")).status_code == 401
    said = await world.terminal(token, "incident", "ack", "1")
    assert said.json()["exit_code"] == 0
    ladder = await world.ladder()
    assert (ladder.holder, ladder.holder_name) == ("engineering", "Engineering on call")

"""Several pages to one number become one call that names every incident."""

from __future__ import annotations

from bot.engine import oncall
from tests.scenarios.conftest import Make
from tests.scenarios.world import ENGINEERING, OPERATIONS, World, person


async def test_one_call_for_three_incidents_at_once(world: World) -> None:
    """ESCALATION 7: one call, which names all three; one digit answers all three."""
    for n in range(1, 4):
        await world.alert(f"ExchangeDown{n}", key=f"g{n}", tick=False)
    await world.tick()
    assert world.minutes(OPERATIONS) == [0.0]
    heard = await world.hear(world.call(OPERATIONS))
    assert "Three incidents need you" in heard
    assert all(f"incident {n}".lower() in heard.lower() for n in ("one", "two", "three"))
    await world.press(world.call(OPERATIONS), "1")
    for n in range(1, 4):
        assert (await world.ladder(n)).holder == "operations"


async def test_twenty_incidents_are_all_named_before_they_are_all_acknowledged(world: World) -> None:
    """ESCALATION 7: nobody acknowledges what was not said."""
    for n in range(1, 21):
        severity = "critical" if n % 2 else "major"
        await world.alert(f"Down{n}", severity=severity, key=f"g{n}", tick=False)
    await world.tick()
    heard = await world.hear(world.call(OPERATIONS))
    assert "Twenty incidents need you. Critical: 1, 3, 5, 7, 9, 11, 13, 15, 17 and 19. High: 2, 4, 6," in heard
    assert "One answer counts for all of them." in heard
    answer = await world.press_and_hear(world.call(OPERATIONS), "1")
    assert "You have incident one now" in answer
    assert "The same for 2 to 20." in answer
    assert {(await world.ladder(n)).holder for n in range(1, 21)} == {"operations"}


async def test_pages_within_two_minutes_wait_for_one_call(world: World) -> None:
    """ESCALATION 7: called at 0; what comes at 0:30 and at 1:30 is one call at minute 2."""
    await world.alert(key="g1")
    await world.at("30s")
    await world.alert("HighLatency", key="g2")
    await world.at("90s")
    await world.alert("RiskLimit", key="g3")
    await world.at("4m")
    assert world.minutes(OPERATIONS) == [0.0, 2.0]
    heard = await world.hear(world.call(OPERATIONS))
    assert "Two incidents need you" in heard
    assert "incident one," not in heard


async def test_after_two_minutes_it_is_a_call_of_its_own(world: World) -> None:
    """ESCALATION 7: at 2:00 a further incident is a further call at once."""
    await world.alert(key="g1")
    await world.at("2m")
    await world.alert("HighLatency", key="g2")
    assert world.minutes(OPERATIONS) == [0.0, 2.0]


async def test_a_bundled_call_that_nobody_answers_is_repeated_for_all_and_fails_for_all(world: World) -> None:
    """ESCALATION 6, 7: the repeated call names them all again."""
    for n in (1, 2):
        await world.alert(f"ExchangeDown{n}", key=f"g{n}", tick=False)
    await world.tick()
    await world.call_ends(world.call(OPERATIONS), "busy")
    await world.at("2m")
    assert world.minutes(OPERATIONS) == [0.0, 2.0]
    assert "Two incidents need you" in await world.hear(world.call(OPERATIONS))
    await world.call_ends(world.call(OPERATIONS), "no-answer")
    for n in (1, 2):
        assert {p.state for p in await world.ledger(n) if p.way == "phone" and p.level == 0} == {"unreached"}


async def test_what_is_acknowledged_meanwhile_is_not_named(world: World) -> None:
    """ESCALATION 7, 11: of two waiting pages one is no longer wanted."""
    await world.alert(key="g1")
    await world.at("30s")
    await world.alert("HighLatency", key="g2")
    await world.alert("RiskLimit", key="g3")
    await world.ack(number=2)
    await world.at("3m")
    assert world.minutes(OPERATIONS) == [0.0, 2.0]
    heard = await world.hear(world.call(OPERATIONS))
    assert "ncident three" in heard
    assert "ncident two" not in heard


async def test_somebody_on_two_levels_is_paged_at_each(world: World) -> None:
    """ESCALATION 7: Engineering stands in for level 3 as well."""
    await world.app.engine.do(oncall.stand_in, "hft", "level_3", ["engineering"], person("ann"))
    await world.alert()
    await world.at("29m")
    assert world.minutes(ENGINEERING) == [5.0, 15.0]


async def test_two_contacts_with_one_number_are_one_call(make_world: Make) -> None:
    """ESCALATION 7: at sapphire the security team and the DevOps lead share a telephone."""
    world = await make_world("sapphire", TOCSIN_VAR_SAPPHIRE_SECURITY_TEAM_PHONE="+15550300")
    await world.alert("SecurityBreach", severity="high")
    await world.at("1m")
    assert [to for _, way, to in world.pages("phone")] == ["+15550300"]


async def test_a_page_that_is_due_while_the_number_is_being_dialled_waits(world: World) -> None:
    """ESCALATION 7: Twilio has not answered yet for the first incident; the second one waits for a call of its own."""
    call = world.outside.hold("phone")
    await world.alert(key="g1", tick=False)
    await world.app.delivery.pump()
    await call.reached.wait()
    await world.alert("HighLatency", key="g2", tick=False)
    await world.app.delivery.pump()
    call.released.set()
    await world.tick()
    assert world.minutes(OPERATIONS) == [0.0]
    await world.at("2m")
    assert world.minutes(OPERATIONS) == [0.0, 2.0]
    assert "ncident two" in await world.hear(world.call(OPERATIONS))


async def test_a_repeated_call_counts_too(world: World) -> None:
    """ESCALATION 6, 7: called again at 2:30, so that a further incident at 3:00 waits until 4:30."""
    await world.alert(key="g1")
    await world.at("30s")
    await world.call_ends(world.call(OPERATIONS), "busy")
    await world.at("3m")
    await world.alert("HighLatency", key="g2")
    await world.at("4m59s")
    assert world.minutes(OPERATIONS) == [0.0, 2.5, 4.5]

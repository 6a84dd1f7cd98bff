"""What a page says: enough to act on, whichever way it came."""

from __future__ import annotations

from bot.core.alert import Severity
from bot.core.oncall import Actor
from bot.engine import declare, respond
from tests.scenarios.conftest import Make
from tests.scenarios.finding import found
from tests.scenarios.world import OPERATIONS, PAGERDUTY_KEY, PUBLIC, World, person

VERDICT = "binance answers pings, the websocket is refused with 429"


async def test_everything_a_mail_must_say(world: World) -> None:
    """ESCALATION 9: number, system, severity, what is wrong, since when, first step, how to answer, a link."""
    await world.alert(summary="Binance is gone")
    mail = world.mail("operations@company.com")
    assert mail.text == "INC-1 critical hft: Binance is gone"
    for words in (
        "INC-1 · critical · hft",
        "Binance is gone",
        "Since: 2026-11-21 03:00 UTC",
        "First step: Look whether the venue is reachable",
        "Why you: level 1 (Operations) paged: the incident opened",
        "Answer in a terminal. You have it: tocsin incident ack 1",  # there is no Slack here
        f"{PUBLIC}/a/",
        "http://prom.example.com:9090/g",
    ):
        assert words in mail.detail["body"]
    assert "Found:" not in mail.detail["body"]


async def test_what_is_said_on_the_phone_and_in_pagerduty(world: World) -> None:
    """ESCALATION 9: the same for the ear, and how to answer it there."""
    await world.alert(summary="Binance is gone")
    heard = await world.hear(world.call(OPERATIONS))
    for words in (
        "ncident one, critical, on H F T: Binance is gone",
        "Press 1 to acknowledge",
        "Press 2 if you cannot",
    ):
        assert words in heard
    await world.at("30m")
    event = world.sent("pagerduty", to=PAGERDUTY_KEY)[-1]
    assert event.text == "INC-1 critical hft: Binance is gone"
    assert "Since: 2026-11-21 03:00 UTC, 30 min ago" in event.detail["body"]


async def test_what_a_text_message_says(make_world: Make) -> None:
    """ESCALATION 9: short, with the link."""
    world = await make_world("tmt")
    await world.alert("SystemDown", summary="Trading system is down")
    text = world.sent("sms")[0].text
    assert text.startswith("INC-1 CRITICAL tmt: Trading system is down. Since 03:00 UTC. First: See which of agents")
    assert f"{PUBLIC}/a/" in text


async def test_a_verdict_stands_in_every_later_page(world: World) -> None:
    """ESCALATION 9, 10: mail, phone and PagerDuty of the levels above have it."""
    await world.alert()
    await world.at("1m")
    verdict = await found(world, VERDICT)
    await world.at("30m")
    assert f"Found: {verdict}" in world.mail("platform-eng@company.com", 0).detail["body"]
    assert f"Found: {verdict}" in world.sent("pagerduty", to=PAGERDUTY_KEY)[-1].detail["body"]


async def test_a_verdict_is_spoken_on_the_phone(world: World) -> None:
    """ESCALATION 9: a page carries the verdict if known, also the call."""
    await world.alert()
    await world.at("1m")
    await found(world, VERDICT)
    await world.at("5m")
    heard = await world.hear(world.call("+15550101"))
    assert "The checks found: 1 of 1 fails: Venue: binance answers pings" in heard
    assert "It began five minutes ago" in heard
    assert "First step: " in heard


async def test_pages_say_what_the_person_is_on_already(world: World) -> None:
    """ESCALATION 16: "already on INC-1"."""
    await world.alert(key="g1")
    await world.ack("ann")
    await world.alert("HighLatency", key="g2")
    assert "You are already on: INC-1" in world.mail("operations@company.com").detail["body"]
    await world.at("5m")
    assert "already on" not in world.mail("platform-eng@company.com").detail["body"]


async def test_another_desks_contact_of_the_same_id_is_somebody_else(make_world: Make) -> None:
    """ESCALATION 16: pyrt's on_call holds INC-1; botcore's on_call is not told to be on it."""
    world = await make_world("pyrt,botcore")
    engine = world.app.engine
    me = Actor(id="on_call", name="Pyrt's", via="slack", slack="UPYRT00001")
    await engine.do(declare.declare, "pyrt", Severity.CRITICAL, "pyrt broken", me)
    await engine.do(respond.acknowledge, 1, me)
    await engine.do(declare.declare, "botcore", Severity.CRITICAL, "botcore broken", person("bob"))
    await world.tick()
    assert world.outside.seen
    assert [page.text for page in world.outside.seen if "INC-1" in str(page.detail)] == []


async def test_a_secret_in_the_reason_is_not_kept(world: World) -> None:
    """The reason of /page stands in the ledger, from where "why was I paged?" tells it."""
    await world.alert()
    engine = world.app.engine
    roster = await engine.look(lambda tx: engine.desk.roster(tx, "hft"))
    why = "log in with password=Hunter2Hunter2!"
    await engine.do(declare.page, 1, "hft", [roster.contacts["engineering"]], person("ann"), why)
    await world.tick()
    assert "Hunter2" not in str([page.why for page in await world.ledger()])
    assert "Hunter2" not in str(world.outside.seen)

"""Twilio, PagerDuty and the mail server answer 429, 500, nothing at all, or lose their answer: no page is lost, and
none is sent twice where that can be known."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.core.errors import DeliveryFailed
from bot.engine import declare, respond
from tests.scenarios.conftest import Make
from tests.scenarios.outside import Page
from tests.scenarios.world import OPERATIONS, PAGERDUTY_KEY, World, person


def _timeout(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)


def _refused(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused", request=request)


TROUBLES = {
    "429": lambda request: httpx.Response(429, headers={"Retry-After": "30"}),
    "500": lambda request: httpx.Response(500),
    "a timeout": _timeout,
    "no connection": _refused,
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_call_leaves_once_when_twilio_is_well_again(world: World, trouble: str) -> None:
    """ESCALATION 6: tried again; the pause that was asked for is kept."""
    world.outside.answers["phone"] = TROUBLES[trouble]
    await world.alert()
    await world.at("20s")
    assert world.minutes(OPERATIONS) == []
    world.outside.answers.clear()
    await world.at("4m")
    (minute,) = world.minutes(OPERATIONS)
    assert minute >= (0.5 if trouble == "429" else 0.33)
    assert next(p for p in await world.ledger() if p.way == "phone").state == "sent"


@pytest.mark.parametrize("way", ["phone", "sms", "pagerduty", "mail"])
async def test_an_answer_is_lost_and_nothing_is_seen_twice(make_world: Make, way: str) -> None:
    """ESCALATION 6: Twilio is asked for the call or text; mail and PagerDuty get the same id again."""
    world = await make_world("tmt" if way == "sms" else "hft")
    world.outside.lost[way] = 1
    await world.alert("SystemDown")
    await world.at("31m")
    seen = [page for page in world.sent(way) if page.wants_answer]
    first = [page for page in seen if page.to == seen[0].to and page.minute - seen[0].minute < 5]
    assert len({_identity(page) for page in first}) == 1
    ledger = [page for page in await world.ledger() if page.way == way]
    assert ledger[0].state == "sent"
    if way in ("phone", "sms"):
        assert ledger[0].outcome == "found after its answer was lost"


def _identity(page: Page) -> str:
    return str(page.detail.get("id") or page.detail.get("sid") or page.detail.get("dedup"))


async def test_acknowledged_before_it_is_known_whether_the_call_left(world: World) -> None:
    """ESCALATION 11: it did not leave, and so it is not sent any more."""
    world.outside.answers["phone"] = _timeout
    await world.alert()
    await world.ack("cid")
    world.outside.answers.clear()
    await world.at("5m")
    assert world.minutes(OPERATIONS) == []
    assert next(p for p in await world.ledger() if p.way == "phone").state == "dropped"


async def test_acknowledged_while_the_lost_call_is_under_way(world: World) -> None:
    """ESCALATION 11: the acknowledgement comes in the midst of the attempt whose answer is then lost."""
    entered, go_on = asyncio.Event(), asyncio.Event()
    usual = world.outside.http

    async def slow(request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and "Calls" in request.url.path and not entered.is_set():
            entered.set()
            await go_on.wait()
            raise httpx.ReadTimeout("no answer", request=request)
        return await usual(request)

    await world.stop_bot()
    world.outside.http = slow  # type: ignore[method-assign]
    await world.start_bot()
    await world.alert(tick=False)
    sending = asyncio.create_task(world.tick())
    await entered.wait()
    await world.app.engine.do(respond.acknowledge, 1, person("cid"))
    go_on.set()
    await sending
    await world.at("5m")
    assert world.minutes(OPERATIONS) == []


async def test_acknowledged_after_a_lost_call_that_did_leave(world: World) -> None:
    """ESCALATION 11: it is found, so that the ledger tells the truth."""
    world.outside.lost["phone"] = 1
    await world.alert()
    await world.ack("cid")
    await world.at("5m")
    assert world.minutes(OPERATIONS) == [0.0]
    page = next(p for p in await world.ledger() if p.way == "phone")
    assert (page.state, page.outcome) == ("sent", "found after its answer was lost")


async def test_pagerduty_learns_of_an_acknowledgement_also_when_its_answer_was_lost(world: World) -> None:
    """ESCALATION 11: the trigger may have arrived; not acknowledged there, PagerDuty would go on waking people."""
    await world.alert()
    await world.at("29m59s")
    world.outside.lost["pagerduty"] = 1
    await world.at("30m")
    await world.ack()
    await world.at("35m")
    assert [e.detail["action"] for e in world.sent("pagerduty", to=PAGERDUTY_KEY)] == ["trigger", "acknowledge"]


async def test_a_repeated_call_whose_request_is_lost_is_not_mistaken_for_the_first(world: World) -> None:
    """ESCALATION 6: the first call is in Twilio's list too, but it is not the second one."""
    await world.alert()
    await world.call_ends(world.call(OPERATIONS), "busy")
    await world.at("1m59s")
    world.outside.answers["phone"] = _timeout
    await world.at("2m")
    world.outside.answers.clear()
    await world.at("4m")
    first, second = world.minutes(OPERATIONS)
    assert first == 0.0
    assert 2.0 < second < 2.2


async def test_a_wrong_credential_is_no_reason_to_wait(world: World) -> None:
    """ESCALATION 6: 401 fails at once, names Twilio and no secret, and the mail has left."""
    world.outside.answers["phone"] = lambda request: httpx.Response(401, json={"message": "Authenticate"})
    await world.alert()
    page = next(p for p in await world.ledger() if p.way == "phone")
    assert page.state == "failed"
    assert "Twilio answered 401" in page.outcome
    assert world.minutes("operations@company.com") == [0.0]


async def test_answered_while_the_call_fails_it_is_not_placed_again(world: World) -> None:
    """ESCALATION 11: Bob pages Ann by name; she takes over while the call is being placed, and then it fails."""
    await world.alert("HighLatency", severity="high")
    await world.ack("bob")
    await world.at("10m")
    engine = world.app.engine
    roster = await engine.look(lambda tx: engine.desk.roster(tx, "hft"))
    world.outside.answers["phone"] = TROUBLES["no connection"]
    held, before = world.outside.hold("phone"), len(world.sent("phone"))
    await engine.do(declare.page, 1, "hft", [roster.contacts["operations"]], person("bob"), "please come")
    delivering = asyncio.create_task(world.tick())
    await held.reached.wait()
    await engine.do(respond.take_over, 1, person("ann"))
    held.released.set()
    await delivering
    del world.outside.answers["phone"]
    await world.pass_time("5m")
    assert len(world.sent("phone")) == before
    assert {p.state for p in await world.ledger() if (p.purpose, p.way) == ("direct", "phone")} <= {
        "answered",
        "dropped",
    }


async def test_the_last_way_fails_while_another_is_tried_again(world: World) -> None:
    """ESCALATION 6: mail fails on, and hangs just as the second call is not answered: the next level is called when the
    mail fails once more, and not only at its own time."""
    world.mailbox.refuse = "451 try later"
    await world.alert()
    await world.at("30s")
    await world.call_ends(world.call(OPERATIONS), "no-answer")
    await world.at("2m40s")
    assert "failing" in {page.state for page in await world.ledger() if page.way == "mail"}
    hangs, ends = asyncio.Event(), asyncio.Event()

    class Hangs:
        can_look_up = False

        async def send(self, message: object) -> None:
            hangs.set()
            await ends.wait()
            raise DeliveryFailed("no answer")

    carriers = world.app.delivery.sending.carriers
    world.app.delivery.sending.carriers = {**carriers, "mail": Hangs()}  # type: ignore[dict-item]
    going_on = asyncio.create_task(world.at("3m45s"))
    await hangs.wait()
    await world.twilio(world.call(OPERATIONS), "status", tick=False, CallStatus="no-answer", AnsweredBy="")
    ends.set()
    await going_on
    assert {page.level for page in await world.ledger()} == {0, 1}


async def test_a_refusal_in_another_alphabet_is_recorded(make_world: Make) -> None:
    """ESCALATION 6: a mail server answers in Latin-1: the page has failed, once, and the ladder knows it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        while line := (await reader.readline()).upper():
            refused = line.startswith(b"RCPT")
            writer.write("550 Empfänger unbekannt\r\n".encode("latin-1") if refused else b"250 ok\r\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    world = await make_world()
    await world.stop_bot()
    await world.start_bot(TOCSIN_SMTP_PORT=str(server.sockets[0].getsockname()[1]))
    await world.alert()
    await world.at("4m")
    (mail,) = [page for page in await world.ledger() if page.way == "mail"]
    assert mail.state == "failed"
    assert "unbekannt" in mail.outcome
    server.close()


async def test_a_refusal_that_no_database_stores_is_recorded(postgres_world: World) -> None:
    """ESCALATION 6: an answer with a NUL in it, which PostgreSQL does not take."""
    world = postgres_world
    world.outside.answers["phone"] = lambda request: httpx.Response(400, content=b"bad \x00 request")
    await world.alert()
    await world.at("4m")
    assert {page.state for page in await world.ledger() if page.way == "phone"} == {"failed"}


async def test_after_an_hour_of_outage_each_is_paged_once(world: World) -> None:
    """ESCALATION 3, 8: rounds go on while nothing leaves; then the newest page does, and not one of every round."""
    world.mailbox.refuse = "451 try later"
    for way in ("phone", "pagerduty"):
        world.outside.answers[way] = TROUBLES["500"]
    await world.alert()
    await world.at("65m")
    world.mailbox.refuse = ""
    world.outside.answers.clear()
    await world.at("66m")
    mails = [page for page in world.sent("mail", to="operations@company.com") if page.wants_answer]
    assert len(mails) == 1

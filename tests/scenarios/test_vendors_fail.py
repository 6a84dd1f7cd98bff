"""Twilio, PagerDuty and the mail server answer 429, 500, nothing at all, or lose their answer: no page is lost, and
none is sent twice where that can be known."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.engine import respond
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

"""SMS: three segments at most, the link always whole, and what became of it."""

from datetime import timedelta

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import WrongSecret
from bot.core.message import Heard, Sent
from bot.pagers.sms import PAGER, segments, text_of
from tests.pagers.kit import (
    ANSWER,
    CALLBACK,
    NOW,
    RETRY_AFTER,
    SILENCES,
    STATUSES,
    carried,
    client,
    failure,
    means,
    tools,
)
from tests.pagers.twilio import API, FROM, TO, TOKEN, form_of, parameters, record, signed

SERVICE = "MG" + "0123456789abcdef" * 2
CREATED = httpx.Response(201, json={"sid": "SM1", "status": "queued"})
PAGE = carried(TO, answer_link=ANSWER, callback=CALLBACK)


@pytest.fixture
async def carrier():
    async with client() as http:
        yield PAGER.open(parameters(), tools(http))


@respx.mock
async def test_a_page_leaves(carrier):
    route = respx.post(f"{API}/Messages.json").mock(CREATED)
    assert await carrier.send(PAGE) == Sent(ref="SM1", state="sent")
    assert form_of(route.calls[0].request) == {
        "To": TO,
        "From": FROM,
        "Body": f"INC-12 hft critical: order gateway rejects 40 % of orders since 03:11 UTC\n{ANSWER}",
        "StatusCallback": f"{CALLBACK}/status",
    }


@respx.mock
async def test_without_a_public_address(carrier):
    route = respx.post(f"{API}/Messages.json").mock(CREATED)
    await carrier.send(carried(TO))
    assert set(form_of(route.calls[0].request)) == {"To", "From", "Body"}


@respx.mock
async def test_a_messaging_service_takes_the_place_of_the_number():
    route = respx.post(f"{API}/Messages.json").mock(CREATED)
    listed = respx.get(f"{API}/Messages.json").respond(200, json={"messages": []})
    async with client() as http:
        carrier = PAGER.open(parameters(messaging_service_sid=SERVICE), tools(http))
        await carrier.send(PAGE)
        await carrier.look_up(PAGE)
    form = form_of(route.calls[0].request)
    assert form["MessagingServiceSid"] == SERVICE
    assert "From" not in form
    assert "From" not in listed.calls[0].request.url.params


@respx.mock
@pytest.mark.parametrize(("status", "permanent"), STATUSES)
async def test_every_answer(carrier, status: int, permanent: bool):
    respx.post(f"{API}/Messages.json").respond(status, json={"code": 21610, "message": f"unsubscribed {TOKEN}"})
    failed = await failure(carrier, PAGE, [TOKEN])
    means(failed, status, permanent)


@respx.mock
@pytest.mark.parametrize(("error", "maybe_sent"), SILENCES)
async def test_every_silence(carrier, error: Exception, maybe_sent: bool):
    respx.post(f"{API}/Messages.json").mock(side_effect=error)
    failed = await failure(carrier, PAGE, [TOKEN])
    assert (failed.permanent, failed.maybe_sent) == (False, maybe_sent)


@respx.mock
@pytest.mark.parametrize(("given", "expected"), RETRY_AFTER)
async def test_retry_after(carrier, given: str, expected: timedelta | None):
    respx.post(f"{API}/Messages.json").respond(429, headers={"Retry-After": given})
    assert (await failure(carrier, PAGE)).after == expected


# --- after a lost answer

TEXT = text_of(PAGE)


@respx.mock
@pytest.mark.parametrize(
    ("messages", "found"),
    [
        ([], None),
        ([record(NOW, sid="SM1", body=TEXT, status="queued")], Sent(ref="SM1")),
        ([record(NOW, sid="SM1", body=TEXT, status="delivered")], Sent(ref="SM1", state="delivered")),
        ([record(NOW, sid="SM1", body=f"Sent from a trial account - {TEXT}", status="sent")], Sent(ref="SM1")),
        ([record(NOW, sid="SM1", body=TEXT, status="undelivered")], None),  # given up: worth another try
        ([record(NOW, sid="SM1", body="INC-13 something else", status="sent")], None),
        ([record(NOW - timedelta(minutes=15), sid="SM0", body=TEXT, status="sent")], None),  # the round before
    ],
)
async def test_look_up(carrier, messages, found):
    respx.get(f"{API}/Messages.json").respond(200, json={"messages": messages})
    assert await carrier.look_up(PAGE) == found


# --- the text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),  # parts carry a header: 153 each
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("€" * 80, 1),  # these take two places
        ("€" * 81, 2),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 201, 3),
        ("🔥" * 35, 1),  # two units each
        ("🔥" * 36, 2),
    ],
)
def test_segments(text: str, expected: int):
    assert segments(text) == expected


def test_a_short_text_stays_as_it_is():
    assert text_of(carried(TO, short="INC-12 down", answer_link=ANSWER)) == f"INC-12 down\n{ANSWER}"
    assert text_of(carried(TO, short="INC-12 down")) == "INC-12 down"


def test_typographic_signs_do_not_cost_half_the_room():
    text = text_of(carried(TO, short="INC-12 “gateway” — 5 ≥ 3 …", answer_link=ANSWER))
    assert text.startswith('INC-12 "gateway" - 5 >= 3 ...')
    assert segments(text) == 1


@given(
    short=st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
    link=st.sampled_from(["", ANSWER, ANSWER * 2]),
)
def test_the_link_is_whole_and_three_segments_hold_it_all(short: str, link: str):
    text = text_of(carried(TO, short=short, answer_link=link))
    assert segments(text) <= 3
    assert text.endswith(link)
    text.encode()


def test_a_link_longer_than_everything_still_leaves_whole():
    link = "https://tocsin.example.com/answer/" + "a" * 600
    assert text_of(carried(TO, short="INC-12", answer_link=link)) == link


# --- what became of it


@pytest.mark.parametrize(
    ("form", "heard"),
    [
        ({"MessageStatus": "delivered"}, (Heard(state="delivered", event="SM1:delivered"),)),
        (
            {"MessageStatus": "undelivered", "ErrorCode": "30005"},
            (Heard(state="unreached", why="SMS undelivered (Twilio error 30005)", event="SM1:undelivered"),),
        ),
        ({"MessageStatus": "failed"}, (Heard(state="unreached", why="SMS failed", event="SM1:failed"),)),
        ({"MessageStatus": "queued"}, ()),
        ({"MessageStatus": "sent"}, ()),  # with the carrier, not with the person
        ({}, ()),
    ],
)
def test_delivery(form, heard):
    assert PAGER.callback.read(signed("status", form=form | {"MessageSid": "SM1"}), parameters()).heard == heard


def test_a_stranger_is_nobody():
    with pytest.raises(WrongSecret):
        PAGER.callback.read(signed("status", token="x", form={"MessageStatus": "delivered"}), parameters())

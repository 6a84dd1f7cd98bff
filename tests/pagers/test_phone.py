"""Phone: the call, what it says, which digit means what, and how it ended."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import httpx
import pytest
import respx
from pydantic import ValidationError

from bot.core.errors import WrongSecret
from bot.core.message import Heard, Sent
from bot.pagers._twilio import prove
from bot.pagers.phone import PAGER
from tests.pagers.kit import (
    CALLBACK,
    NOW,
    RETRY_AFTER,
    SILENCES,
    STATUSES,
    carried,
    client,
    failure,
    means,
    request,
    tools,
)
from tests.pagers.twilio import API, FROM, SID, TO, TOKEN, form_of, parameters, record, signed

CREATED = httpx.Response(201, json={"sid": "CA1", "status": "queued"})


@pytest.fixture
async def carrier():
    async with client() as http:
        yield PAGER.open(parameters(), tools(http))


# --- the call


@respx.mock
async def test_a_call_asks_us_what_to_say(carrier):
    route = respx.post(f"{API}/Calls.json").mock(CREATED)
    sent = await carrier.send(carried(TO, callback=CALLBACK))
    assert sent == Sent(ref="CA1", state="ringing")
    assert form_of(route.calls[0].request) == {
        "To": TO,
        "From": FROM,
        "Url": CALLBACK,
        "Method": "POST",
        "StatusCallback": f"{CALLBACK}/status",
        "StatusCallbackMethod": "POST",
        "MachineDetection": "Enable",
        "Timeout": "30",
    }


@respx.mock
async def test_without_a_public_address_it_only_speaks(carrier):
    route = respx.post(f"{API}/Calls.json").mock(CREATED)
    sent = await carrier.send(carried(TO, speech="Orders < 5 & falling\x00"))
    form = form_of(route.calls[0].request)
    assert [say.text for say in ET.fromstring(form["Twiml"]).iter("Say")] == ["Orders < 5 & falling "] * 2
    assert "Url" not in form
    assert "StatusCallback" not in form
    assert sent.state == "sent"
    assert "public address" in sent.note


@respx.mock
async def test_a_long_speech_fits_into_what_twilio_takes(carrier):
    route = respx.post(f"{API}/Calls.json").mock(CREATED)
    await carrier.send(carried(TO, speech="many incidents " * 1000))
    assert len(form_of(route.calls[0].request)["Twiml"]) <= 4000


@respx.mock
async def test_a_bad_number_is_not_dialled(carrier):
    failed = await failure(carrier, carried("0049 30 1234"))
    assert failed.permanent
    assert "+15005550006" in str(failed)


@respx.mock
@pytest.mark.parametrize(("status", "permanent"), STATUSES)
async def test_every_answer(carrier, status: int, permanent: bool):
    body = {"code": 21211, "message": f"The number is not valid, token {TOKEN}", "status": status}
    respx.post(f"{API}/Calls.json").respond(status, json=body)
    failed = await failure(carrier, carried(TO), [TOKEN])
    means(failed, status, permanent)
    assert "The number is not valid" in str(failed)


@respx.mock
@pytest.mark.parametrize(("error", "maybe_sent"), SILENCES)
async def test_every_silence(carrier, error: Exception, maybe_sent: bool):
    respx.post(f"{API}/Calls.json").mock(side_effect=error)
    failed = await failure(carrier, carried(TO), [TOKEN, SID])
    assert (failed.permanent, failed.maybe_sent) == (False, maybe_sent)


@respx.mock
@pytest.mark.parametrize(("given", "expected"), RETRY_AFTER)
async def test_retry_after(carrier, given: str, expected: timedelta | None):
    respx.post(f"{API}/Calls.json").respond(429, headers={"Retry-After": given})
    assert (await failure(carrier, carried(TO))).after == expected


@respx.mock
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"sid": 1}'])
async def test_an_answer_that_cannot_be_read(carrier, body: bytes):
    respx.post(f"{API}/Calls.json").respond(201, content=body)
    failed = await failure(carrier, carried(TO))
    assert (failed.permanent, failed.maybe_sent) == (False, True)


# --- after a lost answer


@respx.mock
@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ([], False),
        ([record(NOW + timedelta(seconds=1), status="in-progress")], True),
        ([record(NOW + timedelta(seconds=1), status="queued")], True),  # not dialled yet: has no start time
        ([record(NOW - timedelta(seconds=3), status="ringing")], True),  # within the skew of the clocks
        ([record(NOW - timedelta(minutes=2), status="no-answer")], False),  # the call before this one
        ([record(NOW + timedelta(seconds=1), status="failed")], False),  # never rang
        ([record(NOW + timedelta(seconds=1), status="failed"), record(NOW, status="busy")], True),
        ([record(NOW, status="busy", date_created=None, start_time="Fri, 20 Nov 2026 03:12:01 +0000")], True),
        (["nonsense"], False),
        (None, False),
    ],
)
async def test_look_up(carrier, calls, found: bool):
    route = respx.get(f"{API}/Calls.json").respond(200, json={"calls": calls})
    sent = await carrier.look_up(carried(TO, callback=CALLBACK))
    assert sent == (Sent(ref="CA1", state="ringing") if found else None)
    assert dict(route.calls[0].request.url.params) == {"To": TO, "From": FROM, "PageSize": "50"}


@respx.mock
async def test_look_up_may_fail_too(carrier):
    respx.get(f"{API}/Calls.json").respond(503)
    with pytest.raises(Exception, match="503"):
        await carrier.look_up(carried(TO))


# --- the dialogue


def spoken(body: bytes) -> list[str]:
    return [say.text or "" for say in ET.fromstring(body).iter("Say")]


def test_it_says_everything_twice_and_takes_one_digit():
    answer = PAGER.callback.read(signed(speech="Incident 12 <&> hft.", form={"AnsweredBy": "human"}), parameters())
    response = ET.fromstring(answer.body)
    gather = response.find("Gather")
    assert answer.heard == ()
    assert answer.media_type == "text/xml"
    assert gather.attrib["numDigits"] == "1"
    assert gather.attrib["action"] == f"{CALLBACK}/digits"
    assert gather.attrib["method"] == "POST"
    assert [say.text for say in gather.iter("Say")].count("Incident 12 <&> hft.") == 2
    assert "Press 1 to acknowledge" in spoken(answer.body)[1]
    assert [child.tag for child in response] == ["Gather", "Say", "Hangup"]


def test_a_machine_hears_it_once():
    answer = PAGER.callback.read(signed(speech="Incident 12.", form={"AnsweredBy": "machine_start"}), parameters())
    assert spoken(answer.body).count("Incident 12.") == 1
    assert ET.fromstring(answer.body).find("Gather") is not None, "detection errs: a person may still press a key"


def test_a_page_that_is_not_wanted_any_more():
    answer = PAGER.callback.read(signed(speech=""), parameters())
    assert "answered already" in spoken(answer.body)[0]
    assert ET.fromstring(answer.body).find("Gather") is None


@pytest.mark.parametrize(("digit", "state"), [("1", "acknowledge"), ("2", "pass"), ("3", "escalate")])
def test_digits(digit: str, state: str):
    form = {"Digits": digit, "CallSid": "CA1"}
    answer = PAGER.callback.read(signed("digits", speech="Incident 12.", form=form), parameters())
    assert answer.heard == (Heard(state=state, event=f"CA1:digit {digit}"),)
    assert answer.body == b"", "what is said depends on what becomes of it"


def test_what_became_of_a_digit_is_spoken():
    form = {"Digits": "1", "CallSid": "CA1"}
    answer = PAGER.callback.read(signed("digits", speech="Incident 12.", form=form), parameters())
    body = answer.spoken("Bob has incident 12 <&>\x00", False)
    assert spoken(body) == ["Bob has incident 12 <&> ", "Goodbye."]
    assert [child.tag for child in ET.fromstring(body)] == ["Say", "Pause", "Say", "Hangup"]


def test_after_an_answer_that_was_not_taken_a_key_may_be_pressed_again():
    form = {"Digits": "1", "CallSid": "CA1"}
    answer = PAGER.callback.read(signed("digits", speech=None, form=form), parameters())
    response = ET.fromstring(answer.spoken("That was not taken.", True))
    gather = response.find("Gather")
    words, choices = (say.text for say in gather.iter("Say"))
    assert words == "That was not taken."
    assert "Press 1 to acknowledge" in choices
    assert gather.attrib["action"] == f"{CALLBACK}/digits"


def test_a_call_about_nobody_knows_what_takes_an_answer_all_the_same():
    answer = PAGER.callback.read(signed(speech=None), parameters())
    said = spoken(answer.body)
    assert "You are being paged" in said[0]
    assert "Press 1 to acknowledge" in said[1]
    assert ET.fromstring(answer.body).find("Gather").attrib["action"] == f"{CALLBACK}/digits"


@pytest.mark.parametrize("digit", ["0", "9", "#", ""])
def test_another_digit_is_asked_again(digit: str):
    answer = PAGER.callback.read(signed("digits", speech="Incident 12.", form={"Digits": digit}), parameters())
    assert answer.heard == ()
    assert ET.fromstring(answer.body).find("Gather").attrib["action"] == f"{CALLBACK}/digits"


def test_a_repeated_callback_has_the_same_name():
    seen = signed("digits", form={"Digits": "1", "CallSid": "CA1"}, headers={"i-twilio-idempotency-token": "tok-1"})
    answer = PAGER.callback.read(seen, parameters())
    assert answer.heard[0].event == "tok-1"


# --- the end


@pytest.mark.parametrize(
    ("status", "by", "state", "why"),
    [
        ("completed", "human", "answered", ""),
        ("completed", "", "answered", ""),  # detection is off
        ("completed", "machine_start", "unreached", "voicemail"),
        ("completed", "machine_end_beep", "unreached", "voicemail"),
        ("completed", "fax", "unreached", "a fax machine answered"),
        ("completed", "unknown", "unreached", "nobody could tell whether a person or voicemail answered"),
        ("busy", "", "unreached", "busy"),
        ("no-answer", "", "unreached", "no answer"),
        ("failed", "", "unreached", "the call failed"),
        ("canceled", "", "unreached", "the call was cancelled"),
    ],
)
def test_how_a_call_ends(status: str, by: str, state: str, why: str):
    """ESCALATION 6: busy, no answer, voicemail and failure are not "reached"."""
    form = {"CallStatus": status, "CallSid": "CA1"} | ({"AnsweredBy": by} if by else {})
    answer = PAGER.callback.read(signed("status", form=form), parameters())
    assert answer.heard == (Heard(state=state, why=why, event=f"CA1:{status}"),)


@pytest.mark.parametrize("status", ["queued", "initiated", "ringing", "in-progress", "new-in-2027", ""])
def test_a_call_under_way_says_nothing(status: str):
    assert PAGER.callback.read(signed("status", form={"CallStatus": status}), parameters()).heard == ()


# --- is it Twilio?


def test_twilios_own_example():
    """The vector of Twilio's documentation."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    seen = request(
        url="https://mycompany.com/myapp.php?foo=1&bar=2",
        headers={"x-twilio-signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ="},
        form=form,
    )
    prove(seen, parameters(auth_token="12345"))


@pytest.mark.parametrize("path", ["", "digits", "status", "other"])
@pytest.mark.parametrize("token", ["", "another token"])
def test_a_stranger_is_nobody(path: str, token: str):
    with pytest.raises(WrongSecret) as caught:
        PAGER.callback.read(signed(path, token=token, form={"Digits": "1"}), parameters())
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("signature", ["", "é", "====", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="])
def test_a_bad_signature(signature: str):
    seen = request(headers={"x-twilio-signature": signature}, path_rest="digits", form={"Digits": "1"})
    with pytest.raises(WrongSecret):
        PAGER.callback.read(seen, parameters())
    with pytest.raises(WrongSecret):
        PAGER.callback.read(request(), parameters())


def test_a_changed_digit_breaks_the_signature():
    genuine = signed("digits", form={"Digits": "2"})
    forged = request(url=genuine.url, headers=genuine.headers, path_rest="digits", form={"Digits": "1"})
    with pytest.raises(WrongSecret):
        PAGER.callback.read(forged, parameters())


def test_twilio_may_sign_with_the_port():
    genuine = signed(url=CALLBACK.replace("example.com/", "example.com:443/"), speech="x")
    seen = request(url=CALLBACK, headers=genuine.headers, speech="x")
    assert PAGER.callback.read(seen, parameters()).body


# --- settings


@pytest.mark.parametrize(
    "changes",
    [{"account_sid": "AC1"}, {"from_number": "5005550006"}, {"ring_seconds": 0}, {"api_url": "ftp://x"}, {"lang": "x"}],
)
def test_bad_settings(changes):
    with pytest.raises(ValidationError) as caught:
        parameters(**changes)
    assert TOKEN not in str(caught.value)


def test_the_token_is_not_shown():
    assert TOKEN not in repr(parameters())

"""Webhook: signed JSON that a receiver can check with ten lines of its own."""

import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import unquote

import pytest
import respx
from pydantic import ValidationError

from bot.core.message import Sent
from bot.pagers.webhook import PAGER, WebhookParameters
from tests.pagers.kit import ANSWER, NOW, RETRY_AFTER, SILENCES, STATUSES, carried, client, failure, means, tools

SECRET = "a secret of sixteen or more"
URL = "https://pages.example.com/in/path-t0ken?key=query-t0ken"
HIDDEN = [SECRET, "path-t0ken", "query-t0ken"]
GIVEN = WebhookParameters.model_validate({"secret": SECRET})


@pytest.fixture
async def carrier():
    async with client() as http:
        yield PAGER.open(GIVEN, tools(http))


@respx.mock
async def test_a_receiver_can_check_it(carrier):
    route = respx.post(URL).respond(204)
    assert await carrier.send(carried(URL, answer_link=ANSWER, subject="Überlauf")) == Sent(ref="page-12-1-0")
    sent = route.calls[0].request
    timestamp = sent.headers["X-Tocsin-Timestamp"]
    mac = hmac.new(SECRET.encode(), timestamp.encode() + b"." + sent.content, hashlib.sha256).hexdigest()
    assert sent.headers["X-Tocsin-Signature"] == f"v1={mac}"
    assert int(timestamp) == int(NOW.timestamp())
    assert sent.headers["Idempotency-Key"] == "page-12-1-0"
    assert sent.headers["Content-Type"] == "application/json"


@respx.mock
async def test_what_it_says(carrier):
    route = respx.post(URL).respond(200)
    message = carried(URL, answer_link=ANSWER)
    await carrier.send(message)
    assert json.loads(route.calls[0].request.content) == {
        "key": "page-12-1-0",
        "purpose": "page",
        "verb": "trigger",
        "incident": 12,
        "dedup": "tocsin-12",
        "system": "hft",
        "component": "order-gateway",
        "severity": "critical",
        "person": "Dana Dealer",
        "subject": message.subject,
        "body": message.body,
        "short": message.short,
        "answer_link": ANSWER,
        "link": "",
        "at": "2026-11-20T03:12:00+00:00",
        "attempt": 1,
    }


@respx.mock
@pytest.mark.parametrize(("status", "permanent"), STATUSES)
async def test_every_answer(carrier, status: int, permanent: bool):
    respx.post(URL).respond(status, text=" ".join(HIDDEN))
    means(await failure(carrier, carried(URL), HIDDEN), status, permanent)


@respx.mock
@pytest.mark.parametrize(("error", "maybe_sent"), SILENCES)
async def test_every_silence(carrier, error: Exception, maybe_sent: bool):
    respx.post(URL).mock(side_effect=error)
    failed = await failure(carrier, carried(URL), HIDDEN)
    assert (failed.permanent, failed.maybe_sent) == (False, maybe_sent)


@respx.mock
@pytest.mark.parametrize(("given", "expected"), RETRY_AFTER)
async def test_retry_after(carrier, given: str, expected: timedelta | None):
    respx.post(URL).respond(429, headers={"Retry-After": given})
    assert (await failure(carrier, carried(URL))).after == expected


@pytest.mark.parametrize(
    "address",
    ["pages.example.net", "ftp://pages.example.com/x", "http:///", "https://pages.example.com/a b",
     "javascript:alert(1)", "https://pages.example.com:99999/",
     "https://[::1", "https://pages.example.com/\r\nX-Evil: 1", "file:///etc/passwd"],
)  # fmt: skip
async def test_no_usable_address(carrier, address: str):
    assert PAGER.check_address(address)
    failed = await failure(carrier, carried(address), [address])
    assert failed.permanent


@pytest.mark.parametrize("address", [URL, "http://10.0.0.7:8080/tocsin", "https://[::1]:8443/x"])
def test_usable_addresses(address: str):
    assert PAGER.check_address(address) is None


@respx.mock
@pytest.mark.parametrize("key", ["page\r\nX-Evil: 1", "page-ü", "page/12:1|dana@example.com"])
async def test_any_key_stays_one_header(carrier, key: str):
    route = respx.post(URL).respond(200)
    await carrier.send(carried(URL, key=key))
    headers = route.calls[0].request.headers
    assert unquote(headers["Idempotency-Key"]) == key
    assert "X-Evil" not in headers


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_guessable_secret_is_refused_and_not_repeated(secret: str):
    with pytest.raises(ValidationError) as caught:
        WebhookParameters.model_validate({"secret": secret})
    assert not secret or secret not in str(caught.value).replace("too_short", "")

"""Twilio, for calls and text messages: the account, its requests, and the proof that a callback is Twilio's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
from pydantic import Field, SecretStr

from bot.core.errors import DeliveryFailed, WrongSecret
from bot.core.message import Carried
from bot.outbound.http import exchange
from bot.pagers.base import CallbackRequest, Parameters, Tools

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Twilio's times have whole seconds, and its clock is not ours.
_SKEW = timedelta(seconds=5)
_PAGE = 50


class TwilioParameters(Parameters):
    """The Twilio account that calls and text messages leave from."""

    account_sid: str = Field(description="Account SID: AC and 32 hex digits", pattern=r"^AC[0-9a-fA-F]{32}$")
    auth_token: SecretStr = Field(description="Auth token of the account; it also proves Twilio's callbacks")
    from_number: str = Field(
        description="Number that calls and messages come from, E.164, e.g. +15005550006",
        pattern=r"^\+[1-9][0-9]{6,14}$",
    )
    messaging_service_sid: str = Field(
        default="",
        description="Messaging service for text messages instead of the number",
        pattern=r"^(MG[0-9a-fA-F]{32})?$",
    )
    ring_seconds: int = Field(
        default=30, ge=5, le=600, description="How long a phone rings before it counts as not answered"
    )
    language: str = Field(
        default="en-US", description="Language of the voice, e.g. en-GB", pattern=r"^[a-z]{2}-[A-Z]{2}$"
    )
    api_url: str = Field(
        default="https://api.twilio.com", description="Address of Twilio's API", pattern=r"^https?://[^\s/]+$"
    )


def check_number(address: str) -> str | None:
    """What is wrong with a phone number."""
    if _E164.fullmatch(address):
        return None
    return f"{address!r} is not an E.164 number: write + and the country code, digits only, e.g. +15005550006"


class Account:
    """Requests to one Twilio account."""

    def __init__(self, parameters: TwilioParameters, tools: Tools) -> None:
        self._tools = tools
        self._base = f"{parameters.api_url}/2010-04-01/Accounts/{parameters.account_sid}"
        self._auth = (parameters.account_sid, parameters.auth_token.get_secret_value())

    async def create(self, resource: str, form: Mapping[str, str]) -> str:
        """Create a call or a message; its sid."""
        if problem := check_number(form["To"]):
            raise DeliveryFailed(problem, permanent=True)
        response = await self._ask("POST", resource, data=dict(form))
        sid = _json(response).get("sid")
        if not isinstance(sid, str):
            raise DeliveryFailed("Twilio's answer names no sid: it may have left", maybe_sent=True)
        return sid

    async def since(self, resource: str, message: Carried, sender: str = "") -> Sequence[Mapping[str, Any]]:
        """Calls or messages to the message's number created since it was decided, the newest first.

        Not filtered by Twilio's own dates: those are of the start of the call, which one still queued does not have.
        """
        query = {"To": message.to, "PageSize": str(_PAGE)} | ({"From": sender} if sender else {})
        records = _json(await self._ask("GET", resource, params=query)).get(resource.lower())
        found = [record for record in records if isinstance(record, dict)] if isinstance(records, list) else []
        return [record for record in found if (_created(record) or message.at) >= message.at - _SKEW]

    async def _ask(self, method: str, resource: str, **parts: Any) -> httpx.Response:
        return await exchange(
            self._tools.http,
            method,
            f"{self._base}/{resource}.json",
            provider="Twilio",
            now=self._tools.now,
            secrets=[self._auth[1]],
            auth=self._auth,
            **parts,
        )


def prove(request: CallbackRequest, parameters: TwilioParameters) -> None:
    """Raises `WrongSecret` unless the callback carries Twilio's signature: HMAC-SHA1 under the auth token, of the
    address and the sorted form fields. Twilio signs with or without the port, so both are tried."""
    given = request.headers.get("x-twilio-signature", "").encode()
    fields = "".join(name + value for name, value in sorted(request.form.items()))
    key = parameters.auth_token.get_secret_value().encode()
    genuine = False
    for url in _spellings(request.url):
        mac = hmac.new(key, (url + fields).encode(), hashlib.sha1).digest()
        genuine |= hmac.compare_digest(base64.b64encode(mac), given)
    if not genuine:
        raise WrongSecret("the callback does not carry Twilio's signature for this address (check the public URL)")


def event_of(request: CallbackRequest, sid: str, what: str) -> str:
    """Names a callback so that a repeated one is taken once; Twilio repeats its own token."""
    return request.headers.get("i-twilio-idempotency-token") or f"{sid}:{what}"


def _spellings(url: str) -> set[str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return {url, *(urlunsplit(parts._replace(netloc=netloc)) for netloc in (host, f"{host}:{port}"))}


def _json(response: httpx.Response) -> Mapping[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {}


def _created(record: Mapping[str, Any]) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(record.get("date_created") or record.get("start_time") or ""))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)

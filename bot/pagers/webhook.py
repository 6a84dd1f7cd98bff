"""Webhook: the page as signed JSON to any address, for systems of one's own."""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr

from bot.core.errors import DeliveryFailed
from bot.core.message import Carried, Sent
from bot.outbound.http import exchange
from bot.pagers.base import Pager, Parameters, Tools

_IN_KEYS = "/:@=+,;!|"


class WebhookParameters(Parameters):
    """Webhooks that carry pages."""

    secret: SecretStr = Field(description="Key of the signature, at least 16 characters", min_length=16)


def check_url(address: str) -> str | None:
    """What is wrong with an address. It may hold a token, so it is not repeated."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if usable and not any(character.isspace() or not character.isprintable() for character in address):
        return None
    return "the address is not an http(s) URL"


class _Webhook:
    can_look_up = False

    def __init__(self, parameters: WebhookParameters, tools: Tools) -> None:
        self._secret = parameters.secret.get_secret_value()
        self._tools = tools

    async def send(self, message: Carried) -> Sent:
        if problem := check_url(message.to):
            raise DeliveryFailed(problem, permanent=True)
        body = content_of(message)
        timestamp = str(int(self._tools.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            # Quoted, so that whatever a key is made of stays one line of ASCII.
            "Idempotency-Key": quote(message.key, safe=_IN_KEYS),
            "X-Tocsin-Timestamp": timestamp,
            "X-Tocsin-Signature": f"v1={signature(self._secret, timestamp, body)}",
        }
        await exchange(
            self._tools.http,
            "POST",
            message.to,
            provider="the webhook",
            now=self._tools.now,
            # Its answer may repeat the token of the address in a spelling that cannot be recognised.
            quote=False,
            content=body,
            headers=headers,
        )
        return Sent(ref=message.key)

    async def look_up(self, message: Carried) -> Sent | None:
        raise NotImplementedError("the receiver tells repeats by their Idempotency-Key")

    async def close(self) -> None:
        """The HTTP client is shared and not closed here."""


def content_of(message: Carried) -> bytes:
    """The JSON body. Fields may be added to it, and none is taken away."""
    fields = {
        "key": message.key,
        "purpose": message.purpose,
        "verb": message.verb,
        "incident": message.incident,
        "dedup": message.dedup,
        "system": message.system,
        "component": message.component,
        "severity": message.severity,
        "person": message.person,
        "subject": message.subject,
        "body": message.body,
        "short": message.short,
        "answer_link": message.answer_link,
        "link": message.link,
        "at": message.at.isoformat(),
        "attempt": message.attempt,
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 in hex of the timestamp, a full stop and the body. Receivers refuse timestamps older than minutes."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


PAGER = Pager(
    name="webhook",
    help="Posts the page as signed JSON to an address of your own.",
    wakes=False,
    answers="link",
    address_help="an http(s) URL, e.g. https://pages.example.com/tocsin",
    check_address=check_url,
    section="webhook",
    parameters=WebhookParameters,
    open=_Webhook,
    repeat_safe=True,
)

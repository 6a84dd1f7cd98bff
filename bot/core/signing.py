"""Signed addresses: links in mail and SMS, and callbacks of providers, that nobody can make up."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

_SIGNATURE_BYTES = 16


def sign(secret: str, purpose: str, subject: str, expires: datetime) -> str:
    """A URL-safe token that says `subject` for one `purpose` until `expires` (UTC)."""
    body = f"{subject}|{int(expires.timestamp())}".encode()
    return f"{_text(body)}.{_text(_mac(secret, purpose, body))}"


def read(secret: str, purpose: str, token: str, now: datetime) -> str | None:
    """The subject of a token that is genuine, of this purpose and not expired; None otherwise."""
    head, _, tail = token.partition(".")
    try:
        body = _bytes(head)
    except ValueError:
        return None
    # As text: of the last letter not every bit counts, and one token has one spelling.
    if not tail.isascii() or not hmac.compare_digest(tail, _text(_mac(secret, purpose, body))):
        return None
    subject, _, expires = body.decode().rpartition("|")
    return subject if now.timestamp() <= int(expires) else None


def _mac(secret: str, purpose: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), purpose.encode() + b"\0" + body, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    if not text.isascii():
        raise ValueError("not a token")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

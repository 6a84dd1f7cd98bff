"""HTTP mode: the same payloads, posted to the app's request URL with Slack's v0 signature."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import httpx

from bot.playground.delivery import Ack, Kind
from bot.playground.listening import loopback_client
from bot.playground.settings import Settings
from bot.playground.values import Json


def signed(secret: str, body: str, timestamp: int) -> dict[str, str]:
    """The two headers by which the app knows that a request comes from Slack."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


class SignedHttp:
    """One request URL for events, commands and interactions alike."""

    def __init__(self, settings: Settings, url: str) -> None:
        self._settings = settings
        self._url = url
        self._client = loopback_client(settings.ack_timeout)

    async def carry(self, kind: Kind, payload: Json, *, attempt: int, reason: str) -> Ack:
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        try:
            answer = await self._post(kind, payload, headers)
        except httpx.TimeoutException:
            return Ack(ok=False, reason="http_timeout")
        except httpx.TransportError:
            return Ack(ok=False, reason="connection_failed")
        if answer.status_code != 200:
            again = answer.headers.get("X-Slack-No-Retry") != "1"
            return Ack(ok=False, reason="http_error", answer=answer.text, again=again)
        return Ack(ok=True, answer=_body(answer))

    async def challenge(self) -> bool:
        """Does the app answer Slack's `url_verification`?"""
        payload = {"type": "url_verification", "token": self._settings.verification_token, "challenge": "are you there"}
        answer = await self._post("events_api", payload, {})
        return answer.status_code == 200 and payload["challenge"] in answer.text

    async def close(self) -> None:
        await self._client.aclose()

    async def _post(self, kind: Kind, payload: Json, headers: dict[str, str]) -> httpx.Response:
        if kind == "events_api":
            body, content_type = json.dumps(payload), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(form), "application/x-www-form-urlencoded"
        # Real time, whatever the workspace's clock says: the app compares it with its own.
        signature = signed(self._settings.signing_secret, body, int(time.time()))
        all_headers = {"Content-Type": content_type, **signature, **headers}
        return await self._client.post(self._url, content=body.encode(), headers=all_headers)


def _body(answer: httpx.Response) -> object:
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        return {"text": answer.text}

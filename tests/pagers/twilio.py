"""Twilio as the tests of calls and text messages see it."""

import base64
import hashlib
import hmac
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

import httpx

from bot.pagers._twilio import TwilioParameters
from bot.pagers.base import CallbackRequest
from tests.pagers.kit import CALLBACK, request

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "f00dfeedf00dfeedf00dfeedf00dfeed"
FROM = "+15005550006"
TO = "+447700900123"
API = f"https://api.twilio.com/2010-04-01/Accounts/{SID}"


def parameters(**changes: Any) -> TwilioParameters:
    return TwilioParameters.model_validate({"account_sid": SID, "auth_token": TOKEN, "from_number": FROM} | changes)


def form_of(sent: httpx.Request) -> dict[str, str]:
    assert sent.headers["Authorization"] == "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    return {name: values[0] for name, values in parse_qs(sent.content.decode(), strict_parsing=True).items()}


def record(at: datetime, **fields: Any) -> dict[str, Any]:
    """A call or message in Twilio's lists."""
    return {"sid": "CA1", "to": TO, "from": FROM, "date_created": format_datetime(at), "start_time": None} | fields


def signed(path_rest: str = "", *, token: str = TOKEN, url: str = "", **changes: Any) -> CallbackRequest:
    """A callback as Twilio signs it."""
    form = changes.pop("form", {})
    seen = url or (f"{CALLBACK}/{path_rest}" if path_rest else CALLBACK)
    text = seen + "".join(name + value for name, value in sorted(form.items()))
    signature = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
    headers = {"x-twilio-signature": signature} | changes.pop("headers", {})
    return request(url=seen, path_rest=path_rest, form=form, headers=headers, **changes)

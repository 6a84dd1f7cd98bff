"""The kit of the pagers' tests: a message, the tools, and what every pager must be and never say."""

import http
import ssl
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.core.errors import DeliveryFailed
from bot.core.message import Carried
from bot.pagers.base import CallbackRequest, Pager, Tools

NOW = datetime(2026, 11, 20, 3, 12, tzinfo=UTC)
PUBLIC = "https://tocsin.example.com"
CALLBACK = f"{PUBLIC}/callbacks/phone/dG9rZW4.c2ln"
ANSWER = f"{PUBLIC}/answer/cGFnZS0xMnwx.MTIzNDU2Nzg5MDEyMzQ1Ng"
THREAD = "https://desk.slack.com/archives/C1/p1763608320000100"

_TLS = ssl.create_default_context()


def client() -> httpx.AsyncClient:
    """An HTTP client as cheap as can be: reading the authorities takes longer than most tests."""
    return httpx.AsyncClient(verify=_TLS)


def carried(to: str, **changes: Any) -> Carried:
    """A page about INC-12."""
    fields: dict[str, Any] = {
        "key": "page-12-1-0",
        "incident": 12,
        "to": to,
        "person": "Dana Dealer",
        "purpose": "page",
        "subject": "INC-12 critical hft: order gateway rejects 40 % of orders",
        "body": "INC-12 hft critical\nOrder gateway rejects 40 % of orders\nSince 03:11 UTC\nFirst: see the gateway",
        "short": "INC-12 hft critical: order gateway rejects 40 % of orders since 03:11 UTC",
        "speech": "Critical incident 12 on h f t. The order gateway rejects 40 percent of orders.",
        "severity": "critical",
        "system": "hft",
        "component": "order-gateway",
        "dedup": "tocsin-12",
        "at": NOW,
    }
    return Carried(**fields | changes)


def tools(http_client: httpx.AsyncClient, slack: Any = None, now: datetime = NOW) -> Tools:
    """What a pager is opened with."""
    return Tools(http=http_client, slack=slack, public_url=PUBLIC, now=lambda: now)


def request(**changes: Any) -> CallbackRequest:
    """A provider calls back."""
    fields: dict[str, Any] = {
        "method": "POST", "url": CALLBACK, "headers": {}, "body": b"", "form": {}, "path_rest": "", "now": NOW,
    }  # fmt: skip
    return CallbackRequest(**fields | changes)


async def failure(carrier: Any, message: Carried, secrets: Iterable[str] = ()) -> DeliveryFailed:
    """The failure of a send that must fail, having said no secret."""
    with pytest.raises(DeliveryFailed) as caught:
        await carrier.send(message)
    tells_no_secret(caught.value, secrets)
    assert str(caught.value)
    return caught.value


def tells_no_secret(error: BaseException, secrets: Iterable[str]) -> None:
    """Neither the error's text nor what a log prints of it holds a secret."""
    printed = str(error) + "".join(traceback.format_exception(error, chain=True))
    for secret in secrets:
        assert secret
        # The lines of the test itself may spell it; what counts is what the error carries.
        carried_text = "\n".join(line for line in printed.splitlines() if "tests/" not in line)
        assert secret not in carried_text


# What becomes of a message by the status of the answer. 401 and 403 wait for a person who mends the credentials; what
# stands under "later" may go by itself.
LATER = {408, 425, 429}
STATUSES = [
    pytest.param(status.value, status.value not in LATER and status.value < 500, id=f"{status.value}")
    for status in http.HTTPStatus
    if status.value >= 300
] + [pytest.param(status, False, id=f"{status}") for status in (520, 529, 599)]


def means(failed: DeliveryFailed, status: int, permanent: bool) -> None:
    """A failed answer of this status was read rightly."""
    assert failed.permanent is permanent
    assert failed.maybe_sent is (status >= 500)
    assert str(status) in str(failed)


SILENCES = [
    # never reached the other side
    pytest.param(httpx.ConnectError("refused"), False, id="refused"),
    pytest.param(httpx.ConnectTimeout("slow"), False, id="connect timeout"),
    pytest.param(httpx.PoolTimeout("busy"), False, id="no free connection"),
    pytest.param(httpx.ProxyError("proxy"), False, id="proxy"),
    # may have reached it
    pytest.param(httpx.ReadTimeout("slow"), True, id="read timeout"),
    pytest.param(httpx.ReadError("reset"), True, id="reset"),
    pytest.param(httpx.WriteError("reset"), True, id="write error"),
    pytest.param(httpx.RemoteProtocolError("gone"), True, id="hung up"),
]

RETRY_AFTER = [
    pytest.param("7", timedelta(seconds=7), id="seconds"),
    pytest.param("Fri, 20 Nov 2026 03:12:30 GMT", timedelta(seconds=30), id="date"),
    pytest.param("Fri, 20 Nov 2026 03:11:30 GMT", timedelta(), id="past date"),
    pytest.param("soon", None, id="nonsense"),
    pytest.param("-3", timedelta(), id="negative"),
]


def is_whole(pager: Pager) -> None:
    """Help, address help and described parameters with a schema."""
    assert pager.help.endswith(".")
    assert pager.address_help
    assert pager.section.isidentifier()
    assert pager.check_address("") is not None
    schema = pager.parameters.model_json_schema()
    for name, described in schema.get("properties", {}).items():
        assert described.get("description"), f"{pager.name}: the parameter {name} is not described"
        if any(word in name for word in ("token", "secret", "password")):
            assert described.get("format") == "password", f"{pager.name}: {name} is not a SecretStr"

"""PagerDuty: one incident there for each here, told by Events v2 and answered by v3 webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field, SecretStr

from bot.core.errors import DeliveryFailed, WrongSecret
from bot.core.message import Carried, Heard, Sent
from bot.outbound.http import exchange
from bot.pagers.base import CallbackAnswer, CallbackRequest, Pager, Parameters, Tools

_KEY = re.compile(r"[0-9A-Za-z]{32}")
_DEDUP = 255
_SUMMARY = 1024
_SEVERITY = {"critical": "critical", "high": "error", "medium": "warning", "low": "info"}
_SAID = {
    "incident.acknowledged": "acknowledge",
    "incident.unacknowledged": "unacknowledge",
    "incident.resolved": "resolve",
    "incident.escalated": "escalate",
}


class PagerDutyParameters(Parameters):
    """PagerDuty: where events go, and what proves that a webhook is PagerDuty's."""

    events_url: str = Field(
        default="https://events.pagerduty.com/v2/enqueue",
        description="Address of Events v2; https://events.eu.pagerduty.com/v2/enqueue for accounts in the EU",
        pattern=r"^https?://[^\s]+$",
    )
    webhook_secrets: SecretStr = Field(
        default=SecretStr(""),
        description="Secrets of the v3 webhook subscriptions, separated by commas; without one nothing is heard back",
    )


def check_routing_key(address: str) -> str | None:
    """What is wrong with a routing key. A key is a secret, so it is not repeated."""
    if _KEY.fullmatch(address):
        return None
    return "the PagerDuty routing key is not 32 letters and digits"


class _PagerDuty:
    can_look_up = False

    def __init__(self, parameters: PagerDutyParameters, tools: Tools) -> None:
        self._url = parameters.events_url
        self._tools = tools

    async def send(self, message: Carried) -> Sent:
        if problem := check_routing_key(message.to):
            raise DeliveryFailed(problem, permanent=True)
        event = event_for(message)
        await exchange(
            self._tools.http,
            "POST",
            self._url,
            provider="PagerDuty",
            now=self._tools.now,
            secrets=[message.to],
            json=event,
        )
        return Sent(ref=event["dedup_key"])

    async def look_up(self, message: Carried) -> Sent | None:
        raise NotImplementedError("a repeated event changes nothing")

    async def close(self) -> None:
        """The HTTP client is shared and not closed here."""


def event_for(message: Carried) -> dict[str, Any]:
    """The event: `trigger` tells everything, `acknowledge` and `resolve` only which incident."""
    event: dict[str, Any] = {
        "routing_key": message.to,
        "event_action": message.verb,
        "dedup_key": _dedup(message.dedup or message.key),
    }
    if message.verb != "trigger":
        return event
    links = {"The incident in Slack": message.link, "Answer": message.answer_link}
    details = {"text": message.body, "incident": message.incident, "system": message.system}
    event["client"] = "Tocsin"
    event["links"] = [{"href": href, "text": text} for text, href in links.items() if href]
    event["payload"] = {
        "summary": message.subject[:_SUMMARY] or f"Incident {message.incident}",
        "source": message.system or "tocsin",
        "severity": _SEVERITY.get(message.severity, "error"),
        "timestamp": message.at.isoformat(),
        "custom_details": details,
    }
    if message.component:
        event["payload"]["component"] = message.component
    return event


def _dedup(key: str) -> str:
    # Cutting could make two incidents one.
    return key if len(key) <= _DEDUP else hashlib.sha256(key.encode()).hexdigest()


class _Webhooks:
    """PagerDuty tells what people did to an incident there.

    Only what a person did is heard: an acknowledgement or resolution that we sent ourselves comes back as done by the
    integration, and passing that on would go in circles. PagerDuty's own timeouts are left out too: the ladder here
    has its own.
    """

    def read(self, request: CallbackRequest, parameters: PagerDutyParameters) -> CallbackAnswer:
        _prove(request, parameters)
        event = _event(request.body)
        state = _SAID.get(str(event.get("event_type")))
        agent, incident = _table(event, "agent"), _table(event, "data")
        key = incident.get("incident_key")
        if not state or not key or str(agent.get("type")) not in ("user_reference", "user"):
            return CallbackAnswer()
        heard = Heard(
            state=state,
            dedup=str(key),
            who=str(agent.get("summary") or agent.get("name") or ""),
            mail=str(agent.get("email") or ""),
            why="in PagerDuty",
            event=str(event.get("id") or request.headers.get("x-webhook-id", "")),
        )
        return CallbackAnswer(heard=(heard,))


def _prove(request: CallbackRequest, parameters: PagerDutyParameters) -> None:
    # While a secret is being changed PagerDuty signs with both, and we may know both.
    given = [part.strip().encode() for part in request.headers.get("x-pagerduty-signature", "").split(",")]
    genuine = False
    for secret in parameters.webhook_secrets.get_secret_value().split(","):
        if secret.strip():
            mac = hmac.new(secret.strip().encode(), request.body, hashlib.sha256).hexdigest()
            for signature in given:
                genuine |= hmac.compare_digest(f"v1={mac}".encode(), signature)
    if not genuine:
        raise WrongSecret("the webhook is not signed with a secret of TOCSIN_PAGERDUTY_WEBHOOK_SECRETS")


def _event(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return _table(document, "event") if isinstance(document, dict) else {}


def _table(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    child = parent.get(name)
    return child if isinstance(child, dict) else {}


PAGER = Pager(
    name="pagerduty",
    help="Opens an incident at PagerDuty, which wakes whoever is on call there, and keeps both in step.",
    wakes=True,
    answers="webhook",
    address_help="the integration key of an Events API v2 integration: 32 letters and digits",
    check_address=check_routing_key,
    section="pagerduty",
    parameters=PagerDutyParameters,
    open=_PagerDuty,
    keeps_incidents=True,
    repeat_safe=True,
    callback=_Webhooks(),
)

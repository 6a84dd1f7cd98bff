"""PagerDuty: events by the shape of its Events API v2 become incidents there, and what people do to these comes back by
its signed v3 webhook."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal
from uuid import uuid4

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.listening import loopback_client
from bot.playground.receivers.faults import WayFaults
from bot.playground.receivers.kept import MOST
from bot.playground.receivers.values import Alarm, AlarmState, Step

SECRET = "playground-pagerduty-secret"  # noqa: S105 - of a receiver on this machine
RETRY_AFTER = 30
"""Seconds that PagerDuty asks to be left alone."""

Deed = Literal["acknowledge", "unacknowledge", "resolve"]
_STATES: dict[str, AlarmState] = {
    "trigger": "triggered", "acknowledge": "acknowledged", "unacknowledge": "triggered", "resolve": "resolved",
}  # fmt: skip
_EVENTS = {
    "acknowledge": "incident.acknowledged", "unacknowledge": "incident.unacknowledged", "resolve": "incident.resolved",
}  # fmt: skip


class PagerDuty:
    """The account: takes events, keeps incidents by dedup key, and tells a webhook what people did."""

    def __init__(
        self, *, now: Callable[[], float], faults: WayFaults, arrived: Callable[[Alarm], None],
        changed: Callable[[], None],
    ) -> None:  # fmt: skip
        self.webhook = ""
        """Address of the v3 webhook subscription: the bot's `/callbacks/pagerduty`."""
        self.routes: tuple[BaseRoute, ...] = (Route("/v2/enqueue", self._enqueue, methods=["POST"]),)
        self._now, self._faults, self._arrived, self._changed = now, faults, arrived, changed
        self._alarms: dict[str, Alarm] = {}
        self._client = loopback_client(10.0)

    async def close(self) -> None:
        await self._client.aclose()

    def alarms(self) -> tuple[Alarm, ...]:
        """Where something happened last comes first."""
        return tuple(sorted(self._alarms.values(), key=lambda one: one.at, reverse=True))

    def clear(self) -> None:
        """Forget every incident."""
        self._alarms.clear()

    async def _enqueue(self, request: Request) -> Response:
        event = json.loads(await request.body())
        if self._faults.meet("pagerduty-429"):
            request.state.fault = "pagerduty-429"
            answer = {"status": "throttle exceeded", "message": "too many events"}
            return JSONResponse(answer, 429, {"Retry-After": str(RETRY_AFTER)})
        dedup, action = str(event.get("dedup_key") or uuid4().hex), str(event.get("event_action", ""))
        if action not in ("trigger", "acknowledge", "resolve"):
            answer = {"status": "invalid event", "message": "event_action is none of trigger, acknowledge, resolve"}
            return JSONResponse(answer, 400)
        if alarm := self._changed_by(dedup, action, event):
            self._arrived(alarm)
        return JSONResponse({"status": "success", "message": "Event processed", "dedup_key": dedup}, 202)

    def _changed_by(self, dedup: str, action: str, event: dict[str, Any]) -> Alarm | None:
        """The incident as it is now; None where there is none to be acknowledged or resolved."""
        alarm = self._alarms.get(dedup)
        payload = event.get("payload") or {}
        if action == "trigger":
            alarm = alarm or Alarm(dedup=dedup, integration=_shown(event), title="", severity="")
            details = payload.get("custom_details") or {}
            alarm = replace(
                alarm,
                title=str(payload.get("summary", "")),
                severity=str(payload.get("severity", "")),
                text=str(details.get("text", "")) if isinstance(details, dict) else "",
                links=tuple((str(one.get("text", "")), str(one.get("href", ""))) for one in event.get("links") or ()),
            )
            # A repeated trigger does not take an acknowledgement back, there as here.
            state: AlarmState = "acknowledged" if alarm.state == "acknowledged" else "triggered"
        elif alarm is None:
            return None
        else:
            state = _STATES[action]
        step = Step(at=self._now(), action=action, by="", words=str(payload.get("summary", "")))
        return self._put(replace(alarm, state=state, history=(*alarm.history, step)))

    async def act(self, dedup: str, deed: Deed, *, name: str, mail: str) -> str:
        """A person does something to an incident at PagerDuty, which tells the bot; empty, or why the bot did not
        take it. Raises KeyError when there is no such incident."""
        alarm = self._alarms[dedup]
        step = Step(at=self._now(), action=deed, by=name)
        self._put(replace(alarm, state=_STATES[deed], history=(*alarm.history, step)))
        body = json.dumps({"event": {
            "id": uuid4().hex,
            "event_type": _EVENTS[deed],
            "resource_type": "incident",
            "agent": {"type": "user_reference", "summary": name, "email": mail},
            "data": {"type": "incident", "incident_key": dedup, "title": alarm.title, "status": _STATES[deed]},
        }}).encode()  # fmt: skip
        headers = {"X-PagerDuty-Signature": signature(body), "Content-Type": "application/json"}
        try:
            answer = await self._client.post(self.webhook, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL):
            problem = "The bot cannot be reached by the webhook."
        else:
            problem = "" if answer.is_success else f"The bot answered {answer.status_code} to the webhook."
        if problem:
            alarm, note = self._alarms[dedup], Step(at=self._now(), action="note", by="", words=problem)
            self._put(replace(alarm, history=(*alarm.history, note)))
        return problem

    def _put(self, alarm: Alarm) -> Alarm:
        if alarm.dedup not in self._alarms and len(self._alarms) >= MOST:
            del self._alarms[next(iter(self._alarms))]
        self._alarms[alarm.dedup] = alarm
        self._changed()
        return alarm


def signature(body: bytes) -> str:
    """What proves that a webhook is PagerDuty's."""
    return f"v1={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}"


def _shown(event: dict[str, Any]) -> str:
    return str(event.get("routing_key", ""))[:6] + "…"

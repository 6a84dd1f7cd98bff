"""POST /alerts/{endpoint}: the door of the monitors. 202 only after the commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.core.alert import Alert
from bot.core.errors import BadAlert, StoreAway, WrongSecret
from bot.core.redaction import Redactor, redact_alert
from bot.engine.group_commit import Intake
from bot.engine.intake import Post
from bot.inbound.body import read_body
from bot.inbound.doors import Door
from bot.inbound.metrics import Metrics

log = structlog.get_logger("alerts")
_RETRY_AFTER_S = "5"


@dataclass(frozen=True, kw_only=True)
class AlertDoors:
    """All configured endpoints."""

    doors: Mapping[str, Door]
    intake: Intake
    redactor: Redactor
    metrics: Metrics
    now: Callable[[], datetime]

    async def answer(self, request: Request) -> Response:
        """Take one post in. Whatever is wrong is answered with a reason and logged, never with a trace."""
        name = request.path_params["endpoint"]
        door = self.doors.get(name)
        if door is None:
            return self._refuse(
                "?", 404, f"there is no endpoint {name[:80]!r}; configured: {', '.join(self.doors) or 'none'}"
            )
        try:
            body = await read_body(request, door.endpoint.max_body)
            if body is None:
                return self._refuse(name, 413, f"the body is larger than {door.endpoint.max_body} bytes")
            alerts = self._read(door, request, body)
        except ClientDisconnect:
            return Response(status_code=400)
        except WrongSecret as problem:
            return self._refuse(name, 401, str(problem))
        except BadAlert as problem:
            return self._refuse(name, 400, str(problem))
        return await self._take(name, door, alerts)

    def _read(self, door: Door, request: Request, body: bytes) -> Sequence[Alert]:
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in request.headers.raw}
        now = self.now()
        door.source.verify(headers, body, door.endpoint, now)
        return [redact_alert(self.redactor, alert) for alert in door.source.parse(body, headers, door.endpoint, now)]

    async def _take(self, name: str, door: Door, alerts: Sequence[Alert]) -> Response:
        try:
            taken = await self.intake.take(Post(alerts=alerts, systems=door.systems))
        except StoreAway as problem:
            return self._refuse(name, 503, str(problem), {"Retry-After": _RETRY_AFTER_S})
        except Exception:
            log.exception("not_stored", endpoint=name)
            return self._refuse(
                name, 503, "the alert could not be stored; it is in the log", {"Retry-After": _RETRY_AFTER_S}
            )
        for fate, count in Counter(taken.fates).items():
            self.metrics.alerts.labels(name, fate).inc(count)
        numbers = ",".join(f'"INC-{number}"' for number in taken.incidents)
        return Response(
            f'{{"status":"accepted","incidents":[{numbers}]}}', status_code=202, media_type="application/json"
        )

    def _refuse(self, name: str, status: int, reason: str, headers: Mapping[str, str] | None = None) -> Response:
        reason = self.redactor.text(reason)
        log.warning("post_refused", endpoint=name, status=status, reason=reason)
        self.metrics.refused.labels(name, str(status)).inc()
        return Response(reason + "\n", status_code=status, media_type="text/plain", headers=dict(headers or {}))

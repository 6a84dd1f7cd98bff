"""Prometheus Alertmanager's webhook, version 4; also what speaks its language: Mimir, vmalert, Robusta, Cortex."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.alert import Alert
from bot.core.endpoint import Endpoint
from bot.core.errors import BadAlert
from bot.sources._grouped import read_alert, read_group
from bot.sources.base import Source, kind, read_json, shown


def parse(body: bytes, headers: Mapping[str, str], endpoint: Endpoint, now: datetime) -> tuple[Alert, ...]:
    """The alerts of a webhook body. An alert's own status wins over the body's. Raises `BadAlert`."""
    value = read_json(body)
    if type(value) is not dict:
        raise BadAlert(f"the body must be an object, not {kind(value)}")
    _check_version(value)
    group, name = read_group(value), endpoint.name
    return tuple([read_alert(raw, f"alerts[{place}]", group, name, now) for place, raw in enumerate(group.raw)])


def _check_version(body: Mapping[str, Any]) -> None:
    version = body.get("version")
    if version in ("4", None) or (version == 4 and type(version) is int):
        return
    if version == "1" and "orgId" in body:
        raise BadAlert("version 1 with an orgId is Grafana's body: set this endpoint's source to grafana")
    raise BadAlert(f"version must be 4, not {shown(str(version))}: upgrade the Alertmanager that sends this")


SOURCE = Source(
    name="alertmanager",
    help=(
        "Prometheus Alertmanager: a webhook_config whose url is this endpoint. It proves itself with http_config's "
        "authorization (Bearer) or basic_auth (the password is the token); it cannot sign bodies."
    ),
    parse=parse,
)

"""Grafana's webhooks: unified alerting (a group of alerts, version 1) and the legacy one (one rule and its state)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core import text as texts
from bot.core.alert import Alert
from bot.core.endpoint import Endpoint
from bot.core.errors import BadAlert
from bot.sources._grouped import joined, read_alert, read_group
from bot.sources.base import (
    Source,
    a_list,
    a_text,
    an_object,
    kind,
    labels_in,
    numbers_in,
    read_json,
    shown,
    verify_in,
)

_SILENT_RULES = {"DatasourceNoData": "no data", "DatasourceError": "the query failed"}
"""Alerts that Grafana raises by itself about a rule (its name is in the label `rulename`)."""
_NO_ALERT = frozenset({"pending", "paused", "unknown"})
# `[ var='B0' metric='x' labels={a=b} value=14151.33 ]`, several of them with commas between; older ones have no var.
_VALUE = re.compile(
    r"\[ (?:var='([^']{0,200}+)' )?(?:metric='([^']{0,200}+)' )?labels=\{[^{}\[\]]{0,2000}+\} value=([^ \]]{1,40}+) \]"
)


def parse(body: bytes, headers: Mapping[str, str], endpoint: Endpoint, now: datetime) -> tuple[Alert, ...]:
    """The alerts of either generation's body. None for a legacy rule that is pending, paused or unknown."""
    value = read_json(body)
    if type(value) is not dict:
        raise BadAlert(f"the body must be an object, not {kind(value)}")
    if "alerts" in value:
        if value.get("version") not in ("1", 1, None):
            raise BadAlert(
                f"version must be 1, not {shown(str(value['version']))}: version 4 is Alertmanager's, for which an "
                "endpoint's source is set to alertmanager"
            )
        group = read_group(value)
        return tuple(
            _unified(raw, f"alerts[{i}]", read_alert(raw, f"alerts[{i}]", group, endpoint.name, now))
            for i, raw in enumerate(group.raw)
        )
    if "ruleName" in value or "ruleId" in value or "evalMatches" in value:
        return _legacy(value, endpoint.name, now)
    raise BadAlert("the body has neither alerts (unified alerting) nor ruleName (legacy alerting)")


def _unified(raw: Mapping[str, Any], where: str, alert: Alert) -> Alert:
    """The alert with what only Grafana sends: measured values, and links to the panel and to a silence."""
    links = {
        name: texts.link_in(a_text(raw.get(name), f"{where}.{name}"))
        for name in ("panelURL", "dashboardURL", "silenceURL", "imageURL")
    }
    value_string = a_text(raw.get("valueString"), f"{where}.valueString")
    measured = {**_in_value_string(value_string), **_values(raw.get("values"), f"{where}.values")}
    said = ", ".join(f"{name} = {number:g}" for name, number in measured.items())
    return replace(
        alert,
        title=_title(alert),
        text=joined(
            (
                alert.text,
                f"Values: {said}" if said else "",
                f"Silence: {links['silenceURL']}" if links["silenceURL"] else "",
                f"Picture: {links['imageURL']}" if links["imageURL"] else "",
            )
        ),
        numbers={**alert.numbers, **measured},
        link=links["panelURL"] or links["dashboardURL"] or alert.link,
    )


def _title(alert: Alert) -> str:
    what = _SILENT_RULES.get(alert.labels.get("alertname", ""))
    rule = alert.labels.get("rulename", "")
    return texts.one_line(f"{rule} ({what})") if what and rule else alert.title


def _values(value: Any, where: str) -> dict[str, float]:
    """The measured values by name; those that are no number (null: no data) are left out."""
    numbers: dict[str, float] = {}
    for name, number in an_object(value, where).items():
        measured = _finite(number)
        if measured is not None and len(numbers) < texts.LABELS:
            numbers[texts.identity(name)] = measured
    return numbers


def _finite(value: Any) -> float | None:
    if type(value) is str:
        return texts.number_in(value)
    if type(value) in (int, float) and math.isfinite(value):
        return float(value)
    return None


def _in_value_string(text: str) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for variable, metric, word in _VALUE.findall(text[: texts.TEXT]):
        number = texts.number_in(word)
        if number is not None and len(numbers) < texts.LABELS:
            numbers.setdefault(texts.identity(variable or metric or "value"), number)
    return numbers


def _legacy(body: Mapping[str, Any], endpoint: str, now: datetime) -> tuple[Alert, ...]:
    state = a_text(body.get("state"), "state").strip().lower()
    if state in _NO_ALERT:
        return ()
    if state not in ("alerting", "no_data", "nodata", "ok"):
        found = shown(body.get("state"))
        raise BadAlert(f"state must be alerting, ok, no_data, pending, paused or unknown, not {found}")
    matches = body.get("evalMatches")
    matches = [] if matches is None else a_list(matches, "evalMatches")
    labels, measured = _labels(body, matches)
    whole = a_text(body.get("ruleName"), "ruleName") or a_text(body.get("title"), "title")
    rule = texts.one_line(whole)
    title = rule or "A rule without a name"
    if state in ("no_data", "nodata"):
        title = texts.one_line(f"{title[: texts.TITLE - 12]} (no data)")
    labels.setdefault("alertname", rule)
    picture = texts.link_in(a_text(body.get("imageUrl"), "imageUrl"))
    said = ", ".join(f"{name} = {number:g}" for name, number in measured.items())
    alert = Alert(
        endpoint=endpoint,
        fingerprint=_rule_fingerprint(body, rule),
        firing=state != "ok",
        title=title,
        text=joined(
            (
                texts.beyond(rule, whole),
                a_text(body.get("message"), "message"),
                f"Values: {said}" if said else "",
                f"Picture: {picture}" if picture else "",
            )
        ),
        severity=(labels.get("severity") or labels.get("priority") or "")[: texts.NAME],
        labels=labels,
        numbers={**numbers_in(labels), **measured},
        starts_at=now,
        dated=False,
        ends_at=None if state != "ok" else now,
        link=texts.link_in(a_text(body.get("ruleUrl"), "ruleUrl")),
    )
    return (alert,)


def _labels(body: Mapping[str, Any], matches: list[Any]) -> tuple[dict[str, str], dict[str, float]]:
    """The rule's tags, with the tags on which all matches agree, and the matches' values by metric."""
    labels, _ = labels_in(body.get("tags"), "tags")
    common: dict[str, str] | None = None
    measured: dict[str, float] = {}
    for place, match in enumerate(matches):
        match = an_object(match, f"evalMatches[{place}]")
        tags, _ = labels_in(match.get("tags"), f"evalMatches[{place}].tags")
        common = tags if common is None else {name: word for name, word in common.items() if tags.get(name) == word}
        number = _finite(match.get("value"))
        metric = texts.identity(a_text(match.get("metric"), f"evalMatches[{place}].metric")) or "value"
        if number is not None and len(measured) < texts.LABELS:
            measured.setdefault(metric, number)
    for name, word in (common or {}).items():
        if len(labels) < texts.LABELS - 1:
            labels.setdefault(name, word)
    return labels, measured


def _rule_fingerprint(body: Mapping[str, Any], rule: str) -> str:
    """A legacy alert is a rule: its number within its organisation, or its name where it has no number (a test)."""
    number = a_text(body.get("ruleId"), "ruleId")
    organisation = a_text(body.get("orgId"), "orgId")
    return texts.digest("legacy", organisation, number if number not in ("", "0") else rule)


SOURCE = Source(
    name="grafana",
    help=(
        "Grafana: a webhook contact point (unified alerting) or notification channel (legacy) whose URL is this "
        "endpoint. It proves itself with the Authorization header, Basic (the password is the token) or, from 12.0 on, "
        "an HMAC signature in X-Grafana-Alerting-Signature, with a timestamp header if the endpoint names one."
    ),
    verify=verify_in("X-Grafana-Alerting-Signature"),
    parse=parse,
)

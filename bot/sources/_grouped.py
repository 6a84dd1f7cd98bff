"""The body that Alertmanager invented and Grafana took over: a group of alerts with labels and annotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core import text as texts
from bot.core.alert import Alert
from bot.core.errors import BadAlert
from bot.sources.base import a_count, a_list, a_text, an_object, labels_in, numbers_in, shown, time_in

_STATUS = {"firing": True, "resolved": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """What the body says of all its alerts."""

    raw: list[Any]
    """The alerts as they came."""
    firing: bool
    """What holds for an alert without a status of its own."""
    key: str
    link: str
    truncated: int


def read_group(body: Mapping[str, Any]) -> Group:
    """The frame of a body. Raises `BadAlert`."""
    firing = _firing(body.get("status"), "status")
    return Group(
        raw=a_list(body.get("alerts"), "alerts"),
        firing=True if firing is None else firing,
        key=texts.identity(a_text(body.get("groupKey"), "groupKey")),
        link=texts.link_in(a_text(body.get("externalURL"), "externalURL")),
        truncated=a_count(body.get("truncatedAlerts"), "truncatedAlerts"),
    )


def read_alert(raw: Any, where: str, group: Group, endpoint: str, now: datetime) -> Alert:
    """One alert of the group. Raises `BadAlert` with the place, which begins with `where`."""
    if type(raw) is not dict:
        an_object(raw, where)
        raise BadAlert(f"{where} must be an object, not nothing")
    labels, more = labels_in(raw.get("labels"), f"{where}.labels")
    annotations, _ = labels_in(raw.get("annotations"), f"{where}.annotations")
    if not labels and not annotations:
        raise BadAlert(f"{where} has neither labels nor annotations: nothing says what is wrong")
    firing = _firing(raw.get("status"), f"{where}.status")
    if firing is None:
        firing = group.firing
    fingerprint = raw.get("fingerprint")
    if type(fingerprint) is not str or len(fingerprint) != 16 or not fingerprint.isalnum():
        fingerprint = texts.identity(a_text(fingerprint, f"{where}.fingerprint")) or _fingerprint(raw)
    began = time_in(raw.get("startsAt"), f"{where}.startsAt")
    title = _title(labels, annotations)
    return Alert(
        endpoint=endpoint,
        fingerprint=fingerprint,
        firing=firing,
        title=title,
        text=_text(raw.get("annotations") or {}, more, title),
        severity=(labels.get("severity") or labels.get("priority") or annotations.get("severity") or "")[: texts.NAME],
        group_key=group.key,
        labels=labels,
        annotations=annotations,
        numbers=numbers_in(labels, annotations),
        starts_at=began or now,
        dated=began is not None,
        ends_at=None if firing else time_in(raw.get("endsAt"), f"{where}.endsAt"),
        link=texts.link_in(a_text(raw.get("generatorURL"), f"{where}.generatorURL")) or group.link,
        truncated=group.truncated,
    )


def _firing(status: Any, where: str) -> bool | None:
    if type(status) is str and status in _STATUS:
        return _STATUS[status]
    if status is None:
        return None
    if type(status) is str and status.strip().lower() in _STATUS:
        return _STATUS[status.strip().lower()]
    raise BadAlert(f"{where} must be firing or resolved, not {shown(status)}")


def _fingerprint(raw: Mapping[str, Any]) -> str:
    """For older senders: the same labels are the same alert. From the labels as they came, before any was cut."""
    labels = raw.get("labels") or raw.get("annotations") or {}
    return texts.digest(*(part for name in sorted(labels) for part in (name, a_text(labels[name], name))))


def _title(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    for name in ("summary", "title", "message", "description"):
        if annotations.get(name):
            line = texts.first_line(annotations[name])
            if line:
                return line
    name = labels.get("alertname") or ", ".join(f"{key}={word}" for key, word in list(labels.items())[:3])
    where = labels.get("instance", "")
    return texts.one_line(f"{name} on {where}" if where and where != name else name) or "An alert without a name"


def _text(annotations: Mapping[str, Any], more: int, title: str) -> str:
    """What the title could not hold of the summary, the description, the runbook, and a word about labels that were
    left out."""
    summary = a_text(annotations.get("summary") or annotations.get("title"), "annotations.summary")
    parts = [texts.beyond(title, summary)] if summary else []
    parts.append(
        a_text(annotations.get("description") or annotations.get("message"), "annotations.description").strip()
    )
    runbook = a_text(annotations.get("runbook_url") or annotations.get("runbook"), "annotations.runbook_url").strip()
    if runbook:
        parts.append(f"Runbook: {runbook}")
    if more > 0:
        parts.append(f"({more} more labels were left out: only {texts.LABELS} are kept)")
    return joined(parts)


def joined(parts: Iterable[str]) -> str:
    """The parts that say something, on lines of their own, clean and bounded."""
    return texts.bounded("\n".join(part for part in parts if part), texts.TEXT)

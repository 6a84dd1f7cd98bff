"""What Alertmanager does between a rule and a webhook: groups alerts, decides when to tell, and writes its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.playground.trading.rules import Labels, Raised, Rules

_OFFSET, _PRIME = 0xCBF29CE484222325, 0x100000001B3
_NEVER = "0001-01-01T00:00:00Z"
RECEIVER = "tocsin"


@dataclass(kw_only=True, slots=True)
class Group:
    """Alerts that share the labels of `group_by`."""

    labels: Mapping[str, str]
    began: datetime
    alerts: dict[str, Raised] = field(default_factory=dict)
    """By fingerprint; what is over stays until that was told."""
    told: frozenset[str] = frozenset()
    """Fingerprints that fired when it was last told."""
    told_at: datetime | None = None

    @property
    def firing(self) -> frozenset[str]:
        """Fingerprints of those that fire."""
        return frozenset(key for key, one in self.alerts.items() if one.ends_at is None)


class Groups:
    """All groups. `due` says what to send; only what is `told` counts as sent, so that a lost post is tried again."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._groups: dict[Labels, Group] = {}

    def take(self, alerts: Iterable[Raised], now: datetime) -> None:
        """Alerts as they are now, firing or over."""
        for one in alerts:
            shared = {name: one.labels[name] for name in self._rules.group_by if name in one.labels}
            key, mark = tuple(sorted(shared.items())), fingerprint(one.labels)
            group = self._groups.setdefault(key, Group(labels=shared, began=now))
            if one.ends_at is None or mark in group.told:
                group.alerts[mark] = one
            else:
                group.alerts.pop(mark, None)  # that it began was never told, so its end says nothing
        self._groups = {key: one for key, one in self._groups.items() if one.alerts}

    def due(self, now: datetime) -> list[Group]:
        """The groups to send now."""
        return [group for group in self._groups.values() if self._is_due(group, now)]

    def _is_due(self, group: Group, now: datetime) -> bool:
        if group.told_at is None:
            waited = now - group.began >= timedelta(seconds=self._rules.group_wait_s)
            return waited and bool(group.firing)
        since = now - group.told_at
        if since < timedelta(seconds=self._rules.group_interval_s):
            return False
        is_new = bool(group.firing - group.told)
        is_over = any(one.ends_at for one in group.alerts.values())
        return is_new or is_over or since >= timedelta(seconds=self._rules.repeat_interval_s)

    def told(self, group: Group, now: datetime) -> None:
        """It was sent: forget what is over."""
        group.told, group.told_at = group.firing, now
        group.alerts = {key: one for key, one in group.alerts.items() if one.ends_at is None}
        self._groups = {key: one for key, one in self._groups.items() if one.alerts}


def body_of(group: Group, *, link: str) -> dict[str, Any]:
    """The webhook's body, version 4. `link` is where the alerts can be looked at."""
    alerts = group.alerts.values()
    return {
        "version": "4",
        "groupKey": "{}:{" + ", ".join(f'{name}="{value}"' for name, value in sorted(group.labels.items())) + "}",
        "truncatedAlerts": 0,
        "status": "firing" if group.firing else "resolved",
        "receiver": RECEIVER,
        "groupLabels": dict(group.labels),
        "commonLabels": _common([one.labels for one in alerts]),
        "commonAnnotations": _common([one.annotations for one in alerts]),
        "externalURL": link,
        "alerts": [
            {
                "status": "resolved" if one.ends_at else "firing",
                "labels": dict(one.labels),
                "annotations": dict(one.annotations),
                "startsAt": one.starts_at.isoformat(),
                "endsAt": one.ends_at.isoformat() if one.ends_at else _NEVER,
                "generatorURL": f"{link}/metrics",
                "fingerprint": key,
            }
            for key, one in group.alerts.items()
        ],
    }


def _common(texts: list[Mapping[str, str]]) -> dict[str, str]:
    first, *others = texts
    return {name: value for name, value in first.items() if all(one.get(name) == value for one in others)}


def fingerprint(labels: Mapping[str, str]) -> str:
    """As Prometheus computes it: FNV-1a of 64 bits over the sorted names and values, each ended by 0xFF."""
    digest = _OFFSET
    for name, value in sorted(labels.items()):
        for byte in (*name.encode(), 0xFF, *value.encode(), 0xFF):
            digest = (digest ^ byte) * _PRIME & 0xFFFFFFFFFFFFFFFF
    return f"{digest:016x}"

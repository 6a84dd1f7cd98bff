"""Intake: alerts become incidents. Many posts, one transaction; nothing is answered before it is committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core import escalation as ladder
from bot.core.alert import Alert, Severity
from bot.core.grouping import Fate, Known, group
from bot.core.incident import Incident
from bot.core.oncall import Actor
from bot.core.routing import Routed, route
from bot.core.system import System
from bot.core.text import CUT
from bot.engine import digests, explaining, look_plan, paging, replan, resolve
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.store.transaction import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One webhook body: its alerts, and the systems its endpoint may address."""

    alerts: Sequence[Alert]
    systems: Sequence[System]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What became of one post."""

    incidents: tuple[int, ...]
    """Numbers of the incidents its alerts opened, joined or ended, in order."""
    fates: tuple[str, ...]
    """What became of each alert, in order: a word of `core.grouping.Fate`."""


def take(tx: Tx, desk: Desk, posts: Sequence[Post], now: datetime) -> list[Taken]:
    """Take posts in; an answer for each. The caller may answer the senders once this is committed."""
    intake = _Intake(tx, desk, now)
    routed = [[(alert, route(alert, post.systems)) for alert in post.alerts] for post in posts]
    intake.look_up([pair for pairs in routed for pair in pairs])
    taken = [[intake.take(alert, to) for alert, to in pairs] for pairs in routed]
    intake.finish()
    return [
        Taken(
            incidents=tuple(dict.fromkeys(n for n in (intake.number_of(key) for key, _ in fates) if n)),
            fates=tuple(fate.value for _, fate in fates),
        )
        for fates in taken
    ]


_SHOWN = 500
"""Characters of an alert's text that the card shows; a longer one is attached whole, as is that of a cut title."""


class _Intake:
    """The incidents that one batch of alerts touches."""

    def __init__(self, tx: Tx, desk: Desk, now: datetime) -> None:
        self._tx, self._desk, self._now = tx, desk, now
        self._changes: dict[tuple[str, str], Change] = {}
        self._latest: dict[tuple[str, str], Incident] = {}
        self._earlier: dict[tuple[str, str], list[Change]] = {}
        """Earlier incidents of a group that somebody resolved while it fired, and that tell so every hour."""
        self._known: dict[tuple[int, str], Known] = {}
        self._opening: dict[tuple[str, str], list[tuple[Alert, Routed, int | None]]] = {}
        self._over_already: list[tuple[Alert, Routed]] = []
        """The ends of alerts that began in the same batch."""
        self._rows: list[tuple[int, Alert, Severity]] = []
        self._joined: Counter[int] = Counter()
        self._cleared: set[int] = set()
        self._left_out: Counter[tuple[str, str]] = Counter()
        """How many alerts of a group the monitor left out of its message."""

    def look_up(self, pairs: Sequence[tuple[Alert, Routed]]) -> None:
        """Lock the incidents of all groups, and read what is known of the alerts there."""
        keys = list(dict.fromkeys((to.system, to.group) for _, to in pairs))
        ended = {(to.system, to.group) for alert, to in pairs if not alert.firing}
        earlier = self._tx.incidents.still_warning(ended)
        also = {number for numbers in earlier.values() for number in numbers}
        self._latest = self._tx.latest(keys, list(dict.fromkeys(alert.fingerprint for alert, _ in pairs)), also)
        locked = [*self._latest.values(), *self._tx.incidents.lock_all(also)]
        by_number = {one.number: Change(self._tx, self._desk, one, self._now) for one in locked}
        self._changes = {key: by_number[one.number] for key, one in self._latest.items()}
        for key, numbers in earlier.items():
            latest = self._latest[key].number
            self._earlier[key] = [by_number[number] for number in numbers if number != latest]
        wanted = [
            (change.incident.number, alert.fingerprint)
            for alert, to in pairs
            for change in self._all_of((to.system, to.group))
        ]
        self._known = self._tx.alerts.known(list(dict.fromkeys(wanted)))

    def _all_of(self, key: tuple[str, str]) -> list[Change]:
        return [*([self._changes[key]] if key in self._changes else []), *self._earlier.get(key, ())]

    def take(self, alert: Alert, to: Routed) -> tuple[tuple[str, str], Fate]:
        """Decide for one alert and do it."""
        key = to.system, to.group
        if alert.firing:
            self._left_out[key] = max(self._left_out[key], alert.truncated)
        else:
            self._end_earlier(key, alert, to)
        opening = self._opening.get(key)
        if opening is not None:
            if alert.firing:
                opening.append((alert, to, None))
                return key, Fate.JOIN
            if all(alert.fingerprint != other.fingerprint for other, _, _ in opening):
                return key, Fate.IGNORE
            self._over_already.append((alert, to))
            return key, Fate.CLEAR
        change = self._changes.get(key)
        latest = change.incident if change else None
        known = self._known.get((latest.number, alert.fingerprint)) if latest else None
        decision = group(alert, latest, known, self._now)
        if decision.fate is Fate.OPEN:
            if change is not None:
                self._earlier.setdefault(key, []).append(change)
            self._opening[key] = [(alert, to, decision.follows)]
        elif change is not None:
            self._apply(change, alert, to, decision.fate, known, decision.why)
        return key, decision.fate

    def _end_earlier(self, key: tuple[str, str], alert: Alert, to: Routed) -> None:
        """What is over now no longer fires in an earlier incident either, whatever it is to the latest one."""
        for change in self._earlier.get(key, ()):
            known = self._known.get((change.incident.number, alert.fingerprint))
            decision = group(alert, change.incident, known, self._now)
            self._apply(change, alert, to, decision.fate, known, decision.why)

    def _apply(self, change: Change, alert: Alert, to: Routed, fate: Fate, known: Known | None, why: str) -> None:
        if fate is Fate.IGNORE:
            return
        number = change.incident.number
        self._rows.append((number, alert, to.severity))
        self._known[number, alert.fingerprint] = Known(
            firing=alert.firing, starts_at=alert.starts_at, severity=to.severity
        )
        if fate is Fate.CLEAR:
            change.set(firing=max(0, change.incident.firing - 1))
            self._cleared.add(number)
        elif fate in (Fate.JOIN, Fate.REOPEN):
            change.set(
                alerts=change.incident.alerts + (known is None),
                firing=change.incident.firing + (not known or not known.firing),
            )
            self._joined[number] += known is None  # one that fires again is no news
            if fate is Fate.REOPEN:
                resolve.open_again(change, _monitor(alert), why)
            replan.new_alert(change, alert, to)
        elif known is not None and to.severity > known.severity:
            # Only then: what a person has lowered is not raised by the same alert told again.
            replan.new_alert(change, alert, to)

    def finish(self) -> None:
        """Open what is to be opened, end what is over, and write everything."""
        self._open_all()
        for alert, to in self._over_already:
            self.take(alert, to)
        self._tx.alerts.put(self._rows, self._now)
        self._tx.incidents.escalations_of(self._cleared)
        for key, count in self._left_out.items():
            if count and key in self._changes:
                digests.left_out(self._changes[key], count)
        earlier = (change for changes in self._earlier.values() for change in changes)
        for change in dict.fromkeys([*self._changes.values(), *earlier]):
            number = change.incident.number
            # Only by news: what a person reopened is not ended by what the monitor had told before.
            if number in self._cleared and change.incident.is_open and change.incident.firing == 0:
                resolve.over(change)
            if self._joined[number]:
                digests.plan(change)
            change.save()

    def _open_all(self) -> None:
        if not self._opening:
            return
        incidents = [_opened(self._desk.systems[key[0]], group_, self._now) for key, group_ in self._opening.items()]
        numbers = self._tx.incidents.add(incidents)
        opened, self._opening = self._opening, {}
        for (key, alerts), incident, number in zip(opened.items(), incidents, numbers, strict=True):
            change = open_change(
                self._tx, self._desk, incident, number, self._now, _monitor(alerts[0][0]), alerts[0][1].why
            )
            rows = {alert.fingerprint: (number, alert, to.severity) for alert, to, _ in alerts}
            self._rows.extend(rows.values())
            self._known |= {
                (number, a.fingerprint): Known(firing=True, starts_at=a.starts_at, severity=t.severity)
                for a, t, _ in alerts
            }
            self._changes[key] = change
            for alert, to, _ in alerts:
                replan.new_alert(change, alert, to)  # of another type than the worst one, perhaps
            if len(rows) > 1:
                change.post("digest", {"since": None})

    def number_of(self, key: tuple[str, str]) -> int | None:
        """The number of the incident of a group, once it is known."""
        return self._changes[key].incident.number if key in self._changes else None


def _monitor(alert: Alert) -> Actor:
    return Actor(id=f"monitor:{alert.endpoint}", name=alert.endpoint, via="monitor", person=False)


def _opened(system: System, alerts: Sequence[tuple[Alert, Routed, int | None]], now: datetime) -> Incident:
    """A new incident of one or more alerts of the same batch; the worst of them gives it its face."""
    alert, to, _ = max(alerts, key=lambda item: item[1].severity)
    known = {a.fingerprint for a, _, _ in alerts}
    return Incident(
        number=0,
        system=system.name,
        title=alert.title,
        text=alert.text,
        severity=to.severity,
        type=to.type,
        component=to.component,
        unrouted=to.unrouted,
        route=to.route,
        policy=to.policy,
        first_step=to.first_step,
        group=to.group,
        link=alert.link,
        plan=system.plan,
        opened_at=now,
        since=min(a.starts_at for a, _, _ in alerts),
        follows=alerts[0][2],
        alerts=len(known),
        firing=len(known),
        digested_at=now,
        duties_at=system.duties.ask_at(to.severity, now),
    )


def open_change(tx: Tx, desk: Desk, incident: Incident, number: int, now: datetime, who: Actor, why: str) -> Change:
    """A stored new incident gets its ladder, its card and its first pages."""
    change = Change(tx, desk, replace(incident, number=number), now, new=True)
    policy = incident.plan.choose(incident.severity, incident.type, incident.policy)
    change.put(ladder.start(policy, incident.severity, now, incident.plan.timings))
    change.add_card(change.channel, small=False)
    origin = f" It follows INC-{incident.follows}." if incident.follows else ""
    change.tell(
        "opened", f"{change.incident.label} opened: {incident.title}.{origin}", who=who, why=why, thread=bool(origin)
    )
    if incident.text and (len(incident.text) > _SHOWN or incident.title.endswith(CUT)):
        change.attach(f"{change.incident.label}-alert.txt", f"{incident.title}\n\n{incident.text}\n")
    paging.apply(change, ladder.advance(change.main, policy, now, incident.plan.timings))
    explaining.tell(change)
    look_plan.plan(change, "the incident opened", new=True)
    change.save()
    return change

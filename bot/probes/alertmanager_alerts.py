"""alertmanager_alerts: which alerts Alertmanager has, and which of them it keeps quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._asking import AskingParameters, headers_of
from bot.probes._http import address_of, ask_json
from bot.probes._http_answer import Question
from bot.probes._json import age_of
from bot.probes._prometheus import MonitorParameters
from bot.probes._text import clean, greatest, not_understood
from bot.probes.base import Fact, Probe, Site

_API = "/api/v2"
_MOST_ROWS = 40

Matcher = Annotated[str, Field(max_length=300, pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*(=|!=|=~|!~).*$")]


class AlertmanagerAlertsParameters(MonitorParameters):
    """Which alerts count."""

    matchers: tuple[Matcher, ...] = Field(
        default=(), max_length=10, description="Labels that alerts have to have", examples=[['system="hft"']]
    )
    expect: tuple[str, ...] = Field(
        default=(),
        max_length=100,
        description="Alerts that should always fire, such as a dead man's switch",
        examples=[["Watchdog"]],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Alert:
    name: str
    severity: str
    state: str
    silenced: bool
    inhibited: bool
    age_s: float | None
    receivers: tuple[str, ...]
    about: str


async def _look(parameters: AlertmanagerAlertsParameters, site: Site) -> Seen:
    base = address_of(site).rstrip("/").removesuffix("/alerts").removesuffix(_API)
    query = [("filter", matcher) for matcher in parameters.matchers]
    url = address_of(replace(site, address=base), f"{_API}/alerts", query)
    asking = AskingParameters(bearer=parameters.bearer, user=parameters.user, password=parameters.password)
    said = await ask_json(site, Question(url=url, headers=headers_of(asking, site)), seconds=parameters.seconds)
    alerts = list(_alerts_in(said, site.now()))
    return Seen(facts=_facts(parameters, alerts), table=_table(alerts))


def _alerts_in(said: Any, now: datetime) -> Iterator[_Alert]:
    if not isinstance(said, list):
        raise not_understood("Alertmanager")
    try:
        for one in said:
            labels, status = one["labels"], one["status"]
            yield _Alert(
                name=one_line(str(labels.get("alertname", "")), 200),
                severity=one_line(str(labels.get("severity", "")), 50),
                state=str(status["state"])[:20],
                silenced=bool(status.get("silencedBy")),
                inhibited=bool(status.get("inhibitedBy")),
                age_s=age_of(one.get("startsAt"), now),
                receivers=tuple(one_line(str(to["name"]), 100) for to in one.get("receivers", [])[:20]),
                about=one_line(clean(str(one.get("annotations", {}).get("summary", ""))), 150),
            )
    except (KeyError, TypeError, AttributeError):
        raise not_understood("Alertmanager") from None


def _facts(parameters: AlertmanagerAlertsParameters, alerts: Sequence[_Alert]) -> dict[str, Any]:
    active = [one for one in alerts if one.state == "active"]
    heard = {one.name for one in active}
    return {
        "alerts": len(alerts),
        "active": len(active),
        "silenced": sum(1 for one in alerts if one.silenced),
        "inhibited": sum(1 for one in alerts if one.inhibited),
        "unprocessed": sum(1 for one in alerts if one.state == "unprocessed"),
        "names": sorted(heard)[:100],
        "quiet_names": sorted({one.name for one in alerts if one.silenced or one.inhibited})[:100],
        "missing": [name for name in parameters.expect if name not in heard],
        "by_severity": dict(Counter(one.severity or "none" for one in active).most_common(20)),
        "receivers": sorted({name for one in alerts for name in one.receivers})[:50],
        "oldest_s": greatest([one.age_s for one in active]),
    }


def _table(alerts: Sequence[_Alert]) -> Table | None:
    ordered = sorted(alerts, key=lambda one: (one.state != "active", -(one.age_s or 0)))[:_MOST_ROWS]
    rows = tuple((one.name, one.severity, _state(one), one.age_s, one.about) for one in ordered)
    return Table(columns=("alert", "severity", "state", "age s", "about"), rows=rows) if rows else None


def _state(one: _Alert) -> str:
    quiet = [word for word, applies in (("silenced", one.silenced), ("inhibited", one.inhibited)) if applies]
    return ", ".join(quiet) or one.state


PROBE = Probe(
    name="alertmanager_alerts",
    help="The alerts that Alertmanager has: which fire, and which are silenced or inhibited.",
    parameters=AlertmanagerAlertsParameters,
    facts={
        "alerts": Fact(sort="number", help="alerts it has, in any state"),
        "active": Fact(sort="number", help="alerts that fire and are told"),
        "silenced": Fact(sort="number", help="alerts that somebody silenced"),
        "inhibited": Fact(sort="number", help="alerts that another alert keeps quiet"),
        "unprocessed": Fact(sort="number", help="alerts that it has not looked at yet"),
        "names": Fact(sort="list", help="names of the alerts that fire and are told"),
        "quiet_names": Fact(sort="list", help="names of the alerts that are silenced or inhibited"),
        "missing": Fact(sort="list", help="alerts that should fire and are not told"),
        "by_severity": Fact(sort="map", help="alerts that fire and are told, by severity"),
        "receivers": Fact(sort="list", help="who is told"),
        "oldest_s": Fact(sort="number", unit="s", help="for how long the oldest has fired"),
    },
    look=_look,
    target="url",
)

"""simulate: who would be paged for an alert, how and when, without paging anybody."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import orjson

import bot.sources
from bot.core.alert import SEVERITY_WORDS, Alert
from bot.core.endpoint import Endpoint
from bot.core.errors import BadAlert, Refused
from bot.core.routing import route
from bot.core.simulation import can_be_sent, simulate, summary
from bot.core.spans import read_span
from bot.core.system import System
from bot.plugs import discover
from bot.sources.base import Source
from bot.views.terminal import simulation_table
from commands._grammar import Unclear, Verb
from commands.base import TERMINAL, Command, Context, Reply

_PLAIN = {"title": "{{ item.title or item.summary or item.message or item.name }}"}


@click.pass_obj
def _simulate(
    context: Context, system: str, alert: str, severity: str, ack_after: str, at: str, until: str, json: bool
) -> Reply:
    chosen = _system(context, system)
    moment = _instant(at) if at else context.engine.clock.now()
    given = (
        _read_alert(alert, moment)
        if alert
        else Alert(
            endpoint="simulation",
            fingerprint="simulated",
            firing=True,
            title="An alert that no route knows",
            starts_at=moment,
        )
    )
    if severity:
        if severity.lower() not in SEVERITY_WORDS:
            raise Unclear(f"{severity!r} is no severity: write critical, high, medium or low")
        given = replace(given, severity=severity)
    routed = route(given, [chosen])
    desk = context.engine.desk
    missing = {name: way.missing for name, way in desk.ways.items() if way.missing}
    events = simulate(
        chosen,
        routed,
        routed.severity,
        moment,
        ack_after=_span(ack_after, "--ack-after"),
        until=_span(until, "--until"),
        missing=missing,
    )
    # Some addresses are secrets, such as PagerDuty's key; and whose alert it is nobody knows.
    rows = [desk.redactor.mapping(asdict(event)) for event in events]
    policy = chosen.plan.choose(routed.severity, routed.type, routed.policy)
    as_meant = not can_be_sent(chosen, policy, missing)
    said = desk.redactor.mapping(summary(chosen, routed, routed.severity, given.title))
    contents = desk.packs.get(chosen.name)
    rises = [one for one in contents.raises if one.severity > routed.severity] if contents is not None else []
    may_rise = [{"to": one.severity.word, "when": one.name, "rule": one.when.source} for one in rises]
    incident = {**said, "at": moment.isoformat(), "as_meant": as_meant, "may_rise": may_rise}
    return Reply(text=simulation_table(incident, rows), code=True, data={"incident": incident, "events": rows})


def _system(context: Context, name: str) -> System:
    systems = context.engine.desk.systems
    if not name and len(systems) == 1:
        return next(iter(systems.values()))
    if not name:
        raise Unclear(f"Say which system: --system {' or '.join(systems)}")
    return context.engine.desk.system(name)


def _read_alert(file: str, now: datetime) -> Alert:
    """The alert in a file: a webhook body of Alertmanager or Grafana, one alert of such a body, or plain JSON with a
    title. Of several the first that fires."""
    try:
        body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as problem:
        why = f"{file} cannot be read: {problem.strerror}"
        raise Refused(f"{why}. Write the path of a file with the alert as JSON, or - to read it from stdin.") from None
    body, order = _as_webhook(body)
    known: Mapping[str, Source] = discover(bot.sources, "SOURCE", Source)
    said = []
    for name in order:
        try:
            endpoint = Endpoint(name="simulation", source=name, systems=(), parameters=_PLAIN if name == "json" else {})
            alerts = known[name].parse(body, {}, endpoint, now)
        except BadAlert as problem:
            said.append(f"{name}: {problem}")
            continue
        firing = [alert for alert in alerts if alert.firing] or list(alerts)
        if firing:
            return firing[0]
    raise Refused(f"{file} holds no alert that can be read. " + "; ".join(said))


def _as_webhook(body: bytes) -> tuple[bytes, list[str]]:
    """The body, and the sources that may understand it. One alert of Alertmanager's by itself becomes a whole body."""
    try:
        document: Any = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise Refused(f"that is not JSON: {problem}") from None
    if isinstance(document, dict) and "labels" in document and "alerts" not in document:
        alert = {"status": "firing", "annotations": {}, **document}
        return orjson.dumps({"version": "4", "groupKey": "", "status": "firing", "alerts": [alert]}), ["alertmanager"]
    if isinstance(document, dict) and {"alerts", "ruleName", "groupKey"} & document.keys():
        return body, ["alertmanager", "grafana"]
    return body, ["json"]


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unclear(f"{text!r} is no time: write for example 2026-11-21T03:00:00+00:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _span(text: str, option: str) -> timedelta | None:
    try:
        return read_span(text) if text else None
    except ValueError as problem:
        raise Unclear(f"{option}: {problem}") from None


COMMAND = Command(
    name="simulate",
    help="Who would be paged for an alert, how and when. Nobody is paged.",
    usage="--system S --alert FILE|- [--severity X] [--ack-after 7m] [--at ISO] [--until 2h] [--json]",
    grammar=Verb(
        "simulate",
        options_anywhere=True,
        callback=_simulate,
        params=[
            click.Option(["--system"], default="", metavar="S", help="The system whose ladder it is."),
            click.Option(
                ["--alert"], default="", metavar="FILE", help="A webhook body or one alert as JSON; - reads stdin."
            ),
            click.Option(["--severity"], default="", metavar="X", help="Instead of the alert's own."),
            click.Option(
                ["--ack-after"], default="", metavar="SPAN", help="Somebody acknowledges after this long: 7m."
            ),
            click.Option(["--at"], default="", metavar="ISO", help="When the alert arrives; without it, now."),
            click.Option(["--until"], default="", metavar="SPAN", help="Go on so long instead of one round: 2h."),
            click.Option(["--json"], is_flag=True, help="As JSON."),
        ],
        help="Shows the ladder for an alert: who would be paged, by which way, after how long, and why.",
    ),
    lives=frozenset({TERMINAL}),
)

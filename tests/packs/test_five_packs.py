"""The five packs: the ladders of the contract's table, what their alerts mean, and nothing else left open than told."""

from datetime import UTC, datetime
from functools import cache

import pytest

import bot.probes
from bot.core.alert import Alert, Severity
from bot.core.routing import facts_of, route
from bot.packs import Loaded, ProbeInfo, load
from bot.plugs import discover
from bot.probes.base import Probe
from tests.packs.kit import WAYS

FIVE = ("hft", "tmt", "sapphire", "pyrt", "botcore")
CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
WAKING = {"phone", "sms", "pagerduty"}

# Whatever the guides do not give must be set, and is told until it is.
UNSET = {
    "hft": {"operations_slack", "engineering_slack", "architecture_phone", "emergency_pagerduty", "emergency_hotline"},
    "tmt": {"broker_host"},
    "sapphire": {
        *(
            f"{who}_{way}"
            for way in ("slack", "phone", "mail")
            for who in (
                "devops_lead", "platform_engineer", "tech_lead", "senior_developer", "trading_lead", "quant_developer",
                "security_team", "data_engineer", "dba", "incident_response",
            )
        ),
        "project_id",
    },
}  # fmt: skip
UNSET["pyrt"] = UNSET["botcore"] = {
    *(f"{who}_{way}" for way in ("phone", "mail") for who in ("on_call", "backup", "lead", "emergency")),
    "on_call_slack",
    "backup_slack",
}


STAKEHOLDERS = ("stakeholders_channel", "stakeholders_mail")
"""What a desk may set, and need not."""

PROBES = {
    name: ProbeInfo(parameters=probe.parameters, facts=frozenset(probe.facts), fills=frozenset(probe.fills))
    for name, probe in discover(bot.probes, "PROBE", Probe).items()
}


@cache
def loaded(environment: str = "") -> Loaded:
    return load([], FIVE, variables={}, environment=environment, ways=WAYS, probes=PROBES)


def system(name):
    return next(system for system in loaded().systems if system.name == name)


@pytest.mark.parametrize("name", FIVE)
@pytest.mark.parametrize(("environment", "level"), [("", "warning"), ("production", "error")])
def test_nothing_is_wrong_but_what_must_be_set(name, environment, level):
    here = [problem for problem in loaded(environment).problems if f"/{name}/" in problem.file]
    needed = {(level, f"variable {variable!r} of {name} is not set") for variable in UNSET[name]}
    readers = {("warning", f"variable {variable!r} of {name} is not set") for variable in STAKEHOLDERS}
    assert {(problem.level, problem.message) for problem in here} == needed | readers
    assert all(problem.remedy.startswith(f"set TOCSIN_VAR_{name.upper()}_") for problem in here)


def test_production_still_has_all_its_systems():
    assert [system.name for system in loaded("production").systems] == list(FIVE)


@pytest.mark.parametrize("name", FIVE)
def test_who_is_told_is_a_matter_of_a_variable(name):
    """Nobody, until the desk sets one of the two; then for what is critical or high."""
    (told,) = system(name).stakeholders
    assert (told.channels, told.mails) == ((), ())
    variables = {f"{name}_STAKEHOLDERS_CHANNEL".upper(): "#desk-heads"}
    (told,) = load([], [name], variables=variables, ways=WAYS).systems[0].stakeholders
    assert (told.channels, told.mails) == (("#desk-heads",), ())
    assert [told.read(severity) for severity in (CRITICAL, HIGH, MEDIUM, LOW)] == [True, True, False, False]
    variables = {f"{name}_STAKEHOLDERS_MAIL".upper(): "heads@example.com"}
    (told,) = load([], [name], variables=variables, ways=WAYS).systems[0].stakeholders
    assert (told.channels, told.mails) == ((), ("heads@example.com",))


@pytest.mark.parametrize(("what", "value"), [("CHANNEL", "desk heads"), ("MAIL", "heads at example")])
def test_what_a_desk_sets_wrongly_for_those_who_are_told_is_said(what, value):
    problems = load([], ["tmt"], variables={f"TMT_STAKEHOLDERS_{what}": value}, ways=WAYS).errors
    assert [problem for problem in problems if value in problem.message]


def test_the_demo_lacks_nothing_and_calls_nobody_real():
    assert loaded("demo").problems == ()
    real = {
        address
        for name in ("hft", "tmt")
        for c in system(name).roster.contacts.values()
        for address in c.addresses.values()
    }
    demo = {
        address for s in loaded("demo").systems for c in s.roster.contacts.values() for address in c.addresses.values()
    }
    assert real
    assert not demo & real


def test_staging_calls_nobody_until_a_number_is_named():
    reached = [a for s in loaded("staging").systems for c in s.roster.contacts.values() for a in c.addresses]
    assert reached == []
    assert loaded("staging").errors == ()


def test_the_guides_trouble_with_the_emergency_numbers_is_told():
    told = {problem.message: problem.remedy for problem in loaded().problems}
    assert "is level 1 itself" in told["variable 'emergency_hotline' of hft is not set"]
    assert "is a telephone number" in told["variable 'emergency_pagerduty' of hft is not set"]
    assert "mail wakes nobody" in told["variable 'architecture_phone' of hft is not set"]


def test_the_guides_hotline_would_be_told_of_if_it_were_set():
    variables = {"HFT_EMERGENCY_HOTLINE": "+1-555-0100"}
    said = [problem.message for problem in load([], ["hft"], variables=variables, ways=WAYS).problems]
    assert (
        "on level 'Emergency' the phone address of Emergency is that of Operations, whom a level before pages" in said
    )


def ladder(name, severity, type_=""):
    """The levels as people see them: minutes, and the names with their ways."""
    here = system(name)
    policy = here.plan.choose(severity, type_ or here.default_type)
    return [
        (
            int(level.after.total_seconds()) // 60,
            {
                (contact.name, tuple(sorted(target.ways)))
                for target in level.targets
                for contact in here.roster.on_call(target.to)
            },
        )
        for level in policy.levels
    ]


SPM, SM, PM = ("mail", "phone", "slack"), ("mail", "slack"), ("mail", "phone")
HFT = [
    (0, {("Operations", SPM)}),
    (5, {("Engineering on call", SPM)}),
    (15, {("Architecture", PM)}),
    (30, {("Emergency", ("pagerduty", "phone"))}),
]
IMMEDIATE = [
    (0, {("On-call Engineer", ("mail", "phone", "sms"))}),
    (5, {("System Administrator", ("phone",))}),
    (15, {("CTO", ("phone",))}),
]
STANDARD = [
    (0, {("On-call Engineer", ("mail",))}),
    (30, {("System Administrator", ("mail",))}),
    (60, {("CTO", ("mail",))}),
]
OURS = [
    (0, {("Engineer on call", SPM)}),
    (5, {("Backup engineer", SPM)}),
    (15, {("Lead", PM)}),
    (30, {("Emergency", PM)}),
]


@pytest.mark.parametrize(
    ("name", "severity", "type_", "expected"),
    [
        ("hft", CRITICAL, "", HFT),
        ("hft", CRITICAL, "security", HFT),
        ("hft", HIGH, "", HFT),
        ("hft", MEDIUM, "", [(0, {("Operations", SM)}), (30, {("Engineering on call", SM)})]),
        ("hft", LOW, "", [(0, {("Operations", ("slack",))})]),
        *[("tmt", s, t, IMMEDIATE) for s in Severity for t in ("complete_failure", "financial_loss")],
        *[("tmt", s, t, IMMEDIATE) for s in Severity for t in ("security_breach", "regulatory")],
        *[("tmt", s, t, STANDARD) for s in (HIGH, MEDIUM, LOW) for t in ("degradation", "single_agent")],
        *[("tmt", s, t, STANDARD) for s in (HIGH, MEDIUM, LOW) for t in ("synchronisation", "non_critical")],
        # Somebody raised it: then it wakes.
        ("tmt", CRITICAL, "single_agent", IMMEDIATE),
        *[(name, s, "", OURS) for name in ("pyrt", "botcore") for s in (CRITICAL, HIGH)],
        *[(name, CRITICAL, "security", OURS) for name in ("pyrt", "botcore")],
    ],
)
def test_ladders(name, severity, type_, expected):
    assert ladder(name, severity, type_) == expected


# Primary, backup, and after how many minutes the backup.
MATRIX = {
    "infrastructure": ("DevOps Lead", "Platform Engineer", 15),
    "application": ("Tech Lead", "Senior Developer", 30),
    "trading_logic": ("Trading Lead", "Quant Developer", 15),
    "security": ("Security Team", "DevOps Lead", 0),
    "data": ("Data Engineer", "DBA", 30),
}


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("type_", MATRIX)
def test_sapphires_matrix(type_, severity):
    primary, backup, minutes = MATRIX[type_]
    levels = ladder("sapphire", severity, type_)
    when = {name: minute for minute, pages in levels for name, _ in pages}
    ways = {name: set(by) for _, pages in levels for name, by in pages}
    expected = {primary: 0, backup: minutes}
    if severity is CRITICAL:
        expected["Incident Response Team"] = 0
    assert when == expected
    assert all(bool(by & WAKING) == (severity is not LOW) for by in ways.values())


@pytest.mark.parametrize("name", FIVE)
def test_low_wakes_nobody_and_is_told_once(name):
    """But for what tmt's guide calls immediate, which no alert of low severity is."""
    here = system(name)
    for type_ in {here.default_type, *here.types} - {
        "complete_failure",
        "financial_loss",
        "security_breach",
        "regulatory",
    }:
        policy = here.plan.choose(LOW, type_)
        assert not {way for level in policy.levels for target in level.targets for way in target.ways} & WAKING
        assert name == "tmt" or not policy.repeats


def test_the_ladder_of_tmt_begins_again_at_30_minutes():
    plan = system("tmt").plan
    last = plan.policies["immediate"].levels[-1]
    assert (last.after + plan.timings.repeat_after).total_seconds() == 30 * 60


@pytest.mark.parametrize("name", FIVE)
def test_the_catch_all_wakes_on_every_level(name):
    plan = system(name).plan
    for level in plan.policies[plan.catch_all].levels:
        assert {way for target in level.targets for way in target.ways} & WAKING


def meaning(name, severity="", text="", title="", numbers=None, **labels):
    """Where an alert goes: its route, severity, type and component."""
    alert = Alert(
        endpoint="alertmanager",
        fingerprint="f",
        firing=True,
        title=title or labels.get("alertname", ""),
        text=text,
        severity=severity,
        labels=labels,
        numbers=numbers or {},
        starts_at=datetime(2026, 11, 20, 3, 12, tzinfo=UTC),
    )
    return route(alert, [system(name)])


@pytest.mark.parametrize(
    ("name", "alert", "expected"),
    [
        # hft
        ("hft", {"alertname": "ExchangeDisconnected", "exchange": "binance", "severity": "critical"},
         ("exchange connection", CRITICAL, "trading", "binance")),
        ("hft", {"alertname": "ExchangeDisconnected"}, ("exchange connection", HIGH, "trading", "")),
        ("hft", {"alertname": "ClockDrift", "severity": "warning"}, ("clock drift", MEDIUM, "trading", "clock")),
        ("hft", {"alertname": "DiskFilling", "severity": "warning"}, ("disk filling", MEDIUM, "trading", "host")),
        ("hft", {"alertname": "HighLatency", "severity": "warning"}, ("latency", MEDIUM, "trading", "latency")),
        ("hft", {"alertname": "MarketDataStale", "severity": "critical"},
         ("market data", CRITICAL, "trading", "market_data")),
        ("hft", {"alertname": "RiskLimitBreached"}, ("risk limit", HIGH, "trading", "risk")),
        ("hft", {"alertname": "CurrentPositionLimitExceeded"}, ("risk limit", HIGH, "trading", "risk")),
        ("hft", {"alertname": "OrdersStuck"}, ("orders stuck", HIGH, "trading", "orders")),
        ("hft", {"alertname": "PositionMismatch", "severity": "warning"},
         ("fills and positions", CRITICAL, "trading", "positions")),
        ("hft", {"alertname": "HFTSystemDown"}, ("system down", CRITICAL, "trading", "engine")),
        ("hft", {"alertname": "ReplicationLag", "severity": "warning"},
         ("replication lag", MEDIUM, "trading", "database")),
        ("hft", {"alertname": "Custom", "text": "Too many open files"},
         ("file descriptors", HIGH, "trading", "engine")),
        ("hft", {"alertname": "Custom", "text": "Market data sequence gap on BTC-USDT"},
         ("order book", HIGH, "trading", "market_data")),
        ("hft", {"alertname": "IntrusionSuspected"}, ("security", CRITICAL, "security", "security")),
        ("hft", {"alertname": "SomethingNew", "severity": "info"}, ("low", LOW, "trading", "")),
        ("hft", {"alertname": "SomethingNew", "severity": "critical"}, ("", CRITICAL, "trading", "")),
        # tmt: the guide's lists decide, whatever the monitor calls it
        ("tmt", {"alertname": "TradingSystemDown", "severity": "warning"},
         ("complete failure", CRITICAL, "complete_failure", "system")),
        ("tmt", {"title": "Complete system failure"}, ("complete failure", CRITICAL, "complete_failure", "system")),
        ("tmt", {"title": "Security breach suspected"}, ("security breach", CRITICAL, "security_breach", "security")),
        ("tmt", {"title": "Regulatory compliance issue"}, ("regulatory", CRITICAL, "regulatory", "compliance")),
        ("tmt", {"alertname": "PotentialLoss", "loss": "1500"}, ("financial loss", CRITICAL, "financial_loss", "risk")),
        ("tmt", {"alertname": "PotentialLoss", "loss": "$1,000.01"},
         ("financial loss", CRITICAL, "financial_loss", "risk")),
        ("tmt", {"alertname": "PotentialLoss", "loss": "-2500"},
         ("financial loss", CRITICAL, "financial_loss", "risk")),
        ("tmt", {"alertname": "RiskAlert", "loss_usd": "1001"}, ("financial loss", CRITICAL, "financial_loss", "risk")),
        ("tmt", {"alertname": "PotentialLoss", "loss": "1000", "severity": "critical"},
         ("loss within the limit", MEDIUM, "non_critical", "risk")),
        # What cannot be read counts as above the limit
        ("tmt", {"alertname": "PotentialLoss"}, ("financial loss", CRITICAL, "financial_loss", "risk")),
        ("tmt", {"alertname": "PotentialLoss", "loss": "unknown"},
         ("financial loss", CRITICAL, "financial_loss", "risk")),
        # Numbers may come as numbers
        ("tmt", {"title": "Account 7: loss above the limit", "numbers": {"loss": 1500.0}},
         ("financial loss", CRITICAL, "financial_loss", "risk")),
        ("tmt", {"title": "Account 7: loss above the limit", "numbers": {"loss": 0.0}},
         ("loss within the limit", MEDIUM, "non_critical", "risk")),
        ("tmt", {"alertname": "RiskAlert", "numbers": {"potential_loss": -2000.0}},
         ("financial loss", CRITICAL, "financial_loss", "risk")),
        # What is called LINK may be lost in money, too
        ("tmt", {"title": "Loss on LINK-USD", "loss": "5000"}, ("financial loss", CRITICAL, "financial_loss", "risk")),
        ("tmt", {"title": "Trading losses, and the connection is slow"},
         ("financial loss", CRITICAL, "financial_loss", "risk")),
        # Other things than money are lost as well
        ("tmt", {"title": "Packet loss to the broker", "severity": "warning"},
         ("non-critical", MEDIUM, "non_critical", "")),
        ("tmt", {"alertname": "PacketLoss", "loss": "3%", "severity": "warning"},
         ("non-critical", MEDIUM, "non_critical", "")),
        ("tmt", {"alertname": "ServiceLoss", "severity": "warning"}, ("non-critical", MEDIUM, "non_critical", "")),
        ("tmt", {"alertname": "ServiceLoss", "severity": "critical"}, ("", CRITICAL, "non_critical", "")),
        ("tmt", {"alertname": "LossOfService", "title": "Loss of service: analytics", "severity": "warning"},
         ("non-critical", MEDIUM, "non_critical", "")),
        ("tmt", {"alertname": "HeartbeatLoss", "severity": "warning"}, ("non-critical", MEDIUM, "non_critical", "")),
        ("tmt", {"alertname": "StopLossNotPlaced"}, ("", HIGH, "non_critical", "")),
        ("tmt", {"alertname": "PerformanceDegradation", "degradation": "60", "severity": "critical"},
         ("degradation", HIGH, "degradation", "")),
        ("tmt", {"alertname": "PerformanceDegradation", "degradation": "60%"},
         ("degradation", HIGH, "degradation", "")),
        ("tmt", {"alertname": "PerformanceDegradation"}, ("degradation", HIGH, "degradation", "")),
        ("tmt", {"alertname": "PerformanceDegradation", "degradation": "50", "severity": "warning"},
         ("non-critical", MEDIUM, "non_critical", "")),
        ("tmt", {"alertname": "AgentDown", "agent": "market-analysis", "severity": "critical"},
         ("single agent", HIGH, "single_agent", "market-analysis")),
        ("tmt", {"title": "Single agent failure"}, ("single agent", HIGH, "single_agent", "")),
        ("tmt", {"title": "Data synchronization issues"}, ("synchronisation", HIGH, "synchronisation", "")),
        ("tmt", {"alertname": "BrokerDisconnected"}, ("broker lost", CRITICAL, "complete_failure", "broker")),
        ("tmt", {"alertname": "SomethingNew", "severity": "warning"}, ("non-critical", MEDIUM, "non_critical", "")),
        ("tmt", {"alertname": "SomethingNew"}, ("", HIGH, "non_critical", "")),
        # sapphire: the three rules of its guide, and `warning` is medium
        ("sapphire", {"alertname": "TradingSystemDown", "severity": "critical"},
         ("trading system down", CRITICAL, "infrastructure", "trading-system")),
        ("sapphire", {"alertname": "HighErrorRate", "severity": "warning"}, ("error rate", MEDIUM, "application", "")),
        ("sapphire", {"alertname": "AgentDisconnected", "severity": "warning", "agent": "trend"},
         ("agent disconnected", MEDIUM, "trading_logic", "trend")),
        ("sapphire", {"alertname": "AgentDisconnected"}, ("agent disconnected", HIGH, "trading_logic", "")),
        ("sapphire", {"alertname": "AgentDisconnected", "severity": "strange"},
         ("agent disconnected", HIGH, "trading_logic", "")),
        ("sapphire", {"alertname": "RedisDown", "severity": "page"}, ("database", CRITICAL, "data", "database")),
        ("sapphire", {"alertname": "PodCrashLooping", "deployment": "agent"},
         ("crash loop", HIGH, "infrastructure", "agent")),
        ("sapphire", {"alertname": "SecurityEvent"}, ("security", HIGH, "security", "security")),
        ("sapphire", {"alertname": "SomethingNew", "severity": "info"}, ("low", LOW, "infrastructure", "")),
        # pyrt and botcore
        ("pyrt", {"alertname": "DataFeedStopped", "severity": "warning"},
         ("data feed stopped", CRITICAL, "trading", "market-data")),
        ("pyrt", {"alertname": "Custom", "text": "Risk check failed: Max daily loss reached"},
         ("losses beyond the limit", CRITICAL, "trading", "risk-manager")),
        ("pyrt", {"alertname": "HighSlippage", "severity": "warning"},
         ("slippage", MEDIUM, "trading", "execution-engine")),
        ("botcore", {"alertname": "EngineDown"}, ("engine down", CRITICAL, "trading", "rust-core-engine")),
        ("botcore", {"alertname": "TradesNotExecuting"}, ("trades not executing", HIGH, "trading", "trading")),
        ("botcore", {"alertname": "MongoReplicationLag", "severity": "warning"},
         ("replication", MEDIUM, "trading", "mongodb")),
    ],
    ids=str,
)  # fmt: skip
def test_what_alerts_mean(name, alert, expected):
    routed = meaning(name, **alert)
    assert (routed.route, routed.severity, routed.type, routed.component) == expected
    assert routed.unrouted == (not expected[0])
    assert routed.first_step


def test_what_no_route_knows_takes_the_catch_all():
    for name in FIVE:
        routed = meaning(name, alertname="SomethingNew")
        assert routed.unrouted
        assert routed.policy == system(name).plan.catch_all


@pytest.mark.parametrize(
    ("labels", "owner"),
    [
        ({"job": "hft_system"}, "hft"),
        ({"job": "tmt-agents"}, "tmt"),
        ({"job": "sapphire-trading"}, "sapphire"),
        ({"namespace": "trading-system"}, "sapphire"),
        ({"job": "trading-risk-manager"}, "pyrt"),
        ({"namespace": "bot-core-production"}, "botcore"),
        ({"system": "botcore", "job": "hft"}, "botcore"),
        ({"system": "tmt", "alertname": "TradingSystemDown"}, "tmt"),
    ],
)
def test_whose_alert_it_is(labels, owner):
    alert = Alert(
        endpoint="e",
        fingerprint="f",
        firing=True,
        title="x",
        labels=labels,
        starts_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    assert route(alert, loaded().systems).system == owner


@pytest.mark.parametrize("name", FIVE)
@pytest.mark.parametrize("labels", [{}, {"loss": "x"}, {"type": "x", "loss_usd": "1"}, {"degradation": "7 %"}])
def test_no_route_answers_with_anything_but_yes_no_or_a_value_that_cannot_be_read(name, labels):
    alert = Alert(
        endpoint="e",
        fingerprint="f",
        firing=True,
        title="Loss",
        labels=labels,
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    for line in system(name).routes:
        answer = line.when.ask(facts_of(alert, HIGH)) if line.when else None
        assert answer is None or "not true or false" not in answer.why, line.name


@pytest.mark.parametrize("name", FIVE)
def test_every_route_tells_somebody_who_was_just_woken_what_to_do(name):
    for line in system(name).routes:
        assert 20 <= len(line.first_step) <= 280, line.name


@pytest.mark.parametrize("name", FIVE)
def test_the_inventory_is_filled(name):
    file = loaded().files[name]
    assert file.hosts
    assert file.services
    assert file.endpoints
    assert file.logs
    assert file.exchanges
    assert file.calendar
    assert file.databases or name == "pyrt"
    assert file.private_channel

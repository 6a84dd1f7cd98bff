"""Nobody acknowledges: every level at its minute, exactly once, and then the whole ladder again."""

from __future__ import annotations

import pytest

from tests.scenarios.conftest import Make
from tests.scenarios.desks import mailbox, number
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, PAGERDUTY_KEY, World

Pages = list[tuple[float, str, str]]


async def test_every_page_of_hft_at_its_minute_exactly_once(world: World) -> None:
    """ESCALATION 1, and the table of the five systems."""
    answer = await world.alert()
    assert answer.status_code == 202
    await world.at("44m59s")
    assert sorted(world.pages()) == [
        (0.0, "mail", "operations@company.com"),
        (0.0, "phone", OPERATIONS),
        (5.0, "mail", "platform-eng@company.com"),
        (5.0, "phone", ENGINEERING),
        (15.0, "mail", "architecture@company.com"),
        (15.0, "phone", ARCHITECTURE),
        (30.0, "pagerduty", PAGERDUTY_KEY),
        (30.0, "phone", HOTLINE),
    ]


async def test_the_ladder_begins_again_until_somebody_acknowledges(world: World) -> None:
    """ESCALATION 8: every 15 minutes after its end, and the timeline says so."""
    await world.alert()
    await world.at("2h")
    assert world.minutes(OPERATIONS) == [0.0, 45.0, 90.0]
    assert world.minutes(PAGERDUTY_KEY) == [30.0, 75.0, 120.0]
    assert any("again, round 2: nobody has acknowledged" in line for line in await world.said("paged"))
    assert await world.ack()
    await world.at("2h29m")
    assert world.minutes(OPERATIONS) == [0.0, 45.0, 90.0]


async def test_hft_high_takes_the_same_ladder_and_medium_writes_mail_only(make_world: Make) -> None:
    """ESCALATION 1: the other severities of hft."""
    world = await make_world()
    await world.alert(severity="high", key="high")
    await world.at("31m")
    assert {minute for minute, way, _ in world.pages() if way == "phone"} == {0.0, 5.0, 15.0, 30.0}
    assert await world.ack()
    world.outside.seen.clear()
    await world.alert("HighLatency", severity="medium", key="medium")
    await world.at("76m59s")
    assert world.pages() == [(31.0, "mail", "operations@company.com"), (61.0, "mail", "platform-eng@company.com"),
                             (76.0, "mail", "operations@company.com")]  # fmt: skip


L1, L2, L3 = "+15550100", "+15550101", "+15550102"
M1, M2, M3 = "oncall@tmt-trading.com", "sysadmin@tmt-trading.com", "cto@tmt-trading.com"
IMMEDIATE: Pages = [
    (0.0, "mail", M1), (0.0, "phone", L1), (0.0, "sms", L1), (5.0, "phone", L2), (15.0, "phone", L3),
    (30.0, "mail", M1), (30.0, "phone", L1), (30.0, "sms", L1),
]  # fmt: skip
STANDARD: Pages = [(0.0, "mail", M1), (30.0, "mail", M2), (60.0, "mail", M3)]


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("SystemDown", {}, IMMEDIATE),  # a complete failure
        ("PotentialLoss", {"loss_usd": "1000.01"}, IMMEDIATE),  # above the limit
        ("PotentialLoss", {"loss_usd": "unknown"}, IMMEDIATE),  # cannot be read: counts as above
        ("SecurityBreach", {}, IMMEDIATE),  # a breach is suspected
        ("RegulatoryReportMissing", {}, IMMEDIATE),  # regulatory
        ("PotentialLoss", {"loss_usd": "1000"}, STANDARD),  # at the limit
        ("Degradation", {"degradation_percent": "51", "severity": "high"}, STANDARD),  # above 50 %
        ("AgentDown", {"severity": "high"}, STANDARD),  # a single agent
        ("OutOfSync", {"severity": "high"}, STANDARD),  # synchronisation
        ("DiskFull", {"severity": "warning"}, STANDARD),  # not critical
    ],
)
async def test_every_page_of_tmt(make_world: Make, name: str, labels: dict[str, str], expected: Pages) -> None:
    """ESCALATION 1 and 29, and the table: immediate calls, sends a text and a mail; standard only writes mail."""
    world = await make_world("tmt")
    await world.alert(name, **{"severity": "critical", **labels})
    await world.at("30m" if expected is IMMEDIATE else "74m59s")
    assert sorted(world.pages()) == expected


SAPPHIRE = {
    "infrastructure": ("NodeNotReady", "devops_lead", 15.0, "platform_engineer"),
    "application": ("HighErrorRate", "tech_lead", 30.0, "senior_developer"),
    "trading_logic": ("AgentDisconnected", "trading_lead", 15.0, "quant_developer"),
    "security": ("SecurityBreach", "security_team", 0.0, "devops_lead"),
    "data": ("RedisDown", "data_engineer", 30.0, "dba"),
}


@pytest.mark.parametrize("type_", SAPPHIRE)
@pytest.mark.parametrize("severity", ["critical", "high", "medium", "low"])
async def test_every_page_of_sapphire(make_world: Make, type_: str, severity: str) -> None:
    """ESCALATION 1, and the table: primary at 0, the backup after its time, critical calls the response team too, and
    low never wakes anybody."""
    name, primary, after, backup = SAPPHIRE[type_]
    world = await make_world("sapphire")
    await world.alert(name, severity=severity)
    await world.at(f"{int(after) + 14}m59s")
    ways = ["mail"] if severity == "low" else ["mail", "phone"]
    told = [(0.0, primary), (after, backup)] + ([(0.0, "incident_response")] if severity == "critical" else [])
    expected = [(minute, way, _address(way, who)) for minute, who in told for way in ways]
    if type_ == "security" and severity != "low":
        expected += [(0.0, "sms", number("sapphire", who)) for who in (primary, backup)]
    assert sorted(world.pages()) == sorted(expected)
    assert (await world.incident()).type == type_
    await world.at(f"{int(after) + 15}m")
    again = [whom for minute, _, whom in world.pages() if minute == after + 15]
    assert bool(again) is (severity != "low"), "all but low begin again after 15 minutes"


def _address(way: str, contact: str) -> str:
    return mailbox("sapphire", contact) if way == "mail" else number("sapphire", contact)


@pytest.mark.parametrize("system", ["pyrt", "botcore"])
async def test_every_page_of_the_systems_whose_guides_name_nobody(make_world: Make, system: str) -> None:
    """ESCALATION 1, and the table: 0, 5, 15 and 30 minutes, with everybody's address from a variable."""
    world = await make_world(system)
    await world.alert("SystemDown")
    await world.at("45m")
    steps = [(0.0, "on_call"), (5.0, "backup"), (15.0, "lead"), (30.0, "emergency"), (45.0, "on_call")]
    expected = [(at, "mail", mailbox(system, who)) for at, who in steps]
    assert sorted(world.pages()) == sorted(expected + [(at, "phone", number(system, who)) for at, who in steps])

"""An alert fires and is over within one post: it is known, told, and wakes nobody for what is past."""

from tests.scenarios.world import START, World, make_alert


async def test_what_is_over_already_pages_nobody(world: World) -> None:
    """ESCALATION 22: over before anybody had acknowledged counts as missed; critical waits for a person."""
    alerts = [
        make_alert("HighLatency", "critical", status, START, "0123456789abcdef", "", {})
        for status in ("firing", "resolved")
    ]
    assert (await world.post(alerts)).status_code == 202
    incident = await world.incident()
    assert (incident.phase, incident.missed, incident.alerts, incident.firing) == ("monitoring", True, 1, 0)
    await world.at("1h")
    assert world.pages("phone", "sms", "pagerduty") == []


async def test_several_of_one_post_one_of_them_over(world: World) -> None:
    """The other one still fires, so the ladder climbs."""
    still = make_alert("HighLatency", "critical", "firing", START, "fedcba9876543210", "", {})
    alerts = [
        make_alert("HighLatency", "critical", status, START, "0123456789abcdef", "", {})
        for status in ("firing", "resolved")
    ]
    await world.post([still, *alerts])
    assert ((await world.incident()).alerts, (await world.incident()).firing) == (2, 1)
    await world.at("5m")
    assert {minute for minute, _, _ in world.pages("phone")} == {0.0, 5.0}

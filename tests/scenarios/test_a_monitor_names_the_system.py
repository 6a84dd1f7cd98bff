"""Any JSON may say which system it is about."""

from __future__ import annotations

from tests.scenarios.conftest import Make

TOKEN = "generic-token-generic-token"


async def test_of_those_that_the_endpoint_may_address(make_world: Make) -> None:
    """The first two are active; the third is not, so that the alert is the first system's, and not dropped."""
    world = await make_world("hft,tmt", TOCSIN_VAR_GENERIC_TOKEN=TOKEN)
    for system in ("tmt", "hft", "sapphire"):
        body = {"title": f"Something new at {system}", "system": system, "severity": "critical"}
        answer = await world.web.post("/alerts/generic", json=body, headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 202, answer.text
    assert [(await world.incident(number)).system for number in (1, 2, 3)] == ["tmt", "hft", "hft"]

"""docker_inspect, on records as Docker gives them."""

import pytest
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.docker_inspect import PROBE
from tests.probes.containers import answers, cannot_look, listed, record
from tests.probes.kit import NOW, fails, look
from tests.probes.ports import GIVES_UP
from tests.probes.postgres import at
from tests.transports.dockerd import dockerd

pytestmark = GIVES_UP


async def seen(own: dict, unit: str = "engine", **more: object):
    async with dockerd(answers((listed("engine"), own), **{f"/containers/{unit}/json": own}, **more)) as docker:
        return await look(PROBE, at(docker.address, now=lambda: NOW), unit=unit)


async def test_one_that_runs():
    told = await seen(record("engine"))
    assert told.facts == {
        "state": "running", "running": True, "exit_code": None, "error": "", "oom_killed": False, "restarts": 0,
        "restart_policy": "unless-stopped", "health": "none", "failing_checks": 0, "memory_limit_bytes": 536870912,
        "cpu_limit": 1.5, "image": "rust-core-engine:1.4", "running_s": 10800.0, "ended_s": None,
    }  # fmt: skip


async def test_its_environment_is_never_shown():
    assert "do-not-show" not in repr(await seen(record("engine")))


async def test_one_that_memory_killed():
    ended = {"ExitCode": 137, "OOMKilled": True, "FinishedAt": "2026-11-21T03:11:30Z"}
    facts = (await seen(record("engine", "exited", State=ended, RestartCount=4))).facts
    assert (facts["exit_code"], facts["oom_killed"], facts["restarts"], facts["running"]) == (137, True, 4, False)
    assert (facts["ended_s"], facts["running_s"]) == (30.0, None)


async def test_one_that_is_unhealthy_says_why():
    log = [
        {"ExitCode": 0, "Output": "fine"},
        {"ExitCode": 1, "Output": "connection refused\nsecond line"},
        {"ExitCode": 1, "Output": "password=hunter2hunter2 was wrong"},
    ]
    health = {"Status": "unhealthy", "FailingStreak": 7, "Log": log}
    told = await seen(record("engine", State={"Health": health}))
    assert (told.facts["health"], told.facts["failing_checks"]) == ("unhealthy", 7)
    assert told.excerpt[1] == "connection refused second line"
    assert "hunter2" not in repr(told)


async def test_a_service_stands_for_its_container():
    """One that runs before one that does not."""
    old = listed("engine", "exited", Id="old-id")
    said = answers((old, record("engine", "exited", Id="old-id")), (listed("engine"), record("engine")))
    async with dockerd(said) as docker:
        facts = (await look(PROBE, at(docker.address), unit="engine", project="bot-core")).facts
    assert facts["running"] is True


async def test_one_that_is_not_there():
    async with dockerd({"/containers/json": []}) as docker:
        await fails(PROBE, at(docker.address), Trouble.MISSING, "no container and no service engine", unit="engine")


@pytest.mark.parametrize("unit", ["../x", "a/b", "-f", "", "a b", "a\n", "x" * 300])
def test_what_is_no_name(unit: str):
    with pytest.raises(ValidationError):
        PROBE.parameters(unit=unit)


async def test_where_it_cannot_look():
    await cannot_look(PROBE, "/containers/engine/json", unit="engine")

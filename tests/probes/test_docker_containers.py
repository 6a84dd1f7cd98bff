"""docker_containers, on records as Docker gives them."""

from bot.probes.docker_containers import PROBE
from tests.probes.containers import answers, cannot_look, listed, record
from tests.probes.kit import NOW, look
from tests.probes.ports import GIVES_UP
from tests.probes.postgres import at
from tests.transports.dockerd import dockerd

pytestmark = GIVES_UP


async def seen(*records: tuple, **parameters: object):
    async with dockerd(answers(*records)) as docker:
        return await look(PROBE, at(docker.address, now=lambda: NOW), **parameters)


async def test_all_is_well():
    told = await seen(
        (listed("mongodb"), record("mongodb", State={"Health": {"Status": "healthy"}})),
        (listed("redis"), record("redis")),
    )
    assert told.facts == {
        "containers": 2, "running": 2, "not_running": [], "missing": [], "restarting": [], "unhealthy": [],
        "starting": [], "oom_killed": [], "failed": [], "restarts": 0, "youngest_s": 10800.0,
        "states": {"mongodb": "running", "redis": "running"},
    }  # fmt: skip
    assert told.table.rows[0] == ("mongodb", "running", "healthy", "3 h 0 min", 0, None, "18080->8080")


async def test_much_is_wrong():
    ended = {"ExitCode": 137, "OOMKilled": True, "FinishedAt": "2026-11-21T03:11:00Z"}
    told = await seen(
        (listed("good"), record("good")),
        (listed("engine", "exited"), record("engine", "exited", State=ended)),
        (listed("web", "restarting"), record("web", "restarting", RestartCount=12, State={"ExitCode": 1})),
        (listed("ai"), record("ai", State={"Health": {"Status": "unhealthy"}})),
        (listed("db"), record("db", State={"Health": {"Status": "starting"}})),
        (listed("once", "exited"), record("once", "exited")),
    )
    facts = told.facts
    assert (facts["running"], facts["not_running"]) == (3, ["engine", "once", "web"])
    assert (facts["restarting"], facts["unhealthy"], facts["starting"]) == (["web"], ["ai"], ["db"])
    assert (facts["oom_killed"], facts["failed"], facts["restarts"]) == (["engine"], ["engine", "web"], 12)
    assert told.table.rows[-1][0] == "good"
    assert ("engine", "exited", "", "1 min 0 s", 0, 137, "18080->8080") in told.table.rows
    assert "do-not-show" not in repr(told)


async def test_only_those_that_are_asked_for():
    told = await seen(
        (listed("mongodb"), record("mongodb")), (listed("redis"), record("redis")), (listed("web"), record("web")),
        services=["mongodb", "bot-core-redis-1", "kafka"],
    )  # fmt: skip
    assert (told.facts["containers"], told.facts["missing"]) == (2, ["kafka"])


async def test_another_project_is_not_looked_at():
    other = (listed("db", project="other"), record("db"))
    told = await seen((listed("web"), record("web")), other, project="bot-core")
    assert told.facts["states"] == {"web": "running"}


async def test_there_are_none():
    facts = (await seen()).facts
    assert (facts["containers"], facts["running"], facts["restarts"]) == (0, 0, None)


async def test_what_is_not_said_is_unknown():
    told = await seen(({"Id": "x", "Labels": {}}, {"Id": "x", "State": {}}))
    assert told.facts["states"] == {"?": "?"}
    assert told.facts["restarts"] is told.facts["youngest_s"] is None


async def test_where_it_cannot_look():
    await cannot_look(PROBE, "/containers/json")

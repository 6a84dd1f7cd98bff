"""Inside containers and about them, by podman's Docker-compatible API, where podman runs: nothing here is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.core.check import Place
from bot.core.evidence import Trouble
from bot.probes import (
    docker_containers,
    docker_inspect,
    docker_logs,
    docker_network,
    docker_stats,
    host_memory,
    log_file,
)
from bot.probes.base import Site
from bot.transports.base import Transport, TransportFailed
from bot.transports.places import Places
from tests.probes.kit import a_site, fails, look
from tests.transports.podman import Podman, podman

PROJECT = {"com.docker.compose.project": "desk"}
PRINTS = "echo 'ERROR no route'; echo fine; echo 'WARN slow' >&2; exec sleep 600"


@pytest.fixture(scope="module")
def engine() -> Iterator[Podman]:
    """With a service that runs, one that has ended, and one of another project."""
    started = podman()
    one = next(started)
    one.container("desk-engine-1", PRINTS, PROJECT | {"com.docker.compose.service": "engine"}, "--memory", "64m")
    one.container("desk-once-1", "exit 3", PROJECT | {"com.docker.compose.service": "once"})
    one.container("other", "exec sleep 600")
    one("wait", "desk-once-1")
    yield one
    next(started, None)


def there(engine: Podman) -> Site:
    return a_site(_None(), address=engine.address, now=lambda: datetime.now(UTC), within_s=30.0)


class _None:
    """An engine is asked by its API: nothing is run anywhere."""

    async def run(self, *_: object, **__: object) -> None:
        raise AssertionError

    async def close(self) -> None:
        """Nothing is held."""


async def inside(engine: Podman, unit: str = "desk-engine-1", directory: str = "") -> Transport:
    place = Place(id="box", transport="docker", address=engine.address, unit=unit, directory=directory)
    return await Places().at(place, lambda _: "")


async def test_what_it_prints_and_how_it_ends(engine: Podman):
    box = await inside(engine)
    ran = await box.run(["sh", "-c", "echo out; echo err >&2; exit 3"], within_s=20)
    assert (ran.code, ran.out, ran.err, ran.cut) == (3, "out\n", "err\n", False)


async def test_what_it_is_given_and_too_much_of_it(engine: Podman):
    box = await inside(engine)
    given = "hello\n" * 50_000
    assert (await box.run(["cat"], within_s=20, given=given)).out == given
    cut = await box.run(["cat"], within_s=20, given=given, most_bytes=200)
    assert cut.cut
    assert len(cut.out) < 300


async def test_arguments_are_arguments(engine: Podman):
    hostile = "$(id); `id` | id && id > /tmp/x * 'a' \"b\" -- --help"
    box = await inside(engine)
    assert (await box.run(["printf", "%s|", hostile, ""], within_s=20)).out == f"{hostile}||"


async def test_paths_begin_in_the_directory(engine: Podman):
    assert (await (await inside(engine, directory="/tmp")).run(["pwd"], within_s=20)).out == "/tmp\n"
    for wrong in ("/nowhere", "/bin/box"):
        with pytest.raises(TransportFailed, match="there is no directory there") as failed:
            await (await inside(engine, directory=wrong)).run(["pwd"], within_s=20)
        assert failed.value.trouble is Trouble.MISSING


@pytest.mark.parametrize(
    ("unit", "program", "within_s", "trouble", "says"),
    [
        ("desk-engine-1", "no-such-program", 20, Trouble.MISSING, "there is no program no-such-program there"),
        ("desk-engine-1", "/tmp", 20, Trouble.PERMISSION, "/tmp may not be run"),
        ("no-such-container", "true", 20, Trouble.MISSING, "Docker answered 404"),
        ("desk-once-1", "true", 20, Trouble.REFUSED, "running"),  # it has ended
    ],
)
async def test_what_cannot_be_run(
    engine: Podman, unit: str, program: str, within_s: float, trouble: Trouble, says: str
):
    with pytest.raises(TransportFailed, match=says) as failed:
        await (await inside(engine, unit)).run([program], within_s=within_s)
    assert failed.value.trouble is trouble


async def test_what_hangs_is_ended_there(engine: Podman):
    box = await inside(engine)
    with pytest.raises(TransportFailed, match="did not end within 1 s") as failed:
        await box.run(["sleep", "654"], within_s=1)
    assert failed.value.trouble is Trouble.TIMEOUT
    # Its own time began when it was started, somewhat later than that of the wait for it.
    left = [(await box.run(["ps"], within_s=20)).out for _ in range(10)]
    assert "sleep 654" not in left[-1]


async def test_probes_look_inside(engine: Podman):
    site = a_site(await inside(engine), now=lambda: datetime.now(UTC), within_s=30.0)
    assert (await look(host_memory.PROBE, site)).facts["total_bytes"] > 1_000_000
    await fails(log_file.PROBE, site, Trouble.MISSING, None, path="/var/log/engine.log")


async def test_the_containers_of_a_project(engine: Podman):
    told = await look(docker_containers.PROBE, there(engine), project="desk", services=["engine", "once", "kafka"])
    facts = told.facts
    assert facts["states"] == {"engine": "running", "once": "exited"}
    assert (facts["running"], facts["missing"], facts["failed"]) == (1, ["kafka"], ["once"])
    assert (facts["unhealthy"], facts["restarts"]) == ([], 0)
    assert 0 <= facts["youngest_s"] < 600


async def test_one_container(engine: Podman):
    facts = (await look(docker_inspect.PROBE, there(engine), project="desk", unit="engine")).facts
    assert (facts["state"], facts["running"], facts["exit_code"], facts["health"]) == ("running", True, None, "none")
    assert (facts["memory_limit_bytes"], facts["image"]) == (64 * 2**20, "localhost/box:1")
    ended = (await look(docker_inspect.PROBE, there(engine), unit="desk-once-1")).facts
    assert (ended["state"], ended["running"], ended["exit_code"]) == ("exited", False, 3)
    assert 0 <= ended["ended_s"] < 600
    await fails(docker_inspect.PROBE, there(engine), Trouble.MISSING, "no container and no service kafka", unit="kafka")


async def test_what_it_prints(engine: Podman):
    told = await look(docker_logs.PROBE, there(engine), unit="desk-engine-1", since="10m")
    assert (told.facts["lines"], told.facts["complete"]) == (3, True)
    assert sorted(told.excerpt) == ["ERROR no route", "WARN slow", "fine"]
    told = await look(docker_logs.PROBE, there(engine), project="desk", contains=["WARN"])
    assert told.facts["count"] == 1
    assert told.excerpt[0].endswith("| WARN slow")
    assert told.facts["containers"] == ["engine", "once"]


async def test_what_it_takes(engine: Podman):
    told = await look(docker_stats.PROBE, there(engine), units=["engine"], seconds=0.2)
    assert told.facts["containers"] == 1
    assert 0 < told.facts["memory_bytes"] < 64 * 2**20
    assert 0 < told.facts["memory_percent"] < 100
    await fails(docker_stats.PROBE, there(engine), Trouble.MISSING, "nothing runs", units=["once"])


async def test_a_network(engine: Podman):
    engine("network", "create", "--subnet", "10.213.7.0/24", "tocsin-net")
    told = await look(docker_network.PROBE, there(engine), network="tocsin-net", members=["engine"])
    assert (told.facts["driver"], told.facts["subnets"]) == ("bridge", ["10.213.7.0/24"])
    assert (told.facts["members"], told.facts["missing"]) == (0, ["engine"])
    await fails(docker_network.PROBE, there(engine), Trouble.MISSING, "404", network="no-such-network")

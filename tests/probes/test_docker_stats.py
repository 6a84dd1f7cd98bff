"""docker_stats, on samples as Docker gives them on cgroups of both versions."""

import json

import pytest

from bot.core.evidence import Trouble
from bot.probes.docker_stats import PROBE, cpu_percent, row_of, used_memory
from tests.probes.containers import answers, cannot_look, listed, record
from tests.probes.kit import fails, look
from tests.probes.ports import GIVES_UP
from tests.probes.postgres import at
from tests.transports.dockerd import Dockerd, dockerd

pytestmark = GIVES_UP


def sample(at_s: int = 0, **changes: object) -> dict:
    """One second of half a processor of four, 100 MB of memory, 3000 bytes on the network."""
    return {
        "read": f"2026-11-21T03:12:0{at_s}.500000000Z",
        "cpu_stats": {
            "cpu_usage": {"total_usage": 1_000_000_000 + at_s * 500_000_000},
            "system_cpu_usage": 50_000_000_000 + at_s * 4_000_000_000, "online_cpus": 4,
            "throttling_data": {"periods": 10 * at_s, "throttled_periods": 4 * at_s},
        },
        "memory_stats": {"usage": 150_000_000, "limit": 200_000_000, "stats": {"inactive_file": 50_000_000}},
        "pids_stats": {"current": 17},
        "networks": {"eth0": {"rx_bytes": 1000 + 1000 * at_s, "tx_bytes": 2000 * at_s}},
        "blkio_stats": {
            "io_service_bytes_recursive": [{"op": "read", "value": 4096 * at_s}, {"op": "write", "value": 0}],
        },
    } | changes  # fmt: skip


class Sampled(Dockerd):
    """Gives the samples of a container one after the other."""

    def _answer(self, method, path, query, body):
        if path.endswith("/stats"):
            said = self.answers[path]
            return 200, said.pop(0) if len(said) > 1 else said[0]
        return super()._answer(method, path, query, body)


async def seen(samples: dict, **parameters: object):
    records = [(listed(name), record(name)) for name in samples]
    more = {f"/containers/{name}-id/stats": list(said) for name, said in samples.items()}
    async with dockerd(answers(*records, **more)) as docker:
        docker.__class__ = Sampled
        return await look(PROBE, at(docker.address), seconds=0.05, **parameters)


async def test_what_they_take():
    told = await seen({"engine": [sample(0), sample(1)], "web": [sample(0), sample(1)]})
    assert told.facts == {
        "containers": 2, "cpu_percent": 100.0, "busiest_cpu_percent": 50.0, "memory_bytes": 200_000_000,
        "memory_percent": 50.0, "fullest": "engine", "processes": 34, "network_per_s": 6000, "disk_per_s": 8192,
        "throttled_percent": 40.0,
    }  # fmt: skip
    assert told.table.rows[0] == ("engine", 50.0, "95.4 MiB", "190.7 MiB", 50.0, "2.9 KiB", "4.0 KiB", 17)


async def test_the_fullest_comes_first():
    full = {"memory_stats": {"usage": 199_000_000, "limit": 200_000_000}}
    told = await seen({"a": [sample(0), sample(1)], "b": [sample(0, **full), sample(1, **full)]})
    assert (told.facts["fullest"], told.facts["memory_percent"]) == ("b", 99.5)


async def test_only_those_that_are_asked_for():
    told = await seen({"a": [sample(0), sample(1)], "b": [sample(0), sample(1)]}, units=["b"])
    assert told.facts["containers"] == 1


@pytest.mark.parametrize(
    ("memory", "used"),
    [
        ({"usage": 100, "stats": {"inactive_file": 30}}, 70),
        ({"usage": 100, "stats": {"total_inactive_file": 20}}, 80),
        ({"usage": 100}, 100),
        ({"usage": 10, "stats": {"inactive_file": 30}}, 0),
        ({}, None),
    ],
)
def test_memory(memory: dict, used: int | None):
    assert used_memory(memory) == used


def test_a_container_that_was_restarted_in_between_is_unknown():
    assert cpu_percent(sample(1), sample(0)) is None
    assert row_of("a", sample(1), sample(0))["network"] is None


def test_samples_that_say_nothing():
    row = row_of("a", {}, {})
    assert row["cpu_percent"] is row["memory_percent"] is row["processes"] is None
    assert row_of("a", {"networks": "x", "blkio_stats": []}, json.loads('{"cpu_stats": 5}'))["throttled"] is None


async def test_nothing_runs():
    async with dockerd({"/containers/json": [listed("engine", "exited")]}) as docker:
        await fails(PROBE, at(docker.address), Trouble.MISSING, "of engine nothing runs", units=["engine"])


async def test_where_it_cannot_look():
    await cannot_look(PROBE, "/containers/json")

"""One probe, wherever it looks: on the bot's own host, by ssh, in a container and in a pod it sees the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core.evidence import Trouble
from bot.probes import (
    config_read,
    disk_usage,
    file_checksum,
    file_stat,
    host_info,
    host_limits,
    host_memory,
    host_sysctl,
    log_file,
    process,
)
from bot.probes.base import Probe
from bot.transports.base import Transport
from bot.transports.docker import InContainer
from bot.transports.kubernetes import InPod
from bot.transports.kubernetes_api import Way
from bot.transports.local import Local
from bot.transports.places import Into
from tests.probes.kit import a_site, fails, look
from tests.transports.cluster import TOKEN, cluster, pod
from tests.transports.dockerd import dockerd
from tests.transports.sshd import place

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
LOG = """2026-11-21 03:10:01 INFO started
2026-11-21 03:11:02 ERROR no route to binance
2026-11-21 03:11:03 ERROR no route to kraken
"""
CONFIG = "engine:\n  workers: 4\n  api_secret: not-for-anybody\n"


@pytest.fixture
async def places(tmp_path: Path) -> AsyncIterator[dict[str, Transport]]:
    """The ways to one and the same folder."""
    (tmp_path / "engine.log").write_text(LOG)
    (tmp_path / "engine.yaml").write_text(CONFIG)
    folder = str(tmp_path)
    async with AsyncExitStack() as open_:
        host = await open_.enter_async_context(place())
        docker = await open_.enter_async_context(dockerd(containers=("bot",)))
        at = await open_.enter_async_context(
            cluster({"/api/v1/namespaces/trading-system/pods": [pod("coordinator-0")]})
        )
        way = Way(address=at.address, token=TOKEN)
        yield {
            "local": Local(folder),
            "ssh": Into(host, folder),
            "docker": Into(InContainer("bot", docker.address), folder),
            "kubernetes": Into(InPod(way, namespace="trading-system", unit="coordinator-0"), folder),
        }


def the_same(facts: dict[str, Any]) -> dict[str, Any]:
    """What does not change from one look to the next."""
    return {name: value for name, value in facts.items() if name != "available_bytes"}


def only(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """These, of what changes all the time."""
    return lambda facts: {name: facts[name] for name in names}


@pytest.mark.parametrize(
    ("probe", "parameters", "compared"),
    [
        (log_file.PROBE, {"path": "engine.log", "contains": ["ERROR"]}, the_same),
        (log_file.PROBE, {"path": "engine.log", "since": "90s"}, the_same),
        (config_read.PROBE, {"path": "engine.yaml", "keys": ["engine.workers", "engine.api_secret"]}, the_same),
        (file_stat.PROBE, {"paths": ["engine.log"]}, the_same),
        (file_checksum.PROBE, {"path": "engine.log"}, the_same),
        (disk_usage.PROBE, {"path": "."}, the_same),
        (host_memory.PROBE, {}, only("total_bytes")),
        (host_info.PROBE, {}, only("kernel")),
        (host_limits.PROBE, {}, only("open_files", "core_bytes")),
        (host_sysctl.PROBE, {"keys": ["kernel.pid_max"]}, the_same),
        (process.PROBE, {"match": "^no-such-process$"}, only("count")),
    ],
    ids=lambda value: value.name if isinstance(value, Probe) else "",
)
async def test_it_sees_the_same(
    places: dict[str, Transport], probe: Probe, parameters: dict[str, Any], compared: Callable[[Any], Any]
):
    seen = {
        way: await look(probe, a_site(transport, now=lambda: NOW, within_s=30.0), **parameters)
        for way, transport in places.items()
    }
    facts = {way: compared(dict(one.facts)) for way, one in seen.items()}
    assert facts["local"]
    assert facts == dict.fromkeys(facts, facts["local"])
    assert len({tuple(one.excerpt) for one in seen.values()}) == 1


async def test_what_is_not_there_is_not_there_anywhere(places: dict[str, Transport]):
    for transport in places.values():
        site = a_site(transport, now=lambda: NOW, within_s=30.0)
        await fails(log_file.PROBE, site, Trouble.MISSING, None, path="gone.log")

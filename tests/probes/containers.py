"""What the tests of the docker_ probes share: records as Docker 27 gives them, and everything that can be wrong."""

from __future__ import annotations

from typing import Any

from bot.core.evidence import Trouble
from bot.probes.base import Probe
from tests.probes.kit import fails
from tests.probes.ports import listening, nobody
from tests.probes.postgres import at
from tests.transports.dockerd import dockerd

PROJECT, SERVICE = "com.docker.compose.project", "com.docker.compose.service"


def listed(service: str, state: str = "running", project: str = "bot-core", **changes: Any) -> dict[str, Any]:
    """An entry of the list of containers."""
    return {
        "Id": f"{service}-id", "Names": [f"/{project}-{service}-1"], "Image": "x", "State": state,
        "Labels": {PROJECT: project, SERVICE: service},
        "Ports": [{"IP": "0.0.0.0", "PrivatePort": 8080, "PublicPort": 18080, "Type": "tcp"}, {"PrivatePort": 9090}],
    } | changes  # fmt: skip


def record(service: str, state: str = "running", **changes: Any) -> dict[str, Any]:
    """What is known of one container; `State`, `HostConfig` and `Config` are changed entry by entry."""
    own: dict[str, Any] = {
        "Id": f"{service}-id", "Name": f"/bot-core-{service}-1", "RestartCount": 0, "Created": "2026-11-20T00:00:00Z",
        "State": {
            "Status": state, "Running": state == "running", "OOMKilled": False, "ExitCode": 0, "Error": "",
            "StartedAt": "2026-11-21T00:12:00.123456789Z", "FinishedAt": "0001-01-01T00:00:00Z",
        },
        "HostConfig": {"Memory": 536870912, "NanoCpus": 1500000000, "RestartPolicy": {"Name": "unless-stopped"}},
        "Config": {
            "Image": "rust-core-engine:1.4", "Tty": False, "Env": ["BINANCE_SECRET_KEY=do-not-show-this"],
            "Labels": {PROJECT: "bot-core", SERVICE: service},
        },
    }  # fmt: skip
    for name, change in changes.items():
        own[name] = {**own[name], **change} if isinstance(change, dict) else change
    return own


def answers(*records: tuple[dict[str, Any], dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The list of containers, and each by its id."""
    return {
        "/containers/json": [entry for entry, _ in records],
        **{f"/containers/{own['Id']}/json": own for _, own in records},
        **more,
    }


async def cannot_look(probe: Probe, path: str, /, **parameters: Any) -> None:
    """What every docker_ probe says where it cannot look. `path`: what it asks first."""
    await fails(probe, at(f"tcp://{nobody()}"), Trouble.REFUSED, None, **parameters)
    await fails(probe, at("unix:///nowhere/docker.sock"), Trouble.MISSING, "no such socket", **parameters)
    await fails(probe, at("tcp://no-such-host.invalid:2375"), Trouble.DNS, None, **parameters)
    await fails(probe, at("what is this"), Trouble.MISSING, "Docker's address is none", **parameters)
    async with listening() as silent:
        await fails(probe, at(f"tcp://{silent}", within_s=0.2), Trouble.TIMEOUT, None, **parameters)
    async with listening(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", hangs_up=True) as garbage:
        await fails(probe, at(f"tcp://{garbage}"), Trouble.PARSE, None, **parameters)
    for answer, trouble in (
        (b"garbage", Trouble.PARSE),
        (b"", Trouble.PARSE),
        (b"[" * 100_000, Trouble.PARSE),
        ({"an": "object"}, Trouble.PARSE),
        ((500, {"message": "the daemon is ill"}), Trouble.REFUSED),
        ((403, {"message": "authorization denied by plugin"}), Trouble.PERMISSION),
    ):
        async with dockerd({path: answer}) as docker:
            await fails(probe, at(docker.address), trouble, None, **parameters)
    async with dockerd({path: None}) as docker:
        await fails(probe, at(docker.address, within_s=0.2), Trouble.TIMEOUT, None, **parameters)

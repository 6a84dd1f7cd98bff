"""docker_inspect: how one container stands: why it ended, whether memory killed it, its limits, its health checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._docker import UnitParameters, docker, find, number, part, parts, since
from bot.probes._text import clean
from bot.probes.base import Fact, Probe, Site


class DockerInspectParameters(UnitParameters):
    """Which container."""


async def _look(parameters: DockerInspectParameters, site: Site) -> Seen:
    async with docker(site) as api:
        own = await find(api, parameters)
    health = parts(part(part(own.get("State")).get("Health")).get("Log"))
    said = [clean(one_line(str(one.get("Output") or ""), 300)) for one in health[::-1] if one.get("ExitCode") != 0]
    facts = facts_of(own, site.now())
    return Seen(
        facts=facts,
        table=Table(
            columns=("what", "is"), rows=tuple((name, value) for name, value in facts.items() if value is not None)
        ),
        excerpt=[line for line in said if line],
    )


def facts_of(own: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What a container's record says, but its environment, which may hold secrets."""
    state, host, config = part(own.get("State")), part(own.get("HostConfig")), part(own.get("Config"))
    health = part(state.get("Health"))
    runs = state.get("Running") is True
    cpus = number(host.get("NanoCpus"))
    return {
        "state": str(state.get("Status") or "") or None,
        "running": runs,
        "exit_code": None if runs else number(state.get("ExitCode")),
        "error": clean(one_line(str(state.get("Error") or ""))),
        "oom_killed": state.get("OOMKilled") if isinstance(state.get("OOMKilled"), bool) else None,
        "restarts": number(own.get("RestartCount")),
        "restart_policy": str(part(host.get("RestartPolicy")).get("Name") or "no"),
        "health": str(health.get("Status") or "none"),
        "failing_checks": number(health.get("FailingStreak")) or 0,
        "memory_limit_bytes": number(host.get("Memory")),
        "cpu_limit": None if cpus is None else cpus / 1e9,
        "image": str(config.get("Image") or "") or None,
        "running_s": since(state.get("StartedAt"), now) if runs else None,
        "ended_s": None if runs else since(state.get("FinishedAt"), now),
    }


PROBE = Probe(
    name="docker_inspect",
    help="One container of Docker: exit code, whether memory killed it, restarts, limits, and its health checks.",
    parameters=DockerInspectParameters,
    facts={
        "state": Fact(sort="text", help="running, exited, restarting, paused, created or dead"),
        "running": Fact(sort="flag", help="whether it runs"),
        "exit_code": Fact(sort="number", help="how it ended: 137 killed, 139 by a fault; unknown while it runs"),
        "error": Fact(sort="text", help="why it could not be started; empty where it could"),
        "oom_killed": Fact(sort="flag", help="whether it was last killed for want of memory"),
        "restarts": Fact(sort="number", help="restarts by Docker"),
        "restart_policy": Fact(sort="text", help="when Docker restarts it: no, always, on-failure, unless-stopped"),
        "health": Fact(sort="text", help="healthy, unhealthy, starting, or none where it has no health check"),
        "failing_checks": Fact(sort="number", help="health checks that failed, one after the other"),
        "memory_limit_bytes": Fact(sort="number", unit="bytes", help="memory that it may take; 0 without a limit"),
        "cpu_limit": Fact(sort="number", help="processors that it may take; 0 without a limit"),
        "image": Fact(sort="text", help="the image it was made of"),
        "running_s": Fact(sort="number", unit="s", help="since it was started; unknown where it does not run"),
        "ended_s": Fact(sort="number", unit="s", help="since it ended; unknown while it runs"),
    },
    look=_look,
    target="url",
    fills=("unit",),
)

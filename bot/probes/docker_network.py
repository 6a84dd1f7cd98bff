"""docker_network: which containers share one of Docker's networks, by which names and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._docker import ContainerName, DockerParameters, containers, docker, name_of, part, parts
from bot.probes._text import not_understood
from bot.probes.base import Fact, Probe, Site
from bot.transports.docker_api import segment


class DockerNetworkParameters(DockerParameters):
    """Which network, and who has to be on it."""

    network: ContainerName = Field(description="The network", examples=["bot-network"])
    members: tuple[ContainerName, ...] = Field(
        default=(), max_length=50, description="Containers or services that have to be on it", examples=[["mongodb"]]
    )


async def _look(parameters: DockerNetworkParameters, site: Site) -> Seen:
    async with docker(site) as api:
        said = await api.get(f"/networks/{segment(parameters.network)}")
        if not isinstance(said, dict) or "Name" not in said:
            raise not_understood("Docker")
        listed = await containers(api, parameters.project)
    names = {str(one["Id"]): name_of(one) for one in listed}
    rows = [_row(id_, part(one), names) for id_, one in part(said.get("Containers")).items()]
    there = {name for row in rows for name in row[:2]}
    subnets = [str(one["Subnet"]) for one in parts(part(said.get("IPAM")).get("Config")) if "Subnet" in one]
    missing = sorted(set(parameters.members) - there)
    return Seen(
        facts={
            "members": len(rows),
            "names": sorted(row[0] for row in rows),
            "missing": missing,
            "complete": not missing,
            "driver": str(said.get("Driver") or "") or None,
            "internal": said.get("Internal") if isinstance(said.get("Internal"), bool) else None,
            "subnets": subnets,
        },
        table=Table(columns=("service", "container", "address"), rows=tuple(sorted(rows))),
    )


def _row(id_: str, one: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, str, str]:
    own = str(one.get("Name") or id_[:12])
    return names.get(id_, own), own, str(one.get("IPv4Address") or one.get("IPv6Address") or "")


PROBE = Probe(
    name="docker_network",
    help="A network of Docker: which containers are on it, and whether those that have to reach each other are.",
    parameters=DockerNetworkParameters,
    facts={
        "members": Fact(sort="number", help="containers that are on it and run"),
        "names": Fact(sort="list", help="their services, or names"),
        "missing": Fact(sort="list", help="those that have to be on it and are not"),
        "complete": Fact(sort="flag", help="whether all that have to be on it are"),
        "driver": Fact(sort="text", help="what makes it: bridge, overlay, host"),
        "internal": Fact(sort="flag", help="whether nothing outside can be reached from it"),
        "subnets": Fact(sort="list", help="its ranges of addresses"),
    },
    look=_look,
    target="url",
)

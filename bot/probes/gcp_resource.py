"""gcp_resource: how a thing of Google Cloud stands: load balancing, certificates, accounts, builds, data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._gcloud import GcloudParameters, NotThere, asked, objects
from bot.probes._text import clean
from bot.probes.base import Fact, Probe, Site

ResourceName = Annotated[str, Field(max_length=200, pattern="^[A-Za-z0-9][A-Za-z0-9_.@:-]*$")]
Kind = Literal["backend_service", "ssl_certificate", "service_account", "build", "dataset"]

_LAST_LINES = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class _How:
    """How one kind of thing is asked for."""

    every: tuple[str, ...]
    one: tuple[str, ...]
    """The name comes after it."""
    names: tuple[str, ...]
    """Where the name of one stands."""
    states: tuple[str, ...]
    """Where its state stands; empty: it has none, and that it is there is all."""
    well: frozenset[str]


_HOW: Mapping[str, _How] = {
    "backend_service": _How(
        every=("compute", "backend-services", "list"), one=("compute", "backend-services", "describe"),
        names=("name",), states=(), well=frozenset(),
    ),
    "ssl_certificate": _How(
        every=("compute", "ssl-certificates", "list"), one=("compute", "ssl-certificates", "describe"),
        names=("name",), states=("managed.status",), well=frozenset({"ACTIVE"}),
    ),
    "service_account": _How(
        every=("iam", "service-accounts", "list"), one=("iam", "service-accounts", "describe"),
        names=("email", "name"), states=(), well=frozenset(),
    ),
    "build": _How(
        every=("builds", "list", "--limit=20"), one=("builds", "describe"),
        names=("id",), states=("status",), well=frozenset({"SUCCESS", "WORKING", "QUEUED", "PENDING"}),
    ),
    "dataset": _How(
        every=("ls", "--max_results=500"), one=("show",), names=("datasetReference.datasetId", "id"), states=(),
        well=frozenset(),
    ),
}  # fmt: skip


class GcpResourceParameters(GcloudParameters):
    """Which thing."""

    resource: Kind = Field(description="What sort of thing", examples=["ssl_certificate"])
    called: ResourceName | None = Field(default=None, description="Its name; none: all of that sort")
    region: Annotated[str, Field(max_length=40, pattern="^[a-z0-9-]*$")] = Field(
        default="", description="The region of a backend service or certificate; none: a global one"
    )
    log: bool = Field(default=False, description="Of a build: what it printed last as well")

    @model_validator(mode="after")
    def _a_log_is_that_of_one_build(self) -> Self:
        if self.log and (self.resource != "build" or self.called is None):
            raise ValueError("log: only a build has one, and it has to be named in called")
        return self


async def _look(parameters: GcpResourceParameters, site: Site) -> Seen:
    how = _HOW[parameters.resource]
    try:
        found = await objects(site, parameters, *_argv(parameters, how))
    except NotThere as failure:
        if parameters.called is None:
            raise
        return Seen(facts={**dict.fromkeys(_FACTS), "exists": False, "count": 0}, excerpt=[str(failure)])
    health = await _health(parameters, site)
    rows = [_row(one, how) for one in found]
    lines = await _log(parameters, site)
    return Seen(
        facts=facts_of(rows, how, health) | {"exists": bool(rows) if parameters.called else None},
        table=Table(columns=("name", "state"), rows=tuple(rows)),
        excerpt=lines[::-1],
        output="\n".join(lines),
    )


def _argv(parameters: GcpResourceParameters, how: _How) -> tuple[str, ...]:
    if parameters.resource == "dataset":
        name = () if parameters.called is None else (parameters.called,)
        return ("bq", "--format=json", *(how.every if parameters.called is None else how.one), *name)
    if parameters.called is None:
        return ("gcloud", *how.every, "--format=json")
    return ("gcloud", *how.one, parameters.called, *_where(parameters), "--format=json")


def _where(parameters: GcpResourceParameters) -> tuple[str, ...]:
    if parameters.region:
        return (f"--region={parameters.region}",)
    return ("--global",) if parameters.resource in ("backend_service", "ssl_certificate") else ()


async def _health(parameters: GcpResourceParameters, site: Site) -> dict[str, int] | None:
    """How many ends of a backend service are in which state; None for other things."""
    if parameters.resource != "backend_service" or parameters.called is None:
        return None
    argv = ("compute", "backend-services", "get-health", parameters.called, *_where(parameters), "--format=json")
    counts: dict[str, int] = {}
    for group in await objects(site, parameters, "gcloud", *argv):
        status = group.get("status")
        ends = status.get("healthStatus") if isinstance(status, dict) else None
        for end in ends if isinstance(ends, list) else ():
            state = str(end.get("healthState")) if isinstance(end, dict) else "?"
            counts[state] = counts.get(state, 0) + 1
    return counts


async def _log(parameters: GcpResourceParameters, site: Site) -> list[str]:
    if not parameters.log or parameters.called is None:
        return []
    ran = await asked(site, parameters, "gcloud", "builds", "log", parameters.called, *_where(parameters))
    lines = [one_line(line) for line in clean(ran.out).rstrip("\n").split("\n")[-_LAST_LINES:]]
    return [line for line in lines if line]


def _at(one: Mapping[str, Any], path: str) -> Any:
    value: Any = one
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _row(one: Mapping[str, Any], how: _How) -> tuple[str, str]:
    name = next((str(said) for path in how.names if (said := _at(one, path)) is not None), "?")
    state = next((str(said) for path in how.states if (said := _at(one, path)) is not None), "")
    if one.get("disabled") is True:
        state = "DISABLED"
    return one_line(name), one_line(state)


def facts_of(rows: Sequence[tuple[str, str]], how: _How, health: Mapping[str, int] | None) -> dict[str, Any]:
    """What the things come to. A certificate that is not Google's to renew has no state, and is not bad for that."""
    bad = sorted(name for name, state in rows if state == "DISABLED" or (state and how.well and state not in how.well))
    states: dict[str, int] = {}
    for _, state in rows:
        states[state or "there"] = states.get(state or "there", 0) + 1
    return {
        "count": len(rows),
        "names": [name for name, _ in rows][:200],
        "state": rows[0][1] or "there" if len(rows) == 1 else None,
        "states": states,
        "bad": bad,
        "healthy": None if health is None else health.get("HEALTHY", 0),
        "unhealthy": None if health is None else sum(health.values()) - health.get("HEALTHY", 0),
    }


_FACTS = {
    "exists": Fact(sort="flag", help="whether the one that was named is there; unknown where none was named"),
    "count": Fact(sort="number", help="how many there are"),
    "names": Fact(sort="list", help="what they are called"),
    "state": Fact(sort="text", help="state of the only one: ACTIVE, PROVISIONING, SUCCESS, FAILURE, DISABLED, there"),
    "states": Fact(sort="map", help="how many are in which state"),
    "bad": Fact(sort="list", help="those in a state that is not a good one, or that are disabled"),
    "healthy": Fact(sort="number", help="ends of a backend service that are healthy; unknown for other things"),
    "unhealthy": Fact(sort="number", help="ends of a backend service that are not"),
}

PROBE = Probe(
    name="gcp_resource",
    help="Google Cloud by gcloud and bq: backend services, certificates, service accounts, builds, data sets.",
    parameters=GcpResourceParameters,
    facts=_FACTS,
    look=_look,
    fills=("called",),
)

"""Reads `endpoints.yaml`: where monitors post their alerts, and by which secrets they prove themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from bot.core.endpoint import Endpoint
from bot.packs.leaks import find_leaks
from bot.packs.loading import PRODUCTION, bundled
from bot.packs.problems import Place, Problem, Problems, meant
from bot.packs.reading import Document, read
from bot.packs.shapes import Name, Strict
from bot.packs.structure import fit
from bot.packs.variables import PREFIX

ALL = "all"
_SECRET = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")


Systems = Annotated[
    tuple[Name, ...],
    BeforeValidator(lambda value: (ALL,) if value == ALL else value),
    WithJsonSchema({"anyOf": [{"const": ALL}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]


class AlertEndpoint(Strict):
    """One address for alerts: `POST /alerts/<name>`."""

    source: Name
    """The kind of monitor that posts there."""
    systems: Systems = (ALL,)
    """The systems its alerts may mean: a list of names, or `all`."""
    bearer: tuple[str, ...] = ()
    """Tokens it accepts, as names of variables: `${alertmanager_token}`; two of them while one is being replaced."""
    hmac: tuple[str, ...] = ()
    """Secrets of signatures it accepts, as names of variables."""
    signature_header: str = ""
    """The header that carries the signature; none: the source's usual one."""
    timestamp_header: str = ""
    """The header with the time that is signed along with the body; none: the source's usual one, if it has one."""
    max_body: Annotated[int, Field(ge=1024, le=64 << 20)] = 1 << 20
    """The largest body it takes, in bytes."""
    mapping: dict[str, Any] = {}
    """For the source: how to read bodies that are of nobody's usual form."""
    help: str = ""
    """How to set up the monitor, in one line."""


class EndpointsFile(Strict):
    """Where monitors post their alerts. Secrets stand in environment variables: `${name}` is TOCSIN_VAR_<NAME>."""

    endpoints: dict[Name, AlertEndpoint] = Field(min_length=1)
    """The endpoints by name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedEndpoints:
    """What the file says, and what is wrong with it."""

    endpoints: tuple[Endpoint, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    places: Mapping[str, Place]
    """By endpoint: where it is written, for those who find its `mapping` wrong."""
    variables: tuple[str, ...] = ()
    """Those of the environment that it reads, set or not."""


def load_endpoints(
    folders: Sequence[Path], systems: Sequence[str], *, variables: Mapping[str, str], environment: str = ""
) -> LoadedEndpoints:
    """Load the endpoints for the active `systems` from the first folder that has an `endpoints.yaml`, else the bundled
    ones. `variables` are values by upper-case key (`ALERTMANAGER_TOKEN`). Never raises for what is written there."""
    problems = Problems()
    here = [folder / "endpoints.yaml" for folder in folders if (folder / "endpoints.yaml").is_file()]
    path = here[0] if here else bundled() / "endpoints.yaml"
    notes = (f"endpoints: {path} is used instead of the bundled ones",) if here else ()
    document = read(path, problems)
    endpoints: list[Endpoint] = []
    file = None
    if document is not None:
        find_leaks(document, problems)
        file = fit(document, EndpointsFile, problems)
        for name, entry in (file.endpoints if file else {}).items():
            endpoint = _endpoint(name, entry, systems, _Secrets(document, variables, problems), environment)
            if endpoint is not None:
                endpoints.append(endpoint)
    places = {endpoint.name: document.place("endpoints", endpoint.name) for endpoint in endpoints} if document else {}
    return LoadedEndpoints(
        endpoints=tuple(endpoints),
        problems=problems.found(),
        notes=notes,
        places=places,
        variables=tuple(PREFIX + name.upper() for name in _SECRET.findall(" ".join(_secrets(file)))),
    )


def _secrets(file: EndpointsFile | None) -> Iterator[str]:
    for entry in file.endpoints.values() if file else ():
        yield from (*entry.bearer, *entry.hmac)


@dataclass(frozen=True, slots=True)
class _Secrets:
    document: Document
    variables: Mapping[str, str]
    problems: Problems

    def read(self, name: str, kind: str, written: Sequence[str]) -> tuple[list[str], list[str]]:
        """The secrets that are set, and the settings of those that are not."""
        found: list[str] = []
        unset: list[str] = []
        for position, text in enumerate(written):
            reference = _SECRET.fullmatch(text)
            if reference is None:
                place = self.document.place("endpoints", name, kind, position)
                remedy = f"write ${{{name}_token}} and set {PREFIX}{name.upper()}_TOKEN: secrets are no part of a pack"
                self.problems.error(place, f"{kind} of {name!r} is not the name of a variable", remedy)
                continue
            key = reference[1].upper()
            value = self.variables.get(key, "").strip()
            if value:
                found.append(value)
            else:
                unset.append(PREFIX + key)
        return found, unset


def _endpoint(
    name: str, entry: AlertEndpoint, systems: Sequence[str], secrets: _Secrets, environment: str
) -> Endpoint | None:
    place, problems = secrets.document.place("endpoints", name), secrets.problems
    bearer, no_bearer = secrets.read(name, "bearer", entry.bearer)
    hmac, no_hmac = secrets.read(name, "hmac", entry.hmac)
    if not bearer and not hmac:
        tell = problems.error if environment == PRODUCTION else problems.warning
        settings = " or ".join([*no_bearer[:1], *no_hmac[:1]])
        remedy = f"set {settings}" if settings else f'write bearer: ["${{{name}_token}}"]'
        tell(place, f"endpoint {name!r} has no secret, so that every alert posted there is refused", remedy)
    return _built(name, entry, _systems(name, entry, systems, place, problems), bearer, hmac)


def _systems(
    name: str, entry: AlertEndpoint, active: Sequence[str], place: Place, problems: Problems
) -> tuple[str, ...]:
    if ALL in entry.systems:
        return tuple(active)
    for system in entry.systems:
        if system not in active:
            problems.warning(
                place, f"endpoint {name!r} names the system {system!r}, which is not active", meant(system, active)
            )
    chosen = tuple(system for system in entry.systems if system in active)
    if not chosen:
        problems.error(
            place, f"endpoint {name!r} has no active system", "write systems: all, or the name of an active one"
        )
    return chosen


def _built(
    name: str, entry: AlertEndpoint, systems: tuple[str, ...], bearer: list[str], hmac: list[str]
) -> Endpoint | None:
    if not systems:
        return None
    return Endpoint(
        name=name,
        source=entry.source,
        systems=systems,
        bearer=tuple(bearer),
        hmac=tuple(hmac),
        signature_header=entry.signature_header.lower(),
        timestamp_header=entry.timestamp_header.lower(),
        max_body=entry.max_body,
        parameters=entry.mapping,
    )

"""Configured: what the environment, the packs and the endpoints say, read together, with everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, SecretStr, ValidationError

import bot.pagers
import bot.probes
import bot.sources
from bot import packs
from bot.core.endpoint import Endpoint
from bot.core.errors import BadContent
from bot.core.redaction import Redactor
from bot.core.secret_addresses import parts_of_secret, passwords_in
from bot.core.secret_names import sureness
from bot.core.system import System
from bot.engine.desk import Desk, Way
from bot.inbound.doors import Door
from bot.packs import Problem
from bot.pagers.base import Pager
from bot.plugs import discover
from bot.probes.base import Probe
from bot.settings import VARIABLE_PREFIX, Environment, Settings
from bot.sources.base import Source
from bot.views.report import try_out
from bot.views.report_samples import SAMPLES


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The pagers there are, each with its parameters from the environment."""

    pagers: Mapping[str, Pager]
    parameters: Mapping[str, BaseModel]
    """Of those that are configured."""
    missing: Mapping[str, str]
    """Of those that are not: what to set."""
    refused: Mapping[str, ValidationError]
    """Of sections of which something is set: what is wrong. Their pagers are among the missing ones."""

    def for_desk(self) -> dict[str, Way]:
        """What the ladder needs to know of them."""
        return {
            name: Way(
                name=name,
                wakes=p.wakes,
                voice=p.voice,
                keeps_incidents=p.keeps_incidents,
                missing=f"{name} is not configured: {self.missing[name]}" if name in self.missing else "",
            )
            for name, p in self.pagers.items()
        }


def find_ways(environment: Environment, settings: Settings) -> Ways:
    """Discover the pagers and read their sections. What nobody reads of a section switches nothing off."""
    pagers: dict[str, Pager] = discover(bot.pagers, "PAGER")
    parameters, missing, refused = {}, {}, {}
    for name, pager in pagers.items():
        if name == "slack" and not settings.slack_bot_token.get_secret_value():
            missing[name] = "set SLACK_BOT_TOKEN"
            continue
        section = environment.section(pager.section)
        known = {field: value for field, value in section.items() if field in pager.parameters.model_fields}
        try:
            parameters[name] = pager.parameters.model_validate(known)
        except ValidationError as problem:
            missing[name] = _to_do(pager.section, problem)
            if known:
                refused[pager.section] = problem
    return Ways(pagers=pagers, parameters=parameters, missing=missing, refused=refused)


def _to_do(section: str, problem: ValidationError) -> str:
    """`correct TOCSIN_SMTP_PORT and set TOCSIN_SMTP_HOST`."""
    variables: dict[str, list[str]] = {"correct": [], "set": []}
    for error in problem.errors():
        variables["set" if error["type"] == "missing" else "correct"].append(variable_of(section, error["loc"]))
    return " and ".join(f"{verb} {', '.join(dict.fromkeys(names))}" for verb, names in variables.items() if names)


def variable_of(section: str, field: Sequence[object]) -> str:
    """The variable that sets a field of a pager's section; `TOCSIN_SMTP_...` where it is about several."""
    return f"TOCSIN_{section}_".upper() + ("_".join(map(str, field)).upper() or "...")


_SECRET_WORDS = ("TOKEN", "SECRET", "KEY", "PASSW", "CREDENTIAL")
"""A variable of a pack with one of these in its name is one, whatever else is in it."""


def secrets_of(settings: Settings, ways: Ways, environment: Environment) -> list[str]:
    """Every secret the environment gives to this process: none of them may show up anywhere."""
    models: list[BaseModel] = [settings, *ways.parameters.values()]
    values = [value for model in models for value in dict(model).values()]
    variables = environment.variables()
    found = [
        part.strip()  # some hold several, separated by commas
        for value in values
        if isinstance(value, SecretStr)
        for part in {value.get_secret_value(), *value.get_secret_value().split(",")}
    ]
    found += environment.secrets().values()
    found += [v for name, v in variables.items() if sureness(name) or any(word in name for word in _SECRET_WORDS)]
    for value in (*values, *variables.values()):
        if isinstance(value, str):
            found += passwords_in(value)
    return [one for one in (*found, *parts_of_secret(settings.heartbeat_url)) if one]


@dataclass(frozen=True, kw_only=True)
class Content:
    """The packs and endpoints as they are read, with everything that is wrong with them."""

    systems: Mapping[str, System]
    doors: Mapping[str, Door]
    problems: Sequence[Problem]
    notes: Sequence[str]
    probes: Mapping[str, Probe] = field(default_factory=dict)
    packs: Mapping[str, packs.Contents] = field(default_factory=dict)
    """By system: what its pack holds besides."""
    inactive: Sequence[str] = ()
    """Systems that there are packs for, but that are not among these."""
    variables: frozenset[str] = frozenset()
    """Those of the environment that packs and endpoints read."""


SECRET_ADDRESSES = ("pagerduty", "webhook", "apprise")
"""Ways whose addresses are as good as a password."""


def secret_addresses(systems: Mapping[str, System]) -> list[str]:
    """Addresses of contacts that must not show up anywhere, nor parts of them."""
    contacts = [contact for system in systems.values() for contact in system.roster.contacts.values()]
    found = [address for contact in contacts for way in SECRET_ADDRESSES if (address := contact.address(way))]
    return [part for address in found for part in parts_of_secret(address)]


def load_content(
    environment: Environment,
    settings: Settings,
    ways: Ways,
    *,
    folder: Path | None = None,
    overlay: str = "",
    whole: bool = False,
    only: str = "",
    also: str = "",
) -> Content:
    """Read what is configured; or, with `folder`, all packs there; `whole`: also the bundled ones that are not active;
    `only`: checks and playbooks of that system alone; `also`: that system, too, if there is a pack for it. Never raises
    for what is written in them."""
    folders = [folder] if folder else list(settings.playbooks)
    there = [name for place in (*folders, packs.bundled()) for name in packs.available(place)]
    names = () if folder else settings.systems
    if names and also not in names and also in there:
        names = (*names, also)
    if whole:
        names = tuple(there)
    chosen, variables = overlay or settings.environment, environment.variables()
    probes: dict[str, Probe] = discover(bot.probes, "PROBE", Probe)
    loaded = packs.load(
        folders,
        names,
        variables=variables,
        environment=chosen,
        ways=_infos(ways),
        public_address=bool(settings.public_url),
        probes=probe_infos(probes),
        only=only,
    )
    active = [system.name for system in loaded.systems]
    found = packs.load_endpoints(folders, active, variables=variables, environment=chosen)
    systems = {system.name: system for system in loaded.systems}
    doors, wrong = _doors(found.endpoints, systems)
    declared = [f"{VARIABLE_PREFIX}{n}_{v}".upper() for n, file in loaded.files.items() for v in file.variables]
    return Content(
        systems=systems,
        doors=doors,
        problems=[*loaded.problems, *found.problems, *wrong, *_wrong_templates(loaded.contents)],
        notes=[*loaded.notes, *found.notes],
        probes=probes,
        packs=loaded.contents,
        variables=frozenset([*declared, *found.variables]),
        inactive=[name for name in there if name not in systems],
    )


def _infos(ways: Ways) -> dict[str, packs.WayInfo]:
    """What packs need to know of the pagers."""
    return {
        name: packs.WayInfo(
            wakes=p.wakes,
            answers=p.answers,
            address="phone" if name == "sms" else "",
            address_help=p.address_help,
            check_address=p.check_address,
        )
        for name, p in ways.pagers.items()
    }


def _wrong_templates(contents: Mapping[str, packs.Contents]) -> list[Problem]:
    """What is wrong with the templates of reports, by writing reports with them."""
    return [
        Problem(
            file=template.file,
            line=wrong.line,
            message=f"a report cannot be written with this template: {wrong.message}",
            remedy="correct it here; docs/reports.md names what a report holds",
        )
        for one in contents.values()
        for name, template in one.templates.items()
        if (wrong := try_out(name, template.text, SAMPLES)) is not None
    ]


def probe_infos(probes: Mapping[str, Probe]) -> dict[str, packs.ProbeInfo]:
    """What the packs' reader must know of the probe kinds."""
    return {
        name: packs.ProbeInfo(
            parameters=probe.parameters,
            facts=frozenset(probe.facts),
            fills=frozenset(probe.fills),
            sorts={fact: told.sort for fact, told in probe.facts.items()},
        )
        for name, probe in probes.items()
    }


def _doors(endpoints: Sequence[Endpoint], systems: Mapping[str, System]) -> tuple[dict[str, Door], list[Problem]]:
    sources: dict[str, Source] = discover(bot.sources, "SOURCE")
    doors, wrong = {}, []
    for endpoint in endpoints:
        source = sources.get(endpoint.source)
        try:
            if source is None:
                raise BadContent(f"there is no source {endpoint.source!r}; there are {', '.join(sources)}")
            source.parameters.model_validate(endpoint.parameters)
        except (ValidationError, BadContent) as problem:
            said = (
                str(problem)
                if isinstance(problem, BadContent)
                else "; ".join(f"mapping.{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors())
            )
            wrong.append(
                Problem(
                    file="endpoints.yaml", line=1, message=f"endpoint {endpoint.name!r}: {said}", remedy="correct it"
                )
            )
            continue
        doors[endpoint.name] = Door(endpoint=endpoint, source=source, systems=[systems[n] for n in endpoint.systems])
    return doors, wrong


def desk_for(settings: Settings, ways: Ways, environment: Environment, content: Content) -> Desk:
    """The desk of what was read. Its redactor takes out every secret this process knows; the salt, which replicas
    share, makes equal secrets recognisable."""
    proofs = [one for door in content.doors.values() for one in (*door.endpoint.bearer, *door.endpoint.hmac)]
    known = [*secrets_of(settings, ways, environment), *secret_addresses(content.systems), *proofs]
    return Desk(
        systems=content.systems,
        packs=content.packs,
        ways=ways.for_desk(),
        redactor=Redactor(known, salt=settings.secret.get_secret_value()),
        inactive=content.inactive,
        time_zone=settings.time_zone,
        public_url=settings.public_url,
    )

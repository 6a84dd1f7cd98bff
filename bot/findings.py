"""Findings: what is wrong, missing or risky in the settings, with the variable's name and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from pydantic_core import ErrorDetails

from bot.configured import Content, Ways, variable_of
from bot.core.check import Check
from bot.core.system import System
from bot.packs import Contents
from bot.pagers.base import Parameters
from bot.probes.base import EXTRAS, how_to_install
from bot.settings import SECRET_PREFIX, VARIABLE_PREFIX, Environment, Settings
from commands.base import Finding

_OURS = "TOCSIN_"
_SHOWN = 40
_CHECKS_NAMED = 5


def is_installed(name: str) -> bool:
    """Whether a distribution of that name is."""
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def findings(environment: Environment, settings: Settings, ways: Ways, content: Content, overlay: str) -> list[Finding]:
    """All there is to say of the settings, for `tocsin check`: what is wrong is an error; what a desk in production
    cannot be without is one there."""
    must = "error" if (overlay or settings.environment) == "production" else "warning"
    return [
        *mistakes(environment, settings, ways, content),
        *_about_slack(settings, must),
        *_about_links(settings, must),
        *_about_operation(settings),
        *_about_ways(ways, content.systems, must),
        *_about_rules(environment, content.packs, must),
        *about_extras(content, must),
    ]


def _about_slack(settings: Settings, must: str) -> Iterator[Finding]:
    if not _slack_parts(settings):
        yield Finding(
            where="SLACK_BOT_TOKEN",
            level=must,
            message="Slack is not configured",
            remedy="set it, and SLACK_APP_TOKEN for Socket Mode",
        )


def _about_links(settings: Settings, must: str) -> Iterator[Finding]:
    if not settings.public_url:
        yield Finding(
            where="TOCSIN_PUBLIC_URL",
            level=must,
            message="pages cannot be answered by link or phone while Slack is away",
            remedy="set the address by which the outside reaches this bot",
        )
    elif not settings.secret.get_secret_value():
        yield Finding(
            where="TOCSIN_SECRET",
            level=must,
            message="signed links die with every restart and differ between replicas",
            remedy="set it to the output of: openssl rand -hex 32",
        )


def _about_operation(settings: Settings) -> Iterator[Finding]:
    if not settings.heartbeat_url:
        yield Finding(
            where="TOCSIN_HEARTBEAT_URL",
            level="warning",
            message="nobody would notice if this bot stopped",
            remedy="set an address of a service that misses a heartbeat, called every minute",
        )
    if settings.database_url.startswith("sqlite"):
        yield Finding(
            where="DATABASE_URL",
            level="warning",
            message="SQLite is for one process on one host",
            remedy="set postgresql://... for real operation",
        )


def _about_ways(ways: Ways, systems: Mapping[str, System], must: str) -> Iterator[Finding]:
    used = {
        way
        for system in systems.values()
        for policy in system.plan.policies.values()
        for level in policy.levels
        for target in level.targets
        for way in target.ways
    }
    untold = {way for way in used & ways.missing.keys() if ways.pagers[way].section not in ways.refused}
    for way in sorted(untold):
        yield Finding(
            where=f"TOCSIN_{ways.pagers[way].section.upper()}_*",
            level=must,
            message=f"levels page by {way}, which is not configured",
            remedy=ways.missing[way],
        )


def _about_rules(environment: Environment, known: Mapping[str, Contents], must: str) -> Iterator[Finding]:
    """Rules whose figures nobody can read as things are: they count as above the limit, so every incident is raised."""
    for name, contents in known.items():
        for rule in contents.raises:
            checks = {one.check for one in contents.figures if one.name in rule.figures}
            wanted = {secret for check in checks for secret in _secrets_of(contents.checks.by_name[check])}
            variables = [f"{SECRET_PREFIX}{name}_{secret}".upper() for secret in sorted(wanted)]
            if unset := [one for one in variables if not environment.values.get(one)]:
                yield Finding(
                    where=unset[0],
                    level=must,
                    message=f"not set, so that {rule.name!r} of {name} cannot be read and makes every incident "
                    f"{rule.severity.word}",
                    remedy=f"set {' and '.join(unset)}, or take the rule out of raises",
                )


def about_extras(content: Content, must: str, is_there: Callable[[str], bool] = is_installed) -> Iterator[Finding]:
    """Checks of which nothing will be seen, for want of a library. `is_there` says whether a distribution is."""
    for name, contents in content.packs.items():
        wanting: dict[str, list[str]] = {}
        for check in contents.checks.by_name.values():
            probe = content.probes[check.probe]
            elsewhere = probe.needs_only_here and check.target.place.transport != "local"
            if probe.needs and not elsewhere and not is_there(EXTRAS[probe.needs]):
                wanting.setdefault(probe.needs, []).append(check.name)
        for extra, checks in wanting.items():
            shown = ", ".join(checks[:_CHECKS_NAMED]) + (" ..." if len(checks) > _CHECKS_NAMED else "")
            why, _, remedy = how_to_install(extra).partition(": ")
            yield Finding(
                where=f"{name}/checks.yaml",
                level=must,
                message=f"{why}, so that these see nothing: {shown}",
                remedy=remedy,
            )


def _secrets_of(check: Check) -> set[str]:
    """The secret variables that a check names, in whatever parameter its probe takes them."""
    given = check.parameters
    named = [given.get(name) for name in ("bearer", "password", "secret")]
    for several in ("credentials", "headers"):
        named += dict(given.get(several) or {}).values()
    return {str(name) for name in named if name}


def mistakes(environment: Environment, settings: Settings, ways: Ways, content: Content) -> Iterator[Finding]:
    """What somebody set and did not get: errors where a way to people is off for it, and variables that nothing reads.
    The bot runs all the same, and says so when it starts."""
    yield from _half_of_slack(settings)
    if settings.board_links and not settings.public_url:
        yield Finding(
            where="TOCSIN_BOARD_LINKS",
            level="error",
            message="set, but cards have no address to link to",
            remedy="set TOCSIN_PUBLIC_URL to the address by which people reach this bot",
        )
    for section, refused in ways.refused.items():
        off = sorted(name for name, pager in ways.pagers.items() if pager.section == section)
        model = ways.pagers[off[0]].parameters
        for error in refused.errors():
            yield _refused(section, error, model, f"{' and '.join(off)} {'are' if len(off) > 1 else 'is'} off")
    yield from _unread(environment, ways, content)


def _slack_parts(settings: Settings) -> set[str]:
    tokens = {
        "SLACK_BOT_TOKEN": settings.slack_bot_token,
        "SLACK_APP_TOKEN": settings.slack_app_token,
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
    }
    return {name for name, token in tokens.items() if token.get_secret_value()}


def _half_of_slack(settings: Settings) -> Iterator[Finding]:
    there = _slack_parts(settings)
    if there == {"SLACK_BOT_TOKEN"}:
        yield Finding(
            where="SLACK_APP_TOKEN",
            level="error",
            message="not set, so that no click and no command in Slack arrives",
            remedy="set it to the app-level token, xapp-..., for Socket Mode, or SLACK_SIGNING_SECRET for HTTP",
        )
    elif there and "SLACK_BOT_TOKEN" not in there:
        yield Finding(
            where="SLACK_BOT_TOKEN",
            level="error",
            message=f"not set, though {' and '.join(sorted(there))} is: Slack is off",
            remedy="set it to the bot token, xoxb-...",
        )


def _refused(section: str, error: ErrorDetails, model: type[Parameters], off: str) -> Finding:
    where = variable_of(section, error["loc"])
    field = model.model_fields.get(str(error["loc"][0])) if error["loc"] else None
    said = error["msg"].removeprefix("Value error, ")
    if field is None:
        problem, remedy = said, "correct one of them"
    elif error["type"] == "missing":
        problem, remedy = "not set", f"set it: {field.description}"
    else:
        name = str(error["loc"][0])
        written = _to_write(model.model_json_schema()["properties"][name])
        # Whatever is no number and no choice may be a secret in the wrong place.
        shown = repr(str(error["input"])[:_SHOWN]) if written else "the value"
        problem = f"{shown} is wrong: {said[:1].lower()}{said[1:]}"
        remedy = f"write {written}: {field.description}" if written else f"write: {field.description}"
        remedy += "" if field.is_required() else f"; without it {field.default!s} holds" if field.default else ""
    return Finding(where=where, level="error", message=f"{problem}; {off}", remedy=remedy)


def _to_write(schema: dict[str, Any]) -> str:
    """What a number or a choice may be; empty for any other text."""
    if "enum" in schema:
        *first, last = map(str, schema["enum"])
        return f"{', '.join(first)} or {last}"
    if schema.get("type") not in ("integer", "number"):
        return ""
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    return "a number" if least is None or most is None else f"a number from {least:g} to {most:g}"


def _unread(environment: Environment, ways: Ways, content: Content) -> Iterator[Finding]:
    """Variables with our beginning that are nobody's: most likely misspelt."""
    known = {str(field.title) for field in Settings.model_fields.values()} | content.variables
    for pager in ways.pagers.values():
        known |= {variable_of(pager.section, [name]) for name in pager.parameters.model_fields}
    elsewhere = tuple(f"{VARIABLE_PREFIX}{name}_".upper() for name in content.inactive)
    elsewhere += tuple(f"{SECRET_PREFIX}{name}_".upper() for name in (*content.inactive, *content.packs))
    told = " ".join(problem.message for problem in content.problems)
    for name, value in sorted(environment.values.items()):
        if not name.startswith(_OURS) or not value or name in known or name.startswith(elsewhere) or name in told:
            continue
        likely = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        remedy = f"did you mean {likely[0]}?" if likely else ".env.example has all there are; take it out"
        yield Finding(where=name, level="warning", message="nothing reads this variable", remedy=remedy)

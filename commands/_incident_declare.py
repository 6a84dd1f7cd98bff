"""/incident declare: what is wrong, in a person's words. What was typed is never lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import click

from bot.core.alert import SEVERITY_WORDS, Severity
from bot.core.system import System
from bot.engine import declare
from bot.views import modals
from bot.views.blocks import actions, plain, section
from commands._grammar import Unclear, Verb, joined, similar, tidy
from commands._incident_answer import said
from commands._which import actor, take_system
from commands.base import SLACK, TERMINAL, USAGE, Context, Reply

_USAGE = "/incident declare [SYSTEM] [SEVERITY] what is wrong"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Declaration:
    """What the words say."""

    system: str
    """Empty: not said, and not clear from the place."""
    stranger: bool
    """The first word stands where a system would, before a severity, and is none."""
    severity: Severity | None
    text: str


def _read(context: Context, words: Sequence[str]) -> _Declaration:
    desk, rest = context.engine.desk, list(words)
    system = take_system(context, rest)
    own = desk.systems.get(system)
    severity = _severity_at(rest, 0, own)
    return _Declaration(
        system=system,
        stranger=len(rest) == len(words) and severity is None and _surely_severity(rest, own),
        severity=severity,
        text=joined(rest[1:] if severity is not None else rest),
    )


def _severity_at(words: Sequence[str], place: int, system: System | None) -> Severity | None:
    # `S3 is down` is about a store of files.
    return severity_word(words[place], system) if len(words) > place and tidy(words[place]) != "s3" else None


def _surely_severity(words: Sequence[str], system: System | None) -> bool:
    """Whether the second word is a severity, and hardly one of a sentence such as `latency high` or `margin low`."""
    severity = _severity_at(words, 1, system)
    return severity is not None and (tidy(words[1]) in ("critical", "crit", "medium") or tidy(words[1])[-1].isdigit())


def severity_word(word: str, system: System | None) -> Severity | None:
    """The severity a word means, here or in the system's own words; None: it is no such word."""
    key = tidy(word)
    own = {name.lower(): severity for name, severity in (system.severities if system else {}).items()}
    return own.get(key) or SEVERITY_WORDS.get(key)


@click.pass_obj
async def _declare(context: Context, words: tuple[str, ...], type_: str) -> Reply:
    if words and words[0].startswith("--"):
        raise Unclear(f"declare has no option {words[0]}. To open an incident: {_USAGE}")
    read = _read(context, words)
    if not read.text:
        return _ask(context, read)
    typed = joined([*words, "--type", type_] if type_ else words)
    unknown = _no_system(context, words[0], read.system)
    if unknown or read.stranger or not read.system:
        return _given_back(context, unknown, read, typed)
    return await open_incident(context, read.system, read.severity or Severity.HIGH, read.text, type_)


def _no_system(context: Context, word: str, system: str) -> str:
    """The name, active or not, that the first word was meant to be; empty: it names an active system, or is a word of
    the text. Only what is hardly a word of its own counts: two letters changed places, one doubled, missing or too
    many. `port 8080 is closed` is a sentence."""
    desk, key = context.engine.desk, tidy(word)
    if key in (name.lower() for name in desk.systems):
        return ""
    known: Iterable[str] = (*desk.systems, *desk.inactive)
    return next((name for name in known if similar(key, name.lower())), "")


def _given_back(context: Context, meant: str, read: _Declaration, typed: str) -> Reply:
    """Nothing is opened, and what was typed stands there to be copied."""
    desk = context.engine.desk
    first, _, rest = typed.partition(" ")
    active = ", ".join(desk.systems) or "none"
    here = read.system or ("SYSTEM" if meant else next(iter(desk.systems), "SYSTEM"))
    if not meant and not read.stranger:
        problem = f"Say of which system: {active}. Nothing was opened."
    elif meant and meant not in desk.systems and tidy(first) == meant.lower():
        problem = f"{meant} is not active here, so nothing was opened. Active: {active}."
    else:
        problem = f"There is no system {tidy(first)!r} here, so nothing was opened. Active: {active}."
    lines = [problem]
    likely = meant if meant in desk.systems else here if read.stranger else ""
    if likely:
        asks = f"Did you mean {likely}? Write" if meant or read.system else "Write for example"
        lines.append(f"{asks}: /incident declare {likely} {rest}")
    belongs = "If it belongs to the text" if meant or read.stranger else "For example"
    lines.append(f"{belongs}: /incident declare {here} {typed}")
    return Reply(text="\n".join([*lines, f"Usage: {_USAGE}"]), personal=True, exit_code=USAGE, data={"typed": typed})


async def open_incident(
    context: Context, system: str, severity: Severity, text: str, type_: str, component: str = ""
) -> Reply:
    """Declare it."""
    who = actor(context, system)
    answer = await context.engine.do(declare.declare, system, severity, text, who, type_=type_, component=component)
    number = answer.incident.number
    return replace(
        said(answer), text=f"{answer.text} Severity {severity.word}; to change it: /incident severity {number} WORD"
    )


def _ask(context: Context, read: _Declaration) -> Reply:
    if context.place == SLACK:
        return declare_form(context, read.system, severity=read.severity or Severity.HIGH)
    hint = f"Say in a few words what is wrong: {_USAGE}"
    if context.place == TERMINAL:
        raise Unclear(hint)
    start = {"type": "button", "action_id": "incident.declare", "text": plain("Declare Incident"), "value": "new"}
    return Reply(text=hint, blocks=[section("What is wrong?"), actions(start)], personal=True)


def declare_form(context: Context, system: str, *, severity: Severity = Severity.HIGH, text: str = "") -> Reply:
    """The form, in the words of the system; where there is one only, of that one."""
    desk = context.engine.desk
    chosen = system or (next(iter(desk.systems)) if len(desk.systems) == 1 else "")
    view = modals.declare_modal(
        [(one.name, one.title) for one in desk.systems.values()],
        metadata="",
        system=chosen,
        severity=severity,
        text=text,
        meanings=desk.meanings(chosen),
        types={name: desk.types(name) for name in desk.systems},
    )
    return Reply(text="Declare an incident", view=view)


def declares() -> list[Verb]:
    """The subcommand of this file."""
    type_ = click.Option(["--type", "type_"], default="", help="Issue type, e.g. security.", metavar="TYPE")
    return [
        Verb(
            "declare",
            aliases=("open", "new", "create"),
            near=("melden", "störung", "alarm", "start"),
            callback=_declare,
            options_anywhere=True,
            params=[type_],
            words="[SYSTEM] [SEVERITY] TEXT...",
            choices=lambda context, words: not _read(context, words).text,
            short_help="Open an incident.",
            help="Open an incident. The system is the channel's where none is said; the severity is high.",
        )
    ]

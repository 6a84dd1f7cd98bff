"""One command line of the terminal: run here, or by the bot behind TOCSIN_URL, and printed."""

from __future__ import annotations

import asyncio
import getpass
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import orjson

import commands
from bot import logs
from bot.configured import desk_for, find_ways, load_content
from bot.core.redaction import Redactor
from bot.engine.engine import Engine
from bot.findings import findings
from bot.inbound.terminal_words import run_words, terminal_actor
from bot.outbound.http import open_client
from bot.outbound.remote import ask
from bot.packs import Contents
from bot.parts import investigation_of, real_clock, zone_here
from bot.plugs import Shelf
from bot.settings import Environment, Settings
from bot.store.store import missing_file, open_store
from commands._grammar import Unclear
from commands.base import REFUSED, TERMINAL, USAGE, Command, Context, Examined, Finding, Reply, settled

_AS = "--as wants somebody: a contact's id, a Slack member id or a mail address, as in tocsin incident ack 12 --as ann"


def commands_help() -> str:
    """The commands that live in a terminal, line by line."""
    known: Mapping[str, Command] = Shelf(commands, "COMMAND", Command)
    lines = [f"  {name:<19} {command.help}" for name, command in known.items() if TERMINAL in command.lives]
    return "\n".join([*lines, "", "More: tocsin COMMAND --help. Options everywhere: --json, --as PERSON."])


async def run_line(words: list[str], environment: Environment) -> int:
    """Run one command of the open room: here, or at the bot behind TOCSIN_URL. Its exit code."""
    try:
        as_person, words = _as_person(words)
    except Unclear as problem:
        return misused(problem.text)
    as_json, rest = "--json" in words, [word for word in words if word != "--json"]
    settings = environment.settings()
    logs.configure("warning", "text", Redactor(()), stream=sys.stderr)
    known: Mapping[str, Command] = Shelf(commands, "COMMAND", Command)
    there = known.get(words[0].lower().removeprefix("/"))
    told = there is not None and there.from_afar
    if settings.url and settings.token.get_secret_value() and told:
        if as_person:
            return misused("--as is for the bot's own host: with TOCSIN_URL it is TOCSIN_TOKEN that says who you are")
        said = ask(settings.url, settings.token.get_secret_value(), rest, zone_here(environment))
        # No bot says which file is written here: only one that was asked for by that name.
        file = said.file if said.file is not None and said.file[0] == _option(rest, "--out") else None
        reply = _with_file(Reply(text=said.text, data=said.data, exit_code=said.exit_code, file=file))
    elif there is not None and there.of_bot and (lacks := missing_file(settings.database_url)):
        reply = Reply(text=_no_database(lacks), exit_code=REFUSED)
    else:
        reply = await _here(rest, environment, settings, known, as_person)
    if as_json:
        sys.stdout.write(orjson.dumps(reply.data, default=str, option=orjson.OPT_INDENT_2).decode() + "\n")
        if reply.data is None and reply.text:
            print(reply.text, file=sys.stderr)  # noqa: T201
    else:
        print(reply.text, file=sys.stderr if reply.exit_code >= USAGE else sys.stdout)
    return reply.exit_code


async def _here(
    words: Sequence[str], environment: Environment, settings: Settings, known: Mapping[str, Command], as_person: str
) -> Reply:
    ways = find_ways(environment, settings)
    named = _option(words, "--system").lower()  # who names one that is not active means it all the same
    content = load_content(environment, settings, ways, only=_named(words, known), also=named)
    desk = desk_for(settings, ways, environment, content)
    logs.configure("warning", "text", desk.redactor, stream=sys.stderr)
    store = open_store(settings.database_url)
    engine = Engine(store, desk, real_clock())
    person = as_person or getpass.getuser()
    who = terminal_actor(person, person, content.systems)

    def examine(folder: str, overlay: str) -> Examined:
        looked = load_content(environment, settings, ways, folder=Path(folder) if folder else None, overlay=overlay)
        found = [
            Finding(where=f"{p.file}:{p.line}", level=p.level, message=p.message, remedy=p.remedy)
            for p in looked.problems
        ]
        own = [] if folder else findings(environment, settings, ways, looked, overlay)
        return Examined(systems=list(looked.systems), findings=[*own, *found], notes=looked.notes)

    def read_all() -> Mapping[str, Contents]:
        return load_content(environment, settings, ways, whole=True, only=named).packs

    async with AsyncExitStack() as stack:
        stack.callback(store.close)
        http = open_client(user_agent="tocsin", proxy=settings.proxy or None)
        stack.push_async_callback(http.aclose)
        investigation = investigation_of(settings, environment, content, engine, http, stack)
        context = Context(
            who=who,
            place=TERMINAL,
            engine=engine,
            commands=known,
            examine=examine,
            investigation=investigation,
            read_all=read_all,
            console=_Console(),
            zone=zone_here(environment),
        )
        return _with_file(await settled(await run_words(words, context), _show_progress))


def _no_database(lacks: Path) -> str:
    """What to do where the bot's database is not on this host."""
    return (
        f"There is no database {lacks} here. On the bot's own host set DATABASE_URL as it is set for the bot; "
        "elsewhere set TOCSIN_URL to the bot's address and TOCSIN_TOKEN to your token, which /incident token in Slack "
        "gives you."
    )


def _named(words: Sequence[str], known: Mapping[str, Command]) -> str:
    """What may be the name of the one system that a command is about; empty where it may be about several."""
    command = known.get(words[0].lower().removeprefix("/"))
    if command is None or not command.system_at:
        return ""
    return _option(words, "--system").lower() or (
        words[command.system_at].lower() if command.system_at < len(words) else ""
    )


def _option(words: Sequence[str], name: str) -> str:
    """What is said by `--name X` or `--name=X`, as it was written."""
    for place, word in enumerate(words):
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
        if word == name:
            return words[place + 1] if place + 1 < len(words) else ""
    return ""


def _with_file(reply: Reply) -> Reply:
    """The reply, its file written: into the working directory, or where its name says."""
    if reply.file is None:
        return reply
    name, content = reply.file
    try:
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as problem:
        return replace(reply, text=f"{reply.text}\nNot written to {name}: {problem.strerror}", exit_code=REFUSED)
    return replace(reply, text=f"{reply.text}\nWritten to {name}")


class _Console:
    """The terminal this runs in."""

    def show(self, text: str) -> None:
        """Show lines."""
        print(text, flush=True)  # noqa: T201

    async def ask(self, prompt: str) -> str:
        """A line from standard input."""
        return await asyncio.to_thread(input, prompt)


def _show_progress(version: Reply) -> None:
    """What is known so far, on one line that the next one replaces."""
    if sys.stderr.isatty():
        shown = version.progress[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write(f"\r\x1b[K{shown}")
        sys.stderr.flush()


def _as_person(words: list[str]) -> tuple[str, list[str]]:
    """Take `--as PERSON` or `--as=PERSON` out of the words, wherever it is. Raises Unclear where nobody is named."""
    place = next((i for i, word in enumerate(words) if word == "--as" or word.startswith("--as=")), None)
    if place is None:
        return "", words
    _, joined, person = words[place].partition("=")
    rest = words[place + 1 :]
    if not joined:
        person, rest = (rest[0] if rest else ""), rest[1:]
    if not person or person.startswith("--"):
        raise Unclear(_AS)
    return person, [*words[:place], *rest]


def misused(remedy: str) -> int:
    """Say how it is written; the exit code of a command line that is not."""
    print(remedy, file=sys.stderr)  # noqa: T201
    return USAGE

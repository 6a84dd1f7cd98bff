"""Running a command: its words, buttons and forms become an answer, without secrets and as this place writes it."""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import click

from bot.core.errors import Ambiguous, Refused, StoreAway
from bot.core.redaction import Redactor
from bot.core.text import clean
from commands._asking import AskWhich, which_one
from commands._definition import AWAY, REFUSED, SLACK, TERMINAL, THREAD, USAGE, Command, Context, Form, Press, Reply
from commands._grammar import HelpAsked, Unclear, Unknown


async def run(command: Command, args: Sequence[str], context: Context) -> Reply:
    """Run a command. Whatever a person can do about a problem is in the Reply; only what nobody foresaw is raised, and
    StoreAway outside a terminal: the doors know what people can do instead."""
    try:
        # What people paste may hold what no database stores and no screen shows.
        answer = await _invoke(command, [clean(arg) for arg in args], context)
    except AskWhich as asks:
        answer = which_reply(command, asks)
    except StoreAway as problem:
        if context.place != TERMINAL:
            raise
        answer = Reply(text=f"That was not done: {problem}.", exit_code=AWAY)
    except Refused as problem:
        answer = refused(problem)
    return said_here(answer, context)


async def _invoke(command: Command, args: list[str], context: Context) -> Reply:
    if context.place not in command.lives:
        where = " and ".join(sorted("a terminal" if p == TERMINAL else "Slack" for p in command.lives - {THREAD}))
        return Reply(text=f"{command.name} lives in {where or 'threads'} only.", exit_code=USAGE)
    try:
        with command.grammar.make_context(f"/{command.name}", args, obj=context) as parsed:
            answer = command.grammar.invoke(parsed)
        if inspect.isawaitable(answer):
            answer = await answer
    except Unknown as problem:
        return await (command.lost or _unknown)(problem, context)
    except Unclear as problem:
        return Reply(text=problem.text, exit_code=USAGE)
    except HelpAsked as asked:
        return Reply(text=asked.text, code=True)
    except click.UsageError as problem:
        usage = problem.ctx.get_usage() if problem.ctx else f"Usage: /{command.name} {command.usage}"
        return Reply(text=f"{problem.format_message()}\n{usage}", exit_code=USAGE)
    assert isinstance(answer, Reply)
    return answer


async def _unknown(problem: Unknown, _context: Context) -> Reply:
    return Reply(text=problem.text, exit_code=USAGE)


def refused(problem: Refused) -> Reply:
    """The answer to what cannot be done now."""
    return Reply(text=str(problem), exit_code=REFUSED)


def which_reply(command: Command, asks: AskWhich) -> Reply:
    """The question which incident is meant, with a button for each (ESCALATION 16)."""
    text, blocks = which_one(command.name, asks)
    data = {"which": list(asks.numbers)}
    return Reply(text=text, blocks=blocks, data=data, exit_code=REFUSED)


async def press(command: Command, pressed: Press, context: Context) -> Reply:
    """Run what stands behind a button."""
    handle = command.buttons.get(pressed.action) or command.buttons[pressed.action.rpartition(".")[0]]
    try:
        return said_here(await handle(pressed, context), context)
    except AskWhich as asks:
        return which_reply(command, asks)
    except Refused as problem:
        return said_here(refused(problem), context)


async def send(command: Command, form: Form, context: Context) -> Reply:
    """Run what a modal asks for."""
    try:
        return said_here(await command.modals[form.callback](form, context), context)
    except Ambiguous as problem:
        return refused(problem)
    except Refused as problem:
        return said_here(refused(problem), context)


async def settled(reply: Reply, told: Callable[[Reply], None] = lambda version: None) -> Reply:
    """The last version of an answer; `told` of each newer one as it comes."""
    if reply.more is None:
        return reply
    last = reply
    async for version in reply.more:
        last = version
        told(version)
    return last


_NAMED = re.compile(r"(?<![\w/<.])(?<!in Slack: )(?<!In Slack: )/([a-z][a-z0-9_]*)\b(?![/-]|\.\w)")
"""What may be a command in a text; paths and addresses are none. What stands behind "in Slack: " is about that place,
wherever it is read, and is left alone."""
_SIGNS = {SLACK: "/", THREAD: "@tocsin ", TERMINAL: "tocsin "}


def said_here(reply: Reply, context: Context) -> Reply:
    """The reply without secrets, with commands written as they are given in this place: `/incident ack`,
    `@tocsin incident ack`, `tocsin incident ack`. Slash commands do not exist in threads."""
    reply = without_secrets(reply, context.engine.desk.redactor)
    more = None if reply.more is None else _all_said_here(reply.more, context)
    return replace(reply, text=reply.text if reply.verbatim else _as_given_here(reply.text, context), more=more)


def _as_given_here(text: str, context: Context) -> str:
    def written(found: re.Match[str]) -> str:
        command = context.commands.get(found[1])
        return found[0] if command is None else given_as(command, context.place)

    return _NAMED.sub(written, text)


def given_as(command: Command, place: str) -> str:
    """How the command is written in that place; one that does not live there, as where it does. What Slack does not
    list among its slash commands is said to the bot by name."""
    there = place if place in command.lives else next(one for one in _SIGNS if one in command.lives)
    if there == SLACK and not command.slash and THREAD in command.lives:
        there = THREAD
    return f"{_SIGNS[there]}{command.name}"


def without_secrets(reply: Reply, redactor: Redactor) -> Reply:
    """The reply, whatever it is made of, without secrets; its file, unless that is packed already."""
    if reply.hands_over:
        return reply
    file = reply.file
    if file is not None and isinstance(file[1], str):
        file = (redactor.text(file[0]), redactor.text(file[1]))
    return replace(
        reply,
        text=redactor.text(reply.text),
        blocks=redactor.value(list(reply.blocks)),
        view=None if reply.view is None else redactor.mapping(reply.view),
        errors=redactor.mapping(reply.errors),
        data=redactor.value(reply.data),
        progress=redactor.text(reply.progress),
        file=file,
    )


async def _all_said_here(versions: AsyncIterator[Reply], context: Context) -> AsyncIterator[Reply]:
    async for version in versions:
        yield said_here(version, context)


def takes(command: Command, action: str) -> bool:
    """Whether a button is this command's."""
    return action in command.buttons or action.rpartition(".")[0] in command.buttons


def has_verb(command: Command, name: str) -> bool:
    """Whether it has a subcommand of that very name."""
    return isinstance(command.grammar, click.Group) and name in command.grammar.commands

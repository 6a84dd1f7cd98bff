"""help: every command, by where it lives."""

from __future__ import annotations

import click

from bot.views.menus import help_message
from commands._grammar import Verb, close, tidy
from commands.base import TERMINAL, Command, Context, Reply, given_as, run


@click.pass_obj
async def _help(context: Context, words: tuple[str, ...]) -> Reply:
    wanted = tidy(words[0]).lstrip("/") if words else ""
    if wanted and wanted != COMMAND.name:
        if wanted in context.commands:
            return await run(context.commands[wanted], ["--help"], context)
        spoken = next((command for command in context.commands.values() if command.spoken), None)
        likely = close(wanted, list(context.commands))
        if spoken is not None and not likely:
            return await run(spoken, ["help", wanted], context)
        hint = f" Did you mean {' or '.join(likely)}?" if likely else ""
        return Reply(text=f"There is no command {wanted!r}.{hint}\n{_all(context)}", exit_code=64)
    if context.place == TERMINAL:
        return Reply(text=_all(context), code=True)
    drawn = help_message(_rows(context), about="What Tocsin understands here")
    return Reply(text=_all(context), blocks=drawn.blocks, personal=True)


def _rows(context: Context) -> list[tuple[str, str]]:
    here = [c for c in context.commands.values() if context.place in c.lives]
    return [(f"{given_as(c, context.place)} {c.usage}", c.help) for c in here]


def _all(context: Context) -> str:
    """The commands in plain text: those of this place first, then those of elsewhere."""
    here: list[str] = []
    elsewhere: list[str] = []
    for command in context.commands.values():
        line = f"{given_as(command, context.place)} {command.usage}\n    {command.help}"
        (here if context.place in command.lives else elsewhere).append(line)
    if elsewhere:
        elsewhere.insert(0, "Only in Slack:" if context.place == TERMINAL else "Only in a terminal:")
    return "\n".join([*here, *elsewhere])


COMMAND = Command(
    name="help",
    help="Lists the commands.",
    usage="[command]",
    grammar=Verb("help", callback=_help, words="[COMMAND]", help="Lists the commands."),
    slash=False,
)

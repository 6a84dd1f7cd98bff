"""help: every command, by where it lives."""

from __future__ import annotations

import click

from bot.views.menus import help_message
from commands._grammar import Verb, close, tidy
from commands.base import SLACK, TERMINAL, Command, Context, Reply, run


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
    sign = "/" if context.place == SLACK else "@tocsin "
    here = [c for c in context.commands.values() if context.place in c.lives]
    return [(f"{sign}{command.name} {command.usage}", command.help) for command in here]


def _all(context: Context) -> str:
    """The commands in plain text: those of this place first, then those of elsewhere."""
    here = [c for c in context.commands.values() if context.place in c.lives]
    elsewhere = [c for c in context.commands.values() if context.place not in c.lives]
    lines = [f"{_sign(context.place)}{c.name} {c.usage}\n    {c.help}" for c in here]
    if elsewhere:
        lines.append("Only in Slack:" if context.place == TERMINAL else "Only in a terminal:")
        sign = _sign(SLACK if context.place == TERMINAL else TERMINAL)
        lines += [f"{sign}{c.name} {c.usage}\n    {c.help}" for c in elsewhere]
    return "\n".join(lines)


def _sign(place: str) -> str:
    return {SLACK: "/", TERMINAL: "tocsin "}.get(place, "@tocsin ")


COMMAND = Command(
    name="help",
    help="Lists the commands.",
    usage="[command]",
    grammar=Verb("help", callback=_help, words="[COMMAND]", help="Lists the commands."),
    slash=False,
)

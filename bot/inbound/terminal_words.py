"""Words said in a terminal, here or elsewhere: who says them, and which command they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.oncall import SLACK_USER, Actor
from bot.core.system import System
from commands._grammar import close
from commands.base import TERMINAL, USAGE, Context, Reply, run


def terminal_actor(person: str, name: str, systems: Mapping[str, System]) -> Actor:
    """The person of a token or of `--as`: a contact where it is one, by id, Slack id or mail address; by their own name
    where that is known, as in Slack, since a contact may be a desk that several people answer for."""
    slack = person if SLACK_USER.fullmatch(person) else ""
    for system in systems.values():
        contact = system.contact(person) or system.roster.identify(slack=person, mail=person)
        if contact is not None:
            own = name if name not in ("", person) else contact.name
            return Actor(id=contact.id, name=own, via="terminal", slack=contact.slack or slack)
    return Actor(id=person, name=name or person, via="terminal", slack=slack)


async def run_words(words: Sequence[str], context: Context) -> Reply:
    """Run the words of a terminal: the first names the command."""
    command = context.commands.get(words[0].lower().removeprefix("/") if words else "help")
    if command is None or TERMINAL not in command.lives:
        known = [name for name, one in context.commands.items() if TERMINAL in one.lives]
        likely = close(words[0], [*known, "run", "demo", "db"])
        hint = f" Did you mean {' or '.join(likely)}?" if likely else ""
        there = f"There are: {', '.join(known)}; and run, demo, db upgrade."
        return Reply(text=f"There is no command {words[0]!r}.{hint} {there}", exit_code=USAGE)
    return await run(command, words[1:], context)

"""What is looked for by words, where, and in which incident what is found would be started."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from bot.core.errors import Refused
from bot.core.finding import Explainer, Finder
from bot.packs import Contents
from commands._grammar import joined, tidy
from commands.base import TERMINAL, Context


def packs_of(context: Context) -> Mapping[str, Contents]:
    """What can be found: on the host of the packs all of them, active or not; else those of this bot."""
    if context.place == TERMINAL and context.read_all is not None:
        return context.read_all()
    return context.engine.desk.packs


async def finder_of(context: Context, packs: Mapping[str, Contents]) -> Finder:
    """The desk's own, made when it is first asked for; of other packs a new one."""
    desk = context.engine.desk
    if packs is desk.packs:
        return await asyncio.to_thread(lambda: desk.finder)
    return Finder(contents.material for contents in packs.values())


async def explainer_of(context: Context, packs: Mapping[str, Contents]) -> Explainer:
    """The same of error messages."""
    desk = context.engine.desk
    if packs is desk.packs:
        return await asyncio.to_thread(lambda: desk.explainer)
    return Explainer({name: contents.errors for name, contents in packs.items()})


def where(context: Context, packs: Mapping[str, Contents], said: str, words: Sequence[str]) -> tuple[str, str]:
    """The system in which is looked and the text: the system that an option says, else the one that the first word
    names, else the channel's; empty: in all of them. Raises Refused for a system that there is not."""
    text = joined(words).strip()
    if said:
        name = next((name for name in packs if tidy(said) == name.lower()), "")
        if not name:
            raise Refused(f"There is no system {said!r} here. There are: {', '.join(packs) or 'none'}.")
        return name, text
    first, _, rest = text.partition(" ")
    named = next((name for name in packs if tidy(first) == name.lower()), "")
    if named and rest.strip():
        return named, rest.strip()
    return (context.system if context.system in packs else ""), text


async def incident_for(context: Context, system: str) -> int | None:
    """The incident in which a playbook of a system would be walked: the thread's, else the only open one of the
    system; None where there is none, or several."""
    if context.incident is not None:
        here = context.incident
        found = await context.engine.look(lambda tx: tx.incidents.get(here))
        return found.number if found is not None and found.system == system else None
    fits = await context.engine.look(lambda tx: tx.incidents.list_open(system))
    return fits[0].number if len(fits) == 1 else None

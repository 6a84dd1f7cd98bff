"""/playbook find: the playbooks that tired words, alert names and pieces of logs are about."""

from __future__ import annotations

import click

from bot.core.finding import Found
from bot.engine.offers import GENERIC
from bot.views.finding import found_message, found_text
from commands._finding import finder_of, incident_for, packs_of, where
from commands._grammar import Unclear, Verb
from commands.base import TERMINAL, Context, Reply


@click.pass_obj
async def _find(context: Context, words: tuple[str, ...], system: str) -> Reply:
    packs = packs_of(context)
    place, text = where(context, packs, system, words)
    if not text:
        raise Unclear("Say what you see, in any words: /playbook find no ticks from binance")
    found = (await finder_of(context, packs)).find(text, place)
    data = [_as_json(one) for one in found]
    if not found:
        generic = any(GENERIC in packs[name].playbooks.by_name for name in ([place] if place in packs else packs))
        hint = f"For what no playbook is about: /playbook start {GENERIC}. " if generic else ""
        return Reply(text=f"No playbook fits that. {hint}/playbook list names all there are.", data=data)
    if context.place == TERMINAL:
        return Reply(text=found_text(found), code=True, data=data)
    incident = await incident_for(context, found[0].system)
    startable = [one for one in found if incident is None or one.system == found[0].system]
    drawn = found_message(text, startable, incident)
    return Reply(text=drawn.text, blocks=drawn.blocks, data=data, incident=incident)


def _as_json(one: Found) -> dict[str, object]:
    return {
        "system": one.system,
        "playbook": one.playbook,
        "step": one.step,
        "title": one.title,
        "covers": list(one.covers),
        "score": one.score,
    }


_HELP = """Finds the playbooks that your words are about, best first: what you see, how people call it, an alert's name,
a line of a log. Slips of the pen do not matter.

\b
  /playbook find no ticks from binance
  /playbook find hft wont come up after deploy
  /playbook find LOT_SIZE reject --system hft"""

VERBS = [
    Verb(
        "find",
        aliases=("search", "for"),
        callback=_find,
        words="WORDS",
        free=True,
        params=[click.Option(["--system"], default="", metavar="S", help="Only playbooks of this system.")],
        options_anywhere=True,
        help=_HELP,
    ),
]

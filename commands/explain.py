"""/explain: what an error message means, what helps, and the playbook for it."""

from __future__ import annotations

import click

from bot.core.finding import Explained
from bot.packs import Contents
from bot.views.finding import explained_message, explained_text
from commands._finding import explainer_of, incident_for, packs_of, where
from commands._grammar import Unclear, Verb
from commands.base import TERMINAL, Command, Context, Reply


@click.pass_obj
async def _explain(context: Context, words: tuple[str, ...], system: str) -> Reply:
    packs = packs_of(context)
    place, text = where(context, packs, system, words)
    if not text:
        raise Unclear("Paste what the log says: /explain Failed to bind to port 8080")
    known = (await explainer_of(context, packs)).explain(text, place)
    data = _as_json(known)
    if not known.entries:
        return Reply(text="Nothing is known of that. /playbook find looks for a playbook by any words.", data=data)
    if context.place == TERMINAL:
        return Reply(text=explained_text(known, text), data=data)
    first = known.entries[0].system
    incident = await incident_for(context, first)
    titles = _playbooks(known, packs[first])
    drawn = explained_message(known, text, titles, incident)
    return Reply(text=drawn.text, blocks=drawn.blocks, data=data, incident=incident)


def _playbooks(known: Explained, contents: Contents) -> list[tuple[str, str]]:
    """Names and titles of the playbooks that the entries of one system lead to."""
    names = dict.fromkeys(entry.playbook for entry in known.entries if entry.system == contents.file.name)
    books = contents.playbooks.by_name
    return [(name, books[name].title) for name in names if name in books]


def _as_json(known: Explained) -> list[dict[str, object]]:
    return [
        {
            "system": entry.system,
            "error": entry.name,
            "exact": known.exact,
            "says": list(entry.says),
            "means": entry.means,
            "do": entry.do,
            "playbook": entry.playbook,
            "step": entry.step,
            "covers": list(entry.covers),
        }
        for entry in known.entries
    ]


COMMAND = Command(
    name="explain",
    help="What an error message means, and what helps.",
    usage="what the log says",
    grammar=Verb(
        "explain",
        callback=_explain,
        words="TEXT",
        free=True,
        params=[click.Option(["--system"], default="", metavar="S", help="Only messages of this system.")],
        options_anywhere=True,
        help="Says what the error messages in a text mean, what helps, and which playbook mends it.",
    ),
)

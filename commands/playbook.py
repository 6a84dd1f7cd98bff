"""/playbook: the troubleshooting trees: find one, walk it, see what there is."""

from __future__ import annotations

from collections.abc import Awaitable

import click

from bot.views.terminal import table
from commands._coverage import playbook_coverage
from commands._grammar import Verb, Verbs
from commands._only_there import TerminalVerb
from commands._playbook_find import VERBS as FIND
from commands._playbook_run import VERBS as RUN
from commands._playbook_walk import BUTTONS, MODALS, OPENS
from commands._playbook_walk import VERBS as WALK
from commands._which import take_system
from commands.base import USAGE, Command, Context, Reply


@click.pass_obj
def _bare(context: Context) -> Awaitable[Reply]:
    return _listed(context, ())


@click.pass_obj
async def _list(context: Context, words: tuple[str, ...]) -> Reply:
    return await _listed(context, words)


async def _listed(context: Context, words: tuple[str, ...]) -> Reply:
    desk, rest = context.engine.desk, list(words)
    system = take_system(context, rest)
    parts, data = [], {}
    for name in [system] if system else list(desk.systems):
        playbooks = desk.packs[name].playbooks.by_name if name in desk.packs else {}
        rows = [(playbook.name, playbook.title) for playbook in playbooks.values()]
        parts.append(f"Playbooks of {name}:\n{table(('NAME', 'WHAT IS WRONG'), rows)}" if rows else f"{name} has none.")
        data[name] = {playbook.name: playbook.title for playbook in playbooks.values()}
    return Reply(text="\n\n".join(parts) or "No system is set up here.", code=True, data=data)


@click.pass_obj
async def _coverage(context: Context) -> Reply:
    if context.read_all is None:
        return Reply(text="Coverage is told on the host of the packs: tocsin playbook coverage.", exit_code=USAGE)
    return playbook_coverage(context.read_all())


_VERBS = [
    *FIND,
    *WALK,
    *RUN,
    Verb("list", aliases=("ls",), callback=_list, words="[SYSTEM]", help="The playbooks there are."),
    TerminalVerb("coverage", callback=_coverage, help="What of the guides the playbooks do, and what is missing."),
]

COMMAND = Command(
    name="playbook",
    help="Troubleshooting, step by step.",
    usage="find WORDS | start NAME | answer | fill | skip | back | hand | stop | list",
    grammar=Verbs("playbook", _VERBS, _bare, help="Troubleshooting, step by step."),
    buttons=BUTTONS,
    modals=MODALS,
    opens=OPENS,
    system_at=2,
)

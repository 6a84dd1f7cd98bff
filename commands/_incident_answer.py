"""The short answers to an incident: I have it, I can't, help, over to you, it is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from bot.core.errors import Refused
from bot.core.escalation import RUNNING
from bot.core.incident import Incident
from bot.engine import merge, respond
from bot.engine.respond import Said
from bot.store.transaction import Tx
from bot.views.blocks import Block, plain, section
from bot.views.blocks import actions as row
from bot.views.mrkdwn import fit
from bot.views.words import cut, one_line
from commands._grammar import Verb, joined, number, tidy, words_argument
from commands._which import actor, pick
from commands.base import TERMINAL, Context, Press, Reply

_MINE = ("mine", "all", "all my pages", "my pages")
_LISTED = 20


def said(answer: Said) -> Reply:
    """The engine's answer as a reply."""
    data = {"incident": answer.incident.number, "phase": answer.incident.phase, "text": answer.text}
    return Reply(text=answer.text, incident=answer.incident.number, data=data)


def _verb(
    name: str, does: Callable[..., Said], help_: str, *, aliases: Sequence[str] = (), also_closed: bool = False
) -> Verb:
    """A subcommand whose words are a number, or none, and a reason."""

    @click.pass_obj
    async def run(context: Context, words: tuple[str, ...]) -> Reply:
        return await give(context, name, does, words, also_closed=also_closed)

    return Verb(
        name,
        aliases=aliases,
        callback=run,
        help=help_,
        short_help=help_.partition(". ")[0],
        params=[words_argument(metavar="[NUMBER] [WHY...]")],
    )


async def give(
    context: Context, name: str, does: Callable[..., Said], words: Sequence[str], *, also_closed: bool = False
) -> Reply:
    """Run one of the engine's verbs on the incident that the words mean."""
    picked = await pick(context, words, name, also_closed=also_closed)
    reason = {"why": context.because(joined(picked.words))} if does is not respond.accept else {}
    return said(await context.engine.do(does, picked.number, picked.who, **reason))


@click.pass_obj
async def _acknowledge(context: Context, words: tuple[str, ...], yes: bool) -> Reply:
    if tidy(joined(words)) in _MINE:
        return await _mine(context, yes)
    return await give(context, "ack", respond.acknowledge, words)


async def _mine(context: Context, yes: bool) -> Reply:
    """Lists first; acknowledges only what was listed (ESCALATION 16)."""
    waiting = await my_pages(context)
    if not waiting:
        return Reply(text="No open incident waits for your answer.", personal=True, data=[])
    if yes:
        return await acknowledge_all(context, [incident.number for incident in waiting])
    lines = [f"{i.label} {i.severity.word} {i.system}: {cut(one_line(i.title), 120)}" for i in waiting[:_LISTED]]
    ask = f"Acknowledge {'it' if len(waiting) == 1 else f'all {len(waiting)}'}?"
    more = " To do it: tocsin incident ack mine --yes" if context.place == TERMINAL else ""
    blocks = [section("*You were paged for, and nobody has:*", *[f"• {fit(line, 250)}" for line in lines])]
    blocks.append(row(_all_button(waiting)))
    return Reply(
        text="\n".join(["You were paged for, and nobody has:", *lines, ask + more]),
        blocks=blocks,
        personal=True,
        data=[incident.number for incident in waiting],
    )


def _all_button(waiting: Sequence[Incident]) -> Block:
    label = "Acknowledge" if len(waiting) == 1 else f"Acknowledge All {len(waiting)}"
    value = " ".join(str(incident.number) for incident in waiting[:_LISTED])
    return {
        "type": "button",
        "action_id": "incident.ack_all",
        "style": "primary",
        "text": plain(label),
        "value": value,
    }


async def my_pages(context: Context) -> list[Incident]:
    """The open incidents that paged this person and that nobody has."""

    def look(tx: Tx) -> list[Incident]:
        paged: dict[str, set[int]] = {}
        found = []
        for incident in tx.incidents.list_open():
            me = actor(context, incident.system).id
            if me not in paged:
                paged[me] = set(tx.pages.waiting_for(me))
            if incident.number in paged[me]:
                found.append(incident)
        ladders = tx.incidents.escalations_of([incident.number for incident in found])
        return [i for i in found if any(e.state == RUNNING for e in ladders[i.number].values())]

    return await context.engine.look(look)


async def acknowledge_all(context: Context, numbers: Sequence[int]) -> Reply:
    """Acknowledge several, each for itself; what could not be done is said."""
    lines, failed = [], 0
    for one in numbers:
        try:
            picked = await pick(context, [str(one)], "ack")
            answer = await context.engine.do(respond.acknowledge, one, picked.who, why=context.because(""))
            lines.append(answer.text)
        except Refused as problem:
            failed += 1
            lines.append(str(problem))
    return Reply(text="\n".join(lines), personal=True, exit_code=65 if failed else 0, data=list(numbers))


async def press_ack_all(pressed: Press, context: Context) -> Reply:
    """The button under the list of my pages."""
    return await acknowledge_all(context, [n for word in pressed.value.split() if (n := number(word)) is not None])


_YES = click.Option(["--yes"], is_flag=True, help="With `mine`: acknowledge them all without asking.")

DOES: dict[str, Callable[..., Said]] = {
    "ack": respond.acknowledge,
    "unack": respond.unacknowledge,
    "take": respond.take_over,
    "pass": respond.pass_on,
    "escalate": respond.escalate_now,
    "accept": respond.accept,
    "decline": respond.decline,
    "confirm": respond.confirm,
    "resolve": respond.resolve,
    "reopen": respond.reopen,
    "unmerge": merge.unmerge,
}
"""The verbs that need no more than a number and perhaps a reason."""

_HELP: dict[str, tuple[str, tuple[str, ...]]] = {
    "unack": (
        "You no longer have it: it pages again, from the highest level already paged.",
        ("release", "unacknowledge"),
    ),
    "take": ("Take it over from whoever has it.", ("takeover",)),
    "pass": ("You can't: the next level is paged now.", ("cant", "can't", "cannot")),
    "escalate": ("Page the next level now; whoever has it keeps it.", ("esc",)),
    "accept": ("Yes to a handover.", ()),
    "decline": ("No to a handover.", ()),
    "confirm": ("You still have it; or, when the monitor says it is over: positions and orders are right.", ("still",)),
    "resolve": ("It is over.", ("close", "done", "resolved")),
    "reopen": ("It is not over after all.", ()),
    "unmerge": ("Undo a merge, within the hour.", ()),
}

_CLOSED_TOO = ("reopen", "unmerge")


def answers() -> list[Verb]:
    """The subcommands of this file."""
    params: list[Any] = [_YES, words_argument(metavar="[NUMBER | mine] [WHY...]")]
    ack = Verb(
        "ack",
        aliases=("acknowledge", "acked", "got", "mine", "have"),
        callback=_acknowledge,
        params=params,
        options_anywhere=True,
        help="You have it: nobody further is paged. `ack mine` lists all that paged you, then asks.",
        short_help="You have it: nobody further is paged.",
    )
    rest = [
        _verb(name, DOES[name], text, aliases=aliases, also_closed=name in _CLOSED_TOO)
        for name, (text, aliases) in _HELP.items()
    ]
    return [ack, *rest]

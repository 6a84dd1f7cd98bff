"""The short answers to an incident: I have it, I can't, help, over to you, it is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import click

from bot.core.errors import Refused
from bot.core.escalation import HELD, MAIN, RUNNING
from bot.core.incident import Incident
from bot.engine import declare, handover, merge, next_level, phases, resolve, respond
from bot.engine.said import Said
from bot.store.transaction import Tx
from bot.views.blocks import Block, plain, section
from bot.views.blocks import actions as row
from bot.views.mrkdwn import fit
from commands._asking import in_a_line
from commands._grammar import Verb, joined, numbers, tidy
from commands._people import people
from commands._which import Picked, actor, pick, roster_of
from commands.base import REFUSED, TERMINAL, Context, Press, Reply

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
        near=_NEAR.get(name, ()),
        callback=run,
        help=help_,
        short_help=help_.partition(". ")[0],
        words="[NUMBER] [WHY...]",
    )


async def give(
    context: Context, name: str, does: Callable[..., Said], words: Sequence[str], *, also_closed: bool = False
) -> Reply:
    """Run one of the engine's verbs on the incident that the words mean; or, where they name several, on each."""
    several, rest = numbers(words)
    if len(several) > 1:
        return await give_each(context, name, does, several, joined(rest))
    picked = await pick(context, words, name, also_closed=also_closed)
    return said(await _do(context, does, picked, joined(picked.words)))


async def give_each(
    context: Context, name: str, does: Callable[..., Said], several: Sequence[int], why: str = ""
) -> Reply:
    """One after the other, each for itself, with a line each; what could not be done is said."""
    lines, failed = [], 0
    for one in several:
        try:
            picked = await pick(context, [str(one)], name)
            lines.append((await _do(context, does, picked, why)).text)
        except Refused as problem:
            failed += 1
            lines.append(str(problem))
    return Reply(text="\n".join(lines), exit_code=REFUSED if failed else 0, data=list(several))


async def _do(context: Context, does: Callable[..., Said], picked: Picked, why: str) -> Said:
    reason = {"why": why} if does is not handover.accept else {}
    if does in (resolve.resolve, respond.confirm):
        reason |= {"fixed_by": why}
    return await context.engine.do(does, picked.number, picked.who, **reason)


@click.pass_obj
async def _pass(context: Context, words: tuple[str, ...]) -> Reply:
    """`pass`; and `pass to bob`, which is a handover where the incident is one's own, and else calls Bob besides the
    next level: the ladder never waits for one person by name."""
    several, rest = numbers(words)
    if len(several) > 1 or not rest or tidy(rest[0]) != "to":
        return await give(context, "pass", next_level.pass_on, words)
    picked = await pick(context, words, "pass")
    number, system = picked.number, picked.incident.system
    try:
        to, reason = await people(context, await roster_of(context, system), picked.words, system)
    except Refused as unclear:
        passed = said(await _do(context, next_level.pass_on, picked, joined(picked.words)))
        return replace(passed, text=f"{passed.text} {unclear}")
    why = joined(reason)
    main = (await context.engine.look(lambda tx: tx.incidents.escalations(number)))[MAIN]
    if main.state == HELD and main.holder == picked.who.id:
        return said(await context.engine.do(handover.hand_over, number, picked.who, to[0], why=why))
    passed = said(await context.engine.do(next_level.pass_on, number, picked.who, why=why))
    asks = why or f"{picked.who.name} can't"
    paged = await context.engine.do(declare.page, number, system, to, picked.who, asks)
    return replace(passed, text=f"{passed.text} {paged.text}")


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
    lines = [in_a_line(incident) for incident in waiting[:_LISTED]]
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


async def acknowledge_all(context: Context, several: Sequence[int]) -> Reply:
    """Acknowledge what was listed."""
    return replace(await give_each(context, "ack", respond.acknowledge, several), personal=True)


async def press_ack_all(pressed: Press, context: Context) -> Reply:
    """The button under the list of my pages."""
    return await acknowledge_all(context, numbers(pressed.value.split())[0])


_YES = click.Option(["--yes"], is_flag=True, help="With `mine`: acknowledge them all without asking.")

DOES: dict[str, Callable[..., Said]] = {
    "ack": respond.acknowledge,
    "unack": respond.unacknowledge,
    "take": respond.take_over,
    "pass": next_level.pass_on,
    "escalate": next_level.escalate_now,
    "accept": handover.accept,
    "decline": handover.decline,
    "confirm": respond.confirm,
    "monitor": phases.monitor,
    "resolve": resolve.resolve,
    "reopen": resolve.reopen,
    "unmerge": merge.unmerge,
}
"""The verbs that need no more than a number and perhaps a reason."""

_HELP: dict[str, tuple[str, tuple[str, ...]]] = {
    "unack": (
        "You no longer have it: it pages again, from the highest level already paged.",
        ("release", "unacknowledge"),
    ),
    "take": ("Take it over from whoever has it.", ("takeover",)),
    "escalate": ("Page the next level now; whoever has it keeps it.", ("esc",)),
    "accept": ("Yes to a handover.", ()),
    "decline": ("No to a handover.", ()),
    "confirm": ("You still have it; or, when the monitor says it is over: positions and orders are right.", ("still",)),
    "monitor": ("It is mitigated, and we watch it.", ("mitigated", "monitoring")),
    "resolve": ("It is over.", ()),
    "reopen": ("It is not over after all; or, while it is monitored, it is active again.", ("active",)),
    "unmerge": ("Undo a merge, within the hour.", ()),
}

_CLOSED_TOO = ("reopen", "unmerge")

_GOT_IT = (
    *("acknowledge", "acknowledged", "acked", "ack'd", "ackd"),
    *("got it", "got this", "i've got it", "i've got this", "have it", "have this", "have got it"),
    *("on it", "i'm on it", "im on it", "am on it", "looking at it", "looking into it", "taking it"),
    *("it's mine", "its mine", "this is mine", "that's mine"),
)
"""What people say who take it. Each is whole: "I have no idea" takes nothing."""

_NEAR: dict[str, tuple[str, ...]] = {
    "take": ("übernehmen",),
    "escalate": ("eskalieren", "eskaliere", "eskalation"),
    "resolve": ("erledigt", "gelöst", "behoben", "fertig"),
    "reopen": ("wieder", "again", "not over"),
}
"""Words of people in a hurry, some of them German: asked back about, never taken."""


def answers() -> list[Verb]:
    """The subcommands of this file."""
    ack = Verb(
        "ack",
        aliases=_GOT_IT,
        alone=("mine", "got", "have"),
        near=(
            "quittieren",
            "quittiert",
            "bestätigen",
            "bestätigt",
            "übernehme",
            "übernommen",
            "acknowledgment",
            "looking",
            "checking",
        ),
        callback=_acknowledge,
        params=[_YES],
        words="[NUMBER | mine] [WHY...]",
        choices=lambda _context, words: not words or tidy(joined(words)) in _MINE,
        options_anywhere=True,
        help="You have it: nobody further is paged. `ack mine` lists all that paged you, then asks.",
        short_help="You have it: nobody further is paged.",
    )
    pass_ = Verb(
        "pass",
        aliases=("cant", "can't", "cannot"),
        callback=_pass,
        words="[NUMBER] [to PERSON] [WHY...]",
        help="You can't: the next level is paged now. `pass to PERSON` calls that person, too; if you have it, it asks "
        "them to take it.",
        short_help="You can't: the next level is paged now.",
    )
    rest = [
        _verb(name, DOES[name], text, aliases=aliases, also_closed=name in _CLOSED_TOO)
        for name, (text, aliases) in _HELP.items()
    ]
    return [ack, pass_, *rest]

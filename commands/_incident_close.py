"""Closing an incident; with something left to do about it, it is asked once more."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bot.engine import phases
from bot.views.blocks import actions, plain, section
from bot.views.mrkdwn import escape
from commands._grammar import Verb, joined
from commands._incident_answer import said
from commands._which import Picked, pick
from commands.base import REFUSED, TERMINAL, THREAD, Context, OnPress, Press, Reply


@click.pass_obj
async def _close(context: Context, words: tuple[str, ...], anyway: bool) -> Reply:
    picked = await pick(context, words, "close", also_closed=True)
    return await _closed(context, picked, joined(picked.words), anyway=anyway)


async def _closed(context: Context, picked: Picked, why: str, *, anyway: bool) -> Reply:
    phases.must_be_resolved(picked.incident)
    lacks = await context.engine.look(lambda tx: phases.missing(tx, picked.incident))
    if lacks and not anyway:
        return _ask(context, picked, lacks)
    return said(await context.engine.do(phases.close, picked.number, picked.who, why=why, anyway=anyway))


def _ask(context: Context, picked: Picked, lacks: Sequence[phases.Lack]) -> Reply:
    label = picked.incident.label
    asks = f"Close {label} all the same? Nobody is reminded of a closed one."
    how = f" To do it: tocsin incident close {picked.number} --anyway" if context.place == TERMINAL else ""
    button = {
        "type": "button",
        "action_id": "incident.close_anyway",
        "style": "danger",
        "text": plain(f"Close {label} Anyway"),
        "value": str(picked.number),
    }
    # The text is rewritten for the place, the blocks are not.
    here = "@tocsin incident" if context.place == THREAD else "/incident"
    missing = [f"Still missing: {lack.text} ({lack.mend.replace('/incident', here)})" for lack in lacks]
    return Reply(
        text="\n".join([*missing, f"{asks}{how}"]),
        blocks=[section(*(f"• {escape(line)}" for line in missing), escape(asks)), actions(button)],
        incident=picked.number,
        data={"incident": picked.number, "missing": [lack.text for lack in lacks]},
        exit_code=REFUSED,
    )


async def _press(pressed: Press, context: Context) -> Reply:
    picked = await pick(context, [pressed.value], "close", also_closed=True)
    return await _closed(context, picked, "", anyway=False)


async def _press_anyway(pressed: Press, context: Context) -> Reply:
    picked = await pick(context, [pressed.value], "close", also_closed=True)
    return await _closed(context, picked, "", anyway=True)


CLOSE_BUTTONS: dict[str, OnPress] = {"incident.close": _press, "incident.close_anyway": _press_anyway}


def closes() -> list[Verb]:
    """The subcommands of this file."""
    return [
        Verb(
            "close",
            aliases=("archive",),
            near=("schließen", "abschließen"),
            callback=_close,
            params=[click.Option(["--anyway"], is_flag=True, help="Although something is still missing.")],
            options_anywhere=True,
            words="[NUMBER] [WHY...]",
            help="Nothing is left to do about a resolved one. Says what is still missing, and then asks once more.",
            short_help="Nothing is left to do about a resolved one.",
        )
    ]

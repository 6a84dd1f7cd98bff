"""What people say when it is over: done, fixed, false alarm. Of a critical incident it is asked once more."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bot.core.alert import Severity
from bot.core.incident import ACTIVE
from bot.engine import resolve
from bot.views.blocks import actions, plain, section
from bot.views.mrkdwn import escape
from commands._grammar import Verb, numbers
from commands._incident_answer import give
from commands._which import Picked, pick
from commands.base import REFUSED, Context, Press, Reply

_FALSE = "false alarm"
_DONE = ("over", "fixed", "solved", "finished", "resolved")
_IS_OVER = ("it is over", "it's over", "its over", "all good", "all clear")
_FALSE_TOO = (_FALSE, "a false alarm", "false positive", "it's a false alarm", "its a false alarm")


@click.pass_obj
async def _done(context: Context, words: tuple[str, ...]) -> Reply:
    """A word alone may be a slip, and a critical incident that is over pages nobody: it is asked once more."""
    several, reason = numbers(words)
    if len(several) > 1 or reason:
        return await give(context, "resolve", resolve.resolve, words)
    picked = await pick(context, words, "done")
    if picked.incident.severity is Severity.CRITICAL and picked.incident.phase == ACTIVE:
        return _ask(picked, "")
    return await give(context, "resolve", resolve.resolve, [str(picked.number)])


@click.pass_obj
async def _false_alarm(context: Context, words: tuple[str, ...]) -> Reply:
    return _ask(await pick(context, words, "false-alarm"), _FALSE)


def _ask(picked: Picked, reason: str) -> Reply:
    label, why = picked.incident.label, f" as a {reason}" if reason else ""
    asks = f"Is {label} ({picked.incident.severity.word}) over{why}? Nobody is paged for it then."
    to_do = " ".join(part for part in (f"/incident resolve {picked.number}", reason) if part)
    button = {
        "type": "button",
        "action_id": "incident.over",
        "style": "danger",
        "text": plain(f"Resolve {label}"),
        "value": f"{picked.number} {reason}".strip(),
    }
    return Reply(
        text=f"{asks} To resolve it: {to_do}",
        blocks=[section(escape(asks)), actions(button)],
        incident=picked.number,
        exit_code=REFUSED,
    )


async def press_over(pressed: Press, context: Context) -> Reply:
    """The button under that question."""
    return await give(context, "resolve", resolve.resolve, pressed.value.split())


def over() -> Sequence[Verb]:
    """The subcommands of this file, which the help page leaves out: `resolve` is there."""
    return [
        Verb(
            "done",
            alone=(*_DONE, *_IS_OVER),
            callback=_done,
            hidden=True,
            offered="resolve",
            words="[NUMBER] [WHY...]",
            help="It is over; alone, of a critical incident, it is asked once more.",
        ),
        Verb(
            "false-alarm",
            alone=_FALSE_TOO,
            callback=_false_alarm,
            hidden=True,
            offered="resolve",
            words="[NUMBER]",
            help="Asks, and then resolves it as a false alarm.",
        ),
    ]

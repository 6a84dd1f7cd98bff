"""What to say when it did not work: never silence, and never a trace."""

from __future__ import annotations

import secrets
from dataclasses import replace

import structlog

from bot.core.errors import NotAllowed, Refused, StoreAway
from bot.inbound.slack_words import Received
from commands import base
from commands.base import Context, Reply

log = structlog.get_logger("slack")

DATABASE_AWAY = (
    "The database does not answer, so nothing was done. Please try again in a moment. If you were paged, use the link "
    "in your mail, or press 1 on the phone."
)
TAKEN = "This was taken already; nothing is done twice."

_FAILED = 70


def sorry(problem: Exception, received: Received) -> Reply:
    """The answer. To be called while the exception is handled: what nobody foresaw is logged with its trace."""
    if isinstance(problem, NotAllowed):
        log.warning("not_allowed", user=received.back.user, team=received.team, reason=str(problem))
        return Reply(text=str(problem), personal=True, exit_code=base.REFUSED)
    if isinstance(problem, Refused):
        return Reply(text=str(problem), exit_code=base.REFUSED)
    if isinstance(problem, StoreAway):
        log.error("store_away", reason=str(problem))
        return Reply(text=DATABASE_AWAY, personal=True, exit_code=base.AWAY)
    reference = secrets.token_hex(4)
    log.exception("failed", reference=reference, user=received.back.user)
    return Reply(text=f"That failed; it is in the log as {reference}.", personal=True, exit_code=_FAILED)


async def not_understood(what: str, name: str, context: Context) -> Reply:
    """Something nobody here takes: said, with help."""
    log.warning("not_understood", what=what)
    helps = context.commands.get("help")
    if helps is None:
        return Reply(text=f"I do not know {what}.", exit_code=base.USAGE)
    page = await base.run(helps, [name] if name else [], context)
    text = f"I do not know {what} (any more). This is what I know:\n{page.text}"
    return replace(page, text=text, blocks=(), personal=True, exit_code=base.USAGE)

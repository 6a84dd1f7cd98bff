"""What is said to the bot and is no command: one or two lines, with the words that are likely now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.core.errors import StoreAway
from bot.core.escalation import MAIN, Escalation
from bot.core.incident import Incident
from bot.store.transaction import Tx
from bot.views.card import likely_verbs
from bot.views.state import ASKED, MONITORED, OVER, OWNED, UNHELD, stand
from bot.views.words import brief, one_line
from commands._grammar import Unknown, joined, slack_id, tidy
from commands.base import USAGE, Context, Reply

_THANKS = ("thanks", "thank you", "thx", "ty", "cheers", "great", "danke", "merci")
_YES = ("ok", "okay", "k", "yes", "yep", "yeah", "sure", "ja", "👍")
_SHOWN, _QUOTED = 5, 60
_ANYWHERE = "declare, list, ack, note or resolve"

Found = tuple[Incident, Mapping[str, Escalation]]


async def lost(problem: Unknown, context: Context) -> Reply:
    """The answer to words that name none of the subcommands. It guesses nothing and does nothing."""
    try:
        found = await context.engine.look(lambda tx: _meant(tx, context))
    except StoreAway:
        return Reply(text=problem.text, exit_code=USAGE)
    said = tidy(joined(problem.words)).rstrip("?")
    if said in (*_THANKS, *_YES):
        welcome = "You are welcome. " if said in _THANKS else ""
        return Reply(text=f"{welcome}{_how_it_stands(*found)}" if found else f"{welcome}To see more: /incident help")
    quoted = brief(one_line(joined([await _written(word, context) for word in problem.words])), _QUOTED)
    likely = f" Did you mean {' or '.join(problem.likely)}?" if problem.likely else ""
    words = _words(*found, context.engine.clock.now()) if found else f"Try {_ANYWHERE}"
    return Reply(text=f"I do not know {quoted!r}.{likely}\n{words}; all: /incident help", exit_code=USAGE)


def _meant(tx: Tx, context: Context) -> Found | None:
    """The thread's incident; else the only open one here."""
    if context.incident is not None:
        incident = tx.incidents.get(context.incident)
    else:
        fits = tx.incidents.list_open(context.system)
        incident = fits[0] if len(fits) == 1 else None
    return (incident, tx.incidents.escalations(incident.number)) if incident is not None else None


async def _written(word: str, context: Context) -> str:
    """A word as it was written; of a mention, the name."""
    user = slack_id(word)
    known = await context.look_up(user) if user and context.look_up is not None else None
    return f"@{known.name}" if known is not None else word


def _words(incident: Incident, ladders: Mapping[str, Escalation], now: datetime) -> str:
    """What the card's buttons offer, as words."""
    *verbs, last = likely_verbs(incident, ladders, now)[:_SHOWN]
    listed = f"{', '.join(verbs)} or {last}" if verbs else last
    return f"For {incident.label} now: /incident {listed}"


def _how_it_stands(incident: Incident, ladders: Mapping[str, Escalation]) -> str:
    label, main = incident.label, ladders.get(MAIN)
    holder = main.holder_name if main is not None else ""
    match stand(incident, ladders):
        case state if state == UNHELD:
            return f"Nobody has {label} yet. If you take it: /incident ack"
        case state if state == ASKED:
            return f"{holder} is asked whether they still have {label}. If that is you: /incident confirm"
        case state if state == OWNED and incident.handover_to:
            return f"{holder} has {label}. If you are asked to take it: /incident accept"
        case state if state == OWNED:
            return f"{holder} has {label}."
        case state if state == MONITORED:
            return f"{holder} has {label}, which is mitigated and monitored."
        case state if state == OVER:
            return f"{label} is over, says the monitor. If positions and orders are right: /incident confirm"
        case _:
            return f"{label} is {'merged into another' if incident.merged_into else incident.phase}."

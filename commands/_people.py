"""People as they are written in a command: a role, a contact, or somebody mentioned in Slack."""

from __future__ import annotations

from dataclasses import replace

from bot.core.errors import Refused
from bot.core.oncall import Contact, Roster
from commands._grammar import close, slack_id, tidy
from commands.base import Context


async def people(context: Context, roster: Roster, word: str, system: str) -> tuple[Contact, ...]:
    """Who is meant: those behind a role now, a contact by id or name, or a person mentioned in Slack, who need not be a
    contact. Refused, naming those there are, where nobody fits."""
    mentioned = slack_id(word)
    if mentioned:
        return (await _mentioned(context, roster, mentioned),)
    key = tidy(word).lstrip("@")
    roles = {name.lower(): name for name in (*roster.roles, *roster.overrides)}
    if key in roles:
        found = roster.on_call(roles[key])
        if not found:
            raise Refused(f"Nobody answers for {roles[key]} of {system} now. /oncall shows who does for what.")
        return found
    named = [c for c in roster.contacts.values() if key in (c.id.lower(), c.name.lower())]
    named = named or [c for c in roster.contacts.values() if key == c.name.lower().partition(" ")[0]]
    if len(named) == 1:
        return (named[0],)
    if named:
        raise Refused(f"Several people are called {word}: {', '.join(contact.id for contact in named)}. Say which.")
    raise Refused(_nobody(roster, word, system))


async def one(context: Context, roster: Roster, word: str, system: str) -> Contact:
    """One person; of a role, the first."""
    return (await people(context, roster, word, system))[0]


async def _mentioned(context: Context, roster: Roster, user: str) -> Contact:
    contact = roster.identify(slack=user)
    if contact is not None:
        return contact
    known = await context.look_up(user) if context.look_up is not None else None
    contact = roster.identify(mail=known.mail) if known is not None and known.mail else None
    if contact is not None:
        return replace(contact, addresses={**contact.addresses, "slack": user})
    mail = {"mail": known.mail} if known is not None and known.mail else {}
    return Contact(id=user, name=known.name if known is not None else user, addresses={"slack": user, **mail})


def _nobody(roster: Roster, word: str, system: str) -> str:
    likely = close(word.lstrip("@"), [*roster.roles, *roster.contacts])
    hint = f" Did you mean {' or '.join(likely)}?" if likely else ""
    roles, persons = ", ".join(roster.roles) or "none", ", ".join(roster.contacts) or "none"
    return f"{system} has no role or person {word!r}.{hint} Roles: {roles}. People: {persons}."

"""People as they are written in a command: a role, a contact, somebody in Slack by mention or by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.core.errors import Refused
from bot.core.oncall import Contact, Roster, outsider
from commands._grammar import close, joined, slack_id, tidy
from commands.base import Context, SlackUser

_WORDS = 4
"""Words that a name may have."""

_SHORTEST = 3
"""Letters of a part of a name by which somebody may be meant."""


async def people(
    context: Context, roster: Roster, words: Sequence[str], system: str
) -> tuple[tuple[Contact, ...], list[str]]:
    """Who is meant by the first words, and the other words: those behind a role now, a contact, or somebody in Slack,
    who need not be a contact. The longest name wins: `Bob Baker` before `Bob`. Refused, naming those there are, where
    nobody fits, and naming those who do where several do."""
    if tidy(words[0]) == "to" and len(words) > 1:
        words = words[1:]
    mentioned = slack_id(words[0])
    if mentioned:
        return (await _mentioned(context, roster, mentioned),), list(words[1:])
    everybody = _Everybody(context, roster)
    for count in range(_name_ends(words), 0, -1):
        name = joined([tidy(word) for word in words[:count]]).lstrip("@")
        found = _behind_role(roster, name, system) or _only(_contacts(roster, name, _whole), name)
        found = found or _only(await everybody.called(name, _whole), name)
        if found:
            return found, list(words[count:])
    first = tidy(words[0]).lstrip("@")
    if len(first) >= _SHORTEST:
        found = _only(_contacts(roster, first, _part), first) or _only(await everybody.called(first, _part), first)
        if found:
            return found, list(words[1:])
    raise Refused(_nobody(roster, words[0], system))


async def one(context: Context, roster: Roster, words: Sequence[str], system: str) -> tuple[Contact, list[str]]:
    """One person, and the other words; of a role, the first."""
    found, rest = await people(context, roster, words, system)
    return found[0], rest


async def person(context: Context, roster: Roster, words: Sequence[str], system: str) -> tuple[Contact, list[str]]:
    """As `one`; by their own name where they were mentioned, since a contact may be a desk that several people answer
    for."""
    found, rest = await one(context, roster, words, system)
    mentioned = slack_id(words[0])
    known = await context.look_up(mentioned) if mentioned and context.look_up is not None else None
    return (replace(found, name=known.name) if known is not None else found), rest


def those_there_are(roster: Roster) -> str:
    """The roles and people to choose from."""
    return f"Roles: {', '.join(roster.roles) or 'none'}. People: {', '.join(roster.contacts) or 'none'}."


class _Everybody:
    """The people of the workspace, asked for only where the pack does not know a name."""

    def __init__(self, context: Context, roster: Roster) -> None:
        self._context, self._roster = context, roster
        self._users: Sequence[SlackUser] | None = None

    async def called(self, name: str, fits: Fits) -> list[Contact]:
        """Those of that name."""
        if self._users is None:
            asked = self._context.everybody
            self._users = await asked() if asked is not None else ()
        return [_as_contact(self._roster, user) for user in self._users if fits(name, [*user.names], user.mail)]


Fits = Callable[[str, Sequence[str], str], bool]


def _whole(name: str, names: Sequence[str], mail: str) -> bool:
    """By their whole name, or by their mail address or the part of it before the @."""
    return name in (*(one.lower() for one in names), *([mail.lower(), mail.lower().partition("@")[0]] if mail else ()))


def _part(name: str, names: Sequence[str], mail: str) -> bool:
    """By their first or last name."""
    parts = [part for one in names if (part := one.lower().split())]
    return name != "the" and any(name in (part[0], part[-1]) for part in parts)


def _contacts(roster: Roster, name: str, fits: Fits) -> list[Contact]:
    return [c for c in roster.contacts.values() if fits(name, (c.id, c.name), c.addresses.get("mail", ""))]


def _name_ends(words: Sequence[str]) -> int:
    """How many of the words a name may have: a comma ends it, as in `bob, alice`."""
    ends = (place + 1 for place, word in enumerate(words) if word.rstrip().endswith((",", ":")))
    return min(_WORDS, len(words), next(ends, _WORDS))


def _behind_role(roster: Roster, name: str, system: str) -> tuple[Contact, ...]:
    role = next((role for role in (*roster.roles, *roster.overrides) if role.lower() == name), "")
    found = roster.on_call(role) if role else ()
    if role and not found:
        raise Refused(f"Nobody answers for {role} of {system} now. /oncall shows who does for what.")
    return found


def _only(found: Iterable[Contact], name: str) -> tuple[Contact, ...]:
    """That one; nobody; or Refused, naming those who fit."""
    several = {contact.id: contact for contact in found}
    if len(several) > 1:
        shown = ", ".join(f"{contact.name} ({contact.id})" for contact in several.values())
        raise Refused(f"Several people are called {name!r}: {shown}. Write the whole name, the id, or mention them.")
    return tuple(several.values())


async def _mentioned(context: Context, roster: Roster, user: str) -> Contact:
    contact = roster.identify(slack=user)
    if contact is not None:
        return contact
    known = await context.look_up(user) if context.look_up is not None else None
    if known is None:
        return outsider(user, user, user)
    if known.unreachable:
        raise Refused(f"{known.unreachable}, so no message reaches them. {those_there_are(roster)}")
    return _as_contact(roster, known)


def _as_contact(roster: Roster, user: SlackUser) -> Contact:
    """The contact that somebody in Slack is; else one made of what Slack tells."""
    contact = roster.identify(slack=user.id) or (roster.identify(mail=user.mail) if user.mail else None)
    if contact is not None:
        return contact if contact.slack else replace(contact, addresses={**contact.addresses, "slack": user.id})
    return Contact(
        id=user.id, name=user.name, addresses={"slack": user.id, **({"mail": user.mail} if user.mail else {})}
    )


def _nobody(roster: Roster, word: str, system: str) -> str:
    likely = close(word.lstrip("@"), [*roster.roles, *roster.contacts])
    hint = f" Did you mean {' or '.join(likely)}?" if likely else ""
    return f"{system} has no role or person {word!r}, nor did Slack name one.{hint} {those_there_are(roster)}"

"""Which incident a command means, and who says it there (ESCALATION 16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.errors import Refused
from bot.core.incident import Incident, no_such
from bot.core.oncall import Actor, Roster
from bot.store.transaction import Tx
from commands._asking import AskWhich
from commands._grammar import Unclear, mistyped, number, tidy
from commands.base import THREAD, Context


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """The incident, and the words that do not name it."""

    incident: Incident
    words: tuple[str, ...]
    who: Actor

    @property
    def number(self) -> int:
        """Its number."""
        return self.incident.number


async def pick(
    context: Context, words: Sequence[str], verb: str, *, also_closed: bool = False, notes: bool = False,
    answers: bool = False,
) -> Picked:  # fmt: skip
    """The incident that is meant: a number given wins; in a thread it is the thread's; else the only open one of the
    channel's system. Several: AskWhich; none: Refused. `also_closed`: the verb is for closed ones too, so it is
    not asked which of the open ones. `notes`: in a thread, a bare number in front of a text counts as text unless an
    open incident has it. `answers`: a bare number is an answer, but where another one follows: `7 2`. Unclear:
    what stands where the number would is meant as one and is none."""
    if words:
        refuse_mistyped(words[0], bare=not (notes and context.place == THREAD and len(words) > 1))

    def look(tx: Tx) -> tuple[Incident, tuple[str, ...]]:
        rest = tuple(words)
        named = number(words[0]) if words and not (answers and _is_answer(context, words)) else None
        if named is not None:
            found = tx.incidents.get(named)
            is_text = notes and context.place == THREAD and len(words) > 1 and words[0].isdigit()
            if found is not None and (found.is_open or not is_text):
                return found, rest[1:]
            if not is_text:
                raise no_such(named)
        return _unnamed(tx, context, (verb, AskWhich.NUMBER, *rest), also_closed), rest

    incident, rest = await context.engine.look(look)
    return Picked(incident=incident, words=rest, who=actor(context, incident.system))


def _is_answer(context: Context, words: Sequence[str]) -> bool:
    return words[0].isdecimal() and (context.place == THREAD or not "".join(words[1:2]).isdecimal())


def refuse_mistyped(word: str, *, bare: bool = True) -> None:
    """Raise Unclear where a word is meant as a number of an incident and is none; as `mistyped` reads it."""
    if mistyped(word, bare=bare):
        said = f"{word.strip()!r} is no number of an incident, so nothing was done."
        raise Unclear(f"{said} Write it as 7 or INC-7; /incident list shows the open ones.")


def take_system(context: Context, words: list[str]) -> str:
    """Take the name of a system from the front of the words; else the channel's system, or the only one there is.
    Empty: there are several, and nothing says which."""
    systems = context.engine.desk.systems
    said = next((name for name in systems if words and tidy(words[0]) == name.lower()), "")
    if said:
        words.pop(0)
    return said or context.system or (next(iter(systems)) if len(systems) == 1 else "")


def _unnamed(tx: Tx, context: Context, again: Sequence[str], also_closed: bool) -> Incident:
    if context.incident is not None:
        found = tx.incidents.get(context.incident)
        if found is not None:
            return found
    if also_closed:
        raise Refused(f"Say which one: /incident {again[0]} NUMBER")
    fits = tx.incidents.list_open(context.system)
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise AskWhich(fits, [word for word in again if word])
    where = f" for {context.system}" if context.system else ""
    raise Refused(f"No incident is open{where}. To open one: /incident declare what is wrong")


def actor(context: Context, system: str) -> Actor:
    """Who says it, as the system knows them: its contact where they are one."""
    who = context.who
    known = context.engine.desk.systems.get(system)
    if known is None:
        return who
    contact = known.roster.identify(slack=who.slack, mail=context.mail)
    if contact is None and (same := known.contact(who.id)) is not None and same.name == who.name:
        contact = same  # ids are unique within a system only: elsewhere the same id may be somebody else
    if contact is None:
        return who
    # A contact may be a hotline or a desk: of somebody in Slack their own name is known.
    name = who.name if who.slack else contact.name
    return replace(who, id=contact.id, name=name, slack=who.slack or contact.slack)


async def roster_of(context: Context, system: str) -> Roster:
    """Who answers for the roles of a system now."""
    return await context.engine.look(lambda tx: context.engine.desk.roster(tx, system))

"""/page: call a person or a role by name, for an open incident or a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from bot.core.errors import Refused
from bot.core.incident import Incident, no_such
from bot.core.oncall import Contact
from bot.engine import declare
from bot.store.transaction import Tx
from bot.views.page_form import CALL, FOR, WHOM, WHY, page_form
from commands._asking import AskWhich, again
from commands._grammar import Unclear, Verb, joined, number, tidy
from commands._people import people, those_there_are
from commands._which import actor, roster_of, take_system
from commands.base import SLACK, Command, Context, Form, Press, Reply, run


@click.pass_obj
async def _page(context: Context, words: tuple[str, ...]) -> Reply:
    rest = list(words)
    named = number(rest.pop(0)) if rest and number(rest[0]) is not None else None
    new = bool(rest) and tidy(rest[0]) == "--new"
    if new:
        rest.pop(0)
    system = take_system(context, rest)
    if not rest and context.place == SLACK:
        return Reply(text="Page somebody", view=await _form(context, system))
    if not rest:
        raise Unclear(_usage(context, system))
    if len(rest) == 1:
        raise Unclear(f"Say why, so that they know on the phone: /page {rest[0]} WHY")
    incident = None if new else await _incident(context, system, named, [AskWhich.NUMBER, *rest])
    system = incident.system if incident is not None else system
    if not system:
        names = ", ".join(context.engine.desk.systems)
        raise Refused(f"Say of which system: /page SYSTEM {joined(rest)}. There are: {names}.")
    contacts, reason = await people(context, await roster_of(context, system), rest, system)
    why = joined(reason)
    if not why:
        raise Unclear(f"Say why, so that they know on the phone: /page {joined(rest)} WHY")
    return await _call(context, incident, system, contacts, why)


async def _call(
    context: Context, incident: Incident | None, system: str, contacts: Sequence[Contact], why: str
) -> Reply:
    chosen = incident.number if incident is not None else None
    said = await context.engine.do(declare.page, chosen, system, contacts, actor(context, system), why=why)
    opened = f" {said.incident.label} was opened for it." if incident is None else ""
    data = {"incident": said.incident.number, "paged": [contact.name for contact in contacts]}
    return Reply(text=said.text + opened, incident=said.incident.number, data=data)


def _usage(context: Context, system: str) -> str:
    """What to write, and whom there is."""
    known = context.engine.desk.systems.get(system)
    there = those_there_are(known.roster) if known is not None else "/oncall shows the roles."
    return f"Say whom, and why: /page PERSON-OR-ROLE WHY. {there} More: /page help"


async def _incident(context: Context, system: str, named: int | None, again_: list[str]) -> Incident | None:
    """The incident they are paged for; None: a new one is opened. Several open: asks."""
    chosen = named if named is not None else context.incident

    def look(tx: Tx) -> Incident | None:
        if chosen is not None:
            found = tx.incidents.get(chosen)
            if found is None:
                raise no_such(chosen)
            return found
        fits = tx.incidents.list_open(system)
        if len(fits) > 1:
            raise AskWhich(fits, again_)
        return fits[0] if fits else None

    return await context.engine.look(look)


async def _form(context: Context, system: str) -> Mapping[str, Any]:
    """What is asked where nothing was said: of the channel's system, else of all."""
    systems = [system] if system else list(context.engine.desk.systems)
    rosters = {name: await roster_of(context, name) for name in systems}
    open_ = await context.engine.look(lambda tx: tx.incidents.list_open())
    return page_form(rosters, [one for one in open_ if one.system in systems])


async def _sent(form: Form, context: Context) -> Reply:
    system, _, whom = form.values.get(WHOM, "").partition("/")
    why, wanted = form.values.get(WHY, ""), form.values.get(FOR, "")
    if not whom:
        return Reply(text="", errors={WHOM: "Choose whom to page."})
    if not why:
        return Reply(text="", errors={WHY: "Say why, so that they know on the phone."})
    incident = await _incident(context, system, int(wanted), []) if wanted.isdecimal() else None
    if incident is not None and incident.system != system:
        return Reply(text="", errors={WHOM: f"{incident.label} is of {incident.system}: choose somebody there."})
    try:
        contacts, _ = await people(context, await roster_of(context, system), [whom], system)
        return await _call(context, incident, system, contacts, why)
    except Refused as problem:
        return Reply(text="", errors={WHOM: str(problem)})


async def _which(pressed: Press, context: Context) -> Reply:
    return await run(COMMAND, again(pressed.value), context)


COMMAND = Command(
    name="page",
    help="Call a person or a role now, by every way they have.",
    usage="<person|role> why",
    grammar=Verb(
        "page",
        callback=_page,
        words="[NUMBER] PERSON|ROLE WHY...",
        help=(
            "Call a person or a role now, by every way they have, for the incident of this thread, or the one that is "
            "open. Where none is open one is opened; `--new` opens one in any case. Alone, in Slack, it asks in a form."
        ),
    ),
    buttons={"page.which": _which},
    modals={CALL: _sent},
)

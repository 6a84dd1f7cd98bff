"""/oncall: who answers for each role now; and who stands in for it."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

import click

from bot.core.errors import Refused
from bot.core.oncall import Contact
from bot.engine import oncall
from bot.engine.oncall import Duty
from bot.views.terminal import table
from commands._grammar import Unclear, Verb, Verbs, tidy
from commands._people import people
from commands._which import actor, roster_of, take_system
from commands.base import Command, Context, Reply


@click.pass_obj
def _bare(context: Context) -> Awaitable[Reply]:
    return _shown(context, ())


@click.pass_obj
async def _show(context: Context, words: tuple[str, ...]) -> Reply:
    return await _shown(context, words)


async def _shown(context: Context, words: Sequence[str]) -> Reply:
    names = [_system(context, list(words))] if words or context.system else list(context.engine.desk.systems)
    texts, data, desk = [], {}, context.engine.desk
    found = await context.engine.look(lambda tx: {name: oncall.duties(tx, desk, name) for name in names})
    for name, duties in found.items():
        texts.append(_text(name, duties))
        data[name] = [
            {
                "role": d.role,
                "contacts": [c.name for c in d.contacts],
                "override": bool(d.instead_of),
                "unset": dict(d.missing),
            }
            for d in duties
        ]
    return Reply(text="\n\n".join(texts) or "No system is set up here.", code=True, data=data)


def _text(system: str, duties: Sequence[Duty]) -> str:
    rows = [(duty.role, _who(duty), ", ".join(_ways(duty.contacts)), _remark(duty)) for duty in duties]
    shown = table(("ROLE", "WHO", "WAYS", ""), rows) if rows else "no roles"
    unset = [f"not set: {who} ({variable})" for duty in duties for who, variable in duty.missing.items()]
    return "\n".join([f"On call for {system} now:", shown, *dict.fromkeys(unset)])


def _who(duty: Duty) -> str:
    return ", ".join(contact.name for contact in duty.contacts) or "NOBODY"


def _ways(contacts: Sequence[Contact]) -> list[str]:
    return list(dict.fromkeys(way for contact in contacts for way in contact.addresses))


def _remark(duty: Duty) -> str:
    return f"instead of {', '.join(c.name for c in duty.instead_of)}" if duty.instead_of else ""


@click.pass_obj
async def _set(context: Context, words: tuple[str, ...]) -> Reply:
    rest = list(words)
    system = _system(context, rest)
    if len(rest) < 2:
        raise Unclear("Say which role and who: /oncall set ROLE PERSON [PERSON...]")
    role, roster = tidy(rest[0]), await roster_of(context, system)
    persons, names = [], [word for word in rest[1:] if tidy(word) not in ("and", "")]
    while names:
        found, names = await people(context, roster, names, system)
        persons += [contact.id for contact in found]
    text = await context.engine.do(oncall.stand_in, system, role, persons, actor(context, system))
    return Reply(text=text, ephemeral=False, data={"system": system, "role": role, "contacts": persons})


@click.pass_obj
async def _clear(context: Context, words: tuple[str, ...]) -> Reply:
    rest = list(words)
    system = _system(context, rest)
    if not rest:
        raise Unclear("Say which role: /oncall clear ROLE")
    text = await context.engine.do(oncall.own_again, system, tidy(rest[0]), actor(context, system))
    return Reply(text=text, ephemeral=False, data={"system": system, "role": tidy(rest[0])})


def _system(context: Context, words: list[str]) -> str:
    """The system, said in front or clear from the place. Refused, naming those there are, where it is neither."""
    system = take_system(context, words)
    if not system:
        systems = context.engine.desk.systems
        names, first = ", ".join(systems), next(iter(systems), "SYSTEM")
        raise Refused(f"Say of which system: {names}. For example: /oncall show {first}")
    return system


class _Oncall(Verbs):
    """`/oncall hft` shows that system."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        systems = {name.lower() for name in ctx.obj.engine.desk.systems}
        if tidy(args[0]) in systems and not self.knows(args[0]):
            verb = self.knows(args[1]) if len(args) > 1 else "show"
            return verb or "show", self.commands[verb or "show"], [args[0], *args[2:]]
        return super().resolve_command(ctx, args)


COMMAND = Command(
    name="oncall",
    help="Who answers for each role now; set and clear who stands in.",
    usage="[show [system] | set <role> <person...> | clear <role>]",
    grammar=_Oncall(
        "oncall",
        [
            Verb(
                "show",
                aliases=("who", "list"),
                callback=_show,
                words="[SYSTEM]",
                help="Who answers for each role now, and which addresses are not set.",
            ),
            Verb(
                "set",
                callback=_set,
                words="[SYSTEM] ROLE PERSON...",
                help="These stand in for a role, for every page from now on.",
            ),
            Verb(
                "clear",
                aliases=("unset", "reset"),
                callback=_clear,
                words="[SYSTEM] ROLE",
                help="The role is the pack's own again.",
            ),
        ],
        _bare,
        help="Who answers for each role now.",
    ),
)

"""Looking at incidents: the menu, the list, one of them, and who was paged when and why."""

from __future__ import annotations

from collections.abc import Mapping

import click

from bot.core.escalation import Escalation
from bot.core.incident import Incident
from bot.core.page import Page
from bot.core.timeline import Entry
from bot.store.transaction import Tx
from bot.views import menus
from bot.views.card import card
from bot.views.terminal import incident_story, incident_table
from commands._grammar import Verb, Verbs, tidy
from commands._incident_why import explain
from commands._which import actor, pick, roster_of
from commands._zones import zone_of
from commands.base import TERMINAL, Command, Context, Reply

_STORY = 200


async def open_ones(context: Context, system: str = "") -> list[tuple[Incident, Mapping[str, Escalation]]]:
    """The open incidents with their ladders, newest first."""

    def look(tx: Tx) -> list[tuple[Incident, Mapping[str, Escalation]]]:
        found = tx.incidents.list_open(system)
        ladders = tx.incidents.escalations_of([incident.number for incident in found])
        return [(incident, ladders[incident.number]) for incident in found]

    return await context.engine.look(look)


async def menu(context: Context) -> Reply:
    """The command alone: a short menu; in a terminal the list."""
    if context.place == TERMINAL:
        return await list_(context, "")
    drawn = menus.menu(await open_ones(context, context.system), board=context.board)
    return Reply(text=drawn.text, blocks=drawn.blocks, personal=True)


async def list_(context: Context, system: str) -> Reply:
    """All open incidents, or those of one system."""
    rows = await open_ones(context, system)
    text = incident_table(rows, context.engine.clock.now())
    data = [
        {
            "number": i.number,
            "system": i.system,
            "severity": i.severity.word,
            "title": i.title,
            "phase": i.phase,
            "holder": ladders["main"].holder_name if "main" in ladders else "",
            "since": i.since.isoformat(),
            "opened_at": i.opened_at.isoformat(),
        }
        for i, ladders in rows
    ]
    if context.place == TERMINAL or not rows:
        return Reply(text=text, code=bool(rows), data=data)
    drawn = menus.menu(rows)  # said to everybody in a thread: without a link of one's own
    return Reply(text=drawn.text, blocks=drawn.blocks, data=data)


@click.pass_obj
async def _list(context: Context, words: tuple[str, ...]) -> Reply:
    known = {name.lower(): name for name in context.engine.desk.systems}
    named = tidy(words[0]) if words else ""
    if named and named not in known and named != "all":
        context.engine.desk.system(named)
    return await list_(context, known.get(named, ""))


@click.pass_obj
async def _show(context: Context, words: tuple[str, ...]) -> Reply:
    picked = await pick(context, words, "show")
    incident = picked.incident

    def look(tx: Tx) -> tuple[Mapping[str, Escalation], list[Entry], list[tuple[str, bool]]]:
        shown, _ = tx.alerts.joined_since(incident.number, None, 5)
        alerts = [(alert.title, alert.firing) for alert in shown]
        return tx.incidents.escalations(incident.number), tx.timeline.of(incident.number, _STORY), alerts

    ladders, entries, alerts = await context.engine.look(look)
    now = context.engine.clock.now()
    text = incident_story(incident, ladders, entries, now, zone_of(context, incident.system))
    data = {
        "number": incident.number,
        "system": incident.system,
        "severity": incident.severity.word,
        "title": incident.title,
        "phase": incident.phase,
        "type": incident.type,
        "timeline": [
            {"at": e.at.isoformat(), "kind": e.kind, "text": e.text, "why": e.why, "who": e.who.name} for e in entries
        ],
    }
    if context.place == TERMINAL:
        return Reply(text=text, code=True, data=data, incident=incident.number)
    drawn = card(incident, ladders, alerts=alerts, now=now)
    head = f"{incident.label} {incident.severity.word} {incident.system}: {incident.title}"
    return Reply(text=head, blocks=drawn.blocks, data=data, incident=incident.number)


@click.pass_obj
async def _why(context: Context, words: tuple[str, ...]) -> Reply:
    picked = await pick(context, words, "why")
    incident = picked.incident

    def look(tx: Tx) -> tuple[Mapping[str, Escalation], list[Page]]:
        return tx.incidents.escalations(incident.number), tx.pages.of(incident.number)

    ladders, pages = await context.engine.look(look)
    roster = await roster_of(context, incident.system)
    meaning = context.engine.desk.meanings(incident.system)[incident.severity]
    explained = explain(incident, ladders, pages, roster, actor(context, incident.system))
    text = f"{explained}\n\nSeverity {incident.severity.word} means: {meaning}"
    data = [
        {
            "at": p.made_at.isoformat(),
            "to": p.name,
            "way": p.way,
            "level": p.level,
            "state": p.state,
            "why": p.why,
            "outcome": p.outcome,
        }
        for p in pages
    ]
    return Reply(text=text, data=data, incident=incident.number)


def looks() -> list[Verb]:
    """The subcommands of this file."""
    return [
        Verb(
            "list",
            aliases=("ls", "all"),
            near=("liste", "offen", "zeige"),
            callback=_list,
            words="[SYSTEM]",
            help="The open incidents.",
        ),
        Verb(
            "show",
            aliases=("status", "info"),
            callback=_show,
            words="[NUMBER]",
            help="How one stands, and what happened.",
        ),
        Verb(
            "why",
            near=("warum", "wieso", "weshalb"),
            callback=_why,
            words="[NUMBER]",
            help="Who was paged when and why, and why you were, or were not.",
        ),
        Verb(
            "help",
            near=("hilfe",),
            callback=_help,
            words="[SUBCOMMAND]",
            help="This page, or that of a subcommand.",
        ),
    ]


@click.pass_context
def _help(ctx: click.Context, words: tuple[str, ...]) -> Reply:
    assert ctx.parent is not None
    group = ctx.parent.command
    assert isinstance(group, Verbs)
    text = group.help_of(ctx.parent, words)
    others = [f"  /{c.name} {c.usage}\n    {c.help}" for c in ctx.obj.commands.values() if _elsewhere(c, ctx.obj)]
    return Reply(text="\n".join([text, "", "Other commands:", *others]) if others and not words else text, code=True)


def _elsewhere(command: Command, context: Context) -> bool:
    return context.place in command.lives and not command.spoken and command.name != "help"

"""What changes an incident: its severity and type, notes, handing it over, merging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from bot.core.alert import SEVERITY_WORDS
from bot.engine import amend, handover, merge, respond
from bot.views import modals
from commands import _tokens
from commands._grammar import Unclear, Verb, close, joined, number, tidy, up_to
from commands._incident_answer import said
from commands._incident_declare import severity_word
from commands._people import one
from commands._which import pick, refuse_mistyped, roster_of
from commands.base import SLACK, THREAD, Context, Reply

_INTO = ("into", "to", "in", "->", "with")
_BECAUSE = ("because", "since", "as")
"""Words before a reason, which stands on the timeline after "Why"."""


@click.pass_obj
async def _severity(context: Context, words: tuple[str, ...]) -> Reply:
    numbered, rest = _number_first(words)
    word, *reason = rest or [""]
    why = joined(reason[1:] if reason and tidy(reason[0]) in _BECAUSE else reason)
    if not word:
        raise Unclear("\n".join(["Say which severity: /incident severity [NUMBER] WORD [WHY]", *_meanings(context)]))
    picked = await pick(context, [*numbered, *rest], "severity")
    severity = severity_word(word, context.engine.desk.systems.get(picked.incident.system))
    if severity is None:
        likely = close(word, list(SEVERITY_WORDS))
        hint = f" Did you mean {' or '.join(likely)}?" if likely else ""
        raise Unclear(f"{word!r} is no severity.{hint} There are critical, high, medium and low.")
    if severity < picked.incident.severity and not why:
        write = f"/incident severity {picked.number} {severity.word} WHY"
        raise Unclear(f"Say why it is less grave: people wait longer then, or are not woken at all. {write}")
    return said(await context.engine.do(amend.set_severity, picked.number, severity, picked.who, why=why))


def _meanings(context: Context) -> list[str]:
    """What each severity means where the command was given."""
    return [f"{severity.word}: {meaning}" for severity, meaning in context.engine.desk.meanings(context.system).items()]


def _number_first(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The number, be it the first or the second word, and the other words."""
    for place in range(min(2, len(words))):
        refuse_mistyped(words[place], bare=place == 0)
        if number(words[place]) is not None:
            return [words[place]], [*words[:place], *words[place + 1 :]]
    return [], list(words)


@click.pass_obj
async def _type(context: Context, words: tuple[str, ...]) -> Reply:
    numbered, rest = _number_first(words)
    if not rest:
        raise Unclear("Say which type: /incident type [NUMBER] TYPE [WHY]")
    picked = await pick(context, [*numbered, *rest], "type")
    why = joined(rest[1:])
    return said(await context.engine.do(amend.add_type, picked.number, tidy(rest[0]), picked.who, why=why))


@click.pass_obj
async def _note(context: Context, words: tuple[str, ...]) -> Reply:
    picked = await pick(context, words, "note", notes=True)
    text = joined(picked.words)
    if not text and context.place == SLACK:
        return Reply(text="Add a note", view=modals.note_modal(picked.incident, metadata=str(picked.number)))
    if not text:
        raise Unclear("Say what to note: /incident note [NUMBER] what you saw or did")
    # What was said in the thread need not be repeated there.
    here = context.place == THREAD and context.incident == picked.number
    who = replace(picked.who, via="slack-thread") if here else picked.who
    answer = await context.engine.do(respond.note, picked.number, who, text=text)
    return replace(said(answer), receipt=here and answer.text == respond.noted(answer.incident))


@click.pass_obj
async def _handover(context: Context, words: tuple[str, ...]) -> Reply:
    numbered, rest = _number_first(words)
    picked = await pick(context, [*numbered, *rest], "handover")
    if not rest and context.place == SLACK:
        return Reply(text="Hand over", view=modals.handover_modal(picked.incident, metadata=str(picked.number)))
    if not rest:
        raise Unclear("Say to whom: /incident handover [NUMBER] PERSON [WHY]")
    roster = await roster_of(context, picked.incident.system)
    to, reason = await one(
        context, roster, rest[1:] if tidy(rest[0]) == "to" and rest[1:] else rest, picked.incident.system
    )
    why = joined(reason)
    return said(await context.engine.do(handover.hand_over, picked.number, picked.who, to, why=why))


@click.pass_obj
async def _merge(context: Context, words: tuple[str, ...]) -> Reply:
    source, target, rest = _read_merge(context, words)
    if source is None or target is None:
        raise Unclear("Say which into which: /incident merge NUMBER into NUMBER")
    picked = await pick(context, [str(target)], "merge")
    why = joined(rest)
    return said(await context.engine.do(merge.merge, source, target, picked.who, why=why))


def _read_merge(context: Context, words: Sequence[str]) -> tuple[int | None, int | None, list[str]]:
    """`13 into 12 [why]`, `13 12`; in the thread of 13, `into 12`."""
    rest = list(words)
    source = number(rest.pop(0)) if rest and number(rest[0]) is not None else None
    into = bool(rest) and tidy(rest[0]) in _INTO
    if into:
        rest.pop(0)
    target = number(rest.pop(0)) if rest and number(rest[0]) is not None else None
    if source is None and into:
        source = context.incident
    return source, target, rest


@click.pass_obj
async def _token(context: Context, words: tuple[str, ...]) -> Reply:
    """A personal token for the terminal, shown once."""
    if words and tidy(words[0]) not in ("revoke", "new", "create"):
        raise Unclear("/incident token gives you a new token for the terminal; /incident token revoke ends it.")
    if words and tidy(words[0]) == "revoke":
        return await _tokens.revoke(context, context.who.slack or context.who.id)
    return await _tokens.fresh(context, context.who.slack or context.who.id, context.who.name)


_GIVEN = ("hand-over", "handoff", "give", "hand over", "hand it over", "hand this over", "give it", "over to")


def changes() -> list[Verb]:
    """The subcommands of this file."""
    return [
        Verb(
            "severity",
            aliases=("sev",),
            callback=_severity,
            words="[NUMBER] WORD [WHY...]",
            choices=up_to(1),
            help="Raise or lower the severity: critical, high, medium, low. Lowering it wants a reason.",
            short_help="Raise or lower the severity.",
        ),
        Verb(
            "type",
            callback=_type,
            words="[NUMBER] TYPE [WHY...]",
            choices=up_to(1),
            help="It is of this type too: that type's people are paged.",
        ),
        Verb(
            "note",
            aliases=("notes", "log"),
            near=("notiz", "notieren", "comment"),
            callback=_note,
            words="[NUMBER] TEXT...",
            free=True,
            help="Put a note on the timeline.",
        ),
        Verb(
            "handover",
            aliases=_GIVEN,
            near=("übergeben", "übergabe", "assign"),
            callback=_handover,
            words="[NUMBER] PERSON [WHY...]",
            help="Ask somebody to take it; until they accept you keep it.",
        ),
        Verb(
            "merge",
            callback=_merge,
            words="NUMBER into NUMBER [WHY...]",
            choices=lambda _context, words: not words or (len(words) == 2 and tidy(words[0]) in _INTO),
            help="Two incidents are one; can be undone for an hour.",
        ),
        Verb(
            "token",
            callback=_token,
            words="[revoke]",
            choices=up_to(1),
            help="Your personal token for the terminal; only you see it, once.",
        ),
    ]

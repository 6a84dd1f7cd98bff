"""What changes an incident: declaring it, its severity and type, notes, handing it over, merging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from bot.core.alert import SEVERITY_WORDS, Severity
from bot.core.errors import Refused
from bot.core.oncall import Roster
from bot.core.system import System
from bot.engine import amend, declare, merge, respond
from bot.views import modals
from bot.views.blocks import actions, plain, section
from commands import _tokens
from commands._grammar import HelpAsked, Unclear, Verb, close, joined, number, tidy, words_argument
from commands._incident_answer import said
from commands._people import one
from commands._which import actor, pick
from commands.base import SLACK, TERMINAL, THREAD, Context, Reply


def _read_declaration(context: Context, words: Sequence[str]) -> tuple[str, Severity | None, str]:
    """The system (empty: not said and not clear from the place), the severity if one was said, and the text."""
    desk = context.engine.desk
    rest = list(words)
    system = ""
    if rest and tidy(rest[0]) in {name.lower() for name in desk.systems}:
        word = tidy(rest.pop(0))
        system = next(name for name in desk.systems if name.lower() == word)
    system = system or context.system or (next(iter(desk.systems)) if len(desk.systems) == 1 else "")
    severity = severity_word(rest[0], desk.systems.get(system)) if rest else None
    if severity is not None:
        rest.pop(0)
    return system, severity, joined(rest)


def severity_word(word: str, system: System | None) -> Severity | None:
    """The severity a word means, here or in the system's own words; None: it is no such word."""
    key = tidy(word)
    own = {name.lower(): severity for name, severity in (system.severities if system else {}).items()}
    return own.get(key) or SEVERITY_WORDS.get(key)


@click.pass_obj
async def _declare(context: Context, words: tuple[str, ...], type_: str) -> Reply:
    if len(words) == 1 and tidy(words[0]) in ("help", "?", ""):
        raise HelpAsked("/incident declare [SYSTEM] [SEVERITY] what is wrong. Its ladder begins to page at once.")
    if words and words[0].startswith("--"):
        raise Unclear(f"declare has no option {words[0]}. To open an incident: /incident declare what is wrong")
    system, severity, text = _read_declaration(context, words)
    desk = context.engine.desk
    if not text:
        return _ask_to_declare(context, system, severity)
    if not system:
        likely = close(words[0], list(desk.systems))
        hint = f" Did you mean {likely[0]}?" if likely else ""
        raise Refused(f"Say of which system: {', '.join(desk.systems)}.{hint} /incident declare SYSTEM what is wrong")
    return await open_incident(context, system, severity or Severity.HIGH, text, type_)


async def open_incident(
    context: Context, system: str, severity: Severity, text: str, type_: str, component: str = ""
) -> Reply:
    """Declare it."""
    who = actor(context, system)
    answer = await context.engine.do(declare.declare, system, severity, text, who, type_=type_, component=component)
    number_ = answer.incident.number
    return replace(
        said(answer), text=f"{answer.text} Severity {severity.word}; to change it: /incident severity {number_} WORD"
    )


def _ask_to_declare(context: Context, system: str, severity: Severity | None) -> Reply:
    if context.place == SLACK:
        systems = [(s.name, s.title) for s in context.engine.desk.systems.values()]
        view = modals.declare_modal(systems, metadata="", system=system, severity=severity or Severity.HIGH)
        return Reply(text="Declare an incident", view=view)
    hint = "Say in a few words what is wrong: /incident declare [SYSTEM] [SEVERITY] what is wrong"
    if context.place == TERMINAL:
        raise Unclear(hint)
    start = {
        "type": "button",
        "action_id": "incident.declare",
        "text": plain("Declare Incident"),
        "value": "new",
    }
    return Reply(text=hint, blocks=[section("What is wrong?"), actions(start)], personal=True)


@click.pass_obj
async def _severity(context: Context, words: tuple[str, ...]) -> Reply:
    numbered, rest = _number_first(words)
    word, why = (rest[0] if rest else ""), joined(rest[1:])
    if not word:
        raise Unclear("Say which severity: /incident severity [NUMBER] critical|high|medium|low [WHY]")
    picked = await pick(context, [*numbered, *rest], "severity")
    severity = severity_word(word, context.engine.desk.systems.get(picked.incident.system))
    if severity is None:
        likely = close(word, list(SEVERITY_WORDS))
        hint = f" Did you mean {' or '.join(likely)}?" if likely else ""
        raise Unclear(f"{word!r} is no severity.{hint} There are critical, high, medium and low.")
    return said(
        await context.engine.do(amend.set_severity, picked.number, severity, picked.who, why=context.because(why))
    )


def _number_first(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The number, be it the first or the second word, and the other words."""
    for place in range(min(2, len(words))):
        if number(words[place]) is not None:
            return [words[place]], [*words[:place], *words[place + 1 :]]
    return [], list(words)


@click.pass_obj
async def _type(context: Context, words: tuple[str, ...]) -> Reply:
    numbered, rest = _number_first(words)
    if not rest:
        raise Unclear("Say which type: /incident type [NUMBER] TYPE [WHY]")
    picked = await pick(context, [*numbered, *rest], "type")
    why = context.because(joined(rest[1:]))
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
    return said(await context.engine.do(respond.note, picked.number, who, text=context.because(text)))


@click.pass_obj
async def _handover(context: Context, words: tuple[str, ...]) -> Reply:
    numbered, rest = _number_first(words)
    picked = await pick(context, [*numbered, *rest], "handover")
    if not rest and context.place == SLACK:
        return Reply(text="Hand over", view=modals.handover_modal(picked.incident, metadata=str(picked.number)))
    if not rest:
        raise Unclear("Say to whom: /incident handover [NUMBER] PERSON [WHY]")
    roster = await roster_of(context, picked.incident.system)
    to = await one(context, roster, rest[0], picked.incident.system)
    why = context.because(joined(rest[1:]))
    return said(await context.engine.do(respond.hand_over, picked.number, picked.who, to, why=why))


async def roster_of(context: Context, system: str) -> Roster:
    """Who answers for the roles of a system now."""
    return await context.engine.look(lambda tx: context.engine.desk.roster(tx, system))


@click.pass_obj
async def _merge(context: Context, words: tuple[str, ...]) -> Reply:
    source, target, rest = _read_merge(context, words)
    if source is None or target is None:
        raise Unclear("Say which into which: /incident merge NUMBER into NUMBER")
    picked = await pick(context, [str(target)], "merge")
    why = context.because(joined(rest))
    return said(await context.engine.do(merge.merge, source, target, picked.who, why=why))


def _read_merge(context: Context, words: Sequence[str]) -> tuple[int | None, int | None, list[str]]:
    """`13 into 12 [why]`, `13 12`; in the thread of 13, `into 12`."""
    rest = list(words)
    source = number(rest.pop(0)) if rest and number(rest[0]) is not None else None
    into = bool(rest) and tidy(rest[0]) in ("into", "to", "in", "->", "with")
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


def changes() -> list[Verb]:
    """The subcommands of this file."""
    type_ = click.Option(["--type", "type_"], default="", help="Issue type, e.g. security.", metavar="TYPE")
    return [
        Verb(
            "declare",
            aliases=("open", "new", "create"),
            callback=_declare,
            options_anywhere=True,
            params=[type_, words_argument(metavar="[SYSTEM] [SEVERITY] TEXT...")],
            short_help="Open an incident.",
            help="Open an incident. The system is the channel's where none is said; the severity is high.",
        ),
        Verb(
            "severity",
            aliases=("sev",),
            callback=_severity,
            params=[words_argument(metavar="[NUMBER] WORD [WHY...]")],
            help="Raise or lower the severity: critical, high, medium, low.",
        ),
        Verb(
            "type",
            callback=_type,
            params=[words_argument(metavar="[NUMBER] TYPE [WHY...]")],
            help="It is of this type too: that type's people are paged.",
        ),
        Verb(
            "note",
            aliases=("notes", "log"),
            callback=_note,
            params=[words_argument(metavar="[NUMBER] TEXT...")],
            help="Put a note on the timeline.",
        ),
        Verb(
            "handover",
            aliases=("hand-over", "handoff", "give"),
            callback=_handover,
            params=[words_argument(metavar="[NUMBER] PERSON [WHY...]")],
            help="Ask somebody to take it; until they accept you keep it.",
        ),
        Verb(
            "merge",
            callback=_merge,
            params=[words_argument(metavar="NUMBER into NUMBER [WHY...]")],
            help="Two incidents are one; can be undone for an hour.",
        ),
        Verb(
            "token",
            callback=_token,
            params=[words_argument(metavar="[revoke]")],
            help="Your personal token for the terminal; only you see it, once.",
        ),
    ]

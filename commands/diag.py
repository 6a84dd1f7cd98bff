"""/diag: look at a system now. Runs its checks side by side and says what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

import click
import structlog

from bot.core.check import Check, Checks
from bot.core.errors import Refused
from bot.core.evidence import Evidence, State, worst
from bot.core.look import Look, ranked, sum_up
from bot.core.wanted import wanted
from bot.engine import looks
from bot.engine.investigate import Investigation
from bot.views import evidence as views
from bot.views.blocks import context as context_line
from bot.views.blocks import plain
from commands._coverage import checks_coverage
from commands._diag_bundle import SUITE, suite_of, with_archive
from commands._diag_list import listed
from commands._grammar import Verb, tidy
from commands._only_there import InTerminal
from commands._which import actor, take_system
from commands.base import TERMINAL, USAGE, Command, Context, Press, Reply

log = structlog.get_logger("diag")

EXIT_CODES: Mapping[State, int] = {State.OK: 0, State.WARN: 1, State.UNKNOWN: 3, State.FAIL: 2}
"""By the worst state; misuse and crashes are 64 and up."""

_SETTLES_S = 0.25
"""Checks that end this close together are shown together."""


@click.pass_obj
async def _diag(context: Context, words: tuple[str, ...], details: bool, show_coverage: bool) -> Reply:
    if show_coverage:
        if context.read_all is None:
            return Reply(
                text="Coverage is told by the host on which the packs are: tocsin diag --coverage.", exit_code=USAGE
            )
        return checks_coverage(context.read_all())
    if context.investigation is None:
        return Reply(text="Checks cannot be run from here.", exit_code=USAGE)
    rest = list(words)
    system = take_system(context, rest)
    if not context.engine.desk.systems:
        raise Refused("No system could be read: tocsin check says what is missing or wrong in its pack.")
    if not system:
        raise Refused(
            f"Say of which system: {', '.join(context.engine.desk.systems)}. For example: /diag {_first(context)}"
        )
    if rest and tidy(rest[0]) in context.engine.desk.inactive:
        there = ", ".join(context.engine.desk.systems)
        raise Refused(f"{tidy(rest[0])} is not served by this bot (TOCSIN_SYSTEMS). There are: {there}.")
    checks = context.engine.desk.checks(system)
    if rest and tidy(rest[0]) in ("list", "ls"):
        return listed(system, checks, rest[1:])
    if not checks.all:
        raise Refused(
            f"{system} has no checks that can be run: tocsin check says what is missing or wrong in its pack."
        )
    if rest and tidy(rest[0]) == SUITE:
        return await _bundle(context, context.investigation, system, checks)
    return await _look(context, context.investigation, system, checks, rest, whole=details)


async def _bundle(context: Context, investigation: Investigation, system: str, checks: Checks) -> Reply:
    asking = await _asking(context, investigation, system, checks, [suite_of(system, checks)], whole=False)
    versions = with_archive(asking.versions(), context, system, lambda: asking.found)
    return replace(asking.version([]), more=versions)


def _first(context: Context) -> str:
    return next(iter(context.engine.desk.systems), "SYSTEM")


async def _look(
    context: Context, investigation: Investigation, system: str, checks: Checks, words: Sequence[str], *, whole: bool
) -> Reply:
    """Begin to look; the answer fills in."""
    asking = await _asking(context, investigation, system, checks, words, whole=whole)
    return replace(asking.version([]), more=asking.versions())


async def _asking(
    context: Context, investigation: Investigation, system: str, checks: Checks, words: Sequence[str], *, whole: bool
) -> _Asking:
    asked = wanted(checks, words)
    investigation.refuse_secrets(asked.arguments)
    who = actor(context, system)
    look = Look(
        system=system,
        what=asked.what,
        arguments=asked.arguments,
        incident=context.incident,
        why=f"{who.name} asked",
        by=who.name,
        made_at=context.engine.clock.now(),
    )
    whole = whole or len(asked.checks) == 1
    about = context.incident
    if about is None and not _only_read(context):
        open_ = await context.engine.look(lambda tx: tx.incidents.list_open(system))
        about = max((incident.number for incident in open_), default=None)
    return _Asking(
        context=context, investigation=investigation, look=look, checks=asked.checks, whole=whole, about=about,
        left_out=asked.left_out,
    )  # fmt: skip


def _only_read(context: Context) -> bool:
    """Whether what is seen is of use to nobody but its reader: in a terminal there is no button that would come back to
    it. Then no database is needed, nor one that is there."""
    return context.place == TERMINAL and context.incident is None


class _Asking:
    """One look that somebody waits for."""

    def __init__(
        self,
        *,
        context: Context,
        investigation: Investigation,
        look: Look,
        checks: Sequence[Check],
        whole: bool,
        about: int | None,
        left_out: str = "",
    ) -> None:
        """`left_out` says what is not looked at, and why;
        `about` is the incident in whose thread a playbook would be started."""
        self._context, self._investigation, self._look = context, investigation, look
        self._checks, self._whole, self._about = checks, whole, about
        self._left_out = left_out
        self.found: Sequence[Evidence] = ()
        """Everything, once the last version is there."""

    def version(self, found: Sequence[Evidence], *, done: bool = False) -> Reply:
        """What is known so far, or in the end."""
        look = self._look
        seen = {one.check for one in found}
        waiting = [] if done else [check.title for check in self._checks if check.name not in seen]
        books = looks.books_of(self._context.engine.desk, look.system, self._about)
        drawn = views.progress(look.system, self._said, found, waiting, by=look.by, books=books, whole=self._whole)
        in_terminal = self._context.place == TERMINAL
        text = views.terminal_text(look.system, self._said, found, whole=self._whole) if in_terminal else drawn.text
        if self._left_out:
            text += f"\n{self._left_out}"
        known = sum_up(ranked(found), len(self._checks)) if found else "looking"
        return Reply(
            text=text,
            blocks=(*drawn.blocks, *([context_line(self._left_out)] if self._left_out else [])),
            code=in_terminal,
            ephemeral=False,
            incident=look.incident,
            data={**_data(look, found), "left_out": self._left_out},
            exit_code=EXIT_CODES[worst(one.state for one in found)],
            progress="" if done else f"{len(found)} of {len(self._checks)} done: {known}",
        )

    @property
    def _said(self) -> str:
        return " ".join([self._look.what, *self._look.arguments.values()])

    async def versions(self) -> AsyncIterator[Reply]:
        """A newer version whenever checks have ended; the last one once everything is kept."""
        found: list[Evidence] = []
        news = asyncio.Event()

        def told(one: Evidence) -> None:
            found.append(one)
            news.set()

        looking = asyncio.create_task(self._investigation.look_all(self._checks, self._look.arguments, told=told))
        try:
            while not looking.done():
                waiting = asyncio.create_task(news.wait())
                await asyncio.wait({looking, waiting}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                news.clear()
                await asyncio.wait({looking}, timeout=_SETTLES_S)
                if not looking.done():
                    yield self.version(found)
            evidence = await looking
        finally:
            looking.cancel()
        self.found = await self._kept(evidence)
        yield self.version(self.found, done=True)

    async def _kept(self, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
        """The evidence with its numbers in the store. Where that is away, what was seen is shown all the same."""
        if _only_read(self._context):
            return evidence
        try:
            return await self._context.engine.do(looks.keep, self._look, evidence)
        except Exception as problem:
            log.warning("evidence_not_kept", why=str(problem))
            return evidence


def _data(look: Look, found: Sequence[Evidence]) -> dict[str, object]:
    return {
        "system": look.system,
        "what": look.what,
        "arguments": dict(look.arguments),
        "state": worst(one.state for one in found).value,
        "verdict": sum_up(ranked(found)) if found else "",
        "checks": [
            {
                "check": one.check,
                "title": one.title,
                "state": one.state.value,
                "verdict": one.verdict,
                "trouble": one.trouble.value if one.trouble else None,
                "why": one.why,
                "rules": dict(one.rules),
                "facts": dict(one.seen.facts),
                "units": dict(one.units),
                "excerpt": list(one.seen.excerpt),
                "started": one.started,
                "took_s": round(one.took, 3),
            }
            for one in ranked(found)
        ],
    }


# --- buttons


async def _evidence(pressed: Press, context: Context) -> tuple[Evidence, Look]:
    number = int(pressed.value) if pressed.value.isdecimal() else 0
    one = await context.engine.look(lambda tx: tx.looks.evidence(number))
    look = await context.engine.look(lambda tx: tx.looks.look_of(number))
    if one is None or look is None:
        raise Refused("That evidence is no longer kept. Look again: /diag")
    return one, look


async def _details(pressed: Press, context: Context) -> Reply:
    one, _ = await _evidence(pressed, context)
    view = {"type": "modal", "title": plain(one.title, 24), "close": plain("Close", 24), "blocks": views.details(one)}
    return Reply(text=views.terminal_text(one.system, one.check, [one], whole=True), view=view)


async def _again(pressed: Press, context: Context) -> Reply:
    one, look = await _evidence(pressed, context)
    checks = context.engine.desk.checks(one.system)
    check = checks.named(one.check)
    if check is None:
        raise Refused(f"{one.system} has no check {one.check!r} any more.")
    if context.investigation is None:
        raise Refused("Checks cannot be run from here.")
    words = [one.check, *(f"{name}={value}" for name, value in look.arguments.items() if name in check.asks)]
    return await _look(context, context.investigation, one.system, checks, words, whole=True)


async def _file(pressed: Press, context: Context) -> Reply:
    one, _ = await _evidence(pressed, context)
    name = f"{one.system}-{one.check}-{one.started:%Y%m%d-%H%M%S}.txt"
    text = f"{one.title}: the whole output is in the file {name}."
    return Reply(text=text, file=(name, views.file_text(one)), ephemeral=False)


_HELP = """Looks at a system and says what is wrong with it. Nothing is changed by it.

\b
  /diag                          the health suite of the channel's system
  /diag latency                  a suite; /diag list names them all
  /diag exchange binance         the checks that answer to both words
  /diag order 20261121-000417    a check with its argument
  /diag logs errors --since 10m  the same, by name
  /diag hft db                   another channel's system
  /diag bundle                   everything for somebody else, as one archive

In the thread of an incident (@tocsin diag latency) the evidence becomes part of it."""

COMMAND = Command(
    name="diag",
    help="Look at a system now: what is wrong with it?",
    usage="[system] [suite or check] [argument ...] | list | bundle",
    grammar=Verb(
        "diag",
        callback=_diag,
        words="[SYSTEM] [SUITE|CHECK] [ARGUMENT...]",
        params=[
            click.Option(["--details"], is_flag=True, help="With facts, tables and excerpts."),
            InTerminal(["--coverage", "show_coverage"], is_flag=True, help="Which line of a guide which check serves."),
        ],
        options_anywhere=True,
        help=_HELP,
    ),
    buttons={"diag.details": _details, "diag.again": _again, "diag.file": _file},
    opens=frozenset({"diag.details"}),
    system_at=1,
)

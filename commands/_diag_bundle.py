"""/diag bundle: what somebody else needs to see, in one archive: status, logs, metrics, configuration, the story."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from importlib.metadata import version

import orjson

from bot.core.bundle import Bundle, Part, pack
from bot.core.check import Checks
from bot.core.errors import Refused
from bot.core.evidence import Evidence
from bot.core.look import ranked, sum_up
from bot.engine import looks
from bot.store.transaction import Tx
from bot.views import evidence as views
from bot.views.terminal import incident_story, table
from commands.base import TERMINAL, Context, Reply

SUITE = "bundle"


def suite_of(system: str, checks: Checks) -> str:
    """The suite that collects it. Refused where the pack has none."""
    if not checks.of_suite(SUITE):
        raise Refused(f"{system} has no suite {SUITE!r}: its checks.yaml says what is collected for a bundle.")
    return SUITE


async def with_archive(
    versions: AsyncIterator[Reply], context: Context, system: str, found: Callable[[], Sequence[Evidence]]
) -> AsyncIterator[Reply]:
    """The versions of a look, the last one with the archive of what it found."""
    last: Reply | None = None
    async for one in versions:
        if last is not None:
            yield last
        last = one
    assert last is not None
    bundle = await _made(context, system, found())
    told = f"{bundle.name}: {bundle.parts} files, sha256 {bundle.sha256}"
    incident = context.incident
    if incident is not None:
        await context.engine.do(looks.bundled, incident, context.who, told=told)

    async def filed(link: str) -> None:
        if incident is not None:
            await context.engine.do(looks.bundle_filed, incident, name=bundle.name, link=link)

    text = f"{last.text}\n{told}" if context.place == TERMINAL else f"{last.text}. {told}"
    made = replace(last, text=text, file=(bundle.name, bundle.content), data={**last.data, "bundle": told})
    yield replace(made, filed=filed)


async def _made(context: Context, system: str, found: Sequence[Evidence]) -> Bundle:
    now, desk = context.engine.clock.now(), context.engine.desk
    name = f"tocsin-{system}-{now:%Y%m%d-%H%M%S}"
    parts = [Part(path="summary.txt", text=_summary(system, found))]
    parts += [Part(path=f"checks/{one.check}.txt", text=views.file_text(one)) for one in found]
    parts.append(Part(path="facts.json", text=_facts(found)))
    if context.incident is not None:
        parts.append(Part(path="timeline.txt", text=await context.engine.look(lambda tx: _story(tx, context))))
    clean = [replace(part, text=desk.redactor.text(part.text)) for part in parts]
    about = {"system": system, "incident": context.incident, "by": context.who.name, "tocsin": version("tocsin")}
    return pack(name, clean, about, now)


def _summary(system: str, found: Sequence[Evidence]) -> str:
    rows = [(one.state.value, one.title, one.verdict) for one in ranked(found)]
    return f"{system}: {sum_up(ranked(found))}\n\n{table(('STATE', 'CHECK', 'SEEN'), rows)}\n"


def _facts(found: Sequence[Evidence]) -> str:
    values = {one.check: {"state": one.state.value, "facts": dict(one.seen.facts)} for one in found}
    return orjson.dumps(values, default=str, option=orjson.OPT_INDENT_2).decode() + "\n"


def _story(tx: Tx, context: Context) -> str:
    assert context.incident is not None
    incident = tx.incidents.get(context.incident)
    if incident is None:
        return ""
    ladders = tx.incidents.escalations(incident.number)
    return incident_story(incident, ladders, tx.timeline.of(incident.number), context.engine.clock.now()) + "\n"

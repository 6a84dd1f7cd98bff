"""Investigate: runs checks side by side. Whatever a probe does, there is evidence, in time and without secrets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime

import structlog
from pydantic import ValidationError

from bot.core.argument import refuse_secret
from bot.core.check import Check
from bot.core.evidence import Evidence, Judgement, Seen, State, Table, Trouble, judge
from bot.core.redaction import Redactor
from bot.core.verdict import verdict
from bot.engine.turns import Turn, Turns
from bot.probes.base import NotKnown, Probe, ProbeFailed, Site

AT_ONCE = 64
"""Checks under way at the same time, in all."""

_TIMEOUT = Trouble.TIMEOUT.value

log = structlog.get_logger("investigate")

SiteOf = Callable[[Check], AbstractAsyncContextManager[Site]]
"""Opens the place where a check looks. Raises ProbeFailed where it cannot be reached."""


class Investigation:
    """Runs checks for everybody: who asks for one that is under way already gets the same evidence."""

    def __init__(
        self, *, probes: Mapping[str, Probe], site: SiteOf, redactor: Redactor, now: Callable[[], datetime]
    ) -> None:
        self._probes, self._site, self._redactor, self._now = probes, site, redactor, now
        self._all = asyncio.Semaphore(AT_ONCE)
        self._turns = Turns()
        self._under_way: dict[tuple[str, tuple[tuple[str, str], ...]], asyncio.Task[Evidence]] = {}

    async def look_all(
        self, checks: Iterable[Check], arguments: Mapping[str, str] | None = None,
        *, told: Callable[[Evidence], None] = lambda evidence: None,
    ) -> list[Evidence]:  # fmt: skip
        """The evidence of all these checks, in their order; `told` of each as it comes. Each is given those of the
        arguments that it has. Raises Refused, before it looks at anything, for an argument that is missing or wrong."""
        given = arguments or {}
        self.refuse_secrets(given)
        wanted = [(check, check.arguments({k: v for k, v in given.items() if k in check.asks})) for check in checks]

        async def one(check: Check, values: Mapping[str, str]) -> Evidence:
            evidence = await self.look(check, values)
            told(evidence)
            return evidence

        return list(await asyncio.gather(*(one(check, values) for check, values in wanted)))

    def refuse_secrets(self, arguments: Mapping[str, str]) -> None:
        """Raises Refused where one of them is a secret that the bot knows."""
        for value in arguments.values():
            refuse_secret(value, self._redactor)

    async def look(self, check: Check, values: Mapping[str, str]) -> Evidence:
        """The evidence of one check whose arguments have been read."""
        key = (check.key, tuple(sorted(values.items())))
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._look(check, values))
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await asyncio.shield(task)

    async def _look(self, check: Check, values: Mapping[str, str]) -> Evidence:
        async with self._turns.at(_target_of(check)) as turn, self._all:
            started, began = self._now(), time.perf_counter()
            seen, judged, trouble = await self._judged(check, values, turn)
            took = time.perf_counter() - began
            hung = trouble is Trouble.TIMEOUT or self._hung_by_its_facts(check, seen)
            turn.ended(hung=hung, within=check.within.total_seconds(), now=began + took)
        clean = self._clean(seen)
        probe = self._probes.get(check.probe)
        units = {name: fact.unit for name, fact in probe.facts.items()} if probe is not None else {}
        line = verdict(check, clean.facts, judged, units, values)
        return Evidence(
            check=check.name, title=check.title, system=check.system, state=judged.state,
            verdict=self._redactor.text(line), trouble=trouble, why=self._redactor.text(judged.why),
            rules=check.rules, units={name: unit for name, unit in units.items() if unit and name in clean.facts},
            help=check.help, seen=clean, started=started, took=took,
        )  # fmt: skip

    def _hung_by_its_facts(self, check: Check, seen: Seen) -> bool:
        """Some probes report that nothing answers in time as what they found: of an address it is the target's. What
        hosts look at from where they are may be elsewhere."""
        probe = self._probes.get(check.probe)
        return probe is not None and probe.target in ("url", "database") and seen.facts.get("trouble") == _TIMEOUT

    async def _judged(
        self, check: Check, values: Mapping[str, str], turn: Turn
    ) -> tuple[Seen, Judgement, Trouble | None]:
        if turn.in_vain and not check.broken:
            why = f"{check.target.id} hangs: others had no answer either, so it was not asked"
            return _unknown(why, Trouble.TIMEOUT)
        within = turn.limit(check.within.total_seconds())
        try:
            async with asyncio.timeout(within):
                seen = await self._seen(check, values)
        except TimeoutError:
            after = f" ({check.target.id} has let another check wait in vain)" if turn.stage else ""
            return _unknown(f"no answer within {within:g} s{after}", Trouble.TIMEOUT)
        except NotKnown as failure:
            named = check.named_in_path(values)
            why = f"{check.system} knows no {named} ({failure.how})" if named else str(failure)
            return _unknown(why, failure.trouble)
        except ProbeFailed as failure:
            return _unknown(str(failure), failure.trouble)
        except ValidationError as failure:
            return _unknown("; ".join(error["msg"] for error in failure.errors(include_input=False)), Trouble.PARSE)
        except Exception as bug:
            log.exception("probe_stumbled", check=check.key, probe=check.probe)
            return _unknown(f"the probe stumbled: {type(bug).__name__}", Trouble.PARSE)
        judged = judge(seen.facts, warn=check.warn, fail=check.fail)
        if judged.state is State.UNKNOWN and seen.lacking is not None:
            # "'values' is undefined" helps nobody; that the answer is no JSON does.
            return seen, replace(judged, why=f"{seen.lacking.why} ({judged.why})"), seen.lacking.trouble
        return seen, judged, None

    async def _seen(self, check: Check, values: Mapping[str, str]) -> Seen:
        if check.broken:
            raise ProbeFailed(check.broken, Trouble.MISSING)
        if check.target.absent:
            raise ProbeFailed(check.target.absent, Trouble.MISSING)
        if check.unset:
            raise ProbeFailed(f"the variable {check.unset[0]} of {check.system} is not set", Trouble.MISSING)
        probe = self._probes[check.probe]
        parameters = probe.parameters.model_validate(check.filled(values))
        async with self._site(_anywhere(check) if probe.anywhere else check) as site:
            return await probe.look(parameters, site)

    def _clean(self, seen: Seen) -> Seen:
        """Without secrets: what was seen comes from outside."""
        clean, table = self._redactor, seen.table
        if table is not None:
            table = Table(columns=table.columns, rows=clean.rows(table.columns, table.rows))
        # The lines of the excerpt together: a secret may go over several.
        excerpt = clean.text("\n".join(seen.excerpt)).split("\n") if seen.excerpt else ()
        return Seen(facts=clean.value(dict(seen.facts)), table=table, excerpt=excerpt, output=clean.text(seen.output))


def _anywhere(check: Check) -> Check:
    """The same check, begun in whatever directory the place has: one that is missing blinds only who needs it."""
    place = replace(check.target.place, directory="")
    return replace(check, target=replace(check.target, place=place))


def _target_of(check: Check) -> str:
    """What its turns are counted by. Checks without a target look at many things, and have turns of their own."""
    return f"{check.system}/{check.target.kind}.{check.target.id or check.name}"


def _unknown(why: str, trouble: Trouble) -> tuple[Seen, Judgement, Trouble]:
    return Seen(facts={}), Judgement(state=State.UNKNOWN, why=why), trouble

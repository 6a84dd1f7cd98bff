"""Checks run side by side: whatever a probe does there is evidence, in time, and one that hangs delays nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import Field

from bot.core.argument import kind_of
from bot.core.check import Ask, Check, Place, Target
from bot.core.errors import Refused
from bot.core.evidence import Evidence, Lacking, Seen, State, Table, Trouble
from bot.core.expression import compile_expression
from bot.core.redaction import Redactor
from bot.engine.investigate import Investigation
from bot.engine.turns import AFTER_A_HANG_S, PER_TARGET, AtTarget, Turn
from bot.probes.base import Fact, NotKnown, Parameters, Probe, ProbeFailed, Site
from bot.transports.local import Local

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SECRET = "hunter2-hunter2"


class Nothing(Parameters):
    order: str = Field(default="", description="The order")
    path: str = Field(default="", description="The path of an address")


FACTS = {"age_s": Fact(sort="number", help="How old", unit="s"), "text": Fact(sort="text", help="What it says")}


class Desk:
    """Probes that do what a test says."""

    def __init__(self) -> None:
        self.looks: dict[str, Callable[[Nothing, Site], Awaitable[Seen]]] = {}
        self.looked: list[str] = []
        self.investigation = Investigation(
            probes={name: self._probe(name) for name in ("one", "two", "three")},
            site=self._site, redactor=Redactor([SECRET]), now=lambda: NOW,
        )  # fmt: skip

    def _probe(self, name: str) -> Probe:
        async def look(parameters: Nothing, site: Site) -> Seen:
            self.looked.append(name)
            return await self.looks[name](parameters, site)

        return Probe(name=name, help="Looks.", parameters=Nothing, facts=FACTS, look=look)

    @asynccontextmanager
    async def _site(self, check: Check) -> AsyncIterator[Site]:
        if check.target.id == "away":
            raise ProbeFailed("the host cannot be reached", Trouble.REFUSED)
        async with httpx.AsyncClient() as http:
            yield Site(transport=Local(), http=http, now=lambda: NOW, within_s=check.within.total_seconds())

    def sees(self, name: str, **facts: Any) -> None:
        async def look(parameters: Nothing, site: Site) -> Seen:
            return Seen(facts=facts)

        self.looks[name] = look

    def hangs(self, name: str) -> asyncio.Event:
        ends = asyncio.Event()

        async def look(parameters: Nothing, site: Site) -> Seen:
            await ends.wait()
            return Seen(facts={"age_s": 1})

        self.looks[name] = look
        return ends


def check(name: str = "one", at: str = "box", within: float = 5, **more: Any) -> Check:
    place = Place(id="bot")
    return Check(
        name=more.pop("called", name), system="hft", title=name.title(), probe=name,
        target=Target(id=at, kind="host", place=place), parameters=more.pop("parameters", {}),
        within=timedelta(seconds=within), **more,
    )  # fmt: skip


RULES = {"warn": compile_expression("age_s > 10"), "fail": compile_expression("age_s > 60")}


async def one(desk: Desk, wanted: Check, **arguments: str) -> Evidence:
    (evidence,) = await desk.investigation.look_all([wanted], arguments)
    return evidence


@pytest.mark.parametrize(
    ("age", "state", "verdict"),
    [
        (1, State.OK, "age 1 s"),
        (41, State.WARN, "age 41 s (rule: age_s > 10)"),
        (90, State.FAIL, "age 90 s (rule: age_s > 60)"),
        (None, State.UNKNOWN, "age_s > 60"),
    ],
)
async def test_what_was_seen_is_judged_and_said(age: float | None, state: State, verdict: str):
    desk = Desk()
    desk.sees("one", age_s=age)
    evidence = await one(desk, check(**RULES))
    assert evidence.state is state
    assert evidence.verdict.startswith(verdict)
    assert (evidence.started, evidence.check, evidence.system) == (NOW, "one", "hft")


async def test_the_packs_words_win():
    desk = Desk()
    desk.sees("one", age_s=41)
    said = check(**RULES, says="the last tick of {symbol} is {age_s} old", asks={"symbol": Ask(kind=kind_of("symbol"))})
    assert (await one(desk, said, symbol="BTCUSDT")).verdict == "the last tick of BTCUSDT is 41 s old"


@pytest.mark.parametrize(
    ("parameters", "arguments", "said"),
    [
        ({"path": "/{order}"}, {"order": "20261121-000417"}, "hft knows no order 20261121-000417 (HTTP 404: gone)"),
        ({"path": "/a/{order_id}"}, {"order_id": "7"}, "hft knows no order id 7 (HTTP 404: gone)"),
        ({"path": "/{one}/{two}"}, {"one": "1", "two": "2"}, "hft knows no one 1 and two 2 (HTTP 404: gone)"),
        # It is the address that is not there, whatever was asked for.
        ({"path": "/orders"}, {"order": "7"}, "box:8080 answers 404: gone"),
        ({}, {}, "box:8080 answers 404: gone"),
    ],
)
async def test_what_is_not_known_is_called_by_its_name(parameters: dict, arguments: dict, said: str):
    desk = Desk()
    desk.looks["one"] = lambda *_: _raises(NotKnown("box:8080 answers 404: gone", "HTTP 404: gone"))
    asks = {name: Ask(kind=kind_of("name")) for name in arguments}
    evidence = await one(desk, check(parameters=parameters, asks=asks, called="order"), **arguments)
    assert (evidence.state, evidence.trouble, evidence.why) == (State.UNKNOWN, Trouble.MISSING, said)
    assert said in evidence.verdict


async def _raises(problem: Exception) -> Seen:
    raise problem


@pytest.mark.parametrize(
    ("problem", "trouble", "said"),
    [
        (ProbeFailed("connection refused", Trouble.REFUSED), Trouble.REFUSED, "connection refused"),
        (ProbeFailed(f"login as {SECRET} failed", Trouble.AUTH), Trouble.AUTH, "login as"),
        (ZeroDivisionError("x"), Trouble.PARSE, "the probe stumbled: ZeroDivisionError"),
    ],
)
async def test_what_cannot_be_looked_at_is_unknown(problem: Exception, trouble: Trouble, said: str):
    desk = Desk()
    desk.looks["one"] = lambda parameters, site: _raises(problem)
    evidence = await one(desk, check(**RULES))
    assert (evidence.state, evidence.trouble) == (State.UNKNOWN, trouble)
    assert evidence.verdict.startswith(said)
    assert SECRET not in evidence.verdict + evidence.why


async def test_a_place_that_cannot_be_reached():
    evidence = await one(Desk(), check(at="away", **RULES))
    assert (evidence.state, evidence.trouble) == (State.UNKNOWN, Trouble.REFUSED)


async def test_without_its_variable_it_does_not_look():
    desk = Desk()
    desk.sees("one", age_s=1)
    evidence = await one(desk, check(parameters={"order": "${broker}"}, **RULES))
    assert (evidence.state, evidence.trouble, desk.looked) == (State.UNKNOWN, Trouble.MISSING, [])
    assert evidence.verdict == "the variable broker of hft is not set"


async def test_one_that_hangs_delays_nobody():
    """All of the hanging host's places are taken; the other host's check is done meanwhile, and then they give up."""
    desk = Desk()
    desk.hangs("one")
    desk.sees("two", age_s=1)
    told: list[str] = []
    hanging = [check(called=f"one{n}", within=0.2) for n in range(PER_TARGET)]
    found = await desk.investigation.look_all(
        [*hanging, check("two", at="other")], told=lambda evidence: told.append(evidence.check)
    )
    assert told[0] == "two"
    assert [evidence.state for evidence in found] == [State.UNKNOWN, State.UNKNOWN, State.OK]
    assert found[0].verdict == "no answer within 0.2 s"


async def test_a_target_that_hangs_is_not_waited_for_by_each():
    """Two wait to their deadline, two a little, and the others are told at once."""
    desk = Desk()
    desk.hangs("one")
    began = asyncio.get_running_loop().time()
    found = await desk.investigation.look_all([check(called=f"one{n}", within=0.3) for n in range(15)])
    assert asyncio.get_running_loop().time() - began < 0.3 * 15 / PER_TARGET / 2
    assert {(evidence.state, evidence.trouble) for evidence in found} == {(State.UNKNOWN, Trouble.TIMEOUT)}
    assert len(desk.looked) == 2 * PER_TARGET
    assert found[0].verdict == "no answer within 0.3 s"
    assert found[-1].verdict == "box hangs: others had no answer either, so it was not asked"


async def test_the_next_look_asks_it_again():
    desk = Desk()
    desk.hangs("one")
    await desk.investigation.look_all([check(called=f"one{n}", within=0.1) for n in range(8)])
    desk.sees("one", age_s=1)
    assert (await one(desk, check())).state is State.OK


async def test_one_slow_check_of_a_target_that_answers_makes_nobody_hurry():
    desk = Desk()
    desk.hangs("one")
    desk.sees("two", age_s=1)
    checks = [check(called="one", within=0.2), *(check("two", called=f"two{n}") for n in range(6))]
    found = await desk.investigation.look_all(checks)
    assert [evidence.state for evidence in found] == [State.UNKNOWN] + [State.OK] * 6


@pytest.mark.parametrize(
    ("stage", "answered", "hung", "waited", "then"),
    [
        (0, 0.0, True, 9.0, 1),  # nobody has been answered: the next ones are given less time
        (1, 0.0, True, AFTER_A_HANG_S, 2),  # these wait in vain, too
        (0, 5.0, True, 9.0, 0),  # another one has been answered meanwhile: it is the check that hangs
        (0, 0.0, True, 0.5, 0),  # it asked for half a second only
        (1, 0.0, False, 0.1, 0),  # an answer
    ],
)
def test_what_a_wait_in_vain_means(stage: int, answered: float, hung: bool, waited: float, then: int):
    ready = asyncio.Semaphore(PER_TARGET)
    target = AtTarget(places=ready, hangs=stage, answered=answered)
    Turn(target=target, began=1.0, stage=stage).ended(hung=hung, within=10.0, now=1.0 + waited)
    assert target.hangs == then


async def test_a_broken_check_is_unknown_and_says_where():
    """Its probe need not even exist."""
    desk = Desk()
    evidence = await one(desk, check("nosuch", broken="the pack's check nosuch is broken, hft/checks.yaml:12"))
    assert (evidence.state, evidence.verdict) == (
        State.UNKNOWN, "the pack's check nosuch is broken, hft/checks.yaml:12",
    )  # fmt: skip


async def test_why_facts_are_missing_is_said_where_a_rule_needs_them():
    desk = Desk()

    async def look(parameters: Nothing, site: Site) -> Seen:
        lacking = Lacking(why="engine:9000: the answer is no JSON", trouble=Trouble.PARSE)
        return Seen(facts={"text": "x"}, lacking=lacking)

    desk.looks["one"] = look
    evidence = await one(desk, check(**RULES))
    assert (evidence.state, evidence.trouble) == (State.UNKNOWN, Trouble.PARSE)
    assert evidence.verdict.startswith("engine:9000: the answer is no JSON")
    assert (await one(desk, check(fail=compile_expression("text == 'x'")))).state is State.FAIL, "it needs no more"


@pytest.mark.parametrize(("anywhere", "directory"), [(True, ""), (False, "/srv/not-there")])
async def test_a_directory_is_only_for_those_that_name_things_in_it(anywhere: bool, directory: str):
    desk, begun = Desk(), []

    @asynccontextmanager
    async def site(check: Check) -> AsyncIterator[Site]:
        begun.append(check.target.place.directory)
        async with httpx.AsyncClient() as http:
            yield Site(transport=Local(), http=http, now=lambda: NOW, within_s=5)

    desk.sees("one", age_s=1)
    probe = replace(desk._probe("one"), anywhere=anywhere)
    looking = Investigation(probes={"one": probe}, site=site, redactor=Redactor(()), now=lambda: NOW)
    wanted = check()
    place = Place(id="box", directory="/srv/not-there")
    await looking.look(replace(wanted, target=replace(wanted.target, place=place)), {})
    assert begun == [directory]


async def test_so_many_at_one_target_and_no_more():
    desk = Desk()
    ends = desk.hangs("one")
    running = asyncio.create_task(desk.investigation.look_all([check(called=f"one{n}") for n in range(PER_TARGET + 3)]))
    while len(desk.looked) < PER_TARGET:
        await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(desk.looked) == PER_TARGET
    ends.set()
    assert len(await running) == len(desk.looked) == PER_TARGET + 3


async def test_who_asks_for_what_is_under_way_gets_the_same():
    """ESCALATION 26: a check already running is shared."""
    desk = Desk()
    ends = desk.hangs("one")
    first, second = (asyncio.create_task(one(desk, check(**RULES))) for _ in range(2))
    while not desk.looked:
        await asyncio.sleep(0)
    second.cancel()
    third = asyncio.create_task(one(desk, check(**RULES)))
    await asyncio.sleep(0)
    ends.set()
    assert await first is await third
    assert desk.looked == ["one"]
    assert await one(desk, check(**RULES)) is not await first


async def test_secrets_are_taken_out_of_all_that_was_seen():
    desk = Desk()

    async def look(parameters: Nothing, site: Site) -> Seen:
        table = Table(columns=("key", "value"), rows=(("token", SECRET), ("port", 8080)))
        return Seen(facts={"text": f"is {SECRET}"}, table=table, excerpt=[f"line {SECRET}"], output=f"all {SECRET}\n")

    desk.looks["one"] = look
    evidence = await one(desk, check(says="it says {text}"))
    assert SECRET not in str(evidence)
    assert evidence.seen.table is not None
    assert evidence.seen.table.rows[1] == ("port", 8080)


async def test_wrong_arguments_are_refused_before_anything_is_looked_at():
    desk = Desk()
    desk.sees("one", age_s=1)
    asks = {"order": Ask(kind=kind_of("order_id"))}
    asking = check("two", asks=asks, parameters={"order": "{order}"})
    with pytest.raises(Refused, match="It looks like"):
        await desk.investigation.look_all([check(), asking], {"order": "1; DROP TABLE orders"})
    assert desk.looked == []

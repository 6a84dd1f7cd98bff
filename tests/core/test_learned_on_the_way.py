"""What a walk learns on its way: kept from step to step, but not the number of a process that was dealt with before."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.argument import KINDS
from bot.core.playbook import Answer, Kind, Parameter, Playbook, Step, filling, stepping, turning
from bot.core.playbook.walk import Walk

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def do(name: str, *commands: str, **answers: str) -> Step:
    said = tuple(Answer(say=say, go=go) for say, go in answers.items())
    return Step(name=name, kind=Kind.DO, text=name, commands=commands, answers=said)


BOOK = Playbook(
    name="busy",
    system="desk",
    title="A process is busy",
    parameters={
        "pid": Parameter(kind=KINDS["pid"], label="pid", later=True),
        "strategy": Parameter(kind=KINDS["name"], label="strategy", later=True),
    },
    start="see",
    steps={
        one.name: one
        for one in (
            do("see", "ps -p {pid}", seen="end_it"),
            do("end_it", "stop {strategy}", "kill {pid}", another="end_it", gone="end"),
            Step(name="end", kind=Kind.DONE, text="The end."),
        )
    },
)


def filled(at: Walk, **values: str) -> Walk:
    return filling.learned(BOOK, at, values)


def answered(at: Walk, choice: int = 0) -> Walk:
    return stepping.answer(BOOK, at, choice, by="Ann", now=NOW)


def at_the_kill() -> Walk:
    return filled(answered(filled(stepping.begin(BOOK, {}), pid="4711")), strategy="eth_momentum")


def test_it_is_known_in_the_next_step():
    at = at_the_kill()
    assert filling.typed(at, "kill {pid}") == "kill 4711"
    assert filling.learned_at(BOOK, at) == ("strategy", "pid")


def test_the_next_process_is_another_one():
    at = answered(at_the_kill())
    assert at.step == "end_it"
    assert filling.typed(at, "kill {pid}") == "kill ‹pid›"
    assert filling.typed(at, "stop {strategy}") == "stop eth_momentum"
    assert filling.typed(filled(at, pid="4712"), "kill {pid}") == "kill 4712"


def test_back_to_it_is_to_decide_again_about_the_same():
    at = turning.back(answered(at_the_kill(), 1))
    assert (at.step, filling.typed(at, "kill {pid}")) == ("end_it", "kill 4711")

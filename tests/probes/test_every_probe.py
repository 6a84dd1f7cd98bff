"""Every probe: what it says of itself, and that nothing a place may answer makes it say what it did not declare."""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.core.evidence import Trouble
from bot.plugs import discover
from bot.probes.base import Probe, ProbeFailed
from bot.transports.base import Ran, TransportFailed
from tests.probes.kit import Always, a_site, undeclared

PROBES = discover("bot.probes", "PROBE", Probe)
ALL = [pytest.param(probe, id=name) for name, probe in PROBES.items()]
BY_COMMAND = [pytest.param(probe, id=name) for name, probe in PROBES.items() if probe.target == "host"]

NAMES = {
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "true",
    "false",
    "none",
    "number",
    "matches",
    "min",
    "max",
    "abs",
}
"""Words of the expression language, which a fact may not be called."""

# Lines as the programs write them: shuffled, cut and joined, they come closer to being understood than noise does.
LINES = [
    "0.52 0.58 0.59 1/467 12345",
    "14318.19 14874.67",
    "cpu  1186520 1031 147210 1487467 17757 0 7335 1786 0 0",
    "cpu0 1 2 3 4 5 6 7 8 0 0",
    "ctxt 123",
    "MemTotal:       24684084 kB",
    "MemAvailable:   22488556 kB",
    "SwapTotal: 0 kB",
    "some avg10=0.00 avg60=0.00 avg300=0.00 total=0",
    "Filesystem     1024-blocks     Used Available Capacity Mounted on",
    "/dev/vda 264212084 25242732 81148180      24% /",
    "/dev/vdb - - - - /data",
    " 254 0 vda 1302569 106714 44071562 830756 3005506 853271 114756136 764958 0 440436 1776013 0 0",
    "    1     0 root                             S<Ll   14 13040  0.0   14753 /opt/hft_system --key x",
    "1 (a) b) S 0 1 1 0 -1 4194560 1 1 1 1 7 8 0 0 20 0 1 0 5 5 5",
    "Name:\tx",
    "Pid:\t1",
    "voluntary_ctxt_switches:\t150",
    "nonvoluntary_ctxt_switches:\t545",
    "Max open files            1024                 unlimited            files     ",
    "/proc/1/limits:Max open files            0                    524288               files     ",
    "0::/system.slice/x.service",
    "/proc/sys/fs/file-nr:2373\t0\t2466170",
    "/proc/1/fd:",
    "lrwx------ 1 root root 64 Nov 21 15:09 7 -> socket:[123]",
    "4096\t/var/log/big",
    "Id=a.service\nLoadState=loaded\nActiveState=active\nMemoryCurrent=18446744073709551615\n",
    '{"__REALTIME_TIMESTAMP":"1795259535000000","MESSAGE":[104,105],"PRIORITY":"3"}',
    '{"__REALTIME_TIMESTAMP":"99999999999999999999","MESSAGE":null}',
    "2026-11-21T03:11:59Z ERROR latency_us: 12.5",
    "[    1.375925] Out of memory: Killed process 7 (hft)",
    "Linux vm 6.1.0 x86_64",
    "NTPSynchronized=yes",
    "*10.0.0.1 .GPS. 1 u 5 64 377 0.1 -0.2 0.0",
    "49\t1795259535\t0755\troot\troot\tregular file\t/etc/hosts",
    "0" * 64 + "  /etc/hosts",
    "v1.2-3-g0a1b2c3d",
    "0" * 40 + "\t2026-11-21T03:00:00+00:00\tsubject",
    "flask 1.0 requires werkzeug, which is not installed.",
    '{"a": [1, {"b": 1e999}], "c": "x"}',
    "OK - fine | 'a b'=1.5ms;2;3 c=99999999999999999999%",
    "\tlibfoo.so => not found",
    "A=1\0B=2\0",
    "[section]",
    "key = value",
    "\ufeff\x00\u2028\ud7ff",
    "9" * 5000,
]


def examples_of(model: type[BaseModel]) -> dict[str, Any]:
    """The first example of every field that must be given, and of `match`, which says which process is meant."""
    return {
        name: field.examples[0] for name, field in model.model_fields.items() if field.is_required() and field.examples
    }


def parameters_of(probe: Probe) -> list[Any]:
    """Parameters to try a probe with: those that must be, and those with all that has an example and fits together."""
    given = examples_of(probe.parameters)
    tries = [
        given,
        *(
            {**given, name: field.examples[0]}
            for name, field in probe.parameters.model_fields.items()
            if field.examples
        ),
    ]
    made = []
    for one in tries:
        try:
            made.append(probe.parameters(**one))
        except ValueError:
            continue
    return made


@pytest.mark.parametrize("probe", ALL)
def test_its_facts_are_names_that_an_expression_can_use(probe: Probe):
    assert probe.facts
    assert [name for name in probe.facts if not name.isidentifier() or name.lower() != name or name in NAMES] == []


@pytest.mark.parametrize("probe", ALL)
def test_its_facts_say_what_they_are(probe: Probe):
    assert [name for name, fact in probe.facts.items() if len(fact.help) < 8 or fact.help.endswith(".")] == []
    assert [name for name, fact in probe.facts.items() if fact.unit and fact.sort != "number"] == []


@pytest.mark.parametrize("probe", ALL)
def test_what_people_may_fill_in_are_parameters(probe: Probe):
    assert [name for name in probe.fills if name not in probe.parameters.model_fields] == []


@pytest.mark.parametrize("probe", ALL)
def test_what_must_be_given_has_an_example(probe: Probe):
    """Editors show it, and this test looks with it."""
    assert examples_of(probe.parameters).keys() == {
        name for name, field in probe.parameters.model_fields.items() if field.is_required()
    }
    assert parameters_of(probe)


async def tried(probe: Probe, parameters: Any, answer: Any) -> ProbeFailed | None:
    """Why it could not look, if so. Anything else that it raises, or says undeclared, fails the test."""
    why: ProbeFailed | None = None
    try:
        seen = await probe.look(parameters, a_site(Always(answer)))
        assert undeclared(probe, seen) == []
    except ProbeFailed as failure:
        why = failure
    assert why is None or (str(why).strip() and "\n" not in str(why))
    return why


@pytest.mark.parametrize("probe", BY_COMMAND)
@pytest.mark.parametrize(
    "said",
    [
        "",
        "\n",
        "garbage",
        "\0" * 100,
        "x" * 300_000,
        "{" * 50_000,
        "[" * 50_000,
        "\n".join(LINES),
        "1 1 1 1 1\n" * 3000,
    ],
    ids=["empty", "newline", "garbage", "zeros", "huge", "braces", "brackets", "everything", "numbers"],
)
async def test_whatever_it_hears_it_says_what_it_declared(probe: Probe, said: str):
    for parameters, code in itertools.product(parameters_of(probe), (0, 1, 2, 127, -9)):
        await tried(probe, parameters, Ran(code=code, out=said, err=""))


HOSTILE = {
    "newlines": "\n" * 300_000,
    "blanks": "x" + " " * 200_000 + "x",
    "blanks in every line": "\n".join("x" + " " * 3_900 + "x" for _ in range(50)),
    "tabs": "\t" * 200_000,
    "quotes": "'" * 100_000,
    "digits": "\n".join(["cpu  " + "1" * 300, " 254 0 vda " + "1" * 400, "1 " * 50_000]),
    "words": "Killed process XFS traps: " * 10_000,
    "arrows": " => (0x" * 40_000,
    "a table": "/dev/x " + "1 " * 50_000 + "/",
    "assignments": "a=1," * 40_000 + " | " + "a=1 " * 40_000,
    "conflicts": "a 1 has requirement x" + ", but you have x" * 20_000,
}
"""What makes a careless pattern think for minutes."""


@pytest.mark.parametrize("probe", BY_COMMAND)
@pytest.mark.parametrize("said", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
async def test_nothing_that_it_hears_holds_it_up(probe: Probe, said: str):
    for parameters in parameters_of(probe):
        started = time.process_time()
        await tried(probe, parameters, Ran(code=0, out=said, err=said))
        assert time.process_time() - started < 2


@pytest.mark.parametrize("probe", BY_COMMAND)
async def test_more_than_may_be_read(probe: Probe):
    said = "\n".join(LINES) + "\n… 1,234,567 bytes left out …\n" + "\n".join(LINES)
    for parameters in parameters_of(probe):
        await tried(probe, parameters, Ran(code=0, out=said, err="", cut=True))


@pytest.mark.parametrize("probe", BY_COMMAND)
@pytest.mark.parametrize("trouble", list(Trouble))
async def test_where_nothing_can_be_run_it_says_why(probe: Probe, trouble: Trouble):
    for parameters in parameters_of(probe):
        failure = await tried(probe, parameters, TransportFailed("it cannot be reached", trouble))
        assert failure is not None
        assert failure.trouble is trouble


@pytest.mark.parametrize("probe", [case for case in BY_COMMAND if case.id != "script"])
@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ("cat: /x: Permission denied", Trouble.PERMISSION),
        ("ls: cannot open directory '/x': Operation not permitted", Trouble.PERMISSION),
        ("cat: /x: No such file or directory", Trouble.MISSING),
        ("sh: 1: ps: not found", Trouble.MISSING),
    ],
)
async def test_where_everything_is_refused_it_says_why(probe: Probe, said: str, trouble: Trouble):
    """But a script, whose own words mean whatever it wants."""
    for parameters in parameters_of(probe):
        failure = await tried(probe, parameters, Ran(code=1, out="", err=said + "\n"))
        # That a file is not there may be the very thing that is asked for.
        if failure is None:
            assert probe.name == "file_stat"
            assert trouble is Trouble.MISSING
        else:
            assert failure.trouble is trouble


LINE = st.one_of(st.sampled_from(LINES), st.text(max_size=40), st.integers().map(str))
ANSWERS = st.builds(
    Ran,
    code=st.sampled_from([0, 0, 1]),
    out=st.lists(LINE, max_size=12).map("\n".join),
    err=st.text(max_size=30),
    cut=st.booleans(),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=ANSWERS, which=st.integers(0, 20))
def test_anything_may_be_said(answer: Ran, which: int):
    """To each of them: thinking of an answer takes longer than looking at it."""

    async def all_look() -> None:
        for case in BY_COMMAND:
            (probe,) = case.values
            note(f"{probe.name} looks")
            tries = parameters_of(probe)
            await tried(probe, tries[which % len(tries)], answer)

    asyncio.run(all_look())

"""script: real scripts on this machine, in the ways in which they speak."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Seen, Trouble
from bot.core.expression import compile_expression
from bot.probes.base import ProbeFailed
from bot.probes.script import PROBE, measures_in, values_in
from bot.transports.base import Ran, TransportFailed
from bot.transports.local import Local
from tests.probes.kit import Always, a_site, fails, look


async def run(folder: Path, body: str, *arguments: str, **parameters: Any) -> Seen:
    script = folder / "check.sh"
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o755)
    return await look(PROBE, a_site(Local()), argv=[str(script), *arguments], changes_nothing=True, **parameters)


@pytest.mark.parametrize("code", [0, 1, 2, 3, 77])
async def test_its_code_is_a_fact(tmp_path: Path, code: int):
    seen = await run(tmp_path, f"echo 'all positions agree'; exit {code}")
    assert (seen.facts["code"], seen.facts["message"]) == (code, "all positions agree")
    assert (seen.facts["values"], seen.facts["measures"]) == (None, None)


@pytest.mark.parametrize("code", [0, 1, 2, 3, 77])
async def test_by_custom_only_three_codes_say_something(tmp_path: Path, code: int):
    if code < 3:
        assert (await run(tmp_path, f"exit {code}", codes="custom")).facts["code"] == code
        return
    with pytest.raises(ProbeFailed, match=f"check.sh: exit code {code}: no connection"):
        await run(tmp_path, f"echo 'no connection'; exit {code}", codes="custom")


async def test_a_script_that_was_killed_says_nothing(tmp_path: Path):
    with pytest.raises(ProbeFailed, match=r"check.sh: exit code -9$"):
        await run(tmp_path, "kill -9 $$", codes="custom")


async def test_it_speaks_json(tmp_path: Path):
    body = """echo 'loading ...'; echo '{"drift": 3, "venues": {"binance": {"open": 1.5}}, "bad": NaN, "ok": true}'"""
    facts = (await run(tmp_path, body)).facts
    assert facts["values"] == {"drift": 3, "venues": {"binance": {"open": 1.5}}, "bad": None, "ok": True}
    assert compile_expression("values.drift > 2 and values.venues.binance.open < 2").ask(facts).value is True
    assert compile_expression("values.bad > 2").ask(facts).value is None


async def test_it_speaks_as_a_nagios_plugin(tmp_path: Path):
    body = """echo "WARNING - latency high | 'p99 latency'=950us;500;1000 orders=12 loss=-3.5%;;; broken=x"; exit 1"""
    facts = (await run(tmp_path, body)).facts
    assert facts["measures"] == {"p99 latency": 950, "orders": 12, "loss": -3.5}
    assert facts["code"] == 1


async def test_it_does_not_speak_as_it_should(tmp_path: Path):
    site = a_site(Local())
    await fails(PROBE, site, Trouble.PARSE, "no JSON", argv=["echo", "hi"], changes_nothing=True, reads="json")
    await fails(PROBE, site, Trouble.PARSE, "Nagios", argv=["echo", "hi"], changes_nothing=True, reads="nagios")


async def test_its_arguments_are_arguments(tmp_path: Path):
    seen = await run(tmp_path, 'printf "%s\\n" "$@"', "$(id)", "a b", "*", "; ls")
    assert seen.output == "$(id)\na b\n*\n; ls\n"


async def test_it_complains(tmp_path: Path):
    seen = await run(tmp_path, "echo one; echo two; echo broken >&2; exit 2", show=2)
    assert seen.excerpt == ["two", "broken"]
    assert seen.output == "one\ntwo\n\n[standard error]\nbroken\n"


async def test_it_writes_without_end(tmp_path: Path):
    seen = await run(tmp_path, "seq 1 1000000; echo done")
    assert len(seen.output) < 500_000
    assert seen.excerpt[-1] == "done"


async def test_it_never_ends():
    hangs = Always(TransportFailed("./check.sh did not end within 10 s", Trouble.TIMEOUT))
    await fails(PROBE, hangs, Trouble.TIMEOUT, "did not end", argv=["./check.sh"], changes_nothing=True)


async def test_it_is_not_there(tmp_path: Path):
    await fails(PROBE, a_site(Local()), Trouble.MISSING, argv=[str(tmp_path / "nope.sh")], changes_nothing=True)
    far = Always(Ran(code=127, out="", err="env: './check.sh': No such file or directory\n"))
    await fails(PROBE, far, Trouble.MISSING, "No such file", argv=["./check.sh"], changes_nothing=True)


async def test_it_may_not_be_run(tmp_path: Path):
    (tmp_path / "plain.sh").write_text("#!/bin/sh\n")
    await fails(PROBE, a_site(Local()), Trouble.PERMISSION, argv=[str(tmp_path / "plain.sh")], changes_nothing=True)
    far = Always(Ran(code=126, out="", err=""))
    await fails(PROBE, far, Trouble.PERMISSION, "cannot be run", argv=["./check.sh"], changes_nothing=True)


async def test_the_place_is_lost():
    lost = Always(TransportFailed("the connection broke", Trouble.LOST))
    await fails(PROBE, lost, Trouble.LOST, argv=["./check.sh"], changes_nothing=True)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"argv": ["a"]}, {"argv": ["a"], "changes_nothing": False}, {"argv": [], "changes_nothing": True},
     {"argv": ["a\nb"], "changes_nothing": True}, {"argv": ["", "a"], "changes_nothing": True},
     {"argv": ["-c", "a"], "changes_nothing": True}, {"argv": ["A=1", "a"], "changes_nothing": True}],
)  # fmt: skip
def test_parameters_that_are_none(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**wrong)


@given(st.text(max_size=200))
def test_any_text(text: str):
    assert values_in(text) is None or isinstance(values_in(text), dict)
    assert all(math.isfinite(number) for number in (measures_in(text) or {}).values())

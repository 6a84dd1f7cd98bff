"""python_packages: on this very installation, and on what pip said elsewhere."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import Trouble
from bot.probes.python_packages import PROBE, conflicts_in
from bot.transports.base import Ran
from tests.probes.kit import fails, here, look, no_program

ASKED = "python3 -I -B -m pip --disable-pip-version-check --no-input check"
BROKEN = """\
google-cloud-bigquery 3.11.0 has requirement protobuf<5.0.0dev,>=3.19.5, but you have protobuf 5.26.1.
cloud-trader 0.1.0 requires aiohttp, which is not installed.
ta-lib 0.4.0 is not supported on this platform
"""


async def test_an_installation_without_pip(tmp_path: Path):
    venv.create(tmp_path, with_pip=False, symlinks=True)
    await fails(PROBE, here(), Trouble.MISSING, "No module named pip", python=str(tmp_path / "bin/python"))


async def test_some_do_not_fit():
    seen = await look(PROBE, {ASKED: Ran(code=1, out=BROKEN, err="")})
    assert (seen.facts["consistent"], seen.facts["conflicts"]) == (False, 3)
    assert seen.facts["packages"] == ["cloud-trader", "google-cloud-bigquery", "ta-lib"]
    assert seen.excerpt[1] == "cloud-trader 0.1.0 requires aiohttp, which is not installed."


async def test_all_fit():
    facts = (await look(PROBE, {ASKED: "No broken requirements found.\n"})).facts
    assert (facts["consistent"], facts["conflicts"], facts["packages"]) == (True, 0, [])


async def test_the_one_that_runs_this():
    """Whether it has pip is known beforehand; either way the answer is the right one."""
    has = subprocess.run([sys.executable, "-I", "-c", "import pip"], capture_output=True, check=False).returncode == 0
    if has:
        assert (await look(PROBE, here(), python=sys.executable)).facts["consistent"] is not None
    else:
        await fails(PROBE, here(), Trouble.MISSING, python=sys.executable)


@pytest.mark.parametrize("said", ["", "hello\n"])
async def test_garbage(said: str):
    await fails(PROBE, {ASKED: said}, Trouble.PARSE)


async def test_there_is_no_python():
    await fails(PROBE, {ASKED: no_program("python3")}, Trouble.MISSING)


@given(st.text(max_size=300))
def test_any_text(text: str):
    assert all("\n" not in line for line in conflicts_in(text))

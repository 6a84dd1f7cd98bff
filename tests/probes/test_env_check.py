"""env_check: on processes and files of this machine, and on what docker said elsewhere. No value is ever shown."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.core.redaction import Redactor
from bot.probes._processes import PS
from bot.probes.base import ProbeFailed
from bot.probes.env_check import PROBE, container_in, environ_in, is_placeholder
from bot.transports.base import Ran
from bot.transports.local import Local
from tests.probes.kit import a_site, denied, fails, here, look, no_program

SECRET = "PKX7Q2M4Z9T1W8R5N3V6"
INSPECT = "docker inspect --type container --format {{json .Config.Env}} -- rust-core-engine"
ENVIRON = f"APCA_API_KEY={SECRET}\0APCA_API_SECRET=\0APCA_API_BASE_URL=changeme\0HTTPS_PROXY=http://u:{SECRET}@p:3128\0"


async def test_of_a_process_on_this_machine():
    environment = {**os.environ, "APCA_API_KEY": SECRET, "APCA_API_SECRET": ""}
    argv = [sys.executable, "-c", "input()", "tocsin-env-probe"]
    process = subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE)
    try:
        required = ["APCA_API_KEY", "APCA_API_SECRET", "APCA_NOPE"]
        seen = await look(PROBE, here(), match="tocsin-env-probe$", required=required)
    finally:
        process.communicate(b"\n")
    assert (seen.facts["missing"], seen.facts["empty"], seen.facts["complete"]) == (
        ["APCA_NOPE"],
        ["APCA_API_SECRET"],
        False,
    )
    assert seen.facts["variables"]["APCA_API_KEY"] == {"set": True, "length": 20, "fingerprint": "0334"}
    assert SECRET not in str(seen)


async def test_what_a_command_gets_there():
    facts = (await look(PROBE, here(), required=["PATH", "LC_ALL"])).facts
    assert (facts["complete"], facts["missing"]) == (True, [])


async def test_by_name():
    record = {"cat -- /proc/self/environ": ENVIRON}
    seen = await look(PROBE, record, names="(?i)proxy|APCA_", required=["APCA_API_KEY"])
    assert seen.facts["named"] == ["APCA_API_BASE_URL", "APCA_API_KEY", "APCA_API_SECRET", "HTTPS_PROXY"]
    assert (seen.facts["empty"], seen.facts["placeholders"]) == (["APCA_API_SECRET"], ["APCA_API_BASE_URL"])
    assert (seen.facts["complete"], seen.facts["count"]) == (True, 4)
    assert SECRET not in str(seen)
    assert "3128" not in str(seen)


async def test_a_placeholder_is_not_set():
    facts = (await look(PROBE, {"cat -- /proc/self/environ": ENVIRON}, required=["APCA_API_BASE_URL"])).facts
    assert (facts["complete"], facts["missing"]) == (False, [])


async def test_of_a_container():
    said = json.dumps([f"DATABASE_URL=postgres://u:{SECRET}@db/x", "EMPTY=", "ODD"]) + "\n"
    required = ["DATABASE_URL", "ODD"]
    seen = await look(PROBE, {INSPECT: said}, container="rust-core-engine", required=required)
    assert (seen.facts["missing"], seen.facts["count"]) == (["ODD"], 2)
    assert SECRET not in str(seen)


async def test_of_a_container_without_any():
    assert (await look(PROBE, {INSPECT: "null\n"}, container="rust-core-engine")).facts["count"] == 0


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (Ran(code=1, out="[]\n", err="Error: No such container: rust-core-engine\n"), Trouble.MISSING),
        (
            Ran(code=1, out="", err="permission denied while trying to connect to the Docker daemon\n"),
            Trouble.PERMISSION,
        ),
        (
            Ran(code=1, out="", err="Cannot connect to the Docker daemon. Is the docker daemon running?\n"),
            Trouble.REFUSED,
        ),
        (Ran(code=0, out="hello", err=""), Trouble.PARSE),
        (Ran(code=0, out='{"a": 1}', err=""), Trouble.PARSE),
        (no_program("docker"), Trouble.MISSING),
    ],
)
async def test_the_container_cannot_be_looked_at(said: Any, trouble: Trouble):
    await fails(PROBE, {INSPECT: said}, trouble, container="rust-core-engine")


async def test_of_a_file(tmp_path: Path):
    path = tmp_path / ".env"
    path.write_text(f"export APCA_API_KEY='{SECRET}'\nAPCA_API_SECRET=your_secret_here\nNAKED\n")
    required = ["APCA_API_KEY", "APCA_API_SECRET", "NAKED"]
    facts = (await look(PROBE, a_site(Local()), file=str(path), required=required)).facts
    assert (facts["placeholders"], facts["empty"], facts["missing"]) == (["APCA_API_SECRET"], ["NAKED"], [])
    path.write_text("!!!\n")
    await fails(PROBE, a_site(Local()), Trouble.PARSE, file=str(path))


async def test_it_belongs_to_another_account():
    record = {" ".join(PS): "  812  1 hft Ssl 24 4194304 12.5  3600 hft_system\n",
              "cat -- /proc/812/environ": denied("/proc/812/environ")}  # fmt: skip
    await fails(PROBE, record, Trouble.PERMISSION, match="hft_system")


async def test_it_is_down():
    record = {" ".join(PS): "  812  1 hft Ssl 24 4194304 12.5  3600 hft_system\n"}
    await fails(PROBE, record, Trouble.MISSING, match="risk-engine")


async def test_garbage():
    await fails(PROBE, {"cat -- /proc/self/environ": "hello"}, Trouble.PARSE)


async def test_what_is_said_survives_the_redaction():
    seen = await look(PROBE, {"cat -- /proc/self/environ": ENVIRON}, required=["APCA_API_KEY", "APCA_API_SECRET"])
    assert Redactor([]).mapping(seen.facts) == seen.facts


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("changeme", True), ("CHANGE_ME", True), ("not set", True), ("your_api_key_here", True), ("<token>", True),
        ("${APCA_KEY}", True), ("xxxx", True), ("TODO", True), ("your-key", True), ("", False), ("paper", False),
        (SECRET, False), ("https://paper-api.alpaca.markets", False), ("1", False), ("true", False),
    ],
)  # fmt: skip
def test_placeholders(value: str, is_one: bool):
    assert is_placeholder(value) is is_one


@pytest.mark.parametrize(
    "wrong", [{"match": "a", "file": "b"}, {"container": "-v"}, {"container": "a b"}, {"required": ["A-B"]}]
)
def test_parameters_that_are_none(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**wrong)


@given(st.text(max_size=200))
def test_any_text(text: str):
    for read in (container_in, lambda said: environ_in(said, "x")):
        try:
            assert isinstance(read(text), dict)
        except ProbeFailed as failure:
            assert failure.trouble is Trouble.PARSE  # noqa: PT017

"""file_stat: on files of this machine, and on what stat said elsewhere."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.file_stat import PROBE, files_in
from bot.transports.base import Ran
from bot.transports.local import Local
from tests.probes.kit import NOW, a_site, fails, look, no_program

ASKED = "stat -L -c %s\t%Y\t%a\t%U\t%G\t%F\t%n -- /x"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (("a.onnx", b"x" * 100), ("b.onnx", b""), ("with blank.json", b"{}")):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o640)
        os.utime(tmp_path / name, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    return tmp_path


async def test_one_that_is_there(folder: Path):
    facts = (await look(PROBE, a_site(Local()), paths=[str(folder / "a.onnx")])).facts
    assert (facts["exists"], facts["missing"], facts["count"]) == (True, [], 1)
    assert (facts["size_bytes"], facts["newest_age_s"], facts["kind"]) == (100, 60, "regular file")
    assert (facts["mode"], facts["owner"], facts["others_may"]) == (
        "0640",
        "root" if os.getuid() == 0 else facts["owner"],
        [],
    )


async def test_several_by_a_pattern(folder: Path):
    os.utime(folder / "b.onnx", (NOW.timestamp() - 7200, NOW.timestamp() - 7200))
    seen = await look(PROBE, a_site(Local()), paths=[str(folder / "*.onnx"), str(folder / "with blank.json")])
    facts = seen.facts
    assert (facts["count"], facts["size_bytes"], facts["smallest_bytes"]) == (3, 102, 0)
    assert (facts["newest_age_s"], facts["oldest_age_s"]) == (60, 7200)
    assert facts["empty"] == [str(folder / "b.onnx")]
    assert facts["kind"] == "regular file"


async def test_one_that_is_not_there_is_an_answer(folder: Path):
    nope = str(folder / "nope")
    seen = await look(PROBE, a_site(Local()), paths=[str(folder / "a.onnx"), nope, str(folder / "*.toml")])
    assert (seen.facts["exists"], seen.facts["count"]) == (False, 1)
    assert seen.facts["missing"] == [str(folder / "*.toml"), nope]
    assert seen.table is not None
    assert seen.table.rows[0][1] == "missing"


async def test_everybody_may_write_it(folder: Path):
    (folder / "a.onnx").chmod(0o666)
    facts = (await look(PROBE, a_site(Local()), paths=[str(folder / "*.onnx")])).facts
    assert facts["others_may"] == ["read", "write"]
    assert facts["mode"] is None, "they differ"


async def test_a_link(folder: Path):
    (folder / "current").symlink_to(folder / "a.onnx")
    path = str(folder / "current")
    assert (await look(PROBE, a_site(Local()), paths=[path])).facts["size_bytes"] == 100
    assert (await look(PROBE, a_site(Local()), paths=[path], follow=False)).facts["kind"] == "symbolic link"
    (folder / "a.onnx").unlink()
    assert (await look(PROBE, a_site(Local()), paths=[path])).facts["exists"] is False


async def test_a_folder(folder: Path):
    facts = (await look(PROBE, a_site(Local()), paths=[str(folder)])).facts
    assert (facts["kind"], facts["mode"]) == ("directory", f"{stat.S_IMODE(folder.stat().st_mode):04o}")


async def test_it_may_not_be_looked_at():
    said = Ran(code=1, out="", err="stat: cannot statx '/x': Permission denied\n")
    await fails(PROBE, {ASKED: said}, Trouble.PERMISSION, paths=["/x"])


async def test_one_missing_and_one_forbidden():
    """That it is missing may not be said of one that cannot be looked at."""
    asked = ASKED.replace("/x", "/x /y")
    err = "stat: cannot statx '/x': No such file or directory\nstat: cannot statx '/y': Permission denied\n"
    await fails(PROBE, {asked: Ran(code=1, out="", err=err)}, Trouble.MISSING, paths=["/x", "/y"])


async def test_a_clock_ahead_of_ours():
    later = int(datetime(2026, 11, 21, 4, tzinfo=UTC).timestamp())
    assert (await look(PROBE, {ASKED: f"1\t{later}\t644\ta\tb\tregular file\t/x\n"}, paths=["/x"])).facts[
        "newest_age_s"
    ] == 0


async def test_garbage():
    await fails(PROBE, {ASKED: "hello\n"}, Trouble.PARSE, paths=["/x"])


async def test_there_is_no_stat():
    await fails(PROBE, {ASKED: no_program("stat")}, Trouble.MISSING, paths=["/x"])


@pytest.mark.parametrize("path", ["", "-x", "/a*/b", "/a\nb", "/a\x00b"])
def test_paths_that_are_none(path: str):
    with pytest.raises(ValidationError):
        PROBE.parameters(paths=[path])


@given(st.text(max_size=300))
def test_any_text(text: str):
    assert all(file.size_bytes >= 0 for file in files_in(text))

"""disk_usage: on a folder of this machine, and on what du and find said elsewhere."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import Trouble
from bot.probes.disk_usage import PROBE, sizes_in
from bot.transports.base import Ran
from tests.probes.kit import denied, fails, gone, here, look

DU = "du -x -k -d 1 -- /var/log"
FIND = "find /var/log -xdev -type f -size +1048576k -exec stat -c %s\t%n -- {} +"
FOLDERS = "120\t/var/log/apt\n9000000\t/var/log/hft_system\n9000500\t/var/log\n"


async def test_on_this_machine(tmp_path: Path):
    for name, size in (("small", 10), ("large folder", 3 * 2**20)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(b"x" * size)
    seen = await look(PROBE, here(), path=str(tmp_path), files_over_mb=2)
    assert seen.facts["largest"] == f"{tmp_path}/large folder"
    assert seen.facts["total_bytes"] > 3 * 2**20
    assert (seen.facts["folders"], seen.facts["large_files"], seen.facts["complete"]) == (2, 1, True)
    assert seen.facts["largest_file"] == f"{tmp_path}/large folder/file"
    assert seen.facts["largest_file_bytes"] == 3 * 2**20
    assert seen.table is not None
    assert seen.table.rows[0] == ("file", "3.0 MiB", f"{tmp_path}/large folder/file")


async def test_an_empty_folder(tmp_path: Path):
    facts = (await look(PROBE, here(), path=str(tmp_path))).facts
    assert (facts["folders"], facts["largest"], facts["large_files"]) == (0, None, 0)


async def test_what_fills_it():
    record = {DU: FOLDERS, FIND: "2147483648\t/var/log/hft_system/metrics.log\n5\t/x y\n"}
    facts = (await look(PROBE, record, path="/var/log")).facts
    assert facts["total_bytes"] == 9000500 * 1024
    assert (facts["largest"], facts["largest_bytes"]) == ("/var/log/hft_system", 9000000 * 1024)
    assert facts["largest_file"] == "/var/log/hft_system/metrics.log"


async def test_some_of_it_may_not_be_read():
    """What was found is found; that there is nothing more is not known."""
    err = "du: cannot read directory '/var/log/private': Permission denied\n"
    record = {DU: Ran(code=1, out=FOLDERS, err=err), FIND: Ran(code=1, out="2147483648\t/var/log/a\n", err=err)}
    facts = (await look(PROBE, record, path="/var/log")).facts
    assert (facts["complete"], facts["large_files"], facts["largest_file"]) == (False, None, "/var/log/a")


async def test_none_of_it_may_be_read():
    await fails(PROBE, {DU: denied("/var/log")}, Trouble.PERMISSION, path="/var/log")


async def test_there_is_no_such_folder():
    await fails(PROBE, {DU: gone("/var/log")}, Trouble.MISSING, path="/var/log")


async def test_garbage():
    await fails(PROBE, {DU: "hello\n"}, Trouble.PARSE, path="/var/log")


async def test_more_than_may_be_read():
    await fails(PROBE, {DU: Ran(code=0, out=FOLDERS, err="", cut=True)}, Trouble.TOO_MUCH, path="/var/log")


async def test_files_are_not_looked_for():
    facts = (await look(PROBE, {DU: FOLDERS}, path="/var/log", files_over_mb=0)).facts
    assert (facts["large_files"], facts["complete"]) == (None, True)


@given(st.text(max_size=200))
def test_any_text(text: str):
    assert all(size >= 0 and path for size, path in sizes_in(text, 1))

"""file_checksum: on files of this machine, and on what sha256sum said elsewhere."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.file_checksum import PROBE, checked_in, sums_in
from bot.transports.local import Local
from tests.probes.kit import a_site, denied, fails, look

SUM = hashlib.sha256(b"model").hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.onnx").write_bytes(b"model")
    (tmp_path / "positions.dat").write_bytes(b"positions")
    lines = [
        f"{hashlib.sha256((tmp_path / n).read_bytes()).hexdigest()}  {tmp_path / n}\n"
        for n in ("model.onnx", "positions.dat")
    ]
    (tmp_path / "checksums.txt").write_text("".join(lines))
    return tmp_path


async def test_it_is_as_it_should_be(folder: Path):
    facts = (await look(PROBE, a_site(Local()), path=str(folder / "model.onnx"), expected=SUM.upper())).facts
    assert (facts["as_expected"], facts["sha256"], facts["mismatched"]) == (True, SUM, [])


async def test_it_is_not(folder: Path):
    path = str(folder / "model.onnx")
    facts = (await look(PROBE, a_site(Local()), path=path, expected="0" * 64)).facts
    assert (facts["as_expected"], facts["mismatched"]) == (False, [path])


async def test_nothing_says_what_it_should_be(folder: Path):
    facts = (await look(PROBE, a_site(Local()), path=str(folder / "model.onnx"))).facts
    assert (facts["as_expected"], facts["sha256"]) == (None, SUM)


async def test_the_same_as_another_file(folder: Path):
    (folder / "copy.onnx").write_bytes(b"model")
    copy, model, positions = (str(folder / name) for name in ("copy.onnx", "model.onnx", "positions.dat"))
    assert (await look(PROBE, a_site(Local()), path=model, same_as=copy)).facts["as_expected"] is True
    facts = (await look(PROBE, a_site(Local()), path=model, same_as=positions)).facts
    assert (facts["as_expected"], facts["mismatched"], facts["sha256"]) == (False, [model], SUM)
    await fails(PROBE, a_site(Local()), Trouble.MISSING, path=model, same_as=str(folder / "nope"))


async def test_several(folder: Path):
    facts = (await look(PROBE, a_site(Local()), path=str(folder / "*.*"))).facts
    assert (facts["checked"], facts["sha256"]) == (3, None)


async def test_by_a_manifest(folder: Path):
    manifest = str(folder / "checksums.txt")
    facts = (await look(PROBE, a_site(Local()), manifest=manifest)).facts
    assert (facts["as_expected"], facts["checked"]) == (True, 2)
    (folder / "model.onnx").write_bytes(b"another")
    (folder / "positions.dat").unlink()
    facts = (await look(PROBE, a_site(Local()), manifest=manifest)).facts
    assert (facts["as_expected"], facts["checked"]) == (False, 2)
    assert facts["mismatched"] == [str(folder / "model.onnx")]
    assert facts["missing"] == [str(folder / "positions.dat")]


async def test_a_manifest_that_is_none(folder: Path):
    (folder / "checksums.txt").write_text("hello\n")
    await fails(PROBE, a_site(Local()), Trouble.PARSE, manifest=str(folder / "checksums.txt"))


async def test_it_is_not_there(folder: Path):
    await fails(PROBE, a_site(Local()), Trouble.MISSING, path=str(folder / "nope"))
    await fails(PROBE, a_site(Local()), Trouble.MISSING, path=str(folder / "*.nope"))
    await fails(PROBE, a_site(Local()), Trouble.MISSING, manifest=str(folder / "nope"))


async def test_it_may_not_be_read():
    await fails(PROBE, {"sha256sum -- /x": denied("/x")}, Trouble.PERMISSION, path="/x")


async def test_garbage():
    await fails(PROBE, {"sha256sum -- /x": "hello\n"}, Trouble.PARSE, path="/x")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"path": "/a", "manifest": "/b"},
        {"path": "/a", "expected": "abc"},
        {"manifest": "/b", "same_as": "/a"},
        {"path": "/a", "expected": "0" * 64, "same_as": "/b"},
    ],
)
def test_parameters_that_are_none(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**wrong)


@given(st.text(max_size=300))
def test_any_text(text: str):
    assert all(len(digest) == 64 for digest in sums_in(text).values())
    assert all(result for _, result in checked_in(text))

"""config_validate: on files of this machine, good ones and broken ones."""

from pathlib import Path
from typing import Any

import pytest

from bot.core.evidence import Seen, Trouble
from bot.probes.config_validate import PROBE
from bot.transports.local import Local
from tests.probes.kit import a_site, denied, fails, look, no_program

MANIFEST = "apiVersion: v1\nkind: Service\nmetadata: {name: coordinator}\n"


async def validate(path: Path, content: str, **parameters: Any) -> Seen:
    path.write_text(content)
    return await look(PROBE, a_site(Local()), path=str(path), **parameters)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '{"a": [1, 2]}'),
        ("a.toml", "[a]\nb = 1\n"),
        ("a.yaml", "a: [1, 2]\n"),
        ("a.yml", "---\na: 1\n---\nb: 2\n"),
        ("a.ini", "[a]\nb = 1\n"),
        (".env", "A=1\nexport B='2'\n# c\n"),
        (".env.production", "A=1\n"),
        ("bom.json", "\ufeff{}"),
    ],
)
async def test_good_ones(tmp_path: Path, name: str, content: str):
    seen = await validate(tmp_path / name, content)
    assert (seen.facts["valid"], seen.facts["invalid"], seen.facts["line"]) == (True, [], None)
    assert seen.table is None


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.json", '{\n  "a": 1,\n  "b": ,\n}', 3),
        ("a.json", "", 1),
        ("a.json", '{"a": NaN}', None),
        ("a.toml", "a = 1\nb = \n", 2),
        ("a.toml", "a = 1\na = 2\n", 2),
        ("a.toml", "a = [1,", 1),
        ("a.yaml", "a: 1\nb: [1, 2\nc: 3\n", 3),
        ("a.yaml", "a: 1\n\tb: 2\n", 2),
        ("a.yaml", "a: 1\na: 2\n", 2),
        ("a.yaml", "a: !Nope x\n", 1),
        ("a.ini", "[a]\nb = 1\nnonsense = 1\n[a]\nc = 2\n", 4),
        (".env", "A=1\n!!!\nB=2\n", 2),
    ],
)
async def test_broken_ones(tmp_path: Path, name: str, content: str, line: int | None):
    seen = await validate(tmp_path / name, content)
    assert seen.facts["valid"] is False
    assert seen.facts["invalid"] == [str(tmp_path / name)]
    assert seen.facts["line"] == line
    assert seen.facts["problem"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '{"password": "hunter2hunter2" "b": 1}'),
        ("a.toml", 'password = "hunter2hunter2\n'),
        ("a.toml", "password = hunter2hunter2\n"),
        ("a.yaml", "password: hunter2hunter2\npassword: hunter2hunter2\n"),
        ("a.yaml", "password: 'hunter2hunter2\n"),
        ("a.yaml", "password: hunter2hunter2: x\n"),
        ("a.ini", "hunter2hunter2 hunter2hunter2\n[a\n"),
        (".env", "hunter2hunter2 password !!\n"),
    ],
)
async def test_what_is_wrong_repeats_nothing_of_the_file(tmp_path: Path, name: str, content: str):
    seen = await validate(tmp_path / name, content)
    assert "hunter2" not in str(seen)


async def test_nested_without_end(tmp_path: Path):
    for name, content in (("a.json", "[" * 50_000), ("a.yaml", "[" * 1_000), ("a.toml", "a = " + "[" * 5_000)):
        assert (await validate(tmp_path / name, content)).facts["valid"] is False


async def test_what_has_to_be_there(tmp_path: Path):
    required = ["risk.max_position", "risk.max_loss"]
    facts = (await validate(tmp_path / "a.toml", "[risk]\nmax_position = 1\n", required=required)).facts
    assert (facts["valid"], facts["missing"]) == (False, [f"{tmp_path}/a.toml: risk.max_loss"])


async def test_manifests_of_kubernetes(tmp_path: Path):
    (tmp_path / "good.yaml").write_text(f"{MANIFEST}---\n{MANIFEST}---\n")
    path = str(tmp_path / "*.yaml")
    facts = (await look(PROBE, a_site(Local()), path=path, shape="kubernetes")).facts
    assert (facts["valid"], facts["files"], facts["documents"]) == (True, 1, 3)
    (tmp_path / "bad.yaml").write_text(f"{MANIFEST}---\nkind: Pod\nmetadata: {{}}\n")
    (tmp_path / "worse.yaml").write_text("a: [\n")
    facts = (await look(PROBE, a_site(Local()), path=path, shape="kubernetes")).facts
    assert facts["invalid"] == [str(tmp_path / "bad.yaml"), str(tmp_path / "worse.yaml")]
    assert [said.partition(": ")[2] for said in facts["missing"]] == [
        "document 2: apiVersion",
        "document 2: metadata.name",
    ]


async def test_it_is_not_there(tmp_path: Path):
    await fails(PROBE, a_site(Local()), Trouble.MISSING, path=str(tmp_path / "a.json"))


async def test_it_may_not_be_read():
    await fails(PROBE, {"cat -- /a.json": denied("/a.json")}, Trouble.PERMISSION, path="/a.json")


async def test_there_is_no_cat():
    await fails(PROBE, {"cat -- /a.json": no_program("cat")}, Trouble.MISSING, path="/a.json")

"""config_read: on files of this machine; no secret is ever shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Seen, Trouble
from bot.core.expression import compile_expression
from bot.core.redaction import Redactor
from bot.probes._config import Hidden, Unreadable, parse, pick, shown
from bot.probes.config_read import PROBE
from bot.transports.local import Local
from tests.probes.kit import a_site, denied, fails, look

SECRET = "PKX7Q2M4Z9T1W8R5N3V6"
FILES = {
    "system.json": json.dumps({"paper_trading": True, "pool": {"size": 5, "api_key": SECRET}}),
    "config.toml": f'paper_trading = true\n[pool]\nsize = 5\napi_key = "{SECRET}"\nopened = 2026-11-21T03:00:00Z\n',
    "config.yaml": f"paper_trading: true\npool: {{size: 5, api_key: {SECRET}}}\nreceivers:\n- name: ops\n- name: dev\n",
    "engine.conf": f"paper_trading = true\n# a comment\n[pool]\nsize: 5\napi_key={SECRET}\n",
    ".env": f"export paper_trading=true\nPOOL_SIZE='5'\nAPCA_API_KEY={SECRET}\nDATABASE_URL=postgres://hft:{SECRET}@db/x\n",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    return tmp_path


async def read(path: Path, *keys: str, **parameters: Any) -> Seen:
    return await look(PROBE, a_site(Local()), path=str(path), keys=keys, **parameters)


@pytest.mark.parametrize(
    ("name", "size"), [("system.json", 5), ("config.toml", 5), ("config.yaml", 5), ("engine.conf", "5")]
)
async def test_the_same_settings_in_every_format(folder: Path, name: str, size: Any):
    seen = await read(folder / name, "paper_trading", "pool.size", "pool.api_key", "pool.nope")
    assert seen.facts["values"]["pool.size"] == size
    assert str(seen.facts["values"]["paper_trading"]).lower() == "true"
    assert seen.facts["secrets"]["pool.api_key"] == {"set": True, "length": 20, "fingerprint": "0334"}
    assert (seen.facts["missing"], seen.facts["present"]) == (["pool.nope"], False)
    assert SECRET not in str(seen)


async def test_an_env_file(folder: Path):
    seen = await read(folder / ".env", "APCA_API_KEY", "POOL_SIZE", "DATABASE_URL", "NOPE")
    assert seen.facts["values"]["POOL_SIZE"] == "5"
    assert seen.facts["secrets"]["APCA_API_KEY"]["length"] == 20
    assert seen.facts["missing"] == ["NOPE"]
    assert SECRET not in str(seen)


async def test_what_is_said_of_a_secret_survives_the_redaction(folder: Path):
    seen = await read(folder / ".env", "APCA_API_KEY")
    assert Redactor([]).mapping(seen.facts) == seen.facts


SEED = "abandon ability able about above absent absorb abstract absurd abuse access accident"


@pytest.mark.parametrize(("key", "value"), [("auth", "open-sesame"), ("pin", 8472), ("wallet.words", SEED)])
async def test_what_lets_one_in_is_described_and_not_shown(tmp_path: Path, key: str, value: Any):
    (tmp_path / "x.json").write_text(json.dumps({"wallet": {"words": value}} if "." in key else {key: value}))
    seen = await read(tmp_path / "x.json", key)
    assert str(value) not in str(seen)
    assert seen.facts["secrets"][key]["set"] is True


async def test_every_entry_of_a_list(folder: Path):
    facts = (await read(folder / "config.yaml", "receivers.*.name", "receivers.1.name")).facts
    assert facts["values"] == {"receivers.0.name": "ops", "receivers.1.name": "dev"}


async def test_wherever_it_stands(folder: Path):
    (folder / "deep.json").write_text('{"a": {"b": [{"pool": {"size": 1}}, {"pool": null}]}, "pool": 5}')
    facts = (await read(folder / "deep.json", "**.pool", "**.nope")).facts
    assert facts["values"] == {"pool": 5, "a.b.0.pool": {"size": 1}, "a.b.1.pool": None}
    assert facts["missing"] == ["**.nope"]


async def test_settings_whose_names_begin_so(folder: Path):
    (folder / "pools.json").write_text('{"database": {"connection_pool_size": 50, "connection_pool": 5, "pool": 1}}')
    facts = (await read(folder / "pools.json", "**.connection_pool*", "heartbeat*")).facts
    assert facts["values"] == {"database.connection_pool_size": 50, "database.connection_pool": 5}
    assert facts["missing"] == ["heartbeat*"]


async def test_a_whole_section_is_shown_without_its_secrets(folder: Path):
    seen = await read(folder / "system.json", "pool")
    assert seen.facts["values"]["pool"] == {"size": 5, "api_key": "[secret]"}


async def test_settings_that_are_not_what_they_should_be(folder: Path):
    expect = {"paper_trading": False, "pool.size": 5, "pool.nope": 1}
    facts = (await read(folder / "system.json", "paper_trading", expect=expect)).facts
    assert facts["different"] == ["paper_trading", "pool.nope"]
    facts = (await read(folder / "engine.conf", "paper_trading", expect={"paper_trading": True, "pool.size": 5})).facts
    assert facts["different"] == [], "a format without sorts of its own has texts only"


async def test_what_it_should_be_may_come_from_a_variable_of_the_pack_which_is_a_text(folder: Path):
    right, wrong = {"paper_trading": "true", "pool.size": "5"}, {"paper_trading": "false", "pool.size": "6"}
    assert (await read(folder / "system.json", "x", expect=right)).facts["different"] == []
    assert (await read(folder / "system.json", "x", expect=wrong)).facts["different"] == [*wrong]
    assert (await read(folder / "system.json", "x", expect={"pool": "5"})).facts["different"] == ["pool"]


async def test_true_is_not_one(folder: Path):
    assert (await read(folder / "system.json", "x", expect={"paper_trading": 1})).facts["different"] == [
        "paper_trading"
    ]


async def test_an_expression_can_ask_for_them(folder: Path):
    facts = (await read(folder / "system.json", "paper_trading", "pool.size")).facts
    assert compile_expression("values['pool.size'] >= 5 and values.paper_trading").ask(facts).value is True
    assert compile_expression("values.nope == 1").ask(facts).value is None


async def test_several_files(tmp_path: Path):
    for name, symbols in (("a", '["BTCUSDT"]'), ("b", "[]")):
        (tmp_path / f"{name}.json").write_text(f'{{"symbols": {symbols}}}')
    facts = (await read(tmp_path / "*.json", "symbols")).facts
    assert facts["values"] == {"a.json:symbols": ["BTCUSDT"], "b.json:symbols": []}
    assert facts["files"] == 2


async def test_it_is_not_there(folder: Path):
    await fails(PROBE, a_site(Local()), Trouble.MISSING, path=str(folder / "x.json"), keys=["a"])
    await fails(PROBE, a_site(Local()), Trouble.MISSING, path=str(folder / "*.ini"), keys=["a"])


async def test_it_may_not_be_read():
    await fails(PROBE, {"cat -- /x.json": denied("/x.json")}, Trouble.PERMISSION, path="/x.json", keys=["a"])


async def test_it_is_broken(folder: Path):
    (folder / "broken.json").write_text(f'{{"api_key": "{SECRET}",,}}')
    said = await fails(PROBE, a_site(Local()), Trouble.PARSE, path=str(folder / "broken.json"), keys=["a"])
    assert "line 1, column 36" in said
    assert SECRET not in said


async def test_its_name_does_not_tell_the_format(folder: Path):
    (folder / "settings").write_text("a = 1\n")
    await fails(PROBE, a_site(Local()), Trouble.PARSE, "say which", path=str(folder / "settings"), keys=["a"])
    assert (await read(folder / "settings", "a", format="toml")).facts["values"] == {"a": 1}


async def test_it_is_no_configuration_but_something_huge(folder: Path):
    (folder / "dump.json").write_text("[" + "1," * 300_000 + "1]")
    await fails(PROBE, a_site(Local()), Trouble.TOO_MUCH, path=str(folder / "dump.json"), keys=["a"])


def test_anchors_do_not_grow_without_end():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with pytest.raises(Unreadable, match="too many values"):
        parse("\n".join(lines), "yaml")


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("api_key", SECRET, True),
        ("password", "hunter2", True),
        ("password", 12345678, True),
        ("password", "${DB_PASSWORD}", False),
        ("passphrase", "", False),
        ("webhook", "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX", False),
        ("max_position", 100, False),
        ("token_count", 5, False),
        ("host", "db-01.example.com", False),
        ("password_required", True, False),
    ],
)
def test_which_values_are_hidden(name: str, value: Any, hidden: bool):
    assert isinstance(shown(f"a.{name}", value), Hidden) is hidden


def test_an_address_is_shown_without_its_password():
    assert SECRET not in str(shown("database.url", f"postgres://hft:{SECRET}@db-01/x"))


def test_a_short_secret_has_no_fingerprint():
    """Four digits of it would help to guess it."""
    said = shown("password", "hunter2")
    assert isinstance(said, Hidden)
    assert said.facts() == {"set": True, "length": 7, "fingerprint": None}


@pytest.mark.parametrize("wrong", [{"path": "/a.json"}, {"path": "/a.json", "keys": []}, {"path": "-a", "keys": ["a"]}])
def test_parameters_that_are_none(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**wrong)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3),
    max_leaves=10,
)


@given(PLAIN, st.text(alphabet="ab*.01", max_size=8))
def test_any_path_into_any_value(value: Any, path: str):
    assert len(pick(value, path)) <= 200


@given(st.text(max_size=200), st.sampled_from(["json", "toml", "yaml", "ini", "env"]))
def test_any_text(text: str, form: Any):
    try:
        assert isinstance(parse(text, form), list)
    except Unreadable as problem:
        assert str(problem)  # noqa: PT017

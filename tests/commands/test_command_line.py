"""tocsin: what is written wrong in a terminal is answered with what to write, and exit codes of 64 and more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import run
from commands.base import REFUSED, USAGE


@pytest.fixture
def tocsin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command line in an empty folder with a fresh database: its exit code, and what it said where."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/desk.db")
    assert run(["db", "upgrade"]) == 0
    capsys.readouterr()

    def go(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return go


@pytest.mark.parametrize("word", ["--version", "-V", "version"])
def test_the_version(tocsin: Any, word: str) -> None:
    code, said, _ = tocsin(word)
    assert code == 0
    assert re.fullmatch(r"tocsin \d+\.\d+\.\d+\S*\n", said)


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("incident ack 1 --as", "--as wants somebody: a contact's id"),
        ("incident --as --json ack 1", "--as wants somebody"),
        ("incident ack 1 --as=", "--as wants somebody"),
        ("run now", "tocsin run takes no words"),
        ("db", "Write: tocsin db upgrade"),
        ("db downgrade", "Write: tocsin db upgrade"),
        ("oncal", "Did you mean oncall?"),
        ("incident akc 1", "Did you mean ack?"),
        ("incident declare", "Say in a few words what is wrong: tocsin incident declare"),
        ("page", "Say whom, and why: tocsin page"),
        ("token create", "Say for whom: tocsin token create --person PERSON"),
        ("check --env", "Option '--env' requires an argument"),
        ("simulate --ack-after soon", "write for example 90s"),
        ("demo --fsat 3", "--fast"),
    ],
)
def test_what_is_written_wrong_names_the_remedy(tocsin: Any, words: str, remedy: str) -> None:
    code, out, err = tocsin(*words.split())
    assert code == USAGE
    assert remedy in err
    assert out == ""


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("simulate --alert missing.json", "Write the path of a file"),
        ("simulate --system nope", "There are: hft"),
        ("incident ack 9999", "tocsin incident list shows the open ones"),
        ("incident list nope", "There are: hft"),
    ],
)
def test_what_cannot_be_done_names_the_remedy(tocsin: Any, words: str, remedy: str) -> None:
    code, _, err = tocsin(*words.split())
    assert code == REFUSED
    assert remedy in err


@pytest.mark.parametrize("person", [("--as", "operations"), ("--as=operations",)])
def test_as_says_who(tocsin: Any, person: tuple[str, ...]) -> None:
    tocsin("incident", "declare", "gateway", "down")
    code, said, _ = tocsin("incident", "ack", "1", *person)
    assert (code, said[:14]) == (0, "You have INC-1")
    assert "Operations has it" in tocsin("incident", "show", "1")[1]


def test_as_goes_not_with_a_token(tocsin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("TOCSIN_TOKEN", "tocsin_x")
    code, _, err = tocsin("incident", "list", "--as", "operations")
    assert code == USAGE
    assert "TOCSIN_TOKEN that says who you are" in err
    code, _, err = tocsin("incident", "list")
    assert code == 69
    assert "Is TOCSIN_URL right" in err


def test_a_new_token_says_where_to_put_it_and_how_to_use_it(tocsin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_PUBLIC_URL", "https://tocsin.desk.example")
    code, said, _ = tocsin("token", "create", "--person", "operations")
    assert code == 0
    assert "export TOCSIN_URL=https://tocsin.desk.example\n" in said
    assert re.search(r"^export TOCSIN_TOKEN=tocsin_\S{40,}$", said, re.MULTILINE)
    for part in ("~/.profile", ".env", "tocsin incident list", "tocsin incident ack 12", "tocsin token revoke"):
        assert part in said

"""tocsin: what is written wrong in a terminal is answered with what to write, and exit codes of 64 and more."""

from __future__ import annotations

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
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


def test_a_file_lies_where_its_name_says_or_it_is_told_why_not(tocsin: Any, tmp_path: Path) -> None:
    assert tocsin("incident", "declare", "hft", "gateway", "down")[0] == 0
    there = tmp_path / "told.md"
    code, said, _ = tocsin("report", "1", "--out", str(there))
    assert (code, said.splitlines()[-1]) == (0, f"Written to {there}")
    assert there.read_text().startswith("# Incident report INC-1")
    nowhere = tmp_path / "no" / "told.md"
    code, _, wrong = tocsin("report", "1", "--out", str(nowhere))
    assert (code, wrong.splitlines()[-1]) == (REFUSED, f"Not written to {nowhere}: No such file or directory")


def test_without_a_database_a_report_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///tocsin.db")
    assert run(["report", "INC-12"]) == REFUSED
    assert "There is no database tocsin.db here." in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_asked_of_the_bot_elsewhere(tocsin: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file is written only where it was asked for, whatever the other side says."""
    bot = _Elsewhere(
        {"text": "INC-1 is over", "exit_code": 0, "data": None, "file": {"name": "r.html", "content": "é"}}
    )
    with bot as url:
        monkeypatch.setenv("TOCSIN_URL", url)
        monkeypatch.setenv("TOCSIN_TOKEN", "tocsin_x")
        code, said, _ = tocsin("report", "INC-1", "--out", "r.html")
        assert (code, said) == (0, "INC-1 is over\nWritten to r.html\n")
        assert (tmp_path / "r.html").read_text() == "é"
        (tmp_path / "r.html").unlink()
        assert tocsin("report", "INC-1")[:2] == (0, "INC-1 is over\n")
        assert tocsin("report", "INC-1", "--out=other.html")[:2] == (0, "INC-1 is over\n")
        assert not list(tmp_path.glob("*.html"))
    assert [words[:2] for words in bot.asked] == [["report", "INC-1"]] * 3


class _Elsewhere:
    """A bot on another host, as far as a terminal sees it: says one thing to everybody."""

    def __init__(self, says: Any) -> None:
        self.asked: list[list[str]] = []
        asked, body = self.asked, json.dumps(says).encode()

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["words"])
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._thread = Thread(target=self._server.serve_forever)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

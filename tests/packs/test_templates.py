"""A desk's own templates of reports, and its stakeholders, as `tocsin check` reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.configured import find_ways, load_content
from bot.core.alert import Severity
from bot.packs import Problem
from bot.settings import Environment
from tests.packs.kit import DESK, line_of, read, write


def problems(folder: Path, **templates: str) -> list[Problem]:
    """What is wrong with the desk and these templates, by the way that the bot reads them."""
    write(folder)
    (folder / "desk" / "templates").mkdir()
    for name, text in templates.items():
        (folder / "desk" / "templates" / name.replace("_", ".")).write_bytes(text.encode())
    environ = {
        "TOCSIN_PLAYBOOKS": str(folder), "TOCSIN_SYSTEMS": "desk", "TOCSIN_VAR_DESK_BOSS_PHONE": "+15550199",
    }  # fmt: skip
    environment = Environment(environ)
    settings = environment.settings()
    found = load_content(environment, settings, find_ways(environment, settings))
    return [one for one in found.problems if "templates" in one.file]


def test_one_that_writes_a_report_is_right(tmp_path: Path) -> None:
    assert problems(tmp_path, report_md_j2="# {{ report.label }}\n{{ report.summary }}") == []


def test_one_that_does_not_is_told_with_file_and_line(tmp_path: Path) -> None:
    (wrong,) = problems(tmp_path, report_mail_j2="{{ report.label }}\n\n{{ report.sumary }}")
    assert (Path(wrong.file).name, wrong.line, wrong.level) == ("report.mail.j2", 3, "error")
    assert wrong.message == "a report cannot be written with this template: the report has no attribute 'sumary'"


def test_one_that_is_for_nothing_is_told(tmp_path: Path) -> None:
    (wrong,) = problems(tmp_path, report_markdown_j2="x")
    assert wrong.remedy.startswith("did you mean 'report.")


def test_one_that_is_much_too_long_is_told(tmp_path: Path) -> None:
    (wrong,) = problems(tmp_path, report_md_j2="x" * 100_001)
    assert "100,001 characters" in wrong.message


ROWS = """\
stakeholders:
  - {channels: ["#heads"], mails: [heads@example.com], severities: [critical, high]}
  - {mails: [all@example.com]}
"""


def test_stakeholders_by_severity(tmp_path: Path) -> None:
    loaded = read(tmp_path, DESK + ROWS)
    assert loaded.problems == ()
    (system,) = loaded.systems
    first, second = system.stakeholders
    assert (first.channels, first.mails) == (("#heads",), ("heads@example.com",))
    assert [first.read(severity) for severity in Severity] == [False, False, True, True]
    assert all(second.read(severity) for severity in Severity)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"#heads"', '"#Heads"', "'#Heads' is not a channel"),
        ("heads@example.com", "heads", "'heads' is not a mail address"),
        ("{mails: [all@example.com]}", "{severities: [low]}", "nobody is named here"),
    ],
)
def test_what_reaches_nobody_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = DESK + ROWS.replace(old, new)
    (problem,) = read(tmp_path, text).problems
    assert says in problem.message
    assert problem.line == line_of(text, new)

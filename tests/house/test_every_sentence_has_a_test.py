"""The contract of the ladder is kept sentence by sentence: each number has a story whose docstring names it."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import files, text

SENTENCES = range(1, 33)
_NAMED = re.compile(r"ESCALATION\s+(\d+(?:(?:,\s+|\s+and\s+|,\s+and\s+)\d+)*)")


def docstrings() -> Iterator[str]:
    """Of all test functions."""
    for path in files(".py"):
        if path.parts[0] == "tests" and "ESCALATION" in (source := text(path)):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                    yield ast.get_docstring(node) or ""


def named(said: str) -> set[int]:
    """The numbers after ESCALATION: one, or several with commas or `and` between them."""
    return {int(number) for group in _NAMED.findall(said) for number in re.findall(r"\d+", group)}


def test_every_sentence_has_a_test_that_names_it():
    tested = {number for said in docstrings() for number in named(said)}
    assert [number for number in SENTENCES if number not in tested] == []


def test_no_test_names_a_sentence_that_there_is_not():
    tested = {number for said in docstrings() for number in named(said)}
    assert sorted(tested - set(SENTENCES)) == []

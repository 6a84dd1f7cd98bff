"""The contract of the ladder is kept sentence by sentence: each number has a story whose docstring names it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from tests.house.tree import ROOT, files, text

CONTRACT = text(Path("docs/escalation.md"))
SENTENCES = [int(number) for number in re.findall(r"^(\d+)\. ", CONTRACT, flags=re.MULTILINE)]
_NAMED = re.compile(r"ESCALATION\s+(\d+(?:(?:,\s+|\s+and\s+|,\s+and\s+)\d+)*)")
_ROW = re.compile(r"^\| ([a-z, ]+) \| (`[^|]+`) \| ([^|]+) \|", re.MULTILINE)


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


def ladders() -> dict[tuple[str, str], str]:
    """What the packs say: by system and policy, the levels as the contract's table writes them."""
    found = {}
    for path in sorted((ROOT / "playbooks").glob("*/system.yaml")):
        for policy, entry in YAML(typ="safe").load(path)["plan"]["policies"].items():
            levels = [f"{level['after'].removesuffix('m')} {level['name']}" for level in entry["levels"]]
            found[path.parent.name, policy] = " · ".join(levels)
    return found


def test_the_sentences_are_numbered_without_gaps():
    assert SENTENCES
    assert list(range(1, len(SENTENCES) + 1)) == SENTENCES


def test_every_sentence_has_a_test_that_names_it():
    tested = {number for said in docstrings() for number in named(said)}
    assert [number for number in SENTENCES if number not in tested] == []


def test_no_sentence_is_named_that_there_is_not():
    """In the code neither, where comments and docstrings quote them."""
    quoted = {path: named(text(path)) - set(SENTENCES) for path in files(".py") if path.parts[0] in ("bot", "commands")}
    assert {str(path): numbers for path, numbers in quoted.items() if numbers} == {}
    tested = {number for said in docstrings() for number in named(said)}
    assert sorted(tested - set(SENTENCES)) == []


def test_the_ladders_are_those_of_the_packs():
    told = {}
    for systems, policies, levels in _ROW.findall(CONTRACT):
        for system in systems.split(", "):
            for policy in re.findall(r"`(\w+)`", policies):
                assert (system, policy) not in told
                told[system, policy] = levels
    assert told == ladders()

"""The kinds of the timeline's entries, read from the code that tells them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import bot.engine
from bot.core import timeline

ENGINE = Path(bot.engine.__path__[0])


def kinds_told() -> set[str]:
    """What every `tell(kind, ...)` of the engine may name: a literal, a constant of the timeline, or whatever the
    callers in the same file pass for a parameter. Fails over a kind that is made in another way."""
    found: set[str] = set()
    for file in sorted(ENGINE.rglob("*.py")):
        tree = ast.parse(file.read_text(), str(file))
        for function in _functions(tree):
            for call in _calls(function, "tell"):
                # explaining.tell(change) and the like are functions of the engine, and tell by themselves.
                if len(call.args) > 1:
                    found |= set(_kinds(tree, function, call.args[0], f"{file.name}:{call.lineno}"))
    return found


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == name:
                yield node


def _kinds(tree: ast.AST, function: ast.FunctionDef, said: ast.expr, where: str) -> Iterator[str]:
    if isinstance(said, ast.Constant):
        yield said.value
    elif isinstance(said, ast.Name) and hasattr(timeline, said.id):
        yield getattr(timeline, said.id)
    elif isinstance(said, ast.Name) and said.id in (names := [one.arg for one in function.args.args]):
        for call in _calls(tree, function.name):
            yield from _kinds(tree, function, call.args[names.index(said.id)], where)
    elif not (isinstance(said, ast.Attribute) and said.attr == "number"):  # Tx.tell: of which incident, and an entry
        raise AssertionError(f"{where}: no test can tell which kind that is: {ast.unparse(said)}")

"""The floors hold: import-linter's contracts of pyproject.toml, and what it has no words for."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.tree import ROOT, files, text

OPEN_ROOMS = ("bot.sources", "bot.pagers", "bot.probes", "bot.actions", "commands")
"""Rooms in which every file is a plug, but `base` and names beginning with `_`."""

MODULES = {
    ".".join(path.with_suffix("").parts).removesuffix(".__init__"): path
    for path in files(".py")
    if path.parts[0] in ("bot", "commands")
}


def room_of(module: str) -> str:
    return next((room for room in OPEN_ROOMS if module.startswith(room + ".")), "")


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every project module that a file imports, with the line."""
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # `from bot.core import text` names a module, `from bot.core.text import line` a value.
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from ((name, node.lineno) for name in names if name in MODULES)


@cache
def imports() -> list[tuple[str, str, str]]:
    """Every import of ours: by which module, of what, and where it stands."""
    return [(module, name, f"{path}:{line}") for module, path in MODULES.items() for name, line in imported(path)]


def test_the_contracts_of_pyproject_hold():
    """In a process of its own: import-linter sets up logging anew, which silences every logger of this one."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_of_bot_has_its_floor():
    """A new room is put on a floor in pyproject.toml, or its imports are nobody's business."""
    contracts = tomllib.loads(text(Path("pyproject.toml")))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    placed = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    rooms = {".".join(module.split(".")[:2]) for module in MODULES if module.startswith("bot.")}
    assert sorted(rooms - placed) == []


def test_nobody_imports_a_plug():
    """Plugs are discovered. Who needs what two plugs share finds it in the room's `base` or in a file with a `_`."""

    def is_plug(name: str) -> bool:
        own = name.removeprefix(room_of(name) + ".")
        return bool(room_of(name)) and own != "base" and not own.startswith("_")

    assert [f"{where} imports {name}" for _, name, where in imports() if is_plug(name)] == []


def test_what_plugs_share_among_themselves_stays_in_their_room():
    """Outsiders know of an open room what its `base.py` says. The doors are built on the grammar and manifest of the
    commands, too, which belong to all of them."""

    def is_private(name: str) -> bool:
        return room_of(name) not in ("", "commands") and name.removeprefix(room_of(name) + ".").startswith("_")

    wrong = [
        f"{where} imports {name}"
        for module, name, where in imports()
        if is_private(name) and room_of(module) != room_of(name)
    ]
    assert wrong == []


def test_only_the_command_line_knows_the_playground():
    wrong = [
        where
        for module, name, where in imports()
        if name.startswith("bot.playground") and not module.startswith(("bot.playground", "bot.__main__"))
    ]
    assert wrong == []


def test_only_the_settings_read_the_environment():
    """Everything else gets its values as arguments."""
    wrong = [
        f"{path}:{node.lineno}"
        for module, path in MODULES.items()
        if module != "bot.settings"
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and ast.unparse(node.value) == "os"
    ]
    assert wrong == []

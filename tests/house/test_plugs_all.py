"""Every plug of every open room is whole: named as its file, explained, described field by field, and tested."""

import importlib.util
from typing import Any

import click
import pytest
from pydantic import BaseModel

from bot.plugs import discover
from tests.house.tree import ROOT

ROOMS = {
    "bot.sources": "SOURCE",
    "bot.pagers": "PAGER",
    "bot.probes": "PROBE",
    "bot.actions": "ACTION",
    "commands": "COMMAND",
}
"""The open rooms, and the constant that a plug of theirs is."""

PLUGS = [
    pytest.param(room, name, plug, id=f"{room}.{name}")
    for room, constant in ROOMS.items()
    if importlib.util.find_spec(room)
    for name, plug in discover(room, constant).items()
]
WITH_PARAMETERS = [case for case in PLUGS if hasattr(case.values[2], "parameters")]
WITH_GRAMMAR = [case for case in PLUGS if hasattr(case.values[2], "grammar")]


def test_there_are_plugs_in_the_rooms_that_a_desk_needs():
    assert {case.values[0] for case in PLUGS} >= {"bot.sources", "bot.pagers", "commands"}


@pytest.mark.parametrize(("room", "name", "plug"), PLUGS)
def test_it_is_named_as_its_file(room: str, name: str, plug: Any):
    assert plug.name == name


@pytest.mark.parametrize(("room", "name", "plug"), PLUGS)
def test_it_says_what_it_is_for(room: str, name: str, plug: Any):
    assert len(plug.help) > 15
    assert plug.help[0].isupper() or plug.help[0].isdigit()
    assert plug.help.rstrip()[-1] in ".?", f"{plug.help!r} is no sentence"


@pytest.mark.parametrize(("room", "name", "plug"), PLUGS)
def test_it_has_a_test_file(room: str, name: str, plug: Any):
    file = ROOT / "tests" / room.split(".")[-1] / f"test_{name}.py"
    assert file.is_file(), f"write {file.relative_to(ROOT)}"
    assert "def test_" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("room", "name", "plug"), WITH_PARAMETERS)
def test_every_field_of_its_parameters_is_described(room: str, name: str, plug: Any):
    """The JSON schema is what editors, `.env.example` and the errors speak with."""
    assert issubclass(plug.parameters, BaseModel)
    schema = plug.parameters.model_json_schema()
    parts = {"": schema, **schema.get("$defs", {})}
    silent = [
        f"{part}.{field}".lstrip(".")
        for part, model in parts.items()
        for field, said in model.get("properties", {}).items()
        if not said.get("description")
    ]
    assert silent == []


@pytest.mark.parametrize(("room", "name", "plug"), WITH_PARAMETERS)
def test_its_parameters_refuse_what_nobody_knows(room: str, name: str, plug: Any):
    """A misspelt setting must be told, not ignored."""
    assert plug.parameters.model_config.get("extra") == "forbid"


def grammars(command: click.Command, path: str) -> list[tuple[str, click.Command]]:
    """A command with all its subcommands."""
    below = command.commands.items() if isinstance(command, click.Group) else ()
    return [(path, command), *(found for name, sub in below for found in grammars(sub, f"{path} {name}"))]


@pytest.mark.parametrize(("room", "name", "plug"), WITH_GRAMMAR)
def test_every_verb_and_option_says_what_it_does(room: str, name: str, plug: Any):
    silent = []
    for path, command in grammars(plug.grammar, name):
        if not (command.help or command.short_help):
            silent.append(path)
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden and not parameter.help:
                silent.append(f"{path} {parameter.opts[0]}")
    assert silent == []

"""`.env.example` names every variable there is, with the defaults that really hold."""

import re
from functools import cache

from dotenv import dotenv_values

from bot.env_example import Group, Variable, everything, render
from bot.settings import Environment, Settings
from tests.house.tree import ROOT

FILE = ROOT / ".env.example"


@cache
def variables() -> list[Variable]:
    """All there are; to know them the packs have to be read."""
    return [variable for group in everything() for variable in group.variables]


def test_the_file_is_up_to_date():
    assert FILE.read_text(encoding="utf-8") == render(everything()), "run: make env-example"


def test_no_variable_is_there_twice():
    names = [variable.name for variable in variables()]
    assert sorted(names) == sorted(set(names))


def test_every_variable_is_explained():
    assert [one.name for one in variables() if not re.fullmatch(r"[A-Z][A-Z0-9_]+", one.name)] == []
    assert [one.name for one in variables() if len(one.help) <= 8] == []


def test_a_default_that_is_uncommented_still_means_the_same(tmp_path):
    """The shown defaults are written as the file's reader reads them."""
    shown = tmp_path / "env"
    shown.write_text(re.sub(r"^# (?=[A-Z][A-Z0-9_]+=)", "", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    read = dotenv_values(shown)
    assert {name: read[name] for name in read} == {variable.name: variable.default for variable in variables()}
    assert Environment(environ={key: value or "" for key, value in read.items()}).settings() == Settings()


def test_a_group_is_rendered_for_people():
    group = Group(
        titles=["Paging by pigeon"],
        variables=[
            Variable(name="TOCSIN_LOFT", help="Where they live", required=True),
            Variable(name="TOCSIN_SPEED", help="In km/h", default="70"),
            Variable(name="TOCSIN_RING", help="Which ring"),
        ],
    )
    assert render([Group(titles=["Nothing"], variables=[]), group]).endswith(
        "\n\n# --- Paging by pigeon\n"
        "\n# Where they live (required)\nTOCSIN_LOFT=\n"
        "\n# In km/h\n# TOCSIN_SPEED=70\n"
        "\n# Which ring\nTOCSIN_RING=\n"
    )

"""Plugs: a file dropped into a folder is found, and a file that is none is named."""

import importlib
import itertools
import sys
from dataclasses import dataclass

import pytest

from bot.core.errors import BadContent
from bot.plugs import Shelf, discover

_count = itertools.count()

GOOD = """
from types import SimpleNamespace
PAGER = SimpleNamespace(name={name!r}, wakes=True)
"""


@dataclass
class Other:
    """Not what a pager is."""


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Makes a package of the given files; returns its importable name."""

    def make(**files):
        name = f"room{next(_count)}"
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text('"""A room."""\n')
        for file, text in files.items():
            (folder / f"{file}.py").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path))
        return name

    yield make
    for name in [module for module in sys.modules if module.startswith("room")]:
        del sys.modules[name]


def test_every_file_is_a_plug_by_its_name_in_alphabetical_order(room):
    found = discover(room(mail=GOOD.format(name="mail"), fax=GOOD.format(name="fax")), "PAGER")
    assert list(found) == ["fax", "mail"]
    assert found["mail"].wakes


def test_a_module_is_as_good_as_its_name(room):
    name = room(mail=GOOD.format(name="mail"))
    __import__(name)
    assert list(discover(sys.modules[name], "PAGER")) == ["mail"]


def test_base_and_private_files_are_no_plugs(room):
    broken = "raise RuntimeError('must not be imported')"
    assert list(discover(room(base=broken, _twilio=broken, sms=GOOD.format(name="sms")), "PAGER")) == ["sms"]


def test_an_empty_room_has_no_plugs(room):
    assert discover(room(), "PAGER") == {}


def test_a_plug_without_a_name_takes_the_files(room):
    assert discover(room(mail="PAGER = 7\n"), "PAGER") == {"mail": 7}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SOURCE = 1\n", "mail.py has no constant PAGER"),  # the constant of another room
        ("", "mail.py has no constant PAGER"),
        ("import nothing_of_that_name\nPAGER = 1\n", "mail.py cannot be imported: No module named"),
        (GOOD.format(name="fax"), "mail.py: PAGER calls itself 'fax'"),
    ],
)
def test_a_wrong_file_is_named(room, text, said):
    with pytest.raises(BadContent, match=said):
        discover(room(mail=text), "PAGER")


def test_another_kind_is_refused(room):
    with pytest.raises(BadContent, match=r"mail\.py: PAGER is a int, not a Other"):
        discover(room(mail="PAGER = 1\n"), "PAGER", Other)


def test_a_shelf_imports_what_is_asked_for(room):
    name = room(mail=GOOD.format(name="mail"), phone="raise ImportError('no line')", _shared="", base="")
    shelf = Shelf(importlib.import_module(name), "PAGER", object)
    assert (list(shelf), len(shelf), "fax" in shelf, shelf.get("base")) == (["mail", "phone"], 2, False, None)
    assert f"{name}.mail" not in sys.modules
    assert shelf["mail"].wakes
    assert f"{name}.mail" in sys.modules
    with pytest.raises(BadContent, match=r"phone\.py cannot be imported: no line"):
        shelf["phone"]

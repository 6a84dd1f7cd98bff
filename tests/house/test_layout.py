"""A stranger finds the way: files say in their first line what lives in them, and no name is empty."""

import re

from tests.house.tree import ROOT, files, text

PYTHON = files(".py")
EMPTY_WORDS = {"manager", "helper", "util", "service", "handler", "processor"}


def test_the_first_line_says_what_lives_here():
    assert [str(path) for path in PYTHON if not re.match(r'""" ?(?!"")\S', text(path))] == []


def test_no_name_is_empty():
    def words(stem):
        return {word.rstrip("s") for word in re.split(r"[_\W]+", stem.lower())}

    named = [str(path) for path in PYTHON if words(path.stem) & EMPTY_WORDS]
    # A service is a thing in Kubernetes.
    assert [name for name in named if "k8s_service" not in name] == []


def test_tests_are_no_package():
    """With an __init__.py, two test files of one name would hide each other."""
    assert [str(path) for path in PYTHON if path.parts[0] == "tests" and path.name == "__init__.py"] == []


def test_every_room_is_a_package():
    """Without its __init__.py a folder is not found by those who look for rooms and contracts. Alembic loads its
    versions by file."""
    rooms = {path.parent for path in PYTHON if path.parts[0] in ("bot", "commands") and path.parent.name != "versions"}
    assert [str(room) for room in sorted(rooms) if not (ROOT / room / "__init__.py").is_file()] == []


def test_content_is_no_code():
    assert [str(path) for path in PYTHON if path.parts[0] == "playbooks"] == []

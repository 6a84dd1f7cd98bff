"""What is locked is whole: the image gets every library that its probes and ways of paging want, and in one version."""

import contextlib
import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import text

PROJECT = tomllib.loads(text(Path("pyproject.toml")))["project"]
NOT_IN_THE_IMAGE = {"demo", "dev"}
ASKED_FOR = {"ssh"}
"""Extras that an image gets when it is built with the argument of that name."""
EXTRAS = sorted(PROJECT["optional-dependencies"].keys() - NOT_IN_THE_IMAGE)


def locked(file: str) -> dict[str, str]:
    """The version of each library in a lock."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text(Path(file)), flags=re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


IMAGE, SSH, DEVELOPMENT, DEMO = (locked(f"requirements{which}.lock") for which in ("", "-ssh", "-dev", "-demo"))


def wanted(requirements: Iterable[str]) -> set[str]:
    """What is wanted here of these requirements, extras of the libraries' own aside."""
    read = [Requirement(one) for one in requirements]
    return {canonicalize_name(one.name) for one in read if one.marker is None or one.marker.evaluate({"extra": ""})}


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_image_has_every_extra(extra: str):
    names = wanted(PROJECT["optional-dependencies"][extra])
    assert names - (SSH if extra in ASKED_FOR else IMAGE).keys() == set()


def test_what_has_a_licence_to_mind_is_asked_for():
    for extra in ASKED_FOR:
        assert wanted(PROJECT["optional-dependencies"][extra]) & IMAGE.keys() == set()
        assert f"ARG {extra.upper()}\n" in text(Path("Dockerfile"))


@pytest.mark.parametrize("name", sorted(IMAGE | SSH))
def test_a_locked_library_has_what_it_wants(name: str):
    """pip refuses a lock with hashes that leaves out what one of its libraries wants."""
    assert DEVELOPMENT[name] == (IMAGE | SSH)[name], "the image has another version than the suite was run with"
    try:
        wants = wanted(requires(name) or ())
    except ModuleNotFoundError:
        return  # for another platform or Python than this one
    assert wants - IMAGE.keys() == set()


def test_the_demo_has_what_it_needs_in_the_versions_of_the_suite():
    needs = wanted([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["demo"]])
    assert needs - DEMO.keys() == set()
    assert DEMO.items() <= DEVELOPMENT.items()
    for name in DEMO:
        with contextlib.suppress(PackageNotFoundError):  # for another platform or Python than this one
            assert wanted(requires(name) or ()) - DEMO.keys() == set(), name


def test_the_image_is_given_all_that_it_is_built_of():
    let_through = set(re.findall(r"^!(.+)$", text(Path(".dockerignore")), flags=re.MULTILINE))
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text(Path("Dockerfile")), flags=re.MULTILINE)
    assert {name for line in copied for name in line.split()} == let_through

"""Schemas: fresh, and every field of them says what it is."""

import json
from pathlib import Path

import pytest

from bot.packs import bundled, schemas, write_schemas

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"


def test_they_are_fresh(tmp_path):
    """To renew them: `write_schemas(Path("docs/schemas"))` of `bot.packs`."""
    write_schemas(tmp_path)
    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text() for path in FOLDER.iterdir() if path.name in written}
    assert kept == written
    assert sorted(written) == sorted(path.name for path in FOLDER.iterdir())


def objects(schema):
    yield "", schema
    yield from schema.get("$defs", {}).items()


@pytest.mark.parametrize("name", list(schemas()))
def test_every_field_says_what_it_is(name):
    for kind, found in objects(schemas()[name]):
        assert found.get("description"), kind
        for field, about in found.get("properties", {}).items():
            assert about.get("description"), f"{kind}.{field}"
            assert found["additionalProperties"] is False


def test_defaults_are_as_one_writes_them():
    timings = schemas()["system"]["$defs"]["TimingsEntry"]["properties"]
    assert timings["repeat_after"]["default"] == "15m"
    json.dumps(schemas())


def test_the_packs_name_their_schema():
    for path in [*bundled().glob("*/system.yaml"), bundled() / "endpoints.yaml"]:
        line = next(
            line for line in path.read_text().splitlines() if line.startswith("# yaml-language-server: $schema=")
        )
        assert (path.parent / line.partition("$schema=")[2]).resolve() == FOLDER / f"{path.stem}.schema.json"

"""The documentation's pictures are those that the script takes, in both themes, and none too many."""

import re
from pathlib import Path

import pytest

from docs.pictures.take import PICTURES, THEMES
from tests.house.tree import ROOT, files, text

FOLDER = Path("docs/pictures")
TAKEN = {f"{name}-{theme}.png" for name in PICTURES for theme in THEMES}
MOST_BYTES = 450_000


def shown(page: Path) -> list[Path]:
    """Every picture that a page shows, relative to the root."""
    found = re.findall(r'(?:src|srcset)="([^"]+\.png)"|!\[[^\]]*\]\(([^)]+\.png)\)', text(page))
    return [Path((ROOT / page.parent / (one or other)).resolve()).relative_to(ROOT) for one, other in found]


def test_every_picture_that_is_shown_is_taken_by_the_script():
    everything = {one for page in files(".md") for one in shown(page)}
    assert everything == {FOLDER / name for name in TAKEN}


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_it_is_there_and_not_too_large(name: str):
    content = (ROOT / FOLDER / name).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < MOST_BYTES


def test_the_readme_begins_with_one_picture_and_two_commands():
    readme = text(Path("README.md"))
    beginning = readme.partition("make demo\nmake test\n")[0]
    assert [one.name for one in shown(Path("README.md")) if one.name in beginning] == [
        "incident-dark.png", "incident-light.png",
    ]  # fmt: skip


@pytest.mark.parametrize("picture", re.findall(r"<img [^>]*>", text(Path("README.md"))))
def test_it_is_told_to_who_does_not_see_it(picture: str):
    assert re.search(r'alt="[^"]{20,}"', picture)

"""The time zone of whoever sits at a terminal: what TZ says, else the host, else nothing."""

from pathlib import Path

import pytest

from bot.parts import zone_here
from bot.settings import Environment


@pytest.fixture
def link(tmp_path: Path) -> Path:
    """What /etc/localtime is on most hosts."""
    file = tmp_path / "zoneinfo" / "Asia" / "Tokyo"
    file.parent.mkdir(parents=True)
    file.touch()
    (tmp_path / "localtime").symlink_to(file)
    return tmp_path / "localtime"


@pytest.mark.parametrize(
    ("tz", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":Europe/Berlin", "Europe/Berlin"),
        ("", "Asia/Tokyo"),  # not set: as the host says
        ("/etc/passwd", ""),  # no name of a zone: the desk's is taken
        ("CET-1CEST", ""),
    ],
)
def test_what_tz_says_else_the_host(link: Path, tz: str, zone: str):
    assert zone_here(Environment({"TZ": tz}), link) == zone


def test_a_host_that_says_nothing(tmp_path: Path):
    assert zone_here(Environment({}), tmp_path / "localtime") == ""

"""Every pager of the folder is whole and says no secret."""

import importlib
import pkgutil

import pytest

import bot.pagers
from bot.pagers.base import Pager
from tests.pagers.kit import is_whole

FOUND = [found.name for found in pkgutil.iter_modules(bot.pagers.__path__)]
NAMES = [name for name in FOUND if name != "base" and not name.startswith("_")]


def plug(name: str) -> Pager:
    return importlib.import_module(f"bot.pagers.{name}").PAGER


def test_the_ways_that_a_desk_may_name():
    assert {"mail", "phone", "sms", "pagerduty", "webhook", "apprise", "slack"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_whole(name: str):
    pager = plug(name)
    assert pager.name == name
    is_whole(pager)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "address", ["", " ", "\n", "x", "+1500555000\n6", "a@b.c\nBcc: d@e.f", "<!channel>", "\x00", "é" * 300]
)
def test_bad_addresses_are_refused_in_words(name: str, address: str):
    problem = plug(name).check_address(address)
    assert problem
    assert len(problem) > 20


def test_who_wakes_and_who_does_not():
    """ESCALATION 5."""
    assert {name for name in NAMES if plug(name).wakes} == {"phone", "sms", "pagerduty"}


def test_only_calls_are_calls_and_only_pagerduty_keeps_incidents():
    assert [name for name in NAMES if plug(name).voice] == ["phone"]
    assert [name for name in NAMES if plug(name).keeps_incidents] == ["pagerduty"]


def test_every_page_can_be_answered_without_slack():
    """ESCALATION 18: each way names how; ways answered by a provider's call have a callback to hear it."""
    for name in NAMES:
        pager = plug(name)
        assert pager.answers != "none"
        assert (pager.callback is not None) or pager.answers not in ("digit", "webhook")

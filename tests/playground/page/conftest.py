"""A page on a workspace whose clock stands still."""

from __future__ import annotations

import pytest

from bot.playground.page.frame import Page
from bot.playground.workspace import Workspace
from tests.playground.page.kit import FEATURES


@pytest.fixture
def page(slack: Workspace) -> Page:
    return Page(slack, features=FEATURES)

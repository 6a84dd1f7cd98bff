"""A program that a test runs: who lacks it skips that test with the reason; the CI installs all of them, and fails."""

from __future__ import annotations

import os
import shutil

import pytest


def program(*names: str, package: str = "") -> str:
    """The path of the first of these programs that is there; `package` is Debian's, where it is called otherwise."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        reason = f"needs {names[0]} (Debian: apt install {package or names[0]})"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return found

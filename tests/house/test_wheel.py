"""The wheel is whole: it brings code, templates, migrations and packs along, and runs without the repository."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


def run(*argv: str | Path, cwd: Path) -> str:
    """What it printed, in an environment without anybody's settings."""
    words, env = [str(word) for word in argv], {"PATH": os.environ["PATH"], "HOME": str(cwd)}
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder, ROOT, cwd=folder)
    return next(folder.glob("tocsin-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A clean environment with the wheel, and with the libraries that this one has."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    run(*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=home)
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    ours = next((home / "lib").glob("python*/site-packages"))
    (ours / "libraries.pth").write_text(libraries + "\n")
    return home


def test_it_holds_everything_that_runs_and_nothing_else(wheel):
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    code = {str(path) for path in files() if path.parts[0] in ("bot", "commands")}
    content = {str(Path("bot", "bundled", *path.parts[1:])) for path in files() if path.parts[0] == "playbooks"}
    assert held == code | content
    assert any(name.endswith("system.yaml") for name in content)


def test_it_runs_without_the_repository(installed, tmp_path):
    ask = "from bot import packs; print(packs.__file__, *packs.available(packs.bundled()))"
    folder, *systems = run(installed / "bin" / "python", "-I", "-c", ask, cwd=tmp_path).split()
    assert Path(folder).is_relative_to(installed)
    assert systems == sorted(
        path.parts[1] for path in files() if path.parts[0] == "playbooks" and path.name == "system.yaml"
    )
    assert "Usage: tocsin" in run(installed / "bin" / "tocsin", "--help", cwd=tmp_path)


def test_it_makes_its_database(installed, tmp_path):
    """Migrations are files that no import would miss."""
    assert "schema is at" in run(installed / "bin" / "tocsin", "db", "upgrade", cwd=tmp_path)
    assert (tmp_path / "tocsin.db").is_file()

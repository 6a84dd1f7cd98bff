"""version_info: on a repository made here, and on what git said elsewhere."""

import subprocess
from pathlib import Path

import pytest

from bot.core.evidence import Trouble
from bot.probes.version_info import PROBE
from bot.transports.base import Ran
from tests.probes.kit import fails, here, look, no_program

GIT = "git --no-pager --no-optional-locks -C /opt/trading -c core.fsmonitor=false -c log.showSignature=false"
DESCRIBE = f"{GIT} describe --tags --always --long --dirty --abbrev=12"
LOG = f"{GIT} log -n 10 --no-color --format=%H%x09%cI%x09%s"
HEAD = f"{GIT} rev-parse --abbrev-ref HEAD"
COMMIT = "0a1b2c3d4e5f" + "0" * 28
LOGGED = f"{COMMIT}\t2026-11-21T03:00:00+00:00\tRaise the position limit\tof gold\n"


def git(path: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-C", str(path), "-c", "user.name=Dana", "-c", "user.email=dana@example.com", *words],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-b", "main")
    (tmp_path / "limits.toml").write_text("max = 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "First limits")
    git(tmp_path, "tag", "v1.4.2")
    return tmp_path


async def test_exactly_a_tag(repository: Path):
    facts = (await look(PROBE, here(), path=str(repository))).facts
    assert (facts["version"], facts["tag"], facts["commits_since_tag"]) == ("v1.4.2", "v1.4.2", 0)
    assert (facts["dirty"], facts["branch"], facts["subject"]) == (False, "main", "First limits")
    assert facts["committed_age_s"] < 600


async def test_changed_by_hand(repository: Path):
    (repository / "limits.toml").write_text("max = 1000\n")
    git(repository, "commit", "-am", "Raise it")
    (repository / "limits.toml").write_text("max = 99999\n")
    index = (repository / ".git/index").read_bytes()
    seen = await look(PROBE, here(), path=str(repository))
    assert seen.facts["dirty"] is True
    assert seen.facts["commits_since_tag"] == 1
    assert seen.facts["version"].startswith("v1.4.2-1-g")
    assert seen.facts["version"].endswith("-dirty")
    assert seen.table is not None
    assert len(seen.table.rows) == 2
    assert (repository / ".git/index").read_bytes() == index, "looking changes nothing"


async def test_the_repositorys_own_configuration_runs_nothing(repository: Path):
    mark = repository / "was-run"
    hook = repository / "hook.sh"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(hook))
    await look(PROBE, here(), path=str(repository))
    assert not mark.exists()


async def test_no_repository(tmp_path: Path):
    await fails(PROBE, here(), Trouble.MISSING, "not a git repository", path=str(tmp_path))


async def test_without_any_tag():
    record = {DESCRIBE: "0a1b2c3d4e5f\n", LOG: LOGGED, HEAD: "HEAD\n"}
    facts = (await look(PROBE, record, path="/opt/trading")).facts
    assert (facts["version"], facts["tag"], facts["commits_since_tag"]) == ("0a1b2c3d4e5f", None, None)
    assert (facts["commit"], facts["committed_age_s"]) == (COMMIT, 720.0)
    assert facts["subject"] == "Raise the position limit of gold"


async def test_it_belongs_to_another_account():
    err = "fatal: detected dubious ownership in repository at '/opt/trading'\n"
    said = Ran(code=128, out="", err=err)
    await fails(PROBE, {DESCRIBE: said, LOG: said, HEAD: said}, Trouble.PERMISSION, path="/opt/trading")


async def test_garbage():
    record = {DESCRIBE: "?", LOG: "?", HEAD: "?"}
    await fails(PROBE, record, Trouble.PARSE, path="/opt/trading")


async def test_there_is_no_git():
    missing = no_program("git")
    await fails(PROBE, {DESCRIBE: missing, LOG: missing, HEAD: missing}, Trouble.MISSING, path="/opt/trading")

"""The repository as the tests of the house see it: its root and the files that belong to it."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_NOT_OURS = {".venv", ".git", "__pycache__", "node_modules", "dist", "build", ".demo"}


def files(*suffixes: str) -> list[Path]:
    """The files of the project with one of these endings (all without any), relative to the root: what git knows or
    would take; in an unpacked archive all that is there."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if asked.returncode == 0:
        names = [Path(name) for name in asked.stdout.decode().split("\0") if name]
    else:
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*") if not _NOT_OURS & set(path.parts)]
    found = (name for name in names if (ROOT / name).is_file() and (not suffixes or name.suffix in suffixes))
    return sorted(found)


def text(path: Path) -> str:
    """What is in a file of the project; empty where it is no text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""

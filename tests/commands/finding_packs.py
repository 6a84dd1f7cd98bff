"""Two small packs with playbooks and error messages, for what is found by words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.packs import Contents, ProbeInfo, load
from tests.packs.kit import BOSS, DESK, WAYS, changed, write

_PROBES = {"none": ProbeInfo(parameters=type("None", (), {}), facts=frozenset(), fills=frozenset())}  # type: ignore[arg-type]

_BOOK = """\
title: {title}
words: [{words}]
covers: [{id}]
start: look
steps:
  look: {{do: "{look}", go: mend, covers: [{id}.1]}}
  mend: {{do: "{mend}", go: end, covers: [{id}.2]}}
  end: {{done: It works again., outcome: fixed}}
"""


def _book(title: str, words: str, id_: str, look: str, mend: str) -> str:
    return _BOOK.format(title=title, words=words, id=id_, look=look, mend=mend)


_FEED = _book("No market data arrives", "silent feed", "D1", "Ask the exchange.", "Subscribe to the symbols again.")
_PORT = _book("The system does not start", "boot", "D2", "Read its log.", "Free the port that is taken.")
_PODS = _book("Pods restart again and again", "CrashLoopBackOff", "C1", "Read the log.", "Raise the limit of memory.")
_ERRORS = """\
errors:
  port:
    says: ["Failed to bind to port *: Address already in use"]
    means: Another process has the port.
    do: End that process.
    playbook: start
    step: mend
    covers: [D2.3]
  queue:
    says: [Queue full]
    means: More comes in than is worked on.
    do: Make room.
"""


def small_packs(folder: Path) -> Mapping[str, Contents]:
    """desk and cloud, read as any pack is."""
    write(folder)
    write(folder, changed(("name: desk\n", "name: cloud\n")), name="cloud")
    for name, text in {"feed": _FEED, "start": _PORT, "errors": _ERRORS}.items():
        (folder / "desk" / f"{name}.yaml").write_text(text)
    (folder / "cloud" / "pods.yaml").write_text(_PODS)
    read = load([folder], [], variables={**BOSS, "CLOUD_BOSS_PHONE": "+15550199"}, ways=WAYS, probes=_PROBES)
    assert [str(problem) for problem in read.errors] == []
    assert DESK
    return read.contents

"""checklists.yaml: what is read, what is refused, and that every bundled pack has one for the worst."""

from pathlib import Path

import pytest

from bot.core.alert import Severity
from bot.packs import Loaded, bundled, load
from bot.packs.checklists import ChecklistsFile
from bot.packs.checks import ProbeInfo
from bot.packs.problems import Problems
from bot.packs.reading import read as read_document
from bot.packs.structure import fit
from bot.probes.host_memory import PROBE
from tests.packs.kit import DESK, WAYS

PROBES = {"host_memory": ProbeInfo(parameters=PROBE.parameters, facts=frozenset(PROBE.facts), fills=frozenset())}

LIST = """\
checklists:
  recovery:
    title: Bring it back
    severities: [critical]
    types: [trading]
    covers: [T16]
    lines:
      halt: {text: All is halted., stage: Stop, command: "halt ${boss_phone}"}
      save: {text: The state is saved.}
      mend: {text: It is mended., stage: Mend, covers: [T16.4]}
"""


def read(folder: Path, checklists: str) -> Loaded:
    desk = folder / "desk"
    desk.mkdir()
    (desk / "system.yaml").write_text(DESK)
    (desk / "checklists.yaml").write_text(checklists)
    return load([folder], ["desk"], variables={"DESK_BOSS_PHONE": "+15550101"}, ways=WAYS, probes=PROBES)


def test_what_is_read(tmp_path: Path) -> None:
    loaded = read(tmp_path, LIST)
    assert loaded.errors == ()
    (one,) = loaded.contents["desk"].checklists
    assert (one.name, one.title, one.severities, one.types) == (
        "recovery", "Bring it back", {Severity.CRITICAL}, {"trading"},
    )  # fmt: skip
    # A line without a heading stands under that of the line before; variables are filled in.
    assert [(line.name, line.stage) for line in one.lines] == [("halt", "Stop"), ("save", "Stop"), ("mend", "Mend")]
    assert one.lines[0].command == "halt +15550101"
    covered = loaded.contents["desk"].covering.ids
    assert covered == {"T16": "checklist recovery", "T16.4": "checklist recovery, line mend"}


@pytest.mark.parametrize(
    ("wrong", "right", "says", "remedy"),
    [
        ("types: [tradng]", "types: [trading]", "no issue type 'tradng'", "trading"),
        ("severity: [critical]", "severities: [critical]", "'severity' is not known", "severities"),
        ("severities: [worst]", "severities: [critical]", "is not one of its words", "critical"),
        ("save: {say: x}", "save: {text: The state is saved.}", "'text' is missing", "write text"),
        ("Save: {text: x}", "save: {text: The state is saved.}", "'Save' is no good name", "small letters"),
        ("title: ''", "title: Bring it back", "it is empty", "what people call it"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, wrong: str, right: str, says: str, remedy: str) -> None:
    written = LIST.replace(right, wrong)
    problems = read(tmp_path, written).problems
    found = next(problem for problem in problems if says in problem.message)
    assert remedy in found.remedy
    line = next(place for place, text in enumerate(written.splitlines(), start=1) if wrong in text)
    assert abs(found.line - line) <= 1
    assert found.file.endswith("checklists.yaml")


def test_at_most_twenty_lines(tmp_path: Path) -> None:
    more = "".join(f"      l{n}: {{text: Line {n}.}}\n" for n in range(18))
    assert any("checklists.recovery.lines" in problem.message for problem in read(tmp_path, LIST + more).errors)


@pytest.mark.parametrize("system", ["hft", "tmt", "sapphire", "pyrt", "botcore"])
def test_every_bundled_pack_has_one_for_critical_incidents(system: str) -> None:
    problems = Problems()
    document = read_document(bundled() / system / "checklists.yaml", problems)
    assert document is not None
    found = fit(document, ChecklistsFile, problems)
    assert problems.found() == ()
    assert found is not None
    assert any("critical" in entry.severities for entry in found.checklists.values())

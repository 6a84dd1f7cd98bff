"""Checklists: for which incidents they begin, their stages, and how far they are."""

import pytest

from bot.core.alert import Severity
from bot.core.checklist import Checklist, Line, Tick, Ticked
from tests.core.kit import NOW

C, H = Severity.CRITICAL, Severity.HIGH


def checklist(**values: object) -> Checklist:
    lines = (
        Line(name="halt", text="Halt", stage="Stop"),
        Line(name="save", text="Save", stage="Stop"),
        Line(name="mend", text="Mend", stage="Mend"),
    )
    return Checklist(**{"name": "critical", "title": "Critical", "lines": lines, **values})


@pytest.mark.parametrize(
    ("severities", "types", "severity", "has", "begins"),
    [
        ([C], [], C, ["trading"], True),
        ([C], [], H, ["trading"], False),  # not that bad
        ([C], ["data"], C, ["trading"], False),  # not of that type
        ([C], ["data"], C, ["trading", "data"], True),  # of that type too
        ([], ["data"], H, ["data"], True),  # however bad it is
        ([], [], C, ["data"], False),  # only when somebody asks for it
    ],
)
def test_when_it_begins(
    severities: list[Severity], types: list[str], severity: Severity, has: list[str], begins: bool
) -> None:
    one = checklist(severities=frozenset(severities), types=frozenset(types))
    assert one.begins(severity, has) is begins


def test_its_stages_hold_the_lines_in_order() -> None:
    assert [(stage, [line.name for line in lines]) for stage, lines in checklist().stages] == [
        ("Stop", ["halt", "save"]),
        ("Mend", ["mend"]),
    ]


def test_a_line_that_only_has_an_owner_is_not_done() -> None:
    ticks = {"halt": Tick(line="halt", at=NOW, by="Ann"), "save": Tick(line="save", owner="bob", owner_name="Bob")}
    stands = Ticked(checklist=checklist(), ticks=ticks)
    assert stands.progress == (1, 3)
    assert [line.name for line in stands.open_lines] == ["save", "mend"]
    assert stands.tick("mend") == Tick(line="mend")

"""A checklist in Slack and in plain lines: what is ticked, whose the others are, and a button for each."""

from bot.core.checklist import Checklist, Line, Tick, Ticked
from bot.core.slack_limits import problems
from bot.views.checklist import checklist_message, checklist_text, give_line_modal
from tests.views.kit import HOSTILE, NOW, accepted, elements, incident, inert, shown

ABOUT = incident()


def made(count: int = 3, text: str = "Halt it", command: str = "", **ticks: Tick) -> Ticked:
    lines = tuple(
        Line(name=f"line{n}", text=text, stage="Stop" if n < 2 else "Mend", command=command) for n in range(count)
    )
    return Ticked(checklist=Checklist(name="critical", title="Critical", lines=lines), ticks=ticks)


def test_each_line_says_whose_it_is_and_who_ticked_it() -> None:
    done = Tick(line="line0", owner_name="Bob", at=NOW, by="Ann")
    drawn = checklist_message(ABOUT, made(line0=done, line1=Tick(line="line1", owner="bob", owner_name="Bob")))
    accepted(drawn)
    assert "*Critical* – 1 of 3 done" in shown(drawn)
    assert "✅ Halt it – Ann, " in shown(drawn)
    assert "⬜ Halt it – *Bob*" in shown(drawn)
    assert shown(drawn).count("*Stop*") == shown(drawn).count("*Mend*") == 1


def test_every_line_has_a_button_of_its_own() -> None:
    """A group of checkboxes would send all that one person saw ticked, and undo what others tick meanwhile."""
    drawn = checklist_message(ABOUT, made(line0=Tick(line="line0", at=NOW, by="Ann")))
    kinds = [element["type"] for element in elements(drawn)]
    assert "checkboxes" not in kinds
    ticks = [element["value"] for element in elements(drawn) if element["action_id"] == "incident.tick"]
    assert ticks == ["12 critical line1", "12 critical line2"]
    (undo,) = next(element["options"] for element in elements(drawn) if element["action_id"] == "incident.more")
    assert undo["value"] == "untick 12 critical line0"
    taken = next(element for element in elements(drawn) if element["action_id"] == "incident.take_line")
    assert [option["value"] for option in taken["options"]] == ["12 critical line1", "12 critical line2"]


def test_the_longest_one_is_accepted_and_a_command_can_be_copied() -> None:
    drawn = checklist_message(ABOUT, made(20, "x" * 300, "kubectl " + "y" * 200))
    assert problems({"channel": "C1", "text": drawn.text, "blocks": list(drawn.blocks)}, "message") == []
    assert "```kubectl yyy" in shown(drawn)


def test_hostile_texts_are_inert() -> None:
    drawn = checklist_message(ABOUT, made(1, HOSTILE[:290], line0=Tick(line="line0", owner_name=HOSTILE)))
    for line in shown(drawn).split("\n"):
        inert(line)


def test_all_done() -> None:
    ticks = {f"line{n}": Tick(line=f"line{n}", at=NOW, by="Ann") for n in range(3)}
    drawn = checklist_message(ABOUT, made(**ticks))
    assert "✅ *Critical* – 3 of 3 done" in shown(drawn)
    assert [element["action_id"] for element in elements(drawn)] == ["incident.more"] * 3


def test_in_plain_lines_with_the_names_to_tick_by() -> None:
    said = checklist_text(ABOUT, made(command="halt --now", line0=Tick(line="line0", at=NOW, by="Ann")))
    assert "[x] line0: Halt it – Ann" in said
    assert "[ ] line1: Halt it" in said
    assert "        halt --now" in said
    assert "/incident tick 12 line1" in said


def test_the_form_is_accepted_with_lines_and_without() -> None:
    stands = made()
    assert problems(give_line_modal(ABOUT, stands, stands.open_lines, metadata="12 critical"), "modal") == []
    assert problems(give_line_modal(ABOUT, stands, [], metadata="12 critical"), "modal") == []

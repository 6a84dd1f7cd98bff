"""What is spoken on the phone: what became of an answer. The pages themselves are in test_pages."""

from __future__ import annotations

import pytest

from bot.views.speech import Told, answers_spoken


@pytest.mark.parametrize(("text", "spoken"), [
    ("You have INC-12 now; nobody further is paged for it.",
     "You have incident twelve now; nobody further is paged for it."),
    ("Understood. Level 2 (Engineering) paged now. Next: level 3 (Lead) in 10 min.",  # which one, it does not say
     "Incident twelve: Understood. Level 2 Engineering paged now. Next: level 3 Lead in 10 minutes."),
    ("INC-1 is nobody's.", "Incident twelve: incident one is nobody's."),  # another one
    ("Ann has INC-12 since just now. To take it over: /incident take 12", "Ann has incident twelve since just now."),
    ("Ann has INC-12 since 2 min ago. To take it over: /incident take 12",  # nobody can type there
     "Ann has incident twelve since 2 minutes ago."),
    ("The monitor says INC-12 is over. Check positions and orders, then: /incident confirm 12. If it is not over: "
     "/incident reopen 12", "The monitor says incident twelve is over. Check positions and orders."),
])  # fmt: skip
def test_one_answer(text: str, spoken: str) -> None:
    """ESCALATION 18: the same words as elsewhere, for the ear."""
    assert answers_spoken([Told(number=12, text=text)]) == spoken


def test_what_was_refused_comes_first() -> None:
    """ESCALATION 7."""
    told = [Told(number=n, text=f"You have INC-{n} now.", done=n != 2) for n in (1, 2, 3)]
    assert answers_spoken(told) == "You have incident two now. You have incident one now. You have incident three now."


def test_of_many_every_number_is_said() -> None:
    """ESCALATION 7: what is the same for several is said once; what was refused comes first."""
    done = [Told(number=n, text=f"You have INC-{n} now; nobody further is paged for it.") for n in range(1, 19)]
    others = [Told(number=n, text=f"Ann has INC-{n} since just now.") for n in (21, 25)]
    refused = [Told(number=n, text=f"INC-{n} is over.", done=False) for n in (19, 20)]
    assert answers_spoken([*done, *others, *refused]) == (
        "Incident nineteen is over. The same for 20. "
        "You have incident one now; nobody further is paged for it. The same for 2 to 18. "
        "Ann has incident twenty-one since just now. The same for 25."
    )


def test_the_call_ends_before_the_next_one_can_begin() -> None:
    """ESCALATION 7: where each has an answer of its own, those that do not fit are named all the same."""
    done = [Told(number=n, text=f"{n}, " + "x " * 500) for n in range(1, 10)]
    refused = [Told(number=n, text=f"No, {n}.", done=False) for n in range(10, 19)]
    said = answers_spoken([*done, *refused])
    assert said.endswith("Not done: 16 to 18. Done: 1 to 9.")
    assert len(said) < 1500


def test_a_page_of_another_database() -> None:
    """ESCALATION 18: never silence."""
    assert answers_spoken([]) == "This page is not known any more. Nothing was changed."

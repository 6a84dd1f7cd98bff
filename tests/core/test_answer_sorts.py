"""What sorts of values an expression may answer with, as far as it can be told without any facts."""

import pytest

from bot.core.answer_sorts import unlike, wrong_answers

TEXTS, NUMBERS = ("labels.*", "annotations.*", "severity", "title"), ("numbers.*",)


@pytest.mark.parametrize(
    ("source", "always", "at_times"),
    [
        # True or false, whatever the facts
        ("labels.team == 'fx'", "", ""),  # a comparison
        ("not labels.team", "", ""),
        ("numbers.loss is defined", "", ""),  # a test
        ("matches(title, 'x')", "", ""),
        ("severity in ['low'] and number(labels.loss) > 5", "", ""),
        ("true", "", ""),
        ("(labels.a or labels.b) != ''", "", ""),  # compared in the end
        ("(labels.a or labels.b == 'x') and numbers.n > 1", "", ""),  # where it is text it leads on, where not it is no
        ("labels.a == 'x' if title else labels.b == 'x'", "", ""),
        # Nobody can tell: a fact that may be true or false
        ("up", "", ""),
        ("up and rows", "", ""),
        ("rows | first", "", ""),
        ("max(a, b)", "", ""),
        ("labels", "", ""),  # not one of those whose sort was told
        # Never true or false
        ("labels.team", "text", ""),
        ("labels['team']", "text", ""),
        ("severity", "text", ""),
        ("'critical'", "text", ""),
        ("labels.a or labels.b", "text", ""),
        ("labels.a ~ title", "text", ""),
        ("rows | join(',')", "text", ""),
        ("labels.loss | replace('%', '')", "text", ""),
        ("7", "a number", ""),
        ("numbers.loss", "a number", ""),
        ("number(labels.loss)", "a number", ""),
        ("a + 1", "a number", ""),
        ("-a", "a number", ""),
        ("rows | length", "a number", ""),
        ("labels.a | default('x')", "text", ""),
        ("['a', 'b']", "a list", ""),
        ("labels.a if title == 'x' else 'y'", "text", ""),
        # Sometimes: people think of `labels.loss` as yes or no
        ("labels.loss and number(labels.loss) > 5", "", "text"),  # the empty text where there is none
        ("labels.team == 'fx' or labels.loss", "", "text"),
        ("not title or numbers.n", "", "a number"),
        ("labels.a == 'x' and (title or labels.b)", "", "text"),
        ("labels.a == 'x' if title else labels.b", "", "text"),
    ],
)
def test_answers(source: str, always: str, at_times: str):
    found = wrong_answers(source, texts=TEXTS, numbers=NUMBERS)
    assert (found.always, found.at_times) == (always, at_times)


FACTS = {"system": "text", "count": "number", "up": "flag", "names": "list", "by": "map", "disk.used": "number"}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("system > 5", ["system > 5: system is text, 5 is a number"]),
        ("5 < system", ["5 < system: 5 is a number, system is text"]),
        ("count == 'many'", ["count == 'many': count is a number, 'many' is text"]),
        ("up == 'yes'", ["up == 'yes': up is true or false, 'yes' is text"]),
        ("names > 3", ["names > 3: names is a list, 3 is a number"]),
        ("up > false", ["up > False: up is true or false, False is true or false"]),  # neither is more
        ("count > 1 and system != 1", ["system != 1: system is text, 1 is a number"]),
        ("disk.used > 'x'", ["disk.used > 'x': disk.used is a number, 'x' is text"]),
        ("1 < count < system", ["count < system: count is a number, system is text"]),
        # what may be
        ("count > 5 and system == 'x' and up == false", []),
        ("names | length > 3", []),  # made of it, not it
        ("by.total > 3", []),  # nobody says what is in it
        ("unknown > 3", []),
        ("'x' in names", []),
        ("count + 1 > 3", []),
    ],
)
def test_what_cannot_be_compared(source: str, said: list[str]):
    assert unlike(source, FACTS) == said

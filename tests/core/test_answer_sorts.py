"""What sorts of values an expression may answer with, as far as it can be told without any facts."""

import pytest

from bot.core.answer_sorts import wrong_answers

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

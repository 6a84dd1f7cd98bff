"""Signed addresses: genuine, of this purpose, not expired; or nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.signing import read, sign

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def test_what_was_signed_can_be_read():
    assert read("s3cret", "answer", sign("s3cret", "answer", "page-12", LATER), NOON) == "page-12"


@given(subject=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_subject_survives(subject: str):
    assert read("s3cret", "answer", sign("s3cret", "answer", subject, LATER), NOON) == subject


def test_the_token_is_safe_in_a_path():
    token = sign("s3cret", "answer", "page/12?x=ü|y", LATER)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_it_lives_until_its_last_second_and_no_longer():
    token = sign("s3cret", "answer", "page-12", LATER)
    assert read("s3cret", "answer", token, LATER) == "page-12"
    assert read("s3cret", "answer", token, LATER + timedelta(seconds=1)) is None


GOOD = sign("s3cret", "answer", "page-12", LATER)
HEAD, _, TAIL = GOOD.partition(".")


@pytest.mark.parametrize(
    "token",
    [
        "",  # nothing
        ".",  # two empty halves
        HEAD,  # no signature
        f"{HEAD}.",  # an empty signature
        f"{HEAD}.{TAIL[:-4]}",  # half a signature
        f"{HEAD[:-4]}AAAA.{TAIL}",  # another subject under the same signature
        sign("s3cret", "answer", "page-13", LATER).partition(".")[0] + "." + TAIL,  # another's subject
        sign("other", "answer", "page-12", LATER),  # another secret
        sign("s3cret", "callback", "page-12", LATER),  # another purpose
        "ü.ü",  # not ASCII
        "a" * 5,  # no base64 of this length exists
        f"{HEAD}.{TAIL}.{TAIL}",  # more than two halves
    ],
)
def test_anything_else_is_nobody(token: str):
    assert read("s3cret", "answer", token, NOON) is None


@given(token=st.text(max_size=80))
def test_no_text_makes_it_stumble(token: str):
    assert read("s3cret", "answer", token, NOON) is None


def test_purpose_and_subject_cannot_be_shifted_into_each_other():
    assert read("s3cret", "answerpage", sign("s3cret", "answer", "page-12", LATER), NOON) is None


def test_one_token_has_one_spelling():
    """Of the last letter not all bits count; a changed token is refused all the same."""
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spellings = [GOOD[:-1] + letter for letter in last]
    assert [one for one in spellings if read("s3cret", "answer", one, NOON)] == [GOOD]

"""Instants and JSON, the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from bot.store.tables import plans, seen
from tests.core.kit import NOW

# An instant as somebody gives it, and what the database gives back.
INSTANTS = [
    (NOW, NOW),
    # Microseconds count: due times are compared.
    (NOW + timedelta(microseconds=1), NOW + timedelta(microseconds=1)),
    # Another zone is the same instant.
    (datetime(2026, 11, 20, 4, 0, tzinfo=timezone(timedelta(hours=1))), NOW),
    (datetime(2026, 11, 19, 22, 0, tzinfo=timezone(timedelta(hours=-5))), NOW),
]


@pytest.mark.parametrize(("given", "back"), INSTANTS)
def test_an_instant_comes_back_in_utc(store, given, back):
    def work(tx):
        tx.connection.execute(insert(seen), [{"key": "k", "at": given}])
        return tx.connection.execute(select(seen.c.at)).scalar_one()

    got = store.run_now(work)
    assert got == back
    assert got.utcoffset() == timedelta(0)
    assert got.tzinfo == UTC


def test_an_instant_without_a_zone_is_refused(store):
    """It would be stored as if it were UTC."""
    with pytest.raises(StatementError, match="has no time zone"):
        store.run_now(lambda tx: tx.connection.execute(insert(seen), [{"key": "k", "at": NOW.replace(tzinfo=None)}]))


def test_an_instant_without_a_zone_is_refused_in_a_question_too(store):
    with pytest.raises(StatementError, match="has no time zone"):
        store.run_now(lambda tx: tx.connection.execute(select(seen).where(seen.c.at < NOW.replace(tzinfo=None))))


def test_instants_are_ordered_as_instants(store):
    """Not as texts: on SQLite they are texts."""
    moments = [NOW + timedelta(microseconds=us) for us in (0, 1, 10, 999_999, 1_000_000, 60_000_000)]

    def work(tx):
        tx.connection.execute(insert(seen), [{"key": str(i), "at": m} for i, m in enumerate(reversed(moments))])
        later = select(seen.c.at).where(seen.c.at > moments[1]).order_by(seen.c.at)
        return list(tx.connection.execute(later).scalars())

    assert store.run_now(work) == moments[2:]


# Values that one of the two databases might have turned into something else.
@pytest.mark.parametrize(
    "value", [{"a": [1, 2.5, None, True, "ü€😀"], "b": {}}, [], "text", '"quoted"', 0, {"": "'; --"}]
)
def test_json_comes_back_as_it_was(store, value):
    def work(tx):
        tx.connection.execute(insert(plans), [{"id": "x", "body": value}])
        return tx.connection.execute(select(plans.c.body)).scalar_one()

    assert store.run_now(work) == value

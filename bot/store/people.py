"""People: who stands in for a role, personal tokens of the terminal, and events that were taken already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, literal_column, select, update

from bot.core.escalation import HELD
from bot.store.dialects import among, given, insert_into
from bot.store.tables import escalations, incidents, overrides, seen, tokens
from bot.store.wire import ask

_OVERRIDES = select(overrides).where(overrides.c.system == bindparam("of"))


@lru_cache
def held_by(dialect: str) -> Select[Any]:
    """Which incidents these people of a system have."""
    persons = given(dialect, "persons", "person")
    return (
        select(escalations.c.holder, escalations.c.incident)
        .join(incidents, incidents.c.number == escalations.c.incident)
        .where(
            incidents.c.system == bindparam("system"),
            among(dialect, escalations.c.holder, select(persons.c.person)),
            escalations.c.state == literal_column(f"'{HELD}'"),
        )
        .distinct()
        .order_by(escalations.c.incident)
    )


class People:
    """The repository of people."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """A part of the transaction was rolled back: what is remembered no longer holds."""
        self._overrides: dict[str, Mapping[str, Sequence[str]]] = {}

    def write(self) -> None:
        """There is nothing to write: changes are written when they are made."""

    def overrides(self, system: str) -> Mapping[str, Sequence[str]]:
        """Role to the contacts that stand in for it; read once in a transaction."""
        if system not in self._overrides:
            rows = ask(self._connection, _OVERRIDES, {"of": system})
            self._overrides[system] = {row["role"]: tuple(row["contacts"]) for row in rows}
        return self._overrides[system]

    def set_override(self, system: str, role: str, contacts: Sequence[str], by: str, now: datetime) -> None:
        """From now on these stand in for the role; none given: the pack's own again."""
        self._overrides.pop(system, None)
        self._connection.execute(delete(overrides).where(overrides.c.system == system, overrides.c.role == role))
        if contacts:
            row = {"system": system, "role": role, "contacts": list(contacts), "by": by, "at": now}
            self._connection.execute(overrides.insert(), [row])

    def add_token(self, token: str, person: str, name: str, now: datetime) -> None:
        """Remember a personal token; only its hash is kept."""
        self._connection.execute(
            tokens.insert(), [{"hash": _hash(token), "person": person, "name": name, "made_at": now}]
        )

    def token_owner(self, token: str) -> tuple[str, str] | None:
        """Id and name of the person a token belongs to; None when it is unknown or revoked."""
        query = select(tokens.c.person, tokens.c.name).where(
            tokens.c.hash == _hash(token), tokens.c.revoked_at.is_(None)
        )
        row = self._connection.execute(query).first()
        return (row.person, row.name) if row else None

    def revoke_tokens(self, person: str, now: datetime) -> int:
        """Revoke all tokens of a person; how many there were."""
        where = (tokens.c.person == person, tokens.c.revoked_at.is_(None))
        return self._connection.execute(update(tokens).where(*where).values(revoked_at=now)).rowcount

    def mark_seen(self, key: str, now: datetime) -> bool:
        """Remember an event; True when it had not been seen before."""
        statement = insert_into(self._connection, seen).values(key=key[:220], at=now).on_conflict_do_nothing()
        # Not by the row count, which psycopg does not know of an insert.
        return self._connection.execute(statement.returning(seen.c.key)).first() is not None

    def forget_seen(self, before: datetime) -> None:
        """Drop what nobody will send again."""
        self._connection.execute(delete(seen).where(seen.c.at < before))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

"""The tree of Tocsin's exceptions. A class's docstring is its message where none is given.

TocsinError
├── Refused              a person asked for something that cannot be done now; the text says what to do instead
│   ├── NotAllowed       this person may not
│   └── Ambiguous        several incidents fit, none was named
├── BadAlert             a webhook body that no alert can be made of (400)
│   └── WrongSecret      the sender did not prove who it is (401)
├── BadContent           a pack or a setting is wrong; says file, line and what to write instead
├── DeliveryFailed       a message did not leave; says whether trying again can help
└── StoreAway            the database does not answer
"""

from __future__ import annotations

from datetime import timedelta


class TocsinError(Exception):
    """Something went wrong in Tocsin."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class Refused(TocsinError):
    """That cannot be done now."""


class NotAllowed(Refused):
    """You may not do this: only full members of the workspace may."""


class Ambiguous(Refused):
    """Several incidents are open: say which one."""

    def __init__(self, message: str = "", numbers: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.numbers = numbers


class BadAlert(TocsinError):
    """The body is not what this source sends."""


class WrongSecret(BadAlert):
    """The secret or signature is missing or wrong."""


class BadContent(TocsinError):
    """The content is wrong."""


class DeliveryFailed(TocsinError):
    """The message did not leave."""

    def __init__(
        self, message: str, *, permanent: bool = False, after: timedelta | None = None, maybe_sent: bool = False
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        """Trying again cannot help (wrong number, revoked token)."""
        self.after = after
        """How long the other side asked to be left alone (Retry-After)."""
        self.maybe_sent = maybe_sent
        """The answer was lost: the message may have left all the same."""


class StoreAway(TocsinError):
    """The database does not answer."""

"""What of an address is a secret: a login in it, or all of it. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

from bot.core.secret_names import Names, sureness

_LOGIN = re.compile(r"[\w+.-]+://([^:/?#@\s]*):([^@\s]*)@")
_BETWEEN = re.compile(r"[/?&=@:#,]+")
_LONG = 16
"""Letters from which on a part of a secret address is one by itself, if it holds a digit."""


def passwords_in(address: str) -> list[str]:
    """The passwords in an address such as a database's or a proxy's, as they are written there and as they are meant;
    none in what is no address."""
    _, scheme, rest = address.partition("://")
    if not scheme:
        return []
    found = []
    if login := _LOGIN.match(address):
        user, password = login.groups()
        # As the value of a Basic header both are encoded together.
        found += [password, unquote(password), f"{unquote(user)}:{unquote(password)}"] if password else []
    fields = parse_qsl(rest.partition("?")[2])
    return found + [value for name, value in fields if sureness(name) >= Names.MAYBE]


def parts_of_secret(address: str) -> list[str]:
    """Everything to look for where an address as a whole is as good as a password, such as a webhook's: it may be shown
    without its beginning, or in pieces. A host alone is none."""
    _, scheme, rest = address.partition("://")
    if not scheme:
        return [address]
    pieces = [one for one in _BETWEEN.split(rest) if len(one) >= _LONG and "." not in one and re.search(r"\d", one)]
    whole = [address, rest] if re.search(r"[/?@]", rest.rstrip("/")) else [address]
    return [*whole, *passwords_in(address), *pieces]

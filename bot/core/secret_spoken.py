"""Passwords that stand after a blank: as people write them to each other, and as configurations and command lines do.

Only what looks like a password goes: a word that follows is mostly one, as in `password is wrong`. Pure.
"""

from __future__ import annotations

import re

from bot.core.secret_names import Names, is_secret, sureness

_ALGORITHM = re.compile(r"(?:md5|sha|scram|base|argon|bcrypt|pbkdf|utf|rsa|ed25519|v\d)", re.IGNORECASE)
_HOST_OR_TIME = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?|\d{4}-\d\d-\d\d.*|[\w.-]*/[\w./-]*|0x[0-9a-f]+")
_HEX_FIELDS = re.compile(r"[0-9a-fA-F:]+")


def like_a_password(match: re.Match[str]) -> bool:
    """Letters and digits, or signs that no word has; no host, time, file or name of an algorithm."""
    value = match[match.lastindex or 0].rstrip(".,;:)\"'`")
    if len(value) < 6 or _ALGORITHM.match(value) or _HOST_OR_TIME.fullmatch(value):
        return False
    return _letters_and_digits(value) and is_secret(value, "password", Names.SURELY)


def of_a_setting(match: re.Match[str]) -> bool:
    """Of Redis' settings: at the beginning of a line whatever stands there, else what looks like a password."""
    before = match.string[max(0, match.start() - 20) : match.start()].rpartition("\n")[2]
    alone = not before.strip() and is_secret(match[1], "password", Names.SURELY)
    return alone or like_a_password(match)


def of_a_variable(match: re.Match[str]) -> bool:
    """`AWS_SESSION_TOKEN x`: the variable's name says that it is a secret."""
    return "_" in match[1] and sureness(match[1]) >= Names.MAYBE and like_a_password(match)


def of_curl(match: re.Match[str]) -> bool:
    """Whether it is curl's user, and not that of a container, which is a number or name with a group."""
    before = match.string[max(0, match.start() - 300) : match.start()].rpartition("\n")[2]
    return ("curl" in before or "wget" in before) and is_secret(match[1], "password", Names.SURELY)


def of_pgpass(match: re.Match[str]) -> bool:
    """A line of .pgpass, and no address of hardware or of IPv6."""
    value = match[1]
    return not (value.isdigit() or _HEX_FIELDS.fullmatch(match[0].strip())) and is_secret(
        value, "password", Names.SURELY
    )


def _letters_and_digits(value: str) -> bool:
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))

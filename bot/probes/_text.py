"""What probes share about text: why a command failed, numbers as programs print them, values that are fit to show."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from bot.core.evidence import Trouble
from bot.core.redaction import Redactor
from bot.core.secret_shapes import private_keys
from bot.core.text import first_line
from bot.probes.base import ProbeFailed
from bot.transports.base import Ran

_REDACTOR = Redactor(())
_LONGEST_NUMBER = 40
_LONGEST_LINE = 2_000

# What programs write when they cannot look, in the C locale. The first that fits is taken.
_TROUBLES: Sequence[tuple[re.Pattern[str], Trouble]] = tuple(
    (re.compile(pattern, re.IGNORECASE), trouble)
    for pattern, trouble in (
        (
            r"permission denied|not permitted|access denied|must be root|not authori[sz]ed"
            r"|authentication (is )?required|dubious ownership|insufficient permissions",
            Trouble.PERMISSION,
        ),
        (
            r"name or service not known|failure in name resolution|could not resolve|bad address|unknown host"
            r"|no address associated",
            Trouble.DNS,
        ),
        (r"timed out|timeout", Trouble.TIMEOUT),
        (
            r"failed to connect to bus|connection refused|cannot connect|cannot talk to daemon|daemon is not running"
            r"|network is unreachable|no route to host",
            Trouble.REFUSED,
        ),
        (
            r"no such|not found|no data available|not been booted with systemd|no journal files|no module named"
            r"|cannot find|not exist|not a git repository|is a directory|not a directory",
            Trouble.MISSING,
        ),
    )
)


def clean(text: str) -> str:
    """The text without what looks like a secret; the engine does it again with the secrets that it knows."""
    return _REDACTOR.text(text)


def without_private_keys(lines: Sequence[str]) -> Sequence[str]:
    """As many lines, without those of private keys: one by one, or in another order, they no longer tell what they
    are."""
    if not any("PRIVATE KEY" in line for line in lines):
        return lines
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    hidden = list(lines)
    for start, end in private_keys("\n".join(lines)):
        for place in range(bisect_right(starts, start) - 1, bisect_right(starts, end - 1)):
            hidden[place] = _REDACTOR.marker("")
    return hidden


def refused(ran: Ran, what: str) -> ProbeFailed:
    """Why a command failed, by what it wrote: to be raised. `what` names what was to be looked at."""
    said = first_line(ran.err[:20_000]) or first_line(ran.out[:20_000]) or f"exit code {ran.code}"
    by_code = {126: Trouble.PERMISSION, 127: Trouble.MISSING}.get(ran.code, Trouble.PARSE)
    trouble = next((trouble for pattern, trouble in _TROUBLES if pattern.search(said)), by_code)
    return ProbeFailed(clean(f"{what}: {said}"), trouble)


def said(ran: Ran, what: str) -> str:
    """What a command printed that has to end well. Raises ProbeFailed, also when not all of it could be read."""
    if ran.code != 0:
        raise refused(ran, what)
    return whole(ran, what)


def heard(ran: Ran, what: str) -> str:
    """What a command printed that may have failed in part, as `cat` of several files does when one is not there.
    Raises ProbeFailed when it printed nothing at all."""
    if ran.code != 0 and not ran.out.strip():
        raise refused(ran, what)
    return whole(ran, what)


def whole(ran: Ran, what: str) -> str:
    """The output, if all of it was read. Raises ProbeFailed."""
    if ran.cut:
        raise ProbeFailed(f"{what}: more came back than may be read", Trouble.TOO_MUCH)
    return ran.out


def not_understood(what: str) -> ProbeFailed:
    """What came back is not what such a thing says: to be raised."""
    return ProbeFailed(f"{what}: the answer is not understood", Trouble.PARSE)


def short_lines(text: str) -> list[str]:
    """The lines, but those longer than any that is meant: a pattern may take long for one of them."""
    return [line for line in text.split("\n") if len(line) <= _LONGEST_LINE]


def integer(text: str) -> int | None:
    """The whole number that the text is, if it is one."""
    text = text.strip()
    if not text.isascii() or len(text) > _LONGEST_NUMBER:
        return None
    try:
        return int(text)
    except ValueError:
        return None


def decimal(text: str) -> float | None:
    """The finite number that the text is, if it is one."""
    text = text.strip()
    if not text.isascii() or len(text) > _LONGEST_NUMBER:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def percent(part: float | None, of: float | None) -> float | None:
    """The part in percent, to one decimal; None where there is nothing to be a part of."""
    if part is None or not of:
        return None
    return round(100 * part / of, 1)


def total(numbers: Sequence[Any]) -> Any:
    """The sum, or None when one of them could not be read or there are none."""
    return None if not numbers or any(number is None for number in numbers) else sum(numbers)


def greatest(numbers: Sequence[Any]) -> Any:
    """The greatest that could be read, or None."""
    return max((number for number in numbers if number is not None), default=None)


def least(numbers: Sequence[Any]) -> Any:
    """The least that could be read, or None."""
    return min((number for number in numbers if number is not None), default=None)


def size(count: float | None) -> str:
    """Bytes as people read them: `1.5 GiB`; `?` for what could not be read."""
    if count is None:
        return "?"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(count) < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def ago(seconds: float | None) -> str:
    """A span as people read it: `3 d 4 h`; `?` for what could not be read."""
    if seconds is None:
        return "?"
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def readable_pattern(pattern: str) -> str:
    """A regular expression that compiles. Raises ValueError, which says what is wrong with it."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as problem:
        raise ValueError(f"is not a regular expression: {problem}") from None
    return pattern


Pattern = Annotated[str, Field(max_length=500), AfterValidator(readable_pattern)]
"""A regular expression, looked for anywhere in the text. From the pack only: a slow one would slow the bot."""

Word = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^-\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")]
"""An operand of a command: no control characters, no leading dash."""

"""What the places that the bot does not share share: a command ends there by itself, and by what it says of its start.

A connection that is closed ends no program behind it: neither sshd, Docker nor Kubernetes see to that. So `timeout`,
which every Unix has, runs the command and kills it and its group. BusyBox's kills the command alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.evidence import Trouble
from bot.transports.base import Ran, TransportFailed

_KILLED = (124, 137)
"""How `timeout` ends when the time is over: by itself, or killed along with its group."""
_SHARE = 0.9
"""Of the time given, that the command has; the rest is for the way there and back."""
_PREFIX = ("env", "LC_ALL=C.UTF-8", "TZ=UTC")
"""The same words everywhere. Locales are no secret, and nothing else of the bot's is sent along."""


def bounded(argv: Sequence[str], within_s: float, directory: str = "") -> tuple[str, ...]:
    """The command that runs this one, in that directory, and ends it, and what it started, in time. Raises
    TransportFailed for an argument that no program can be given."""
    if not argv or any("\0" in argument for argument in argv):
        raise TransportFailed("a command is empty or holds a zero byte, which no program can be given", Trouble.REFUSED)
    inside = (f"--chdir={directory}",) if directory else ()
    return (_PREFIX[0], *inside, *_PREFIX[1:], "timeout", "-s", "KILL", f"{max(0.1, _SHARE * within_s):.2f}", *argv)


def answered(ran: Ran, argv: Sequence[str], *, took_s: float, within_s: float) -> Ran:
    """What came back of a bounded command, if it is the command's own. Raises TransportFailed where it was not started
    or had to be ended."""
    if ran.code in _KILLED and took_s >= _SHARE * within_s - 0.05:
        raise too_late(argv, within_s)
    if ran.code == 125 and ran.err.startswith("env: cannot change directory"):
        raise no_directory(denied="Permission denied" in ran.err)
    if ran.code == 1 and ran.err.startswith("env: unrecognized option"):
        raise TransportFailed(
            "its programs, BusyBox's, cannot begin in a directory: write whole paths", Trouble.MISSING
        )
    if ran.code == 127 and ran.err.startswith("env: "):
        raise missing("timeout")
    if ran.code == 127 and ran.err.startswith("timeout: "):
        raise missing(argv[0])
    if ran.code == 126 and ran.err.startswith("timeout: "):
        raise TransportFailed(f"{argv[0]} may not be run", Trouble.PERMISSION)
    return ran


def missing(program: str) -> TransportFailed:
    """There is no such program: to be raised."""
    if program in ("timeout", "env"):
        return TransportFailed(
            f"there is no program {program} there, without which nothing is run: it could not be ended", Trouble.MISSING
        )
    return TransportFailed(f"there is no program {program} there", Trouble.MISSING)


def no_directory(*, denied: bool = False) -> TransportFailed:
    """The directory in which its paths begin cannot be entered: to be raised."""
    if denied:
        return TransportFailed("the directory in which its paths begin may not be entered", Trouble.PERMISSION)
    return TransportFailed("there is no directory there by the name in which its paths begin", Trouble.MISSING)


def too_late(argv: Sequence[str], within_s: float) -> TransportFailed:
    """It did not end in time: to be raised."""
    return TransportFailed(f"{argv[0]} did not end within {within_s:g} s", Trouble.TIMEOUT)

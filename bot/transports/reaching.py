"""Why something on the network could not be reached: the class of the error, whatever library it comes from."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from bot.core.evidence import Trouble

# The first that fits is taken: a certificate that is refused is an OSError, too.
_SORTS: tuple[tuple[type[BaseException], Trouble, str], ...] = (
    (ssl.SSLCertVerificationError, Trouble.TLS, "its certificate is not accepted"),
    (ssl.SSLError, Trouble.TLS, "no TLS could be agreed on"),
    (socket.gaierror, Trouble.DNS, "its name is not found"),
    (TimeoutError, Trouble.TIMEOUT, "it did not answer in time"),
    (ConnectionRefusedError, Trouble.REFUSED, "the connection is refused"),
    (ConnectionError, Trouble.LOST, "the connection broke"),
    (EOFError, Trouble.LOST, "the connection broke"),
    (FileNotFoundError, Trouble.MISSING, "there is no such socket"),
    (PermissionError, Trouble.PERMISSION, "its socket may not be opened"),
)


def why_unreachable(error: BaseException) -> tuple[str, Trouble]:
    """In words, and as a class: by the error itself, or by those that led to it. Never quotes an error's own text,
    which may hold an address with its secrets."""
    for one in _behind(error):
        for sort, trouble, words in _SORTS:
            if isinstance(one, sort):
                return words, trouble
    unroutable = any(isinstance(one, OSError) for one in _behind(error))
    return ("it cannot be reached", Trouble.REFUSED) if unroutable else (type(error).__name__, Trouble.LOST)


def _behind(error: BaseException) -> Iterator[BaseException]:
    """The error and those that caused it, nearest first; not for ever."""
    waiting = [error]
    for _ in range(20):
        if not waiting:
            return
        one = waiting.pop(0)
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
        waiting += [cause for cause in (one.__cause__, one.__context__) if cause is not None]

"""Body: what was posted at a door, read no further than that door takes."""

from __future__ import annotations

from starlette.requests import Request


async def read_body(request: Request, most: int) -> bytes | None:
    """The body of at most so many bytes; None as soon as it is known to be larger: anybody may post, and however much.
    Raises ClientDisconnect when it does not arrive whole."""
    if _says_more(request.headers.get("content-length", ""), most):
        return None
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)


def _says_more(length: str, most: int) -> bool:
    """Whether a Content-Length is beyond `most`. What is no number says nothing: the body is counted as it arrives.

    Only digits of ASCII are one: "²" is a digit to Python, too, but no number. Of a number with more digits than `most`
    has, those say enough; Python refuses to read one of thousands."""
    if not (length.isascii() and length.isdigit()):
        return False
    digits = length.lstrip("0")
    return len(digits) > len(str(most)) or int(digits or "0") > most

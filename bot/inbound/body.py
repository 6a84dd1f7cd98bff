"""Body: what was posted at a door, read no further than that door takes."""

from __future__ import annotations

from starlette.requests import Request


async def read_body(request: Request, most: int) -> bytes | None:
    """The body of at most so many bytes; None as soon as it is known to be larger: anybody may post, and however much.
    Raises ClientDisconnect when it does not arrive whole."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        return None
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)

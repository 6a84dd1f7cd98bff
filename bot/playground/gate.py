"""The gate: only this machine's own pages may come in. Other sites, and names that were rebound to us, may not."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.playground.listening import HOST

_NAMES = (HOST, "localhost")
_SAFE = ("GET", "HEAD", "OPTIONS")
_OURS = ("", "same-origin", "none")
"""`Sec-Fetch-Site` of our own pages, of somebody who typed the address, and of programs, which do not send it."""


class Gate:
    """In front of an ASGI app: refuses with 403 what a page of the web could make a browser send here.

    The `Host` must be a loopback name with the port of this server, or a page of the web could call itself by our
    address. What changes something, and every socket, must come from our own page or from a program.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not (why := _refusal(scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse(why, 403)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": why})


def _refusal(scope: Scope) -> str:
    headers, port = Headers(scope=scope), (scope.get("server") or ("", 0))[1]
    hosts = {f"{name}:{port}" for name in _NAMES}
    if headers.get("host", "") not in hosts:
        return "This server answers on this machine's loopback address only."
    if scope["type"] == "http" and scope["method"] in _SAFE:
        return ""
    origin = headers.get("origin", "")
    own = not origin or (urlsplit(origin).netloc in hosts and urlsplit(origin).scheme == "http")
    if not own or headers.get("sec-fetch-site", "") not in _OURS:
        return "Only the playground's own page may do that."
    return ""

"""Serving the page: on a port that is easy to remember, and permalinks of the workspace that lead to it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.listening import HOST, Listener
from bot.playground.page.frame import Page

PORT = 8420
_TRIED = 20


async def serve(page: Page, port: int = PORT) -> Listener:
    """Serve the page on this port of the loopback interface, or on the next free one; `page.address` says where.

    It has a listener of its own, so that it stays when the workspace goes down. Close it after `page.end()`.
    """
    listener = Listener(page.application)
    for candidate in range(port, port + _TRIED) if port else [0]:
        try:
            taken = await listener.open(candidate)
        except OSError:
            continue
        page.address = f"http://{HOST}:{taken}"
        return listener
    raise OSError(f"ports {port} to {port + _TRIED - 1} are all taken: name another one with --port")


def permalinks(address: Callable[[], str]) -> list[BaseRoute]:
    """For the workspace's own server: what is asked of it as a permalink is shown by the page at `address()`."""

    async def lead(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{address()}{request.url.path}{query}")

    return [Route("/archives/{channel}/{place}", lead)]

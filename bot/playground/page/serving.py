"""Serving the page: on a port that is easy to remember, and permalinks of the workspace that lead to it."""

from __future__ import annotations

import errno
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.listening import HOST, Listener
from bot.playground.page.frame import Page

PORT = 8420
_TRIED = 20


class NoPort(Exception):
    """There is no port to serve the page on; says why, and what to write instead."""


async def serve(page: Page, port: int | None = None) -> Listener:
    """Serve the page on this port of the loopback interface (0: on any free one), or without one on the first free one
    from `PORT` on; `page.address` says where. Raises NoPort.

    It has a listener of its own, so that it stays when the workspace goes down. Close it after `page.end()`.
    """
    listener = Listener(page.application)
    problem: OSError | None = None
    for candidate in range(PORT, PORT + _TRIED) if port is None else [port]:
        try:
            opened = await listener.open(candidate)
        except OSError as refusal:
            problem = refusal
            continue
        page.address = f"http://{HOST}:{opened}"
        return listener
    if port is None:
        raise NoPort(f"Ports {PORT} to {PORT + _TRIED - 1} are all taken. Write --port 0 for any that is free.")
    raise NoPort(await _instead(listener, port, problem))


async def _instead(listener: Listener, port: int, problem: OSError | None) -> str:
    """Why this port cannot be had, and which one near it can."""
    taken = problem is not None and problem.errno == errno.EADDRINUSE
    why = "is taken: something listens there already" if taken else f"cannot be used: {problem}"
    for near in range(port + 1, min(port + _TRIED, 65536)) if taken else []:
        try:
            await listener.open(near)
        except OSError:
            continue
        await listener.close()
        return f"Port {port} {why}. Write --port {near}, which is free, or --port 0 for any that is."
    return f"Port {port} {why}. Write --port 0 for any that is free."


def permalinks(address: Callable[[], str]) -> list[BaseRoute]:
    """For the workspace's own server: what is asked of it as a permalink is shown by the page at `address()`."""

    async def lead(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{address()}{request.url.path}{query}")

    return [Route("/archives/{channel}/{place}", lead)]

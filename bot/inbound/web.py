"""The web: one ASGI application with all doors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.core.errors import StoreAway
from bot.inbound.alerts import AlertDoors
from bot.inbound.answers import Answers, sorry
from bot.inbound.health import Health

Answerer = Callable[[Request], Awaitable[Response]]


def build_web(
    *,
    alerts: AlertDoors,
    answers: Answers,
    health: Health,
    terminal: Answerer,
    slack_events: Answerer | None,
    board: Sequence[BaseRoute] = (),
) -> FastAPI:
    """The application. The doors are plain routes: an alert passes no layer that it does not need."""
    app = FastAPI(title="Tocsin", description="Incident response for trading desks.", docs_url=None, redoc_url=None)
    routes = [
        Route("/alerts/{endpoint}", alerts.answer, methods=["POST"]),
        Route("/a/{token}", answers.ask, methods=["GET"]),
        Route("/a/{token}", answers.answer, methods=["POST"]),
        Route("/callbacks/{way}", answers.callback, methods=["POST"]),
        Route("/callbacks/{way}/{token}", answers.callback, methods=["POST", "GET"]),
        Route("/callbacks/{way}/{token}/{rest:path}", answers.callback, methods=["POST", "GET"]),
        Route("/command", terminal, methods=["POST"]),
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
        Route("/metrics", health.metricsz),
    ]
    if slack_events is not None:
        routes.append(Route("/slack/events", slack_events, methods=["POST"]))
    app.router.routes.extend([*routes, *board])
    app.add_exception_handler(StoreAway, sorry)
    return app

"""Socket Mode: tickets, up to ten connections, envelopes to any of them, acknowledgements from any of them."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.playground.delivery import Ack, Kind
from bot.playground.settings import Settings
from bot.playground.state import State
from bot.playground.values import Json


@dataclass(eq=False, kw_only=True, slots=True)
class Connection:
    """One open socket."""

    socket: WebSocket
    leaving: bool = False
    """It was told to go elsewhere: nothing more is sent to it."""


class Sockets:
    """All connections of the app, and the envelopes whose acknowledgement is awaited."""

    def __init__(self, settings: Settings, state: State, abort: Callable[[Any], None]) -> None:
        self._settings = settings
        self._state = state
        self._abort = abort
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._awaited: dict[str, asyncio.Future[Any]] = {}
        # Which connection gets an envelope is up to Slack; a seed keeps tests repeatable.
        self._chance = random.Random(7)  # noqa: S311

    @property
    def count(self) -> int:
        """Connections that envelopes may go to."""
        return len(self._ready())

    def ticket(self) -> str:
        """A ticket for one connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    async def endpoint(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.send_denial_response(Response(status_code=401))
            return
        self._tickets.discard(ticket)
        await socket.accept()
        if len(self._connections) >= self._settings.max_sockets:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return
        await self._serve(Connection(socket=socket))

    async def carry(self, kind: Kind, payload: Json, *, attempt: int, reason: str) -> Ack:
        ready = self._ready()
        if not ready:
            return Ack(ok=False, reason="connection_failed")
        envelope_id = str(uuid.uuid4())
        envelope = _envelope(envelope_id, kind, payload, attempt, reason)
        future = self._awaited[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._settings.ack_timeout):
                await self._chance.choice(ready).socket.send_json(envelope)
                return Ack(ok=True, answer=await future)
        except TimeoutError:
            return Ack(ok=False, reason="timeout")
        except (RuntimeError, WebSocketDisconnect, OSError):
            return Ack(ok=False, reason="connection_failed")
        finally:
            del self._awaited[envelope_id]

    async def disconnect(self, reason: str) -> None:
        """Tell every connection to go elsewhere: it is the client that then closes."""
        for one in self._ready():
            one.leaving = reason != "warning"
            await one.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
        self._state.announce("socket", what=f"disconnect: {reason}", connections=self.count)

    def cut(self) -> None:
        """Every connection breaks without a word."""
        for one in self._connections:
            self._abort(one.socket.client)

    def _ready(self) -> list[Connection]:
        return [
            one
            for one in self._connections
            if not one.leaving and one.socket.application_state is WebSocketState.CONNECTED
        ]

    async def _serve(self, connection: Connection) -> None:
        self._connections.append(connection)
        try:
            await connection.socket.send_json(_hello(self._settings, len(self._connections)))
            self._state.announce("socket", what="connected", connections=self.count)
            async for text in connection.socket.iter_text():
                self._heard(text)
        finally:
            self._connections.remove(connection)
            self._state.announce("socket", what="closed", connections=self.count)

    def _heard(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        future = self._awaited.get(str(message.get("envelope_id")))
        if future is not None and not future.done():
            future.set_result(message.get("payload"))


def _hello(settings: Settings, connections: int) -> Json:
    return {
        "type": "hello",
        "num_connections": connections,
        "connection_info": {"app_id": settings.app_id},
        "debug_info": {"host": "playground", "approximate_connection_time": settings.hello_seconds},
    }


def _envelope(envelope_id: str, kind: Kind, payload: Json, attempt: int, reason: str) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "type": kind,
        "payload": payload,
        "accepts_response_payload": kind != "events_api",
    }
    if kind == "events_api":
        envelope |= {"retry_attempt": attempt, "retry_reason": reason}
    return envelope

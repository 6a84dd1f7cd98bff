"""A Slack that answers what a test wrote down, method by method, and keeps what it was asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

OK: dict[str, dict[str, Any]] = {
    "auth.test": {"team_id": "T1", "team": "Desk", "user_id": "UBOT", "bot_id": "B1", "url": "https://desk.slack.com/"},
    "chat.postMessage": {"channel": "C1", "ts": "1763608320.000100"},
    "chat.update": {"channel": "C1", "ts": "1763608320.000100", "text": "x"},
    "conversations.open": {"channel": {"id": "D1"}},
    "conversations.history": {"messages": []},
    "conversations.replies": {"messages": []},
    "files.completeUploadExternal": {"files": [{"id": "F1", "title": "x"}]},
}


@dataclass(kw_only=True)
class Scripted:
    """What it says (the next answer of a method, then its usual one) and what it heard."""

    url: str = ""
    script: dict[str, list[Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def say(self, method: str, *answers: Any) -> None:
        """A dict is an answer (an `error` makes it a refusal), a web.Response goes out as it is, `drop` hangs up and
        `hang` never answers."""
        self.script.setdefault(method, []).extend(answers)

    def asked(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json":
            arguments |= await request.json()
        elif method != "upload":
            arguments |= dict(await request.post())
        else:
            arguments["content"] = await request.read()
        self.calls.append((method, arguments))
        told = self.script.get(method)
        answer = told.pop(0) if told else OK.get(method, {})
        if answer == "drop":
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0)
        elif answer == "hang":
            await asyncio.Event().wait()
        elif isinstance(answer, web.StreamResponse):
            return answer
        elif method == "files.getUploadURLExternal" and not answer:
            answer = {"upload_url": f"{self.url}upload", "file_id": "F1"}
        if not isinstance(answer, dict):
            return web.Response()
        return web.json_response(
            {"ok": "error" not in answer} | answer, headers={"x-oauth-scopes": "chat:write, users:read"}
        )


def raw(status: int, body: bytes = b"", kind: str = "application/json", **headers: str) -> web.Response:
    """An answer that Slack's documentation does not know."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(status=status, body=body, content_type=kind, headers=given)


def message(ts: str, key: str | None = None, kind: str = "tocsin") -> dict[str, Any]:
    """A message of a history, with a key in its metadata or without."""
    found: dict[str, Any] = {"type": "message", "ts": ts, "text": "x"}
    return found | ({"metadata": {"event_type": kind, "event_payload": {"key": key}}} if key is not None else {})


def member(**changes: Any) -> dict[str, Any]:
    """An answer of users.info about a full member."""
    user = {
        "id": "U1", "team_id": "T1", "name": "dana", "real_name": "Dana Dealer", "tz": "Europe/London",
        "deleted": False, "is_bot": False, "is_restricted": False, "is_ultra_restricted": False,
        "profile": {"display_name": "Dana", "email": "dana@example.com"},
    }  # fmt: skip
    return {"user": user | changes}


@asynccontextmanager
async def scripted() -> AsyncIterator[Scripted]:
    """The server, on the loopback for as long as the test lasts."""
    server = Scripted()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", server.answer)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield server
    finally:
        await runner.cleanup()

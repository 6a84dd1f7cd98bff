"""The Web API's front door: authorisation, faults, rate limits, the log; then the method itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.playground.arguments import Args, read
from bot.playground.errors import ApiError
from bot.playground.faults import Fault
from bot.playground.methods import Method, chat, conversations, files, furniture, people, views
from bot.playground.room import Room
from bot.playground.values import Call, Json

METHODS: dict[str, Method] = {
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **furniture.METHODS,
    **people.METHODS,
    **views.METHODS,
}


class FrontDoor:
    """Answers every call; what a fault does to a connection is done with `abort`."""

    def __init__(self, room: Room, abort: Callable[[Any], None]) -> None:
        self._room = room
        self._abort = abort

    async def endpoint(self, request: Request) -> Response:
        began, name = time.perf_counter(), request.path_params["method"]
        args, token = Args({}), ""
        fault = self._room.faults.take(name)
        try:
            args, token = await read(request)
            if fault is not None and (spoilt := await self.spoil(fault, request, name, args, began)):
                return spoilt
            status, answer = 200, self._answer(name, args, token)
        except ApiError as error:
            status, answer = 200, error.answer()
        if answer.get("error") == "ratelimited":
            status = 429
        self.log(name, args, answer, status, fault, began)
        if fault is not None:
            await self.break_off(request)
        retry_after = str(answer.pop("retry_after", "1"))
        headers = {"x-oauth-scopes": ",".join(sorted(self._room.settings.scopes))}
        return JSONResponse(answer, status, headers | ({"Retry-After": retry_after} if status == 429 else {}))

    async def spoil(self, fault: Fault, request: Request, name: str, args: Args, began: float) -> Response | None:
        """The answer that a fault gives in place of the call; None where the call is carried out all the same."""
        if fault.kind == "lose_answer":
            return None
        if fault.kind == "rate_limited":
            answer: Json = {"ok": False, "error": "ratelimited"}
            response: Response = JSONResponse(answer, 429, {"Retry-After": str(fault.retry_after)})
        elif fault.kind == "answer":
            answer = {"ok": False, "error": fault.error}
            response = JSONResponse(answer)
        elif fault.kind == "status":
            answer, response = {}, PlainTextResponse("the server is not well", fault.status)
        else:
            answer, response = {}, Response()
        self.log(name, args, answer, response.status_code, fault, began)
        if fault.kind == "hang":
            await self._room.faults.released()
        if fault.kind in ("hang", "drop"):
            await self.break_off(request)
        return response

    async def break_off(self, request: Request) -> None:
        """Whatever is answered after this is never seen."""
        self._abort(request.client)
        await asyncio.sleep(0)

    def _answer(self, name: str, args: Args, token: str) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise ApiError("unknown_method", req_method=name)
        self._authorise(method, token)
        if seconds := self._room.rates.wait_for_method(name, method.tier):
            raise ApiError("ratelimited", retry_after=seconds)
        return method.run(self._room, args)

    def _authorise(self, method: Method, token: str) -> None:
        settings = self._room.settings
        if method.token == "none":  # noqa: S105 - a kind of token
            return
        if not token:
            raise ApiError("not_authed")
        if token not in settings.bot_tokens | settings.app_tokens:
            raise ApiError("invalid_auth")
        if (token in settings.app_tokens) != (method.token == "app"):  # noqa: S105
            raise ApiError("not_allowed_token_type")
        if method.scopes and not settings.scopes.intersection(method.scopes):
            provided = ",".join(sorted(settings.scopes))
            raise ApiError("missing_scope", needed=",".join(method.scopes), provided=provided)

    def log(self, name: str, args: Args, answer: Json, status: int, fault: Fault | None, began: float) -> None:
        """Keep the call; `began` is of `time.perf_counter`."""
        call = Call(
            method=name, arguments=_readable(args), answer=dict(answer), status=status, at=self._room.state.now(),
            fault=fault.kind if fault else "", took=time.perf_counter() - began,
        )  # fmt: skip
        self._room.state.calls.append(call)
        self._room.state.announce("call", call=call)


def _readable(args: Args) -> Json:
    """As the app meant them: structures that came as JSON text are structures again."""
    readable = dict(args.given)
    for name in ("blocks", "attachments", "metadata", "view", "files"):
        if isinstance(readable.get(name), str):
            try:
                readable[name] = args.json(name)
            except ApiError:
                continue
    return readable

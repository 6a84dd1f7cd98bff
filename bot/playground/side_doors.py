"""The other addresses of the workspace: response_url, the upload of a file, and its download."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.playground import posting, sharing
from bot.playground.arguments import Args
from bot.playground.errors import ApiError
from bot.playground.posting import Draft
from bot.playground.room import Room
from bot.playground.values import Hook, Json, Message
from bot.playground.web_api import FrontDoor


class SideDoors:
    """They take the faults `response_url` and `upload`, and appear in the log of calls under these names."""

    def __init__(self, room: Room, front: FrontDoor) -> None:
        self._room = room
        self._front = front

    async def hook(self, request: Request) -> Response:
        """A response_url: five answers within half an hour."""
        try:
            body = json.loads(await request.body())
        except ValueError:
            return PlainTextResponse("invalid_payload", 500)
        return await self._through(request, "response_url", body, lambda: self._use(request.path_params["key"], body))

    async def upload(self, request: Request) -> Response:
        """The second step of an upload: the bytes, as body or in a form."""
        content = await _uploaded(request)
        arguments = {"length": len(content)}
        return await self._through(request, "upload", arguments, lambda: self._receive(request, content))

    async def download(self, request: Request) -> Response:
        """Files are private: only the app's token opens them."""
        file = self._room.state.files.get(request.path_params["id"])
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if file is None or file.content is None or token not in self._room.settings.bot_tokens:
            return PlainTextResponse("not found", 404)
        return Response(file.content, media_type="application/octet-stream")

    async def _through(self, request: Request, name: str, arguments: Json, work: Callable[[], str]) -> Response:
        began, fault = time.perf_counter(), self._room.faults.take(name)
        args = Args(arguments)
        if fault is not None and (spoilt := await self._front.spoil(fault, request, name, args, began)):
            return spoilt
        try:
            status, text = 200, work()
        except ApiError as error:
            status, text = (404 if error.error in ("used_url", "expired_url") else 400), error.error
        self._front.log(name, args, {"ok": status == 200, "text": text}, status, fault, began)
        if fault is not None:
            await self._front.break_off(request)
        return PlainTextResponse(text, status)

    def _use(self, key: str, body: Json) -> str:
        settings, state = self._room.settings, self._room.state
        hook = state.hooks.get(key)
        if hook is None or state.now() - hook.made > settings.hook_seconds:
            raise ApiError("expired_url")
        if hook.uses >= settings.hook_uses:
            raise ApiError("used_url")
        state.hooks[key] = replace(hook, uses=hook.uses + 1)
        original = state.ephemerals.get(hook.original) or state.message(hook.channel, hook.original)
        if body.get("delete_original"):
            if original is not None:
                posting.remove(self._room, original)
            return "ok"
        self._answer(hook, body, original)
        return "ok"

    def _answer(self, hook: Hook, body: Json, original: Message | None) -> None:
        draft = Draft.of(body)
        posting.check(draft)
        if body.get("replace_original") and original is not None:
            posting.edit(self._room, original, draft)
            return
        channel = self._room.state.channels[hook.channel]
        thread_ts = str(body.get("thread_ts") or "")
        if body.get("response_type") == "in_channel":
            bot = self._room.settings.bot_user
            posting.post(self._room, draft, channel, bot, thread_ts=thread_ts, by_app=True)
        else:
            posting.whisper(self._room, draft, channel, hook.user, thread_ts=thread_ts or hook.thread_ts)

    def _receive(self, request: Request, content: bytes) -> str:
        try:
            if sharing.received(self._room, request.path_params["ticket"], content) is None:
                raise ApiError("no such upload")
        except ValueError as problem:
            raise ApiError(str(problem)) from None
        return f"OK - {len(content)}"


async def _uploaded(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for part in form.values():
            if not isinstance(part, str):
                return await part.read()
    return b""

"""The frame: the page's addresses, and what all browsers that look at it share."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.playground.gate import Gate
from bot.playground.markup import as_typed
from bot.playground.page import doing
from bot.playground.page.attached import download
from bot.playground.page.drawing import Drawing, templates
from bot.playground.page.faces import face
from bot.playground.page.panel import Panel
from bot.playground.page.reading import Reading
from bot.playground.page.sight import Nobody, look, permalink
from bot.playground.page.stream import stream
from bot.playground.values import Json, Message, View
from bot.playground.workspace import Workspace

_STATIC = Path(__file__).with_name("static")
_STYLES = ("page.css", *sorted(one.name for one in _STATIC.glob("*.css") if one.name != "page.css"))
"""The frame's first, so that a panel's own may refine it."""
_VERSIONS = 8
_VERSIONED = 500
"""Of how many messages and views the versions that were seen are kept."""
_MOST_FILES = 10
_MOST_POSTED = 20_000_000
"""Bytes of all files of one message."""
_SAFETY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


Shown = TypeVar("Shown", Message, View)


class _Fresh(StaticFiles):
    """Asked for anew each time (and answered 304): a newer playground must not run an older script."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class Page:
    """A client for one workspace in the browser: `application` is to be served on loopback.

    It has no server of its own to start: it lives as long as the workspace is watched, and `end` ends its streams.
    """

    def __init__(
        self, workspace: Workspace, *, panels: Sequence[Panel] = (), features: Mapping[str, Any] | None = None,
        speed: float = 1.0, elsewhere: Mapping[str, Callable[[], str]] | None = None,
    ) -> None:  # fmt: skip
        """`features` are those of the app's manifest: its `slash_commands` and `shortcuts`. `speed` is how many times
        faster than real time the workspace's clock runs. `elsewhere` are pages of others that the top leads to, by what
        they are called; their addresses are asked for when they are followed."""
        self.workspace = workspace
        self.panels = tuple(panels)
        self.features = dict(features or {})
        self.speed = speed
        self.elsewhere = dict(elsewhere or {})
        self.reading = Reading(workspace)
        self.wrong: dict[str, dict[str, str]] = {}
        """View id -> what was wrong with it when it was last submitted, by block_id."""
        self.address = ""
        """`http://127.0.0.1:PORT`, once it is served."""
        self.over = False
        self._watching: set[asyncio.Event] = set()
        self._versions: dict[str, list[Message | View]] = {}
        for panel in self.panels:
            panel.watch(self.changed)
        self.application = Starlette(
            routes=self._routes(), middleware=[Middleware(Gate)], exception_handlers={Nobody: self._nobody}
        )

    # --- what changes

    def changed(self) -> None:
        """Something may look different now."""
        for event in self._watching:
            event.set()

    def end(self) -> None:
        """All streams end."""
        self.over = True
        self.changed()

    @property
    def watched_by(self) -> int:
        """How many browsers look."""
        return len(self._watching)

    @contextmanager
    def watched(self, event: asyncio.Event) -> Iterator[None]:
        """Within, `event` is set whenever something happens in the workspace or in a panel."""

        async def follow() -> None:
            async for _ in subscription:
                event.set()

        with self.workspace.subscribe() as subscription:
            following = asyncio.create_task(follow())
            self._watching.add(event)
            try:
                yield
            finally:
                self._watching.discard(event)
                following.cancel()

    def remember(self, shown: Message | View) -> None:
        """It was drawn like this: a press on it is a press on what was seen."""
        kept = self._versions.setdefault(_name(shown), [])
        if not any(one is shown for one in kept):
            kept.append(shown)
            del kept[:-_VERSIONS]
            if len(self._versions) > _VERSIONED:
                del self._versions[next(iter(self._versions))]

    def recall(self, now: Shown, block: str) -> Shown | None:
        """The newest version that was drawn with this block; as it is now where it has the block, or none is named."""
        versions = [*self._versions.get(_name(now), ()), now]
        return next((one for one in reversed(versions) if not block or _has(one, block)), None)

    def tell_wrong(self, view: View, wrong: Mapping[str, str]) -> None:
        """Show at the fields of the view what is wrong with them; nothing when it was taken."""
        self.wrong = {key: value for key, value in self.wrong.items() if key in self.workspace.room.state.views}
        self.wrong.pop(view.id, None)
        if wrong:
            self.wrong[view.id] = {key: str(value) for key, value in wrong.items()}
        self.changed()

    # --- what is asked

    def typed(self, message: Message) -> str:
        """What its author would type to say it again."""
        state = self.workspace.room.state
        return as_typed(message.text, state.people.values(), state.channels.values())

    def clock(self) -> Json:
        return {"now": self.workspace.room.state.now(), "speed": self.speed}

    def shortcuts(self, kind: str) -> list[Json]:
        """Of the manifest, `global` or `message`."""
        return [one for one in self.features.get("shortcuts") or () if one.get("type") == kind]

    def known(self) -> Json:
        """What can be completed while typing."""
        people = [face(one) for one in self.workspace.people()]
        return {
            "/": [
                {"word": one["command"], "hint": one.get("usage_hint", ""), "about": one.get("description", "")}
                for one in self.features.get("slash_commands") or ()
            ],
            "@": [{"word": f"@{one.name}", "hint": one.real_name, "about": one.about} for one in people],
            "#": [{"word": one, "hint": "", "about": ""} for one in self.workspace.channels()],
        }

    # --- the addresses

    def _routes(self) -> list[BaseRoute]:
        return [
            Route("/", self._page),
            Route("/events", self._events),
            Route("/do/{name}", self._do, methods=["POST"]),
            Route("/file/{id}/{name}", self._file),
            Route("/archives/{channel}/{place}", self._permalink),
            Route("/elsewhere/{name}", self._lead),
            Mount("/static", _Fresh(directory=_STATIC)),
            *(route for panel in self.panels for route in panel.routes),
        ]

    async def _page(self, request: Request) -> Response:
        sight = look(self.workspace, request.query_params)
        made = Drawing(self, sight).draw()
        people = [face(one) for one in self.workspace.people() if not one.is_bot]
        html = templates().get_template("page.html").render(
            made=made, sight=sight, people=people, panels=self.panels, clock=self.clock(), you=face(sight.viewer),
            known=json.dumps(self.known()).replace("<", "\\u003c"), styles=_STYLES, elsewhere=self.elsewhere,
        )  # fmt: skip
        return HTMLResponse(html, headers=_SAFETY)

    async def _lead(self, request: Request) -> Response:
        address = self.elsewhere.get(request.path_params["name"])
        return PlainTextResponse("There is no such page.", 404) if address is None else RedirectResponse(address())

    async def _nobody(self, request: Request, missing: Exception) -> Response:
        """Asked to look as somebody who is not there."""
        if request.url.path != "/":
            return PlainTextResponse(str(missing), 404)
        people = [face(one) for one in self.workspace.people() if not one.is_bot]
        html = templates().get_template("nobody.html").render(missing=str(missing), people=people, styles=_STYLES)
        return HTMLResponse(html, 404, headers=_SAFETY)

    async def _events(self, request: Request) -> Response:
        sight = look(self.workspace, request.query_params)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream(self, sight), media_type="text/event-stream", headers=headers)

    async def _do(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in doing.DEEDS:
            return PlainTextResponse("There is nothing of that name to do.", 404)
        if int(request.headers.get("content-length") or 0) > _MOST_POSTED:
            return PlainTextResponse(f"More than {_MOST_POSTED // 1_000_000} MB at once are not taken here.", 413)
        given = await _given(request)
        if given is None:
            return PlainTextResponse("An object of JSON is expected.", 400)
        try:
            answer = await doing.do(self, look(self.workspace, request.query_params), name, given)
        except doing.Refused as refusal:
            return PlainTextResponse(str(refusal), 409)
        return JSONResponse(answer) if answer is not None else Response(status_code=204)

    async def _file(self, request: Request) -> Response:
        return await download(request, self.workspace)

    async def _permalink(self, request: Request) -> Response:
        sight = look(self.workspace, request.query_params)
        thread = request.query_params.get("thread_ts", "")
        asked = f"{self.workspace.url}{request.url.path}" + (f"?thread_ts={thread}" if thread else "")
        return RedirectResponse(permalink(self.workspace, sight, asked) or "/")


async def _given(request: Request) -> Json | None:
    """An object of JSON, or a form with files; None: neither."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=_MOST_FILES) as form:
            files = [
                (one.filename or "", await one.read()) for one in form.getlist("files") if not isinstance(one, str)
            ]
            texts = {name: value for name, value in form.items() if isinstance(value, str)}
        return {**texts, "files": doing.Uploaded(files)} if files else texts
    try:
        given = json.loads(await request.body() or b"{}")
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _name(shown: Message | View) -> str:
    return shown.id if isinstance(shown, View) else f"{shown.channel} {shown.ts}"


def _has(shown: Message | View, block: str) -> bool:
    return any(one.get("block_id") == block for one in shown.all_blocks)

"""The board: web pages for those who look on. They read, and change nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

import bot.views
from bot.core.errors import Refused
from bot.core.numbers import numbers
from bot.core.past import read_wanted
from bot.core.weeks import by_week
from bot.engine import overview
from bot.engine.engine import Engine
from bot.inbound.board_door import PRINTED, SAFETY, BoardDoor
from bot.inbound.board_drawn import Drawn
from bot.inbound.board_live import Live, mark_of
from bot.inbound.body import read_body
from bot.store.transaction import Tx
from bot.views.board import Frame, list_page, plain_page
from bot.views.board_incident import incident_page
from bot.views.board_numbers import numbers_page
from bot.views.board_past import past_page
from bot.views.words import brief

log = structlog.get_logger("board")

_STATIC = Path(bot.views.__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MOST_FORM = 4 * 1024
_ENTRIES, _MOST_ENTRIES = 200, 5_000
_MOST_DIGITS = 15
"""Entries of a timeline that are shown at first, and at most."""
_PLACE = re.compile(r"(incidents/[0-9]{1,15}|past|numbers)?", re.ASCII)

_NO_LINK = "This link is not valid, or it is too old. Follow the one on the incident's newest card in Slack."
_BY_LINK = "Follow the link on an incident's card in Slack: it opens the board for twelve hours."
_BY_TOKEN = "The desk's screen is let in by its token, TOCSIN_BOARD_TOKEN, for thirty days."  # noqa: S105
_UNKNOWN = "This token is not known."

Answer = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class _Asset:
    """A file that pages refer to, by an address that changes with its content."""

    content: bytes
    media_type: str

    @property
    def version(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:12]


def _assets() -> dict[str, _Asset]:
    files = sorted(one for one in _STATIC.iterdir() if one.suffix in _TYPES)
    return {one.name: _Asset(one.read_bytes(), _TYPES[one.suffix]) for one in files}


@dataclass(frozen=True, kw_only=True)
class BoardPages:
    """All pages of the board."""

    engine: Engine
    door: BoardDoor
    live: Live
    drawn: Drawn
    assets: Mapping[str, _Asset] = field(default_factory=_assets)

    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [
            Route("/board", self._guarded(self._list)),
            Route("/board/incidents/{number}", self._guarded(self._incident)),
            Route("/board/incidents/{number}/report", self._guarded(self._report)),
            Route("/board/past", self._guarded(self._past)),
            Route("/board/numbers", self._guarded(self._numbers)),
            Route("/board/events", self._guarded(self._events)),
            Route("/board/enter", self._enter, methods=["POST"]),
            Route("/board/s/{token}", self._follow),
            Route("/board/s/{token}/{place:path}", self._follow),
            Route("/board/static/{name}", self._asset),
        ]

    # --- who may look

    def _guarded(self, answer: Answer) -> Answer:
        async def ask(request: Request) -> Response:
            if not self.door.admits(request, self.engine.clock.now()):
                return self._refused("The board", 401)
            return await answer(request)

        return ask

    async def _follow(self, request: Request) -> Response:
        """A signed link: it opens a session and leads on, so that the address that is shown holds no secret."""
        now = self.engine.clock.now()
        place = request.path_params.get("place", "")
        if not _PLACE.fullmatch(place) or not self.door.link(request.path_params["token"], now):
            return self._plain("The board", [_NO_LINK], 404)
        response = RedirectResponse(f"/board/{place}".rstrip("/"), status_code=303, headers=dict(SAFETY))
        self.door.open_by_link(request, response, now)
        return response

    async def _enter(self, request: Request) -> Response:
        """The screen's token, once."""
        body = await read_body(request, _MOST_FORM)
        given = dict(parse_qsl((body or b"").decode("utf-8", "replace"))).get("token", "").strip()
        if not self.door.knows(given):
            log.warning("board_refused", given=bool(given))
            return self._refused(_UNKNOWN, 401)
        response = RedirectResponse("/board", status_code=303, headers=dict(SAFETY))
        self.door.open_by_token(request, response, given, self.engine.clock.now())
        return response

    def _refused(self, title: str, status: int) -> Response:
        ways = [*([_BY_LINK] if self.door.by_links else []), *([_BY_TOKEN] if self.door.tokens else [])]
        return self._plain(title, ways, status, form=bool(self.door.tokens))

    # --- what is shown

    async def _list(self, _request: Request) -> Response:
        def draw(tx: Tx) -> tuple[str, str]:
            frame, shown = self._frame(tx), overview.open_now(tx)
            return list_page(frame, shown.standing, shown.total, shown.lately), frame.mark

        return _html(await self.drawn.page("", self.live.known, draw))

    async def _incident(self, request: Request) -> Response:
        entries = _entries(request.query_params.get("entries", ""))
        further = min(entries * 5, _MOST_ENTRIES)

        def draw(tx: Tx) -> tuple[str, str]:
            frame = self._frame(tx)
            more = f"/board/incidents/{number}?entries={further}" if further > entries else ""
            return incident_page(frame, overview.one(tx, number, entries), more), frame.mark

        try:
            number = _number(request)
            return _html(await self.drawn.page(f"{number} {entries}", self.live.known, draw))
        except Refused as no:
            return self._plain("No such incident", [str(no)], 404)

    async def _report(self, request: Request) -> Response:
        """As the desk's template has it, and a page of its own: made to be printed and to be kept."""
        desk = self.engine.desk
        try:
            number = _number(request)
            page = await self.engine.look_on(lambda tx: overview.printed(tx, desk, number))
        except Refused as no:
            return self._plain("No such incident", [str(no)], 404)
        return HTMLResponse(page, headers={**SAFETY, "Content-Security-Policy": PRINTED})

    async def _past(self, request: Request) -> Response:
        wanted, wrong = read_wanted(request.query_params)

        def draw(tx: Tx) -> str | None:
            """None: a number was asked for, and there is such an incident."""
            if wanted.number is not None and tx.incidents.get(wanted.number) is not None:
                return None
            found = overview.past(tx, wanted)
            return past_page(self._frame(tx), wanted, found.incidents, found.systems, more=found.more, wrong=wrong)

        page = await self.engine.look_on(draw)
        if page is None:
            return RedirectResponse(f"/board/incidents/{wanted.number}", status_code=303, headers=dict(SAFETY))
        return _html(page)

    async def _numbers(self, _request: Request) -> Response:
        now, zone = self.engine.clock.now(), self.engine.desk.zone()

        def draw(tx: Tx) -> str:
            facts = overview.facts(tx, now, zone)
            return numbers_page(self._frame(tx), by_week(facts, zone), numbers(facts, zone))

        return _html(await self.engine.look_on(draw))

    def _frame(self, tx: Tx | None = None) -> Frame:
        """Of a page that shows what a transaction sees, or only says something."""
        return Frame(
            now=self.engine.clock.now(),
            speed=self.engine.clock.speed,
            mark=mark_of(tx) if tx else "",
            assets={name: f"/board/static/{name}?v={one.version}" for name, one in self.assets.items()},
        )

    def _plain(self, title: str, lines: list[str], status: int, *, form: bool = False) -> Response:
        return _html(plain_page(self._frame(), title, lines, form=form), status)

    # --- what changes

    async def _events(self, request: Request) -> Response:
        if self.live.is_full:
            return Response("too many listen\n", status_code=503, headers={**SAFETY, "Retry-After": "60"})
        known = request.headers.get("last-event-id") or request.query_params.get("mark", "")
        stream = self.live.stream(known, await self.live.mark())
        # A proxy that gathers answers would hold the news back.
        return StreamingResponse(stream, media_type="text/event-stream", headers={**SAFETY, "X-Accel-Buffering": "no"})

    async def _asset(self, request: Request) -> Response:
        asset = self.assets.get(request.path_params["name"])
        if asset is None:
            return Response("not found\n", status_code=404)
        headers = {**SAFETY, "Cache-Control": "public, max-age=31536000, immutable"}
        return Response(asset.content, media_type=asset.media_type, headers=headers)


def _number(request: Request) -> int:
    """The incident that the address names. Refused where no incident could ever have such a number."""
    given = str(request.path_params["number"])
    if not given.isascii() or not given.isdigit() or len(given) > _MOST_DIGITS:
        raise Refused(f"{brief(given, 40)!r} is no number of an incident.")
    return int(given)


def _entries(given: str) -> int:
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 8 else _ENTRIES
    return max(1, min(number, _MOST_ENTRIES))


def _html(page: str, status: int = 200) -> Response:
    return HTMLResponse(page, status_code=status, headers=dict(SAFETY))

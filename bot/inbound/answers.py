"""Answering without Slack: the signed link, the digit on the phone, and what providers tell of pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.core.errors import Refused, StoreAway, WrongSecret
from bot.core.incident import Incident, must_be_active
from bot.core.message import Heard
from bot.core.oncall import Actor
from bot.core.page import CONFIRM, Page
from bot.core.signing import read
from bot.engine import heard, next_level, resolve, respond
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.engine import Engine
from bot.engine.said import Said, comes_next, say
from bot.inbound.body import read_body
from bot.pagers.base import CallbackRequest, Pager
from bot.store.transaction import Tx
from bot.views.pages_html import CONFIRM_ANSWERS, PAGE_ANSWERS, ask_page, done_page, gone_page
from bot.views.speech import NOT_RECORDED, SLACK_AWAY, Told, answers_spoken, speech_for

log = structlog.get_logger("answers")

Verb = Callable[..., Said]
VERBS: Mapping[str, Verb] = {
    "acknowledge": respond.acknowledge,
    "pass": next_level.pass_on,
    "escalate": next_level.escalate_now,
    "resolve": resolve.resolve,
    "unacknowledge": respond.unacknowledge,
    "confirm": respond.confirm,
}
_MOST_BODY, _MOST_FORM = 256 * 1024, 16 * 1024
"""Bytes that a provider and the page behind a link may post."""

_LOOK_S, _ANSWER_S = 4.0, 8.0
"""Real seconds for what a call says and for what is answered there: Twilio waits fifteen."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The doors that need no Slack."""

    engine: Engine
    secret: str
    public_url: str
    pagers: Mapping[str, tuple[Pager, Any]]
    """Each pager with its parameters."""
    slack_away: Callable[[], bool] = lambda: False

    # The link in mail and text messages

    async def ask(self, request: Request) -> Response:
        """GET: show what it is and ask once more. A mail scanner that follows links changes nothing."""
        page, incident = await self._page_of(request, "answer")
        if page is None or incident is None:
            return HTMLResponse(gone_page("This link is not valid, or it is too old."), status_code=404)
        options = CONFIRM_ANSWERS if page.purpose == CONFIRM else PAGE_ANSWERS
        return _html(ask_page(incident, page.name, request.url.path, options))

    async def answer(self, request: Request) -> Response:
        """POST: the person has said it."""
        page, incident = await self._page_of(request, "answer")
        if page is None or incident is None:
            return HTMLResponse(gone_page("This link is not valid, or it is too old."), status_code=404)
        body = await read_body(request, _MOST_FORM)
        if body is None:
            return HTMLResponse(gone_page("That is more than an answer. Nothing was done."), status_code=413)
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        verb = VERBS.get(form.get("verb", "acknowledge"))
        if verb is None:
            return HTMLResponse(gone_page("That answer is not one of those offered."), status_code=400)
        try:
            said = await self.engine.do(verb, incident.number, _person(page, "link"))
        except Refused as no:
            return _html(done_page(str(no), self.engine.desk.has_slack))
        return _html(done_page(said.text, self.engine.desk.has_slack))

    async def _page_of(self, request: Request, purpose: str) -> tuple[Page | None, Incident | None]:
        key = read(self.secret, purpose, request.path_params["token"], self.engine.clock.now())
        if key is None:
            return None, None

        def look(tx: Tx) -> tuple[Page | None, Incident | None]:
            page = tx.pages.get(key)
            return page, _now_part_of(tx, page.incident) if page else None

        return await self.engine.look(look)

    # Callbacks of providers

    async def callback(self, request: Request) -> Response:
        """What a provider tells: of one page (its signed address names it), or of its own incidents."""
        way = request.path_params["way"]
        pager, parameters = self.pagers.get(way, (None, None))
        if pager is None or pager.callback is None:
            return Response("unknown callback\n", status_code=404)
        key: str | None = None
        if "token" in request.path_params:
            key = read(self.secret, "callback", request.path_params["token"], self.engine.clock.now())
            if key is None:
                return Response("unknown or expired\n", status_code=404)
        body = await read_body(request, _MOST_BODY)
        if body is None:
            return Response("too large\n", status_code=413)
        try:
            speech = await self._speech(key) if key and pager.voice else ""
            answer = pager.callback.read(self._request(request, body, speech), parameters)
        except WrongSecret as no:
            log.warning("callback_refused", way=way, reason=str(no))
            return Response(f"{no}\n", status_code=401)
        if answer.spoken is not None:
            words, again = await self._hear_caller(way, answer.heard, key)
            return Response(answer.spoken(words, again), media_type=answer.media_type)
        for one in answer.heard:
            await self.engine.do(_take, way, one, key)
        return Response(answer.body, media_type=answer.media_type)

    async def _hear_caller(self, way: str, told: Sequence[Heard], key: str | None) -> tuple[str, bool]:
        """Do what somebody says on the phone. The words for what became of it, and whether they may say it again: a
        caller hears it whatever happens, in the time that the provider waits."""
        try:
            async with asyncio.timeout(_ANSWER_S):
                became = [one for said in told for one in await self.engine.do(_take, way, said, key)]
        except Exception:
            log.exception("caller_not_heard", way=way, page=key)
            return NOT_RECORDED, True
        return self.engine.desk.redactor.text(answers_spoken(became)), False

    def _request(self, request: Request, body: bytes, speech: str | None) -> CallbackRequest:
        headers = {key.lower(): value for key, value in request.headers.items()}
        is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        query = f"?{request.url.query}" if request.url.query else ""
        return CallbackRequest(
            method=request.method,
            url=f"{self.public_url}{request.url.path}{query}",
            headers=headers,
            body=body,
            form=dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)) if is_form else {},
            path_rest=request.path_params.get("rest", ""),
            now=self.engine.clock.now(),
            speech=speech,
        )

    async def _speech(self, key: str) -> str | None:
        """What the call for a page is to say now; None when it cannot be read: an answer is taken all the same."""

        def look(tx: Tx) -> str:
            wanted: dict[str, Incident] = {}
            for one in tx.pages.with_bundle(key):
                incident = tx.incidents.get(one.incident)
                ladder = tx.incidents.escalations(one.incident).get(one.part)
                if incident is not None and heard.still_wanted(incident, ladder, one):
                    wanted[one.key] = incident
            if len(wanted) == 1:
                return str(tx.outbox.payload_of(next(iter(wanted)))["speech"])
            return speech_for(list(wanted.values())) if wanted else ""

        try:
            async with asyncio.timeout(_LOOK_S):
                speech = self.engine.desk.redactor.text(await self.engine.look(look))
        except Exception:
            log.exception("page_not_read", page=key)
            return None
        return f"{speech} {SLACK_AWAY}" if speech and self.slack_away() else speech


def _take(tx: Tx, desk: Desk, way: str, said: Heard, key: str | None, now: datetime) -> list[Told]:
    """Do what was said, the first time that it is told; what became of it. In one transaction, so that what could not
    be done is done when the provider tells it again."""
    first = not said.event or tx.people.mark_seen(f"{way}:{said.event}", now)
    verb = VERBS.get(said.state)
    if verb is None:
        if first and key is not None:
            heard.page_became(tx, desk, key, said.state, said.why, now)
        return []
    became = []
    for number, who in _meant(tx, desk, way, said, key).items():
        work = partial(verb, tx, desk, number, who, now, said.why) if first else partial(_stands, tx, desk, number, now)
        try:
            became.append(Told(number=number, text=tx.alone(work).text))
        except Refused as no:
            log.info("callback_changes_nothing", way=way, incident=number, reason=str(no))
            became.append(Told(number=number, text=str(no), done=False))
    return became


def _stands(tx: Tx, desk: Desk, number: int, now: datetime) -> Said:
    """How an incident stands, for whoever has said the same before."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    return say(change, comes_next(change))


def _meant(tx: Tx, desk: Desk, way: str, said: Heard, key: str | None) -> Mapping[int, Actor]:
    """The incidents an answer is about, and who gave it: all that a call named, or the provider's one. What was merged
    meanwhile is answered for where it went; but its end is not the end of that."""
    if key is not None:
        return {_now_part_of(tx, page.incident).number: _person(page, way) for page in tx.pages.with_bundle(key)}
    number = _number_in(said.dedup)
    incident = tx.incidents.get(number) if number else None
    if incident is None or incident.dedup != said.dedup:
        return {}
    contact = desk.roster(tx, incident.system).identify(mail=said.mail) if said.mail else None
    name = contact.name if contact else said.who or way
    who = Actor(
        id=contact.id if contact else f"{way}:{name}", name=name, via=way, slack=contact.slack if contact else ""
    )
    return {(incident if said.state == "resolve" else _now_part_of(tx, incident.number)).number: who}


def _now_part_of(tx: Tx, number: int) -> Incident:
    """The incident that a stored one has become part of; itself, unless it was merged."""
    incident = tx.incidents.get(number)
    assert incident is not None
    return _now_part_of(tx, incident.merged_into) if incident.merged_into else incident


def _person(page: Page, via: str) -> Actor:
    return Actor(id=page.person, name=page.name, via=via, slack=page.address if page.way == "slack" else "")


def _number_in(dedup: str) -> int | None:
    parts = dedup.rsplit("-", 2)
    return int(parts[1]) if len(parts) == 3 and parts[1].isdigit() else None


def _html(page: str) -> Response:
    return HTMLResponse(
        page, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    )


async def sorry(_request: Request, problem: Exception) -> Response:
    """The database is away: say what else can be done."""
    assert isinstance(problem, StoreAway)
    return HTMLResponse(
        gone_page("The database does not answer right now. Try again in a minute, or call the next person."),
        status_code=503,
        headers={"Retry-After": "10"},
    )

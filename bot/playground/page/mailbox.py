"""The mailbox and the phone: what reached people by mail, text message, call and PagerDuty, to be answered there."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.page.panels import calendar, drawn, form_of, sender
from bot.playground.receivers import Receivers
from bot.playground.receivers.faults import SWITCHES
from bot.playground.receivers.kept import MOST
from bot.playground.receivers.pagerduty import Deed
from bot.playground.receivers.twilio import NotPossible
from bot.playground.receivers.values import Alarm, Mail, PhoneCall, TextMessage
from bot.playground.workspace import Workspace

SHOWN = 40
"""How many pages of one address are drawn."""

# Nothing in a mail may fetch or run anything, whatever it says of itself.
_LOCKED = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
)
_ANSWER = re.compile(r"https?://\S+/a/[\w.~%-]+")
_STATES = {
    "ringing": "Ringing", "in-progress": "On the phone", "completed": "Ended", "busy": "Busy",
    "no-answer": "No answer",
}  # fmt: skip


@dataclass(kw_only=True, slots=True)
class Address:
    """One mailbox, phone or PagerDuty integration, with what reached it."""

    name: str
    sort: str
    """`mailbox`, `phone`, `pagerduty`."""
    pages: list[tuple[str, Mail | TextMessage | PhoneCall | Alarm]] = field(default_factory=list)
    """(way, page), newest first."""

    @property
    def key(self) -> str:
        """Fit for an id."""
        return f"{self.sort}-{re.sub(r'[^a-zA-Z0-9]+', '-', self.name)}"


class Mailbox:
    """A `Panel`. What becomes of a press is seen in the panel, by everybody who looks at it."""

    key = "mailbox"
    title = "Mailbox and phone"
    icon = "✉"
    unread = True

    def __init__(self, workspace: Workspace, receivers: Receivers) -> None:
        self._workspace = workspace
        self._receivers = receivers
        self._seen: dict[str, float] = {}
        """Who looked when, by the playground's clock."""
        self._watchers: list[Callable[[], None]] = []
        self.routes: Sequence[BaseRoute] = (
            Route("/panel/mailbox/call", self._call, methods=["POST"]),
            Route("/panel/mailbox/text", self._text, methods=["POST"]),
            Route("/panel/mailbox/pagerduty", self._pagerduty, methods=["POST"]),
            Route("/panel/mailbox/fault", self._fault, methods=["POST"]),
            Route("/panel/mailbox/clear", self._clear, methods=["POST"]),
            Route("/panel/mailbox/seen", self._look, methods=["POST"]),
        )

    def html(self, viewer: str) -> str:
        """All addresses; where something came last stands first."""
        faults = self._receivers.faults
        return drawn(
            "mailbox.html",
            calendar=calendar(self._workspace, viewer),
            addresses=self._addresses(),
            shown=SHOWN,
            kept=MOST,
            switches=[(one, faults.is_on(one.key), faults.met(one.key)) for one in SWITCHES],
            states=_STATES,
            answer_link=answer_link,
            locked=locked,
        )

    def badge(self, viewer: str) -> str:
        """How many pages reached anybody since this viewer looked last."""
        since = self._seen.get(viewer, 0.0)
        count = sum(page.at > since for one in self._addresses() for _, page in one.pages)
        return str(count) if count else ""

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)
        self._receivers.watch(changed)

    def _addresses(self) -> list[Address]:
        receivers = self._receivers
        found: list[tuple[str, str, str, Any]] = [
            *(("mailbox", "mail", one.to, one) for one in receivers.mail.mails.newest_first()),
            *(("phone", "sms", one.to, one) for one in receivers.twilio.messages.newest_first()),
            *(("phone", "call", one.to, one) for one in receivers.twilio.calls.newest_first()),
            *(("pagerduty", "pagerduty", one.integration, one) for one in receivers.pagerduty.alarms()),
        ]
        addresses: dict[tuple[str, str], Address] = {}
        for sort, way, name, page in sorted(found, key=lambda one: one[3].at, reverse=True):
            address = addresses.setdefault((sort, name), Address(name=name, sort=sort))
            address.pages.append((way, page))
        return list(addresses.values())

    # What is pressed

    async def _call(self, request: Request) -> Response:
        form, twilio = await form_of(request), self._receivers.twilio
        sid, deed = form.get("call", ""), form.get("do", "")
        try:
            match deed:
                case "pick-up":
                    await twilio.pick_up(sid)
                case "voicemail":
                    await twilio.pick_up(sid, answered_by="machine_start")
                case "press":
                    await twilio.press(sid, form.get("digit", "")[:1])
                case "hang-up":
                    await twilio.hang_up(sid)
                case "busy":
                    await twilio.leave(sid, "busy")
                case "no-answer":
                    await twilio.leave(sid, "no-answer")
                case _:
                    return PlainTextResponse("That cannot be done to a call.", 400)
        except NotPossible as no:
            return PlainTextResponse(f"Not possible: {no}.", 409)
        return Response(status_code=204)

    async def _text(self, request: Request) -> Response:
        form = await form_of(request)
        try:
            await self._receivers.twilio.lose(form.get("message", ""))
        except NotPossible as no:
            return PlainTextResponse(f"Not possible: {no}.", 409)
        return Response(status_code=204)

    async def _pagerduty(self, request: Request) -> Response:
        form = await form_of(request)
        deed, dedup = form.get("do", ""), form.get("incident", "")
        if deed not in get_args(Deed):
            return PlainTextResponse("PagerDuty cannot do that.", 400)
        who = sender(self._workspace, form)
        try:
            await self._receivers.pagerduty.act(dedup, deed, name=who.real_name, mail=who.email)  # type: ignore[arg-type]
        except KeyError:
            return PlainTextResponse("PagerDuty knows no such incident any more.", 409)
        return Response(status_code=204)

    async def _fault(self, request: Request) -> Response:
        form = await form_of(request)
        try:
            self._receivers.faults.turn(form.get("key", ""), on=form.get("on") == "1")
        except KeyError:
            return PlainTextResponse("There is no such fault.", 400)
        return Response(status_code=204)

    async def _look(self, request: Request) -> Response:
        viewer = sender(self._workspace, await form_of(request))
        self._seen[viewer.name] = self._workspace.room.state.now()
        for changed in self._watchers:
            changed()
        return Response(status_code=204)

    async def _clear(self, _request: Request) -> Response:
        self._receivers.clear()
        return Response(status_code=204)


def answer_link(text: str) -> str:
    """The signed link in a mail or text message; empty where there is none."""
    found = _ANSWER.search(text)
    return found[0] if found else ""


def locked(html: str) -> str:
    """The HTML of a mail, with what keeps it from fetching anything."""
    return _LOCKED + html

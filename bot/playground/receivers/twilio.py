"""Twilio: calls and text messages are taken by the shape of its HTTP API, and its signed callbacks tell the bot what
became of them."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any, Literal
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.listening import loopback_client
from bot.playground.receivers.faults import WayFaults
from bot.playground.receivers.kept import Kept
from bot.playground.receivers.values import CallState, Choice, PhoneCall, Spoken, TextMessage

SID = "AC" + "0" * 32
TOKEN = "playground-twilio-token"  # noqa: S105 - of a receiver on this machine
NUMBER = "+15005550006"

_OFFER = re.compile(r"[Pp]ress (\d)\s+([^.;]{1,80})")
_BECAME: dict[CallState, str] = {
    "busy": "The line was busy.",
    "no-answer": "Nobody picked up.",
    "completed": "The call ended.",
}


_RINGS_S = 30.0
"""Real seconds after which nobody has picked up, at least: on faster time a person still needs as long."""


class NotPossible(Exception):
    """What was asked of a call cannot be done in its state."""


class Twilio:
    """The account: takes calls and messages, lists them, and plays the people at their other end."""

    def __init__(
        self, *, now: Callable[[], float], faults: WayFaults, abort: Callable[[Any], None],
        arrived: Callable[[PhoneCall | TextMessage], None], changed: Callable[[], None],
    ) -> None:  # fmt: skip
        """`abort` breaks the connection of a client, for an answer that is lost."""
        self.calls: Kept[PhoneCall] = Kept()
        self.messages: Kept[TextMessage] = Kept()
        self.routes: tuple[BaseRoute, ...] = (
            Route("/2010-04-01/Accounts/{account}/Calls.json", self._take_call, methods=["POST"]),
            Route("/2010-04-01/Accounts/{account}/Messages.json", self._take_message, methods=["POST"]),
            Route("/2010-04-01/Accounts/{account}/Calls.json", self._list_calls, methods=["GET"]),
            Route("/2010-04-01/Accounts/{account}/Messages.json", self._list_messages, methods=["GET"]),
        )
        self._now, self._faults, self._abort = now, faults, abort
        self._arrived, self._changed = arrived, changed
        self._client = loopback_client(10.0)
        self._ringing: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for task in self._ringing:
            task.cancel()
        await asyncio.gather(*self._ringing, return_exceptions=True)
        await self._client.aclose()

    # What the bot asks for

    async def _take_call(self, request: Request) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        if refused := self._refusal(request):
            return refused
        sid = f"CA{self.calls.count + 1:032x}"
        call = self.calls.put(PhoneCall(
            id=sid, at=self._now(), sender=form.get("From", ""), to=form["To"], url=form.get("Url", ""),
            status_callback=form.get("StatusCallback", ""), twiml=form.get("Twiml", ""),
        ))  # fmt: skip
        self._arrived(call)
        rings = max(float(form.get("Timeout") or 60), _RINGS_S)  # 60: Twilio's own
        task = asyncio.create_task(self._rings(sid, rings))
        self._ringing.add(task)
        task.add_done_callback(self._ringing.discard)
        return await self._taken(request, _call_json(call))

    async def _rings(self, sid: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        with contextlib.suppress(NotPossible):  # somebody did something about it
            await self.leave(sid, "no-answer")

    async def _take_message(self, request: Request) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        if refused := self._refusal(request):
            return refused
        sid = f"SM{self.messages.count + 1:032x}"
        message = self.messages.put(TextMessage(
            id=sid, at=self._now(), sender=form.get("From", ""), to=form["To"], body=form.get("Body", ""),
            status_callback=form.get("StatusCallback", ""),
        ))  # fmt: skip
        self._arrived(message)
        return await self._taken(request, _message_json(message))

    async def _list_calls(self, request: Request) -> Response:
        wanted = request.query_params.get("To")
        return JSONResponse({"calls": [_call_json(one) for one in self.calls.newest_first() if one.to == wanted]})

    async def _list_messages(self, request: Request) -> Response:
        wanted = request.query_params.get("To")
        found = [_message_json(one) for one in self.messages.newest_first() if one.to == wanted]
        return JSONResponse({"messages": found})

    def _refusal(self, request: Request) -> Response | None:
        given = request.headers.get("authorization", "").removeprefix("Basic ")
        if not hmac.compare_digest(given, base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()):
            return JSONResponse({"code": 20003, "message": "Authenticate", "status": 401}, 401)
        if self._faults.meet("twilio-500"):
            request.state.fault = "twilio-500"
            return PlainTextResponse("the server is not well", 500)
        return None

    async def _taken(self, request: Request, answer: dict[str, Any]) -> Response:
        if self._faults.meet("twilio-lost"):
            request.state.fault = "twilio-lost"
            self._abort(request.client)
        return JSONResponse(answer, 201)

    # What people do at the other end

    async def pick_up(self, sid: str, *, answered_by: str = "human") -> str:
        """Somebody picks up a ringing call, or voicemail does (`machine_start`): what they hear."""
        call = self._call(sid, "ringing")
        call = self._put(replace(call, state="in-progress", answered_by=answered_by))
        voicemail = answered_by != "human"
        self._say(sid, "note", "Voicemail answered." if voicemail else "Picked up.")
        if call.url:
            status, text = await self._tell(call.url, {**_about(call), "CallStatus": "in-progress"})
        else:
            status, text = 200, call.twiml
        said = self._hear(sid, call.url, status, text)
        if voicemail or not self._now_is(sid).digits_to:
            await self.hang_up(sid)
        return said

    async def press(self, sid: str, digit: str) -> str:
        """Press a key, after picking up if it rings: what is said then."""
        if self._call(sid).state == "ringing":
            await self.pick_up(sid)
        call = self._call(sid, "in-progress")
        if not call.digits_to:
            raise NotPossible("the voice asks for no key now")
        self._say(sid, "key", digit)
        form = {**_about(call), "CallStatus": "in-progress", "Digits": digit}
        status, text = await self._tell(call.digits_to, form)
        said = self._hear(sid, call.digits_to, status, text)
        if not self._now_is(sid).digits_to:
            await self.hang_up(sid)
        return said

    async def hang_up(self, sid: str) -> None:
        """The call that was answered ends."""
        await self._end(self._call(sid, "in-progress"), "completed")

    async def leave(self, sid: str, state: Literal["busy", "no-answer"]) -> None:
        """A ringing call is not answered: `busy` or `no-answer`."""
        await self._end(self._call(sid, "ringing"), state)

    async def lose(self, sid: str) -> None:
        """The carrier gives a text message up."""
        message = self.messages.get(sid)
        if message is None or message.undelivered:
            raise NotPossible("there is no such message any more, or it was given up before")
        self.messages.put(replace(message, undelivered=True))
        self._changed()
        form = {"MessageSid": sid, "MessageStatus": "undelivered", "ErrorCode": "30003", "To": message.to}
        if message.status_callback:
            await self._tell(message.status_callback, form)

    async def _end(self, call: PhoneCall, state: CallState) -> None:
        self._put(replace(self._now_is(call.id), state=state, digits_to="", choices=()))
        self._say(call.id, "note", _BECAME[state])
        if call.status_callback:
            status, _ = await self._tell(call.status_callback, {**_about(call), "CallStatus": state})
            if status != 200:
                self._say(call.id, "note", f"The bot did not take the call's end: it answered {status or 'nothing'}.")

    async def _tell(self, url: str, form: dict[str, str]) -> tuple[int, str]:
        """A signed callback to the bot: status and body; 0 where the bot cannot be reached."""
        try:
            answer = await self._client.post(url, data=form, headers={"X-Twilio-Signature": signature(url, form)})
        except httpx.HTTPError:
            return 0, ""
        return answer.status_code, answer.text

    # What is said

    def _hear(self, sid: str, url: str, status: int, twiml: str) -> str:
        try:
            said, choices, digits_to = read_aloud(twiml, url)
        except ET.ParseError:
            said, choices, digits_to = [], (), ""
        if status != 200 or not said:
            words = f"An application error has occurred: the bot answered {status or 'nothing'}."
            self._put(replace(self._now_is(sid), digits_to="", choices=()))
            self._say(sid, "note", words)
            return words
        self._put(replace(self._now_is(sid), choices=choices, digits_to=digits_to))
        self._say(sid, "voice", "\n".join(said))
        return " ".join(said)

    def _say(self, sid: str, who: Any, words: str) -> None:
        call = self._now_is(sid)
        self._put(replace(call, spoken=(*call.spoken, Spoken(who=who, words=words))))

    def _put(self, call: PhoneCall) -> PhoneCall:
        self.calls.put(call)
        self._changed()
        return call

    def _now_is(self, sid: str) -> PhoneCall:
        call = self.calls.get(sid)
        if call is None:
            raise NotPossible("there is no such call any more")
        return call

    def _call(self, sid: str, state: str = "") -> PhoneCall:
        call = self._now_is(sid)
        if state and call.state != state:
            raise NotPossible(f"the call is {call.state}, not {state}")
        return call


def signature(url: str, form: dict[str, str]) -> str:
    """What proves that a callback is Twilio's: HMAC-SHA1 of the address and the sorted fields."""
    signed = url + "".join(name + value for name, value in sorted(form.items()))
    return base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def read_aloud(twiml: str, url: str) -> tuple[list[str], tuple[Choice, ...], str]:
    """What TwiML says until it waits for a key, each sentence once; the keys it offers; and where a key goes to.

    What is said twice for the ear is written once. Raises ParseError for what is no XML.
    """
    root = ET.fromstring(twiml)  # noqa: S314 - the bot's own
    gather = root.find("Gather")
    said = list(dict.fromkeys((one.text or "").strip() for one in (root if gather is None else gather).iter("Say")))
    if gather is None:
        return said, (), ""
    # The last one who offers a key is the bot itself: what an alert says of keys comes before.
    offered = {digit: meaning.strip() for digit, meaning in _OFFER.findall("\n".join(said))}
    choices = tuple(Choice(digit=digit, meaning=meaning) for digit, meaning in sorted(offered.items()))
    return said, choices, urljoin(url, gather.get("action") or url)


def _about(call: PhoneCall) -> dict[str, str]:
    about = {"CallSid": call.id, "AccountSid": SID, "From": call.sender, "To": call.to, "Direction": "outbound-api"}
    return about | ({"AnsweredBy": call.answered_by} if call.answered_by else {})


def _call_json(call: PhoneCall) -> dict[str, Any]:
    status = "queued" if call.state == "ringing" else call.state
    return {
        "sid": call.id, "to": call.to, "from": call.sender, "status": status, "date_created": formatdate(call.at),
    }  # fmt: skip


def _message_json(message: TextMessage) -> dict[str, Any]:
    return {
        "sid": message.id, "to": message.to, "from": message.sender, "body": message.body,
        "status": "undelivered" if message.undelivered else "delivered", "date_created": formatdate(message.at),
    }  # fmt: skip

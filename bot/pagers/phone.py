"""Phone: a call that speaks the page and takes one digit as the answer, by Twilio."""

from __future__ import annotations

import re
from functools import partial
from xml.etree import ElementTree as ET

from bot.core.message import Carried, Heard, Sent
from bot.pagers._twilio import Account, TwilioParameters, check_number, event_of, prove
from bot.pagers.base import CallbackAnswer, CallbackRequest, Pager, Tools

_XML = "text/xml"
_CHOICES = "Press 1 to acknowledge. Press 2 if you cannot take it. Press 3 to call the next level as well."
_NO_DIGIT = "No key was pressed, so the next person will be called. Goodbye."
_NOT_WANTED = "This page has been answered already. Nothing more is asked of you. Goodbye."
_UNKNOWN = "This is Tocsin. You are being paged, but the incident cannot be read now."
_GOODBYE = "Goodbye."
_DIGITS = {"1": "acknowledge", "2": "pass", "3": "escalate"}
_WHY = {"busy": "busy", "no-answer": "no answer", "failed": "the call failed", "canceled": "the call was cancelled"}
_NOBODY = {
    "machine": "voicemail",
    "fax": "a fax machine answered",
    # A page counts as heard by a person only when it is known to be: at worst somebody is called once more.
    "unknown": "nobody could tell whether a person or voicemail answered",
}
# What XML 1.0 cannot carry, not even escaped.
_UNSPEAKABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST = 1500


class _Phone:
    can_look_up = True

    def __init__(self, parameters: TwilioParameters, tools: Tools) -> None:
        self._parameters = parameters
        self._account = Account(parameters, tools)

    async def send(self, message: Carried) -> Sent:
        form = {"To": message.to, "From": self._parameters.from_number, "Timeout": str(self._parameters.ring_seconds)}
        if message.callback:
            form |= {
                "Url": message.callback,
                "Method": "POST",
                "StatusCallback": f"{message.callback}/status",
                "StatusCallbackMethod": "POST",
                "MachineDetection": "Enable",
            }
        else:
            form["Twiml"] = _monologue(message.speech, self._parameters.language).decode()
        return self._sent(await self._account.create("Calls", form), message)

    async def look_up(self, message: Carried) -> Sent | None:
        """A call carries no key of ours: any call from our number to this one since the message was decided is taken
        for it. Two pages to one number within seconds can be mistaken for each other; pages to one number are bundled
        into one call, so that this is rare. A call that Twilio could not place does not count."""
        for call in await self._account.since("Calls", message, sender=self._parameters.from_number):
            if call.get("status") not in ("failed", "canceled"):
                return self._sent(str(call.get("sid", "")), message)
        return None

    async def close(self) -> None:
        """The HTTP client is shared and not closed here."""

    @staticmethod
    def _sent(sid: str, message: Carried) -> Sent:
        if message.callback:
            return Sent(ref=sid, state="ringing")
        return Sent(ref=sid, note="without a public address nobody can answer this call by a digit")


class _Calls:
    """The call's own address is asked for what to say, `digits` gets the answer, `status` the end."""

    def read(self, request: CallbackRequest, parameters: TwilioParameters) -> CallbackAnswer:
        prove(request, parameters)
        sid = request.form.get("CallSid", "")
        match request.path_rest.strip("/"):
            case "":
                return CallbackAnswer(media_type=_XML, body=_dialogue(request, parameters.language))
            case "digits":
                return self._digit(request, sid, parameters.language)
            case "status":
                return self._end(request, sid)
            case _:
                return CallbackAnswer()

    @staticmethod
    def _digit(request: CallbackRequest, sid: str, language: str) -> CallbackAnswer:
        digit = request.form.get("Digits", "")
        if digit not in _DIGITS:
            return CallbackAnswer(media_type=_XML, body=_dialogue(request, language))
        heard = Heard(state=_DIGITS[digit], event=event_of(request, sid, f"digit {digit}"))
        return CallbackAnswer(heard=(heard,), media_type=_XML, spoken=partial(_told, request, language))

    @staticmethod
    def _end(request: CallbackRequest, sid: str) -> CallbackAnswer:
        status = request.form.get("CallStatus", "")
        by = request.form.get("AnsweredBy", "").partition("_")[0]
        if status == "completed":
            why = _NOBODY.get(by, "")
        elif status in _WHY:
            why = _WHY[status]
        else:
            return CallbackAnswer()
        heard = Heard(state="unreached" if why else "answered", why=why, event=event_of(request, sid, status))
        return CallbackAnswer(heard=(heard,))


def _dialogue(request: CallbackRequest, language: str) -> bytes:
    if request.speech == "":
        return _spoken([_NOT_WANTED], language)
    speech = _clean(request.speech or _UNKNOWN)
    machine = request.form.get("AnsweredBy", "").startswith(("machine", "fax"))
    # Detection errs now and then, so a "machine" is spoken to as well and may press a key; once is enough for a tape,
    # and the sooner this call ends the sooner the next one begins.
    says = [speech, _CHOICES] if machine else [speech, _CHOICES, speech, _CHOICES]
    return _asked(request, says, language)


def _told(request: CallbackRequest, language: str, words: str, again: bool) -> bytes:
    if again:
        return _asked(request, [_clean(words), _CHOICES], language)
    return _spoken([_clean(words), _GOODBYE], language)


def _asked(request: CallbackRequest, says: list[str], language: str) -> bytes:
    response = ET.Element("Response")
    action = request.url.partition("?")[0].rstrip("/").removesuffix("/digits") + "/digits"
    gather = ET.SubElement(response, "Gather", action=action, method="POST", numDigits="1", timeout="6")
    _say(gather, says, language)
    _say(response, [_NO_DIGIT], language)
    return _xml(response)


def _monologue(speech: str, language: str) -> bytes:
    return _spoken([_clean(speech)] * 2, language)


def _spoken(sentences: list[str], language: str) -> bytes:
    response = ET.Element("Response")
    _say(response, sentences, language)
    return _xml(response)


def _say(parent: ET.Element, sentences: list[str], language: str) -> None:
    for number, sentence in enumerate(sentences):
        if number:
            ET.SubElement(parent, "Pause", length="1")
        ET.SubElement(parent, "Say", language=language).text = sentence


def _xml(response: ET.Element) -> bytes:
    ET.SubElement(response, "Hangup")
    raw: bytes = ET.tostring(response, encoding="utf-8", xml_declaration=True)
    return raw


def _clean(speech: str) -> str:
    return _UNSPEAKABLE.sub(" ", speech)[:_LONGEST]


PAGER = Pager(
    name="phone",
    help="Calls a number, speaks the page twice and takes a digit: 1 acknowledge, 2 cannot take it, 3 escalate now.",
    wakes=True,
    answers="digit",
    address_help="a phone number in E.164, e.g. +15005550006",
    check_address=check_number,
    section="twilio",
    parameters=TwilioParameters,
    open=_Phone,
    voice=True,
    callback=_Calls(),
)

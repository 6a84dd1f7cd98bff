"""SMS: the page in at most three segments, with a signed link to answer it, by Twilio."""

from __future__ import annotations

from bot.core.message import Carried, Heard, Sent
from bot.pagers._twilio import Account, TwilioParameters, check_number, event_of, prove
from bot.pagers.base import CallbackAnswer, CallbackRequest, Pager, Tools

_SEGMENTS = 3
# A single message holds 160 characters of the GSM alphabet or 70 of any other; parts of a longer one lose some of that
# to the header that joins them.
_GSM = (160, 153)
_OTHER = (70, 67)
_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("^{}\\[~]|€")
# One of these would more than halve what fits.
_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "…": "...", "→": "->", "·": "-",
     "•": "-", "×": "x", "≥": ">=", "≤": "<=", "\u00a0": " ", "\t": " "}
)  # fmt: skip
_CUT = "..."


class _Sms:
    can_look_up = True

    def __init__(self, parameters: TwilioParameters, tools: Tools) -> None:
        self._parameters = parameters
        self._account = Account(parameters, tools)

    async def send(self, message: Carried) -> Sent:
        form = {"To": message.to, "Body": text_of(message)}
        if self._parameters.messaging_service_sid:
            form["MessagingServiceSid"] = self._parameters.messaging_service_sid
        else:
            form["From"] = self._parameters.from_number
        if message.callback:
            form["StatusCallback"] = f"{message.callback}/status"
        return Sent(ref=await self._account.create("Messages", form))

    async def look_up(self, message: Carried) -> Sent | None:
        """A recent message to this number with this very text; its link, where there is one, is like no other's. What
        Twilio or the carrier gave up on does not count."""
        text = text_of(message)
        sender = "" if self._parameters.messaging_service_sid else self._parameters.from_number
        for record in await self._account.since("Messages", message, sender=sender):
            # A trial account puts a line of its own before the text.
            if str(record.get("body", "")).endswith(text) and record.get("status") not in ("failed", "undelivered"):
                state = "delivered" if record.get("status") == "delivered" else "sent"
                return Sent(ref=str(record.get("sid", "")), state=state)
        return None

    async def close(self) -> None:
        """The HTTP client is shared and not closed here."""


class _Deliveries:
    """Twilio tells at `status` what became of a message."""

    def read(self, request: CallbackRequest, parameters: TwilioParameters) -> CallbackAnswer:
        prove(request, parameters)
        status = request.form.get("MessageStatus", "")
        code = request.form.get("ErrorCode", "")
        event = event_of(request, request.form.get("MessageSid", ""), status)
        if status == "delivered":
            return CallbackAnswer(heard=(Heard(state="delivered", event=event),))
        if status in ("undelivered", "failed"):
            why = f"SMS {status}" + (f" (Twilio error {code})" if code else "")
            return CallbackAnswer(heard=(Heard(state="unreached", why=why, event=event),))
        return CallbackAnswer()


def text_of(message: Carried) -> str:
    """The short text and the whole answer link, in at most three segments: the text gives way to the link."""
    text = message.short.translate(_PLAIN).strip()
    tail = f"\n{message.answer_link}" if message.answer_link else ""
    if segments(text + tail) <= _SEGMENTS:
        return text + tail
    kept = len(text)
    while kept and segments(text[:kept].rstrip() + _CUT + tail) > _SEGMENTS:
        kept -= 1
    return text[:kept].rstrip() + _CUT + tail if kept else tail.strip()


def segments(text: str) -> int:
    """How many messages a text is sent as."""
    if all(character in _ALPHABET or character in _DOUBLE for character in text):
        length, (single, part) = len(text) + sum(character in _DOUBLE for character in text), _GSM
    else:
        length, (single, part) = len(text.encode("utf-16-le", "surrogatepass")) // 2, _OTHER
    return 1 if length <= single else -(-length // part)


PAGER = Pager(
    name="sms",
    help="Sends a text message of at most three segments with a link to answer.",
    wakes=True,
    answers="link",
    address_help="a mobile number in E.164, e.g. +15005550006",
    check_address=check_number,
    section="twilio",
    parameters=TwilioParameters,
    open=_Sms,
    callback=_Deliveries(),
)

"""websocket: what a stream sends in a few seconds: how many messages, how old, and whether some are missing."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import orjson
from pydantic import Field, JsonValue
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI, WebSocketException
from websockets.frames import CloseCode
from websockets.protocol import State

from bot.core.evidence import Seen, Trouble
from bot.core.text import bounded, one_line
from bot.packs.shapes import Name
from bot.probes._asking import HeaderName, Path, secret_of
from bot.probes._config import pick
from bot.probes._json import ValuePath, age_of, numeric
from bot.probes._place import Unreached, limit_of, why_not
from bot.probes._text import clean
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

_MOST_MESSAGE_BYTES = 2_000_000
_MOST_MESSAGES = 100_000
_KEPT = 20
_SECRET = re.compile(r"\$([a-z][a-z0-9_]*)")


class WebsocketParameters(Parameters):
    """Which stream, what is said to it, and what counts."""

    path: Path = Field(
        default="", description="Path below the target's address", examples=["/ws/btcusdt@ticker", "/{venue}/{symbol}"]
    )
    subscribe: tuple[JsonValue, ...] = Field(
        default=(),
        max_length=10,
        description="Messages that are sent first, as JSON; `$name` alone as a text is the value of a secret variable",
        examples=[[{"method": "SUBSCRIBE", "params": ["btcusdt@ticker"], "id": 1}]],
    )
    headers: dict[HeaderName, Name] = Field(
        default={}, max_length=10, description="Headers, and the names of the variables with their values"
    )
    listen: float = Field(default=5, gt=0, le=10, description="Seconds to listen")
    wait: float = Field(default=5, gt=0, le=20, description="Longest wait for the connection, in seconds")
    enough: int = Field(default=1_000, ge=1, le=_MOST_MESSAGES, description="Messages after which to stop listening")
    only: Annotated[str, Field(max_length=200)] = Field(
        default="", description="Only messages with this text in them count, not the stream's own", examples=['"e":']
    )
    at: ValuePath | None = Field(default=None, description="Path of the time in a message", examples=["timestamp"])
    sequence: ValuePath | None = Field(
        default=None, description="Path of the number that rises by one", examples=["sequence"]
    )
    previous: ValuePath | None = Field(
        default=None, description="Path of the number of the message before it", examples=["previous_sequence"]
    )


@dataclass(kw_only=True, slots=True)
class _Heard:
    """What came so far."""

    count: int = 0
    size: int = 0
    others: int = 0
    first_ms: float | None = None
    last_at: float | None = None
    silence: float = 0.0
    ages: list[float] = field(default_factory=list)
    gaps: int = 0
    missed: float = 0.0
    number: float | None = None
    texts: list[str] = field(default_factory=list)


async def _look(parameters: WebsocketParameters, site: Site) -> Seen:
    facts: dict[str, Any] = {**dict.fromkeys(_FACTS), "connected": False}
    messages = [_filled(message, site) for message in parameters.subscribe]
    headers = {name: secret_of(site, variable) for name, variable in parameters.headers.items()}
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        socket = await _connected(parameters, site, headers)
    except Unreached as failure:
        return Seen(facts={**facts, "trouble": str(failure.trouble)}, excerpt=[str(failure)])
    facts |= {"connected": True, "connect_ms": round((loop.time() - began) * 1000, 3)}
    heard = _Heard()
    spent = loop.time() - began
    listen = max(0.1, min(parameters.listen, site.within_s * 0.9 - spent))
    started = loop.time()
    try:
        await _listen(parameters, site, socket, messages, heard, listen)
    finally:
        ended = loop.time()
        closed, sent = socket.protocol.state is not State.OPEN, socket.protocol.close_sent
        code = (socket.protocol.close_code or CloseCode.ABNORMAL_CLOSURE) if closed else None
        socket.transport.abort()
    if sent is not None and sent.code == CloseCode.MESSAGE_TOO_BIG:
        raise ProbeFailed(f"a message is larger than {_MOST_MESSAGE_BYTES} bytes", Trouble.TOO_MUCH)
    return Seen(
        facts={**facts, **_facts(heard, max(ended - started, 0.001)), "close_code": code, "stays_open": not closed},
        excerpt=heard.texts[:3],
        output="\n".join(heard.texts),
    )


async def _connected(parameters: WebsocketParameters, site: Site, headers: Mapping[str, str]) -> ClientConnection:
    """Raises Unreached, and ProbeFailed where the pack is wrong."""
    address = site.address.rstrip("/") + parameters.path
    if not address.lower().startswith(("ws://", "wss://")):
        raise ProbeFailed("the check names no target with an address of a WebSocket", Trouble.MISSING)
    limit = limit_of(site, parameters.wait)
    try:
        async with asyncio.timeout(limit):
            return await connect(
                address, additional_headers=headers, proxy=None, open_timeout=limit, close_timeout=0.2,
                max_size=_MOST_MESSAGE_BYTES, ping_interval=None, compression=None,
            )  # fmt: skip
    except InvalidURI:
        raise ProbeFailed("the target's address is not usable", Trouble.MISSING) from None
    except InvalidStatus as refusal:
        status = refusal.response.status_code
        trouble = Trouble.AUTH if status in (401, 403) else Trouble.ERROR
        raise Unreached(f"the stream answers {status} instead of opening", trouble) from None
    except (TimeoutError, OSError, ssl.SSLError, UnicodeError) as problem:
        trouble, word = why_not(problem)
        raise Unreached(f"the stream: {word}", trouble) from None
    except EOFError:
        raise Unreached("the stream: hung up", Trouble.LOST) from None
    except (InvalidHandshake, WebSocketException, ValueError) as problem:
        if isinstance(problem.__cause__, EOFError | ConnectionError):
            raise Unreached("the stream: hung up", Trouble.LOST) from None
        raise Unreached("what answers is no WebSocket", Trouble.PARSE) from None


def _filled(message: JsonValue, site: Site) -> JsonValue:
    """The message with the values of its secrets. Raises ProbeFailed where one is not set."""
    if isinstance(message, dict):
        return {name: _filled(value, site) for name, value in message.items()}
    if isinstance(message, list):
        return [_filled(value, site) for value in message]
    if isinstance(message, str) and (named := _SECRET.fullmatch(message)):
        return secret_of(site, named[1])
    return message


async def _listen(
    parameters: WebsocketParameters,
    site: Site,
    socket: ClientConnection,
    messages: list[JsonValue],
    heard: _Heard,
    seconds: float,
) -> None:
    loop = asyncio.get_running_loop()
    started = loop.time()
    with contextlib.suppress(ConnectionClosed, TimeoutError, OSError):
        async with asyncio.timeout(seconds):
            for message in messages:
                await socket.send(message if isinstance(message, str) else orjson.dumps(message).decode())
            while heard.count < parameters.enough:
                said = await socket.recv()
                _take(parameters, site, heard, said, loop.time(), started)
    if heard.count < parameters.enough:
        heard.silence = max(heard.silence, loop.time() - (heard.last_at or started))


def _take(
    parameters: WebsocketParameters, site: Site, heard: _Heard, said: str | bytes, now: float, started: float
) -> None:
    text = said if isinstance(said, str) else said.decode("utf-8", "replace")
    if parameters.only not in text:
        heard.others += 1
        return
    heard.count += 1
    heard.size += len(said)
    heard.silence = max(heard.silence, now - (heard.last_at or started))
    heard.last_at = now
    if heard.first_ms is None:
        heard.first_ms = round((now - started) * 1000, 3)
    if len(heard.texts) < _KEPT:
        heard.texts.append(one_line(clean(text[:4_000]), 500))
    if not (parameters.at or parameters.sequence):
        return
    try:
        document = orjson.loads(text)
    except ValueError:
        return
    if parameters.at and (age := age_of(_at(document, parameters.at), site.now())) is not None:
        heard.ages.append(age)
    if parameters.sequence:
        _count_gaps(parameters, document, heard)


def _count_gaps(parameters: WebsocketParameters, document: Any, heard: _Heard) -> None:
    """Some number their messages one by one, others say which one went before."""
    number = numeric(_at(document, parameters.sequence or ""))
    if number is None:
        return
    before = numeric(_at(document, parameters.previous)) if parameters.previous else number - 1
    if heard.number is not None and before is not None and before != heard.number:
        heard.gaps += 1
        heard.missed += max(0.0, before - heard.number)
    heard.number = number


def _at(document: Any, path: str) -> Any:
    found = pick(document, path)
    return found[0][1] if found else None


def _facts(heard: _Heard, seconds: float) -> dict[str, Any]:
    ages = sorted(heard.ages)
    numbered = heard.number is not None
    return {
        "messages": heard.count,
        "others": heard.others,
        "per_s": round(heard.count / seconds, 3),
        "bytes_per_s": round(heard.size / seconds),
        "first_ms": heard.first_ms,
        "silence_s": round(heard.silence, 3),
        "first": bounded(heard.texts[0], 500) if heard.texts else None,
        "age_s": heard.ages[-1] if ages else None,
        "oldest_age_s": ages[-1] if ages else None,
        "gaps": heard.gaps if numbered else None,
        "missed": heard.missed if numbered else None,
    }


_FACTS = {
    "connected": Fact(sort="flag", help="whether the stream could be opened"),
    "trouble": Fact(sort="text", help="why not: refused, timeout, dns, tls, auth, error, lost or parse"),
    "connect_ms": Fact(sort="number", unit="ms", help="how long opening took"),
    "messages": Fact(sort="number", help="messages that count and came while it was listened to"),
    "others": Fact(sort="number", help="messages that do not count"),
    "per_s": Fact(sort="number", unit="1/s", help="messages that count, a second"),
    "bytes_per_s": Fact(sort="number", unit="bytes/s", help="size of the messages that count, a second"),
    "first_ms": Fact(sort="number", unit="ms", help="until the first message that counts; unknown where none came"),
    "silence_s": Fact(sort="number", unit="s", help="the longest time without a message that counts"),
    "first": Fact(sort="text", help="the first message that counts"),
    "age_s": Fact(sort="number", unit="s", help="how old the last message was when it came, by its own time"),
    "oldest_age_s": Fact(sort="number", unit="s", help="how old the oldest message was when it came"),
    "gaps": Fact(sort="number", help="times that the numbers of the messages left some out"),
    "missed": Fact(sort="number", help="messages that were left out"),
    "stays_open": Fact(sort="flag", help="whether the other side kept the stream open"),
    "close_code": Fact(sort="number", help="the code with which the other side closed it, such as 1000 or 1013"),
}

PROBE = Probe(
    name="websocket",
    help="A WebSocket stream, listened to for some seconds: messages, their age, gaps, and whether it stays open.",
    parameters=WebsocketParameters,
    facts=_FACTS,
    look=_look,
    target="url",
    fills=("path", "subscribe"),
)

"""zeromq: what a ZeroMQ publisher sends in a few seconds: how many messages, by topic, and how long ago the last."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import bounded, one_line
from bot.probes._place import limit_of
from bot.probes._text import clean
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site, not_installed

if TYPE_CHECKING:
    import zmq.asyncio

_ADDRESS = re.compile(r"tcp://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]{1,253}):\d{1,5}")
_MOST_MESSAGE_BYTES = 2_000_000
_MOST_MESSAGES = 100_000
_MOST_TOPICS = 50
_KEPT = 20

Topic = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class ZeromqParameters(Parameters):
    """Which messages, and for how long."""

    topics: tuple[Topic, ...] = Field(
        default=(), max_length=20, description="Beginnings of messages to subscribe to; none: all", examples=[["AAPL"]]
    )
    listen: float = Field(default=5, gt=0, le=10, description="Seconds to listen")
    wait: float = Field(default=3, gt=0, le=20, description="Longest wait for the connection, in seconds")
    enough: int = Field(default=1_000, ge=1, le=_MOST_MESSAGES, description="Messages after which to stop listening")


async def _look(parameters: ZeromqParameters, site: Site) -> Seen:
    try:
        import zmq
        import zmq.asyncio
    except ImportError:
        raise not_installed("zeromq") from None
    if not _ADDRESS.fullmatch(site.address):
        raise ProbeFailed("the check names no target with an address such as tcp://host:5555", Trouble.MISSING)
    context = zmq.asyncio.Context()
    socket = context.socket(zmq.SUB)
    socket.linger = 0
    socket.maxmsgsize = _MOST_MESSAGE_BYTES
    monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_CONNECT_RETRIED)
    try:
        for topic in parameters.topics or ("",):
            socket.subscribe(topic)
        socket.connect(site.address)
        if not await _connected(monitor, limit_of(site, parameters.wait)):
            return Seen(facts={**dict.fromkeys(_FACTS), "connected": False})
        return await _heard(parameters, site, socket)
    except zmq.ZMQError as problem:
        raise ProbeFailed(f"ZeroMQ: {one_line(str(problem), 200)}", Trouble.REFUSED) from None
    finally:
        socket.disable_monitor()
        context.destroy(linger=0)


async def _connected(monitor: zmq.asyncio.Socket, seconds: float) -> bool:
    """Whether the other side speaks ZeroMQ. It goes on trying by itself until the time is over."""
    import zmq
    from zmq.utils.monitor import parse_monitor_message

    try:
        async with asyncio.timeout(seconds):
            while True:
                event = parse_monitor_message(await monitor.recv_multipart())
                if event["event"] == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                    return True
    except TimeoutError:
        return False


async def _heard(parameters: ZeromqParameters, site: Site, socket: zmq.asyncio.Socket) -> Seen:
    loop = asyncio.get_running_loop()
    started = loop.time()
    seconds = max(0.1, min(parameters.listen, site.within_s * 0.9))
    topics: Counter[str] = Counter()
    texts: list[str] = []
    first: float | None = None
    last, silence, size = started, 0.0, 0
    try:
        async with asyncio.timeout(seconds):
            while topics.total() < parameters.enough:
                parts = await socket.recv_multipart()
                now = loop.time()
                first = now if first is None else first
                silence, last = max(silence, now - last), now
                size += sum(map(len, parts))
                topics[_topic_of(parts)] += 1
                if len(texts) < _KEPT:
                    texts.append(_text_of(parts))
    except TimeoutError:
        pass
    ended = loop.time()
    spent, count = max(ended - started, 0.001), topics.total()
    if count < parameters.enough:
        silence = max(silence, ended - last)
    facts: dict[str, Any] = {
        "connected": True,
        "messages": count,
        "per_s": round(count / spent, 3),
        "bytes_per_s": round(size / spent),
        "first_ms": None if first is None else round((first - started) * 1000, 3),
        "last_s": round(ended - last, 3) if count else None,
        "silence_s": round(silence, 3),
        "topics": dict(topics.most_common(_MOST_TOPICS)),
        "missing": [topic for topic in parameters.topics if topic and not any(one.startswith(topic) for one in topics)],
    }
    table = Table(columns=("topic", "messages"), rows=tuple(topics.most_common(_MOST_TOPICS))) if topics else None
    return Seen(facts=facts, table=table, excerpt=texts[:3], output="\n".join(texts))


def _topic_of(parts: list[bytes]) -> str:
    """The first part where there are several, else its first word."""
    text = parts[0][:200].decode("utf-8", "replace")
    return bounded(text if len(parts) > 1 else re.split(r"[\s{\[]", text, maxsplit=1)[0], 100)


def _text_of(parts: list[bytes]) -> str:
    return one_line(clean(" ".join(part[:2_000].decode("utf-8", "replace") for part in parts[:4])), 500)


_FACTS = {
    "connected": Fact(sort="flag", help="whether a publisher answers there"),
    "messages": Fact(sort="number", help="messages that came while it was listened to"),
    "per_s": Fact(sort="number", unit="1/s", help="messages a second"),
    "bytes_per_s": Fact(sort="number", unit="bytes/s", help="size of the messages, a second"),
    "first_ms": Fact(sort="number", unit="ms", help="until the first message; unknown where none came"),
    "last_s": Fact(sort="number", unit="s", help="since the last message, at the end; unknown where none came"),
    "silence_s": Fact(sort="number", unit="s", help="the longest time without a message"),
    "topics": Fact(sort="map", help="messages by topic, most first"),
    "missing": Fact(sort="list", help="topics that were subscribed to and of which nothing came"),
}

PROBE = Probe(
    name="zeromq",
    help="A ZeroMQ publisher, listened to for some seconds: messages, topics and pauses.",
    parameters=ZeromqParameters,
    facts=_FACTS,
    look=_look,
    needs="zeromq",
    target="url",
)

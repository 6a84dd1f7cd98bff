"""Apprise, with its json:// service against a server on the loopback."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.core.errors import DeliveryFailed
from bot.core.message import Sent
from bot.pagers.apprise import PAGER, AppriseCarrier, AppriseParameters, check_address, load
from tests.pagers.kit import ANSWER, THREAD, carried, client, failure, tools

# One of Apprise's own parts imports what Python 3.13 dropped.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@asynccontextmanager
async def server(status: int = 200) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """An HTTP server of few words: the address that Apprise knows it by, and what it was sent."""
    bodies: list[dict[str, Any]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(int(line.split(":")[1]) for line in head.splitlines() if line.startswith("content-length"))
        bodies.append(json.loads(await reader.readexactly(length)))
        writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
        yield f"json://user:pa55word@127.0.0.1:{listening.sockets[0].getsockname()[1]}/desk", bodies


def opened(**options: Any) -> Any:
    return AppriseCarrier(AppriseParameters(), tools(client()), **options)


async def test_a_page_arrives():
    async with server() as (address, bodies):
        assert await opened().send(carried(address, answer_link=ANSWER, link=THREAD)) == Sent()
    assert bodies[0]["title"] == "INC-12 critical hft: order gateway rejects 40 % of orders"
    assert "Order gateway rejects 40 % of orders" in bodies[0]["message"]
    assert ANSWER in bodies[0]["message"]
    assert THREAD in bodies[0]["message"]
    assert bodies[0]["type"] == "failure"


@pytest.mark.parametrize(
    ("severity", "purpose", "kind"),
    [
        ("critical", "page", "failure"),
        ("medium", "page", "warning"),
        ("low", "page", "info"),
        ("critical", "notice", "info"),
    ],
)
async def test_kinds(severity: str, purpose: str, kind: str):
    async with server() as (address, bodies):
        await opened().send(carried(address, severity=severity, purpose=purpose))
    assert bodies[0]["type"] == kind


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_a_failure_may_be_tried_again(status: int):
    """Apprise tells only that it failed."""
    async with server(status) as (address, _):
        failed = await failure(opened(), carried(address), ["pa55word", address])
    assert not failed.permanent


async def test_nobody_listens():
    async with server() as (address, _):
        pass
    failed = await failure(opened(), carried(address), ["pa55word"])
    assert not failed.permanent


@pytest.mark.parametrize(
    "address",
    ["", "nosuch://x", "dana@example.com", "json://", "json://one json://two", "json://one,json://two", "https://\n"],
)
async def test_addresses_that_apprise_does_not_know(address: str):
    assert check_address(address)
    failed = await failure(opened(), carried(address))
    assert failed.permanent


@pytest.mark.parametrize(
    "address",
    ["json://127.0.0.1:8080/desk", "ntfys://ntfy.example.com/desk", "tgram://123456789:abcdefg_hijklmnop/12315544/"],
)
def test_addresses_that_it_knows(address: str):
    assert check_address(address) is None


async def test_not_installed():
    def missing() -> Any:
        raise DeliveryFailed("install Tocsin with the extra, e.g. pip install 'tocsin[apprise]'", permanent=True)

    failed = await failure(opened(loaded=missing), carried("json://x"))
    assert failed.permanent
    assert "tocsin[apprise]" in str(failed)
    assert "tocsin[apprise]" in str(check_address("json://x", missing))


def test_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with pytest.raises(DeliveryFailed, match=r"tocsin\[apprise\]"):
        load()


async def test_a_service_that_blows_up_says_no_secret():
    class Broken:
        """As Apprise, with a service that has a bug."""

        AppriseAsset = staticmethod(lambda **_: None)

        class Apprise:
            def __init__(self, asset: Any) -> None: ...
            def __len__(self) -> int:
                return 1

            def add(self, address: str) -> bool:
                return True

            def notify(self, **_: Any) -> bool:
                raise RuntimeError("cannot post to json://user:pa55word@host")

    failed = await failure(opened(loaded=lambda: Broken), carried("json://user:pa55word@host"), ["pa55word"])
    assert failed.maybe_sent
    assert "RuntimeError" in str(failed)


async def test_a_service_that_does_not_come_back():
    done = threading.Event()

    class Slow:
        """As Apprise, with a service that hangs."""

        AppriseAsset = staticmethod(lambda **_: None)

        class Apprise:
            def __init__(self, asset: Any) -> None: ...
            def __len__(self) -> int:
                return 1

            def add(self, address: str) -> bool:
                return True

            def notify(self, **_: Any) -> bool:
                return done.wait(5)

    failed = await failure(opened(loaded=lambda: Slow, seconds=0.01), carried("json://host"))
    done.set()
    assert (failed.permanent, failed.maybe_sent) == (False, True)


def test_the_plug_has_the_name_of_the_package_and_does_not_hide_it():
    assert load().__name__ == "apprise"
    assert hasattr(load(), "Apprise")
    assert PAGER.name == "apprise"

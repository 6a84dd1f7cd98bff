"""What the tests of the board share: its pages as a browser would read them, and the ways in."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

import httpx

from bot.core.signing import sign
from tests.scenarios.world import PUBLIC, World

TOKEN, NEXT = "screen-token-screen-token-1", "screen-token-screen-token-2"


class Page(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(answer.text)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def links(self) -> list[str]:
        return [str(one.get("href")) for one in self.all("a")]


async def restarted(world: World, **environ: str) -> None:
    """The same bot with other settings; the browser keeps its cookies."""
    cookies = world.web.cookies
    await world.stop_bot()
    await world.start_bot(**environ)
    world.web.cookies = cookies


async def enter(world: World, token: str = TOKEN) -> httpx.Response:
    """The screen is shown its token."""
    return await world.web.post("/board/enter", data={"token": token})


async def see(world: World, path: str = "/board") -> Page:
    """A page of somebody who may look."""
    answer = await world.web.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer)


def link_of(world: World, place: str = "incidents/1", *, secret: str = "", late: timedelta = timedelta(0)) -> str:
    """A link as cards have it, made `late` ago; or one that somebody signed who does not know our secret."""
    made, links = world.now - late, world.app.delivery.claiming.links
    if secret:
        return f"/board/s/{sign(secret, 'board-link', 'board', made + timedelta(days=7))}/{place}"
    return f"{links.board(made).removeprefix(PUBLIC)}/{place}"

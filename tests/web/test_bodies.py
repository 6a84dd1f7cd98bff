"""What is posted at the doors is read no further than it may be large, whoever posts it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.scenarios.world import OPERATIONS, TOKEN, World

_CHUNK = 64 * 1024
_CHUNKS = 500


class Endless:
    """A body of 32 MB: how many of its chunks were asked for."""

    def __init__(self) -> None:
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(_CHUNKS):
            self.read += 1
            yield b"x" * _CHUNK


@pytest.mark.parametrize(
    ("door", "most"),
    [
        ("/alerts/alertmanager", 1 << 20),
        ("/callbacks/pagerduty", 256 * 1024),
        ("{call}/digits", 256 * 1024),
        ("{link}", 16 * 1024),
        ("/command", 64 * 1024),
    ],
)
async def test_a_body_too_large_is_refused_while_it_arrives(world: World, door: str, most: int) -> None:
    await world.alert()
    path = door.format(call=world.call(OPERATIONS).detail["Url"], link=world.sent("mail")[-1].link)
    body = Endless()
    answer = await world.web.post(path, content=body, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 413
    assert body.read <= most // _CHUNK + 1


async def test_a_body_that_says_that_it_is_too_large_is_not_read_at_all(world: World) -> None:
    body = Endless()
    answer = await world.web.post("/command", content=body, headers={"Content-Length": str(_CHUNKS * _CHUNK)})
    assert (answer.status_code, body.read) == (413, 0)


@pytest.mark.parametrize("length", ["²".encode("latin-1"), b"9" * 5000, b"-1", b"1e9", b""], ids=lambda said: said[:3])
async def test_a_length_that_is_no_number_is_nothing_to_stumble_over(world: World, length: bytes) -> None:
    """Python takes "²" for a digit, and refuses to read a number of 5000 digits."""
    body = Endless()
    answer = await world.web.post("/command", content=body, headers={"Content-Length": length})
    assert answer.status_code == 413
    assert body.read <= 64 * 1024 // _CHUNK + 1

"""Places: what a pack says of a host becomes the transport to it, opened once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.check import Place
from bot.core.evidence import Trouble
from bot.transports.base import TransportFailed
from bot.transports.local import Local
from bot.transports.places import Places, SshKeys


def none(_name: str) -> str:
    return ""


async def test_the_bots_own_host(tmp_path: Path):
    places = Places()
    transport = await places.at(Place(id="bot", directory=str(tmp_path)), none)
    assert isinstance(transport, Local)
    assert (await transport.run(["pwd"], within_s=5)).out.strip() == str(tmp_path)


async def test_a_directory_that_is_not_there_is_said():
    transport = await Places().at(Place(id="bot", directory="/no/such/place"), none)
    with pytest.raises(TransportFailed, match="there is no directory /no/such/place here"):
        await transport.run(["pwd"], within_s=5)


@pytest.mark.parametrize("transport", ["docker", "kubernetes"])
async def test_of_an_engine_or_cluster_alone_nothing_can_be_run(transport: str):
    found = await Places().at(Place(id="cluster", transport=transport), none)  # type: ignore[arg-type]
    with pytest.raises(TransportFailed, match="name one of its services to look inside") as failure:
        await found.run(["true"], within_s=5)
    assert failure.value.trouble is Trouble.MISSING


async def test_a_host_whose_key_nobody_pinned_is_not_logged_in_to():
    with pytest.raises(TransportFailed, match="set TOCSIN_SSH_KNOWN_HOSTS"):
        await Places().at(Place(id="far", transport="ssh", address="127.0.0.1", user="u"), none)


async def test_a_key_that_cannot_be_read_is_said(tmp_path: Path):
    keys = SshKeys(known_hosts=tmp_path / "nothing")
    with pytest.raises(TransportFailed, match="TOCSIN_SSH_KNOWN_HOSTS: nothing cannot be read"):
        await Places(ssh=keys).at(Place(id="far", transport="ssh", address="127.0.0.1", user="u"), none)


async def test_one_connection_for_all_that_is_on_a_host(tmp_path: Path):
    (tmp_path / "known").write_text("127.0.0.1 ssh-ed25519 AAAA")
    places = Places(ssh=SshKeys(known_hosts=tmp_path / "known"))
    for directory in ("/a", "/b"):
        await places.at(Place(id="far", transport="ssh", address="127.0.0.1", user="u", directory=directory), none)
    assert len(places._hosts) == 1
    await places.close()

"""Ssh, against a real server on loopback whose account has a real shell."""

import asyncio
import contextlib
import sys
from pathlib import Path

import psutil
import pytest

from bot.core.evidence import Trouble
from bot.transports.base import TransportFailed
from bot.transports.ssh import Login, Ssh
from tests.transports.sshd import OTHER_KEY, place, sshd


async def test_what_it_prints_and_how_it_ends():
    async with place() as there:
        ran = await there.run(["sh", "-c", "echo out; echo err >&2; exit 3"], within_s=10)
    assert (ran.code, ran.out, ran.err, ran.cut) == (3, "out\n", "err\n", False)


async def test_paths_begin_in_the_directory(tmp_path: Path):
    (tmp_path / "file").touch()
    async with place() as there:
        assert (await there.run(["pwd"], within_s=10, directory=str(tmp_path))).out.strip() == str(tmp_path)
        for folder in ("gone", "file"):
            with pytest.raises(TransportFailed, match="there is no directory there") as failed:
                await there.run(["pwd"], within_s=10, directory=f"{tmp_path}/{folder}")
            assert failed.value.trouble is Trouble.MISSING
        with pytest.raises(TransportFailed, match="there is no program no-such-program there"):
            await there.run(["no-such-program"], within_s=10, directory=str(tmp_path))


async def test_a_password_is_enough():
    async with place(key="", password="correct-horse-battery") as there:
        assert (await there.run(["echo", "in"], within_s=10)).out == "in\n"


@pytest.mark.parametrize(
    "hostile",
    [
        "$(id); `id` | id && id > /tmp/x\n*",
        "'",
        "a'b\"c\\d",
        "",
        "-rf",
        "~root",
        "!!",
        "\t",
        "ü\u2028",
        "$HOME",
        "a;b#c",
    ],
)
async def test_arguments_arrive_unchanged(hostile: str):
    """Through the account's shell."""
    async with place() as there:
        ran = await there.run(
            [sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))", hostile, "x"], within_s=10
        )
    assert ran.out.strip() == ascii([hostile, "x"])


async def test_a_zero_byte_is_no_argument():
    async with place() as there:
        with pytest.raises(TransportFailed, match="zero byte"):
            await there.run(["echo", "a\0b"], within_s=10)


async def test_what_it_is_given():
    given = "hello\n" * 50_000
    async with place() as there:
        assert (await there.run(["cat"], within_s=10, given=given)).out == given


async def test_the_words_are_the_same_everywhere():
    async with place() as there:
        ran = await there.run(["sh", "-c", "echo $LC_ALL $TZ; test -t 0 || echo no terminal"], within_s=10)
    assert ran.out == "C.UTF-8 UTC\nno terminal\n"


async def test_too_much_keeps_the_beginning_and_the_end():
    async with place() as there:
        ran = await there.run(["seq", "1", "300000"], within_s=20, most_bytes=200)
    assert ran.cut
    assert ran.out.startswith("1\n2\n3\n")
    assert ran.out.endswith("299999\n300000\n")
    assert len(ran.out) < 300


async def test_too_late_it_is_ended_there_with_all_it_started():
    async with place() as there:
        with pytest.raises(TransportFailed, match="did not end within") as failed:
            await there.run(["sh", "-c", "sleep 67 & sleep 68"], within_s=1)
        assert failed.value.trouble is Trouble.TIMEOUT
        left = [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] in (["sleep", "67"], ["sleep", "68"])]
        assert left == []
        assert (await there.run(["echo", "still there"], within_s=10)).out == "still there\n"


async def test_no_such_program():
    async with place() as there:
        with pytest.raises(TransportFailed, match="there is no program no-such-program there") as failed:
            await there.run(["no-such-program"], within_s=10)
    assert failed.value.trouble is Trouble.MISSING


async def test_a_file_that_is_no_program():
    async with place() as there:
        with pytest.raises(TransportFailed, match="may not be run") as failed:
            await there.run(["/etc/passwd"], within_s=10)
    assert failed.value.trouble is Trouble.PERMISSION


async def test_many_at_once_go_over_one_connection():
    async with sshd() as (login, connections):
        there = Ssh(login)
        ran = await asyncio.gather(*(there.run(["echo", str(n)], within_s=20) for n in range(20)))
        await there.close()
    assert [one.out for one in ran] == [f"{n}\n" for n in range(20)]
    assert len(connections) == 1


async def test_a_connection_that_broke_is_made_again():
    async with sshd() as (login, connections):
        there = Ssh(login)
        await there.run(["true"], within_s=10)
        connections[0].abort()
        assert (await there.run(["echo", "again"], within_s=10)).out == "again\n"
        await there.close()
    assert len(connections) == 2


async def test_a_connection_that_breaks_in_the_middle(tmp_path: Path):
    started = tmp_path / "started"
    async with sshd() as (login, connections):
        there = Ssh(login)
        await there.run(["true"], within_s=10)
        running = asyncio.create_task(there.run(["sh", "-c", f"touch {started}; exec sleep 2"], within_s=5))
        while not await asyncio.sleep(0, started.exists()):
            pass
        connections[0].abort()
        with pytest.raises(TransportFailed) as failed:
            await running
        await there.close()
    assert failed.value.trouble is Trouble.LOST


async def test_another_host_key_is_not_believed():
    """Whoever answers there may be somebody else: nothing is sent, not even a login."""
    known = f"127.0.0.1,[127.0.0.1]:* {OTHER_KEY.export_public_key().decode()}"
    async with place(known_hosts=known) as there:
        with pytest.raises(TransportFailed, match="another key than the pinned one") as failed:
            await there.run(["true"], within_s=10)
    assert failed.value.trouble is Trouble.AUTH


async def test_a_host_that_is_not_pinned_is_not_believed():
    async with place(known_hosts="") as there:
        with pytest.raises(TransportFailed) as failed:
            await there.run(["true"], within_s=10)
    assert failed.value.trouble is Trouble.AUTH


@pytest.mark.parametrize(
    "login", [{"key": "", "password": "wrong-secret"}, {"key": OTHER_KEY.export_private_key().decode()}]
)
async def test_wrong_credentials_are_not_repeated(login: dict):
    async with place(**login) as there:
        with pytest.raises(TransportFailed, match="does not let looker in") as failed:
            await there.run(["true"], within_s=10)
    assert failed.value.trouble is Trouble.AUTH
    assert not any(len(secret) > 5 and secret in str(failed.value) for secret in login.values())


async def test_a_key_that_is_none():
    async with place(key="nonsense") as there:
        with pytest.raises(TransportFailed, match="private key") as failed:
            await there.run(["true"], within_s=10)
    assert failed.value.trouble is Trouble.AUTH
    assert "nonsense" not in str(failed.value)


async def test_nobody_there():
    there = Ssh(Login(host="127.0.0.1", port=1, user="looker", known_hosts=""))
    with pytest.raises(TransportFailed, match="refused") as failed:
        await there.run(["true"], within_s=5)
    assert failed.value.trouble is Trouble.REFUSED


async def test_no_such_name():
    there = Ssh(Login(host="no-such-host.invalid", user="looker", known_hosts=""))
    with pytest.raises(TransportFailed) as failed:
        await there.run(["true"], within_s=10)
    assert failed.value.trouble is Trouble.DNS


@pytest.mark.parametrize(
    ("says", "trouble"), [(b"", Trouble.TIMEOUT), (b"HTTP/1.1 400 Bad Request\r\n\r\n" * 50, None)]
)
async def test_who_speaks_something_else_or_nothing(says: bytes, trouble: Trouble | None):
    left = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(says)
            await reader.read()
            writer.close()
            await writer.wait_closed()
        left.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    there = Ssh(Login(host="127.0.0.1", port=server.sockets[0].getsockname()[1], user="looker", known_hosts=""))
    with pytest.raises(TransportFailed) as failed:
        await there.run(["true"], within_s=0.5)
    assert failed.value.trouble is trouble or (trouble is None and failed.value.trouble is not Trouble.AUTH)
    await there.close()
    await left.wait()
    server.close()

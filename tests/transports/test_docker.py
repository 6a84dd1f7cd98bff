"""Docker: exec by the Engine API, against a socket that runs the commands for real."""

import sys
from pathlib import Path

import psutil
import pytest

from bot.core.evidence import Trouble
from bot.transports.base import TransportFailed
from bot.transports.docker import InContainer
from tests.transports.dockerd import dockerd

HERE = ("bot",)


async def test_what_it_prints_and_how_it_ends():
    async with dockerd(containers=HERE) as docker:
        ran = await InContainer("bot", docker.address).run(["sh", "-c", "echo out; echo err >&2; exit 3"], within_s=10)
    assert (ran.code, ran.out, ran.err, ran.cut) == (3, "out\n", "err\n", False)


async def test_arguments_are_arguments():
    hostile = "$(id); `id` | id && id > /tmp/x\n* 'a' \"b\" -- --help"
    async with dockerd(containers=HERE) as docker:
        argv = [sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))", hostile, ""]
        ran = await InContainer("bot", docker.address).run(argv, within_s=10)
    assert ran.out.strip() == ascii([hostile, ""])


async def test_what_it_is_given():
    async with dockerd(containers=HERE) as docker:
        given = "hello\n" * 50_000
        ran = await InContainer("bot", docker.address).run(["cat"], within_s=10, given=given)
    assert ran.out == given


async def test_too_much_keeps_the_beginning_and_the_end():
    async with dockerd(containers=HERE) as docker:
        ran = await InContainer("bot", docker.address).run(["seq", "1", "300000"], within_s=20, most_bytes=200)
    assert ran.cut
    assert ran.out.startswith("1\n2\n3\n")
    assert ran.out.endswith("299999\n300000\n")
    assert len(ran.out) < 300


async def test_paths_begin_in_the_directory(tmp_path: Path):
    async with dockerd(containers=HERE) as docker:
        ran = await InContainer("bot", docker.address).run(["pwd"], within_s=10, directory=str(tmp_path))
        assert ran.out.strip() == str(tmp_path)
        with pytest.raises(TransportFailed, match="there is no directory there") as failed:
            await InContainer("bot", docker.address).run(["pwd"], within_s=10, directory=f"{tmp_path}/gone")
        assert failed.value.trouble is Trouble.MISSING
        with pytest.raises(TransportFailed, match="there is no program no-such-program there"):
            await InContainer("bot", docker.address).run(["no-such-program"], within_s=10, directory=str(tmp_path))


async def test_too_late_it_is_ended_there_with_all_it_started():
    async with dockerd(containers=HERE) as docker:
        with pytest.raises(TransportFailed, match="did not end within") as failed:
            await InContainer("bot", docker.address).run(["sh", "-c", "sleep 63 & sleep 64"], within_s=1)
    assert failed.value.trouble is Trouble.TIMEOUT
    assert [
        p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] in (["sleep", "63"], ["sleep", "64"])
    ] == []


async def test_no_such_program():
    async with dockerd(containers=HERE) as docker:
        with pytest.raises(TransportFailed, match="there is no program no-such-program there") as failed:
            await InContainer("bot", docker.address).run(["no-such-program"], within_s=10)
    assert failed.value.trouble is Trouble.MISSING


async def test_no_such_container():
    async with dockerd() as docker:
        with pytest.raises(TransportFailed, match="Docker answered 404: No such container: bot") as failed:
            await InContainer("bot", docker.address).run(["true"], within_s=10)
    assert failed.value.trouble is Trouble.MISSING


@pytest.mark.parametrize("name", ["../x", "a/b", "", "-a", "a b", "a\n"])
async def test_what_is_no_name_is_not_asked_for(name: str):
    async with dockerd(containers=HERE) as docker:
        with pytest.raises(TransportFailed, match="no name"):
            await InContainer(name, docker.address).run(["true"], within_s=10)
        assert docker.asked == []


async def test_a_zero_byte_is_no_argument():
    with pytest.raises(TransportFailed, match="zero byte"):
        await InContainer("bot", "unix:///nowhere").run(["echo", "a\0b"], within_s=10)


@pytest.mark.parametrize(
    ("address", "trouble"),
    [
        ("unix:///nowhere/docker.sock", Trouble.MISSING),
        ("tcp://127.0.0.1:1", Trouble.REFUSED),
        ("tcp://127.0.0.1:99999", Trouble.MISSING),
        ("nonsense", Trouble.MISSING),
    ],
)
async def test_where_there_is_no_docker(address: str, trouble: Trouble):
    with pytest.raises(TransportFailed) as failed:
        await InContainer("bot", address).run(["true"], within_s=5)
    assert failed.value.trouble is trouble


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"garbage", Trouble.PARSE),
        ((500, {"message": "the daemon is ill"}), Trouble.REFUSED),
        ((409, {"message": "Container bot is paused"}), Trouble.REFUSED),
        (None, Trouble.TIMEOUT),
    ],
)
async def test_a_docker_that_is_ill(answer: object, trouble: Trouble):
    async with dockerd({"/containers/other/exec": answer}) as docker:
        docker.containers = ()
        docker._answer = lambda *_: answer if isinstance(answer, tuple) else (200, answer)
        with pytest.raises(TransportFailed) as failed:
            await InContainer("bot", docker.address).run(["true"], within_s=0.5)
    assert failed.value.trouble is trouble

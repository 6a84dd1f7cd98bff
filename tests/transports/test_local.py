"""The bot's own host: real programs, bounded in bytes and seconds, and nothing of the bot's environment."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from bot.core.evidence import Trouble
from bot.transports.base import TransportFailed
from bot.transports.local import Bounded, Local


async def test_what_it_prints_and_how_it_ends():
    ran = await Local().run(["sh", "-c", "echo out; echo err >&2; exit 3"], within_s=10)
    assert (ran.code, ran.out, ran.err, ran.cut) == (3, "out\n", "err\n", False)


async def test_arguments_are_arguments():
    """Nothing reaches a shell."""
    hostile = "$(id); `id` | id && id > /tmp/x\n*"
    ran = await Local().run([sys.executable, "-c", "import sys; print(ascii(sys.argv[1]))", hostile], within_s=10)
    assert ran.out.strip() == ascii(hostile)


async def test_what_it_is_given():
    assert (await Local().run(["cat"], within_s=10, given="hello")).out == "hello"


async def test_it_may_close_its_input_unread():
    assert (await Local().run(["true"], within_s=10, given="x" * 1_000_000)).code == 0


async def test_it_sees_nothing_of_the_bots_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    ran = await Local().run(["env"], within_s=10)
    assert "SLACK_BOT_TOKEN" in os.environ
    assert "xoxb" not in ran.out


async def test_no_such_program():
    with pytest.raises(TransportFailed, match="there is no program no-such-program here") as failed:
        await Local().run(["no-such-program"], within_s=10)
    assert failed.value.trouble is Trouble.MISSING


async def test_too_late_it_is_ended_with_all_it_started():
    with pytest.raises(TransportFailed, match="did not end within") as failed:
        await Local().run(["sh", "-c", "sleep 61 & sleep 62"], within_s=0.3)
    assert failed.value.trouble is Trouble.TIMEOUT
    left = [p.info["cmdline"] for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] in (["sleep", "61"],)]
    assert left == []


async def test_too_much_keeps_the_beginning_and_the_end():
    ran = await Local().run(["seq", "1", "100000"], within_s=10, most_bytes=200)
    assert ran.cut
    assert ran.out.startswith("1\n2\n3\n")
    assert ran.out.endswith("99999\n100000\n")
    assert "bytes left out" in ran.out
    assert len(ran.out) < 300


@pytest.mark.parametrize("pieces", [[b"abcdefgh"], [b"abc", b"de", b"fgh"], [b"a"] * 3 + [b"bcdefgh"]])
def test_bounded_counts_what_is_missing(pieces: list[bytes]):
    kept = Bounded(4)
    for piece in pieces:
        kept.add(piece)
    total = sum(map(len, pieces))
    assert kept.text().endswith("gh")
    assert f"{total - 4} bytes left out" in kept.text()


async def test_relative_paths_begin_where_the_pack_says(tmp_path: Path):
    (tmp_path / "note.txt").write_text("here\n")
    assert (await Local(str(tmp_path)).run(["cat", "./note.txt"], within_s=10)).out == "here\n"


async def test_a_directory_that_is_not_there():
    with pytest.raises(TransportFailed) as failed:
        await Local("/no/such/directory").run(["true"], within_s=10)
    assert failed.value.trouble is Trouble.MISSING

"""Secrets come in by every door: alerts, logs that checks read, notes, arguments, errors of vendors. They leave by
none: not to Slack, its files and modals, by mail, text message, phone or PagerDuty, to the database, the log, in a
bundle or an answer of the web."""

from __future__ import annotations

import gzip
import io
import re
import sqlite3
import tarfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from bot import logs
from tests.core.vendors import Made, secrets
from tests.core.written import KEPT, readable, under_its_name
from tests.scenarios.looking_desk import LookingDesk
from tests.scenarios.world import TOKEN, World, make_alert, world_with_slack

HOST, SYMBOL, PRICE = KEPT
MADE = list({(made.vendor, made.telling): made for made in secrets()}.values())
"""Of every vendor one that tells what it is, and one that does not."""
TELLING = [made for made in MADE if made.telling and "\n" not in made.value]
KNOWN = "Zq81-known-to-the-bot-9f4b2c71"
"""One that only the bot's settings tell to be a secret."""


@pytest.fixture
def desk(tmp_path: Path) -> LookingDesk:
    made = LookingDesk(tmp_path)
    for log, among in (("feed", MADE[::2]), ("orders", MADE[1::2])):
        forms = [form for one in among for form in forms_of(one)]
        keys = [line for one in among if "\n" in one.value for line in f"{one.name}={one.value}".split("\n")]
        lines = [*(form for form in forms if "\n" not in form), *keys]
        made.writes(
            log, f"closed REJECTED {KNOWN} by {HOST}", *(f"closed REJECTED {line}" for line in lines), "closed 43"
        )
    return made


@pytest.fixture
async def world(sqlite_url: str, desk: LookingDesk, log: io.StringIO) -> AsyncIterator[World]:
    async with world_with_slack(sqlite_url, {**desk.environ, "TOCSIN_SECRET_DESK_VENUE": KNOWN}) as made:
        logs.configure("debug", "json", made.app.engine.desk.redactor, log)
        yield made


def forms_of(made: Made) -> list[str]:
    return [text for _, text in under_its_name(made)]


async def everything_happens(world: World) -> list[str]:
    """Every secret by every door; what those got to hear who brought them."""
    heard = []
    for number, made in enumerate(MADE):
        forms = forms_of(made)
        labels = {made.name.lower(): made.value, "host": HOST, "detail": forms[number % len(forms)][:900]}
        alert = make_alert("FeedDown", "critical", "firing", world.now, f"f{number}", forms[0][:250], labels)
        alert["annotations"] |= {"description": "\n".join(forms), "runbook": f"{KNOWN} {SYMBOL} {PRICE}"}
        alert["generatorURL"] = f"https://svc:{KNOWN}@{HOST}/?token={KNOWN}"
        heard.append((await world.post([alert], key=f"g{number // 20}", tick=False)).text)
        heard += [answer.text for answer in await wrong_posts(world, made)]
    await world.tick()
    await world.app.looking.tick()
    await world.tick()
    world.mailbox.refuse = f"554 refused: login {KNOWN} {MADE[0].name}={MADE[0].value.splitlines()[0]}"
    world.outside.answers["phone"] = lambda _: httpx.Response(
        400, json={"message": f"token={KNOWN} is wrong at {HOST}"}
    )
    await world.at("6m")
    return heard


async def wrong_posts(world: World, made: Made) -> list[httpx.Response]:
    """What is refused, and says why."""
    one_line = made.value.splitlines()[-1]
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    return [
        await world.web.post("/alerts/alertmanager", json={"alerts": one_line}, headers=bearer),
        await world.web.post(
            "/alerts/alertmanager", json={"alerts": [{one_line: 1, "labels": one_line}]}, headers=bearer
        ),
        await world.web.post("/alerts/alertmanager", content=f"{{{one_line}", headers=bearer),
        await world.web.post("/alerts/alertmanager", json={}, headers={"Authorization": f"Bearer {KNOWN}"}),
        await world.web.post(f"/alerts/{KNOWN}", json={}, headers=bearer),
        await world.web.post("/command", json={"words": ["diag", "order", KNOWN]}, headers={"Authorization": KNOWN}),
        await world.web.get(f"/a/{KNOWN}"),
    ]


async def people_say_it(world: World) -> None:
    """In notes, as arguments, in modals."""
    for made in TELLING[:4]:
        said = f"{made.name}={made.value}"
        await world.slash("ann", f"/incident note 1 {said} {KNOWN}")
        await world.slash("bob", f"/diag order {made.value}")
        await world.slash("bob", f"/diag order {KNOWN} --{made.name.lower()} {made.value}")
        await world.slash("bob", f"/incident nonsense {said}")
        await world.slash("bob", f"/incident declare {said} at {HOST}")
    await world.slash("bob", f"/diag order {KNOWN}")
    assert world.told("bob") == "That looks like a secret. Nothing is looked for by it."
    await world.slash("bob", "/diag feed")
    await world.push("bob", await world.unfolded(), "diag.details")
    await world.push("bob", world.slack.views("bob")[-1], "diag.file")
    await world.slash("bob", "/diag orders")
    await world.unfolded()
    await world.say("ann", f"<@{world.slack.bot_user}> diag bundle", world.card())
    await world.unfolded()


def sent_to_slack(world: World) -> Iterator[str]:
    """All that the bot ever told Slack: messages, their edits, modals, answers to commands, files."""
    yield from (str(dict(call.arguments)) for call in world.slack.calls())
    for file in world.slack.files():
        content = file.content or b""
        if file.name.endswith(".tar.gz"):
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                parts = [archive.extractfile(one) for one in archive.getmembers()]
                content = b"\n".join(part.read() for part in parts if part)
        yield f"{file.name}\n{content.decode()}"


def stored(world: World) -> Iterator[str]:
    """Every row of every table, packed columns too."""
    with sqlite3.connect(world.database_url.removeprefix("sqlite:///")) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f"SELECT * FROM {table}"):
                for cell in row:
                    yield _unpacked(cell) if isinstance(cell, bytes) else str(cell)


def _unpacked(cell: bytes) -> str:
    return (gzip.decompress(cell) if cell[:2] == b"\x1f\x8b" else cell).decode("utf-8", "replace")


def _once(texts: list[str]) -> str:
    """All of it, each line once."""
    return "\n".join(dict.fromkeys(line for text in texts for line in re.split(r"\\n|\n", text)))


async def test_no_secret_that_came_in_goes_out(world: World, log: io.StringIO) -> None:
    heard = await everything_happens(world)
    await people_say_it(world)
    exits = {
        "answers of the web": heard,
        "slack": list(sent_to_slack(world)),
        "mail, phone and PagerDuty": [f"{page.text} {dict(page.detail)}" for page in world.outside.seen],
        "database": list(stored(world)),
        "log": [log.getvalue()],
        "metrics": [(await world.web.get("/metrics")).text],
        "timeline": [f"{entry.text} {entry.why}" for entry in await world.timeline()],
    }
    wanted = [KNOWN, *(made.secret for made in MADE)]
    leaks = {name: piece for name, texts in exits.items() if (piece := readable(_once(texts), *wanted, step=5))}
    assert leaks == {}
    for name in ("slack", "database"):
        assert all(kept in "\n".join(exits[name]) for kept in KEPT), f"evidence is gone from {name}"
    assert "refused: login [secret" in "\n".join(exits["database"])
    assert re.search(r"\[secret:[0-9a-f]{4}\]", "\n".join(exits["slack"]))

"""Checks run side by side: whatever a probe sees, says or stumbles over, nothing secret of it is in the evidence or in
the log; and nothing is looked for by a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import structlog
from pydantic import Field

from bot import logs
from bot.core.argument import kind_of
from bot.core.check import Ask, Check, Place, Target
from bot.core.errors import Refused
from bot.core.evidence import Evidence, Seen, State, Table
from bot.core.expression import compile_expression
from bot.core.redaction import Redactor
from bot.engine.investigate import Investigation
from bot.probes.base import Fact, Parameters, Probe, Site
from bot.transports.local import Local
from tests.core.vendors import Made, secrets
from tests.core.written import KEPT, readable, under_its_name

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
KNOWN = "Zq81-known-to-the-bot-9f4b2c71"
CLEAN = Redactor([KNOWN], salt="pepper")
MADE = {made.vendor: made for made in secrets()}.values()
"""One of every vendor."""


class Order(Parameters):
    order: str = Field(default="", description="The order")


FACTS = {name: Fact(sort="map", help="What it saw") for name in ("values", "text", "number")}


async def evidence(look: Callable[[], Awaitable[Seen]], **more: Any) -> Evidence:
    """Of a check whose probe looks so."""

    @asynccontextmanager
    async def site(check: Check) -> AsyncIterator[Site]:
        async with httpx.AsyncClient() as http:
            yield Site(transport=Local(), http=http, now=lambda: NOW, within_s=5)

    probe = Probe(name="one", help="Looks.", parameters=Order, facts=FACTS, look=lambda *_: look())
    investigation = Investigation(probes={"one": probe}, site=site, redactor=CLEAN, now=lambda: NOW)
    check = Check(
        name="one", system="hft", title="One", probe="one", parameters={"order": "{order}"} if "asks" in more else {},
        target=Target(id="box", kind="host", place=Place(id="bot")), within=timedelta(seconds=5), **more,
    )  # fmt: skip
    return (await investigation.look_all([check], {"order": KNOWN} if "asks" in more else {}))[0]


def all_of(seen: Evidence) -> str:
    return json.dumps(
        [seen.verdict, seen.why, dict(seen.seen.facts), list(seen.seen.excerpt), seen.seen.output,
         [list(row) for row in seen.seen.table.rows] if seen.seen.table else []]
    )  # fmt: skip


@pytest.mark.parametrize("made", [pytest.param(made, id=made.vendor) for made in MADE])
async def test_nothing_secret_is_in_the_evidence(made: Made):
    name = made.name.lower()
    texts = [text for _, text in under_its_name(made)]

    async def look() -> Seen:
        return Seen(
            facts={"values": {name: made.value, "host": KEPT[0]}, "text": "\n".join(texts), "number": KNOWN},
            table=Table(columns=("what", name), rows=(("host", made.value), (name, KNOWN), (KEPT[1], texts[0]))),
            excerpt=[line for text in texts for line in text.split("\n")],
            output="\n".join([*texts, KNOWN, KEPT[2]]),
        )  # fmt: skip

    seen = await evidence(look, warn=compile_expression("text == 'x'"), says="{text} {number} {values}")
    assert readable(all_of(seen), made.secret, KNOWN, step=5) == ""
    assert all(kept in all_of(seen) for kept in KEPT)


@pytest.mark.parametrize("made", [pytest.param(made, id=made.vendor) for made in MADE])
async def test_nor_why_a_rule_has_no_answer(made: Made):
    """A rule that stumbles tells the beginning of what it stumbled over."""

    async def look() -> Seen:
        return Seen(facts={"text": f"login as {made.name}={made.value}", "values": {"x": f"gw1 refused {KNOWN}"}})

    for rule in ("number(text) > 1", "number(values.x) > 1", "text > 1"):
        seen = await evidence(look, warn=compile_expression(rule))
        assert seen.state is State.UNKNOWN
        assert readable(all_of(seen), made.secret, KNOWN) == ""


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("debug", "text", CLEAN, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


@pytest.mark.parametrize("made", [pytest.param(made, id=made.vendor) for made in MADE])
async def test_nor_in_what_a_probe_stumbles_over(made: Made, logged: io.StringIO):
    async def look() -> Seen:
        try:
            raise ValueError(f"bad {made.name.lower()}={made.value}", {"secret": KNOWN})
        except ValueError as problem:
            raise RuntimeError(f"login of {KNOWN} at {KEPT[0]}") from problem

    seen = await evidence(look)
    assert seen.state is State.UNKNOWN
    assert "the probe stumbled: RuntimeError" in seen.verdict
    assert "probe_stumbled" in logged.getvalue()
    assert KEPT[0] in logged.getvalue()
    assert readable(logged.getvalue(), made.secret, KNOWN) == ""


async def test_nothing_is_looked_for_by_a_secret():
    """It would stand among the arguments of a program, where everybody on that host can read it."""
    asked = False

    async def look() -> Seen:
        nonlocal asked
        asked = True
        return Seen(facts={})

    with pytest.raises(Refused, match="looks like a secret"):
        await evidence(look, asks={"order": Ask(kind=kind_of("order_id"))})
    assert not asked

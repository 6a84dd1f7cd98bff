"""Nothing that a person fills in is more than a value: whatever it is, it is refused before anything is asked, or it
arrives as one argument, one step of an address, one field of a query, one text between PromQL's quotes, one value bound
to a statement. Never as an option, and never as a part of anything else."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot import packs
from bot.core.argument import KINDS, ArgumentKind, places
from bot.core.check import Ask, Check, Place, Target
from bot.core.errors import Refused
from bot.core.evidence import Trouble
from bot.packs import ProbeInfo
from bot.plugs import discover
from bot.probes.base import Probe
from tests.packs.kit import WAYS
from tests.probes.payloads import FITTING, LET_THROUGH, PAYLOADS, TEXTS, reads
from tests.probes.postgres import Database
from tests.probes.recording import Asked, Recorder
from tests.probes.venues import CREDENTIALS, SYMBOLS
from tests.probes.venues import given as asked_of_venue

PROBES = discover("bot.probes", "PROBE", Probe)

SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}


# The kinds


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
@settings(max_examples=100, **SLOW)
@given(text=TEXTS)
def test_a_kind_lets_nothing_through_that_means_anything(kind: ArgumentKind, text: str):
    value = reads(kind, text)
    if value is not None:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._/@-]*", value)
        assert not re.search(r"(?:^|/)\.{0,2}(?:/|$)", value)
        assert len(value) <= kind.most


# The probes

Frame = Mapping[str, Any]
"""Parameters of a probe as a pack writes them, with `{x}` where a person's value goes."""
_FRAMES: dict[tuple[str, str], Frame] = {
    ("prometheus_query", "values"): {"query": 'rate(up{symbol="$s",a="b"}[5m])', "values": {"s": "{x}"}},
    ("mongo_explain", "filter"): {"collection": "trades", "filter": {"user": "{x}", "price": {"$gt": "{x}"}}},
    ("script", "argv"): {"argv": ["scripts/look.sh", "--id={x}", "{x}"], "changes_nothing": True},
    ("websocket", "subscribe"): {"subscribe": [{"params": ["{x}", "{x}@ticker"]}]},
    ("websocket", "path"): {"path": "/ws/{x}/{x}@ticker"},
    ("http_check", "path"): {"path": "/orders/{x}/state"},
    ("http_json", "path"): {"path": "/orders/{x}"},
    ("gcp_resource", "called"): {"resource": "backend_service", "called": "{x}"},
    ("log_file", "contains"): {"path": "/var/log/x.log", "contains": ["{x}"], "everything": True},
}  # fmt: skip
_QUICK = {"docker_stats": {"seconds": 0.05}, "websocket": {"listen": 2, "wait": 2}}
_BY_DATABASE = {"pg_query", "pg_explain"}
"""Their values are bound by a real PostgreSQL below."""


def frames() -> Iterator[Any]:
    """Every parameter of every probe that a person may fill in; of venues for each one."""
    for name, probe in PROBES.items():
        for parameter in probe.fills if name not in _BY_DATABASE else ():
            if name.startswith("exchange_"):
                for venue in CREDENTIALS:
                    given_ = asked_of_venue(venue, symbol=SYMBOLS[venue]) if "symbol" in probe.parameters.model_fields \
                        else asked_of_venue(venue)  # fmt: skip
                    yield pytest.param(probe, {**given_, parameter: "{x}"}, id=f"{name}-{parameter}-{venue}")
            else:
                yield pytest.param(probe, frame_of(probe, parameter), id=f"{name}-{parameter}")


def frame_of(probe: Probe, parameter: str) -> Frame:
    """The parameters that must be given, and the value in the first of these forms that fits: alone, in a list, in a
    mapping, as a path."""
    fields = probe.parameters.model_fields
    must = {name: one.examples[0] for name, one in fields.items() if one.is_required() and one.examples}
    must |= _QUICK.get(probe.name, {})
    if (probe.name, parameter) in _FRAMES:
        return must | _FRAMES[probe.name, parameter]
    for form in ("{x}", ["{x}"], {"k": "{x}"}):
        frame = {**must, parameter: form}
        if any(fits(probe, frame, kind.example.split(" or ")[0]) for kind in KINDS.values()):
            return frame
    raise AssertionError(f"{probe.name}: no value of any kind fits into {parameter}; say how in _FRAMES")


def check_of(probe: Probe, frame: Frame, kind: ArgumentKind) -> Check:
    return Check(
        name="x", system="hft", title="X", probe=probe.name, parameters=frame, asks={"x": Ask(kind=kind)},
        target=Target(id="box", kind="none", place=Place(id="bot")),
    )  # fmt: skip


def fits(probe: Probe, frame: Frame, value: str) -> Any:
    """The probe's parameters with the value in their place; None where they are refused."""
    try:
        return probe.parameters.model_validate(check_of(probe, frame, KINDS["word"]).filled({"x": value}))
    except (ValidationError, RecursionError):
        return None


Way = tuple[bool, int, str]
"""Whether the bot looks itself, and how servers answer."""
ANYHOW = st.sampled_from([(True, 200, "{}"), (False, 200, "{}"), (True, 404, "[]")])
ALIKE = ("7341", "Abcdefgh12", "abcdefgh", "10m", "100", "0.25")
"""Harmless values: one of them is of the same sort as any that is let through."""


class Desk:
    """Looks with values, and compares what is asked for with what a harmless value asks for."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        self._usual: dict[Any, Any] = {}

    def look(self, probe: Probe, frame: Frame, value: str, way: Way) -> Asked | None:
        """What is asked for with this value; None where it is refused before anything is. Fails where it is more, or
        something else, than with a harmless one."""
        seen = self._seen(probe, frame, value, way)
        if seen is not None and seen.anything:
            as_ever = any(self._alike(probe, frame, one, way, seen, value) for one in ALIKE)
            assert as_ever, f"{value!r} changed what is asked: {seen}"
        return seen

    def _alike(self, probe: Probe, frame: Frame, harmless: str, way: Way, seen: Asked, value: str) -> bool:
        """Whether it is the same as with a harmless value: but for the value itself, or but for numbers made of it."""
        key = (probe.name, json.dumps(frame), way, harmless)
        if key not in self._usual:
            usual = self._seen(probe, frame, harmless, way)
            self._usual[key] = None if usual is None else (usual.shape(harmless), usual.shape())
        known = self._usual[key]
        return known is not None and (seen.shape(value) == known[0] or seen.shape() == known[1])

    def _seen(self, probe: Probe, frame: Frame, value: str, way: Way) -> Asked | None:
        parameters = fits(probe, frame, value)
        by_bot, status, body = way
        if parameters is None:
            return None
        return self.recorder.look(probe, parameters, by_bot=by_bot, status=status, body=body)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.recorder.close()


def options(seen: Asked, value: str) -> list[str]:
    """Arguments that the value made an option."""
    return [
        word
        for argv in seen.argv
        for before, word in zip(("", *argv), argv, strict=False)
        if word.startswith("-") and word == value and before != "-e"  # after -e stands what grep looks for
    ]


@pytest.mark.parametrize(("probe", "frame"), [*frames()])
def test_what_a_person_fills_in_stays_one_value(desk: Desk, probe: Probe, frame: Frame):
    """As it is in a pack: whatever a kind lets through, of any kind."""
    looked = 0
    for number, value in enumerate(LET_THROUGH):
        seen = desk.look(probe, frame, value, (number % 2 == 0, 200, "{}"))
        looked += seen is not None
        assert seen is None or options(seen, value) == []
    assert looked, "no value at all fits in there: nothing was tried"


@pytest.mark.parametrize(("probe", "frame"), [*frames()])
@settings(max_examples=4, **SLOW)
@given(kind=st.sampled_from([*KINDS.values()]), way=ANYHOW, data=st.data())
def test_so_does_anything_that_a_kind_lets_through(
    desk: Desk, probe: Probe, frame: Frame, kind: ArgumentKind, way: Way, data: st.DataObject
):
    value = reads(kind, data.draw(st.from_regex(kind.pattern, fullmatch=True)))
    if value is not None and (len(value) > 3 or value.isdecimal()):
        seen = desk.look(probe, frame, value, way)
        assert seen is None or options(seen, value) == []


@pytest.mark.parametrize(("probe", "frame"), [*frames()])
def test_so_does_what_no_kind_lets_through(desk: Desk, probe: Probe, frame: Frame):
    """Should a pack, or a slip of ours, hand a text to a probe that no kind has read: the probe itself refuses it, or
    keeps it one value."""
    for number, text in enumerate(PAYLOADS):
        _stays_one_value(desk, probe, frame, text, (number % 2 == 0, 200, "{}"))


@pytest.mark.parametrize(("probe", "frame"), [*frames()])
@settings(max_examples=4, **SLOW)
@given(text=st.text(max_size=40), way=ANYHOW)
def test_so_does_any_text_at_all(desk: Desk, probe: Probe, frame: Frame, text: str, way: Way):
    _stays_one_value(desk, probe, frame, text, way)


def _stays_one_value(desk: Desk, probe: Probe, frame: Frame, text: str, way: Way) -> None:
    value = text if len(text) > 3 else f"{text}abcd"  # a short one would be found in other words
    seen = desk.look(probe, frame, value, way)
    # A script's options are its pack's to write.
    assert seen is None or probe.name == "script" or options(seen, value) == []


# What is bound to a statement


async def test_what_is_filled_into_a_query_is_bound_to_it(database: Database):
    """A real PostgreSQL says what it was given, and has all of its rows afterwards."""
    database.run("CREATE TABLE orders (id text)", "INSERT INTO orders VALUES ('a')")
    query = "SELECT md5(%(x)s::text) AS x, (SELECT count(*) FROM orders) AS n"
    for value in [*PAYLOADS, *FITTING]:
        if "\0" in value:
            await database.fails(PROBES["pg_query"], Trouble.PARSE, None, query=query, values={"x": value})
            continue
        first = (await database.look(PROBES["pg_query"], query=query, values={"x": value})).facts["first"]
        assert first == {"x": hashlib.md5(value.encode()).hexdigest(), "n": 1}, value


async def test_so_it_is_where_the_query_is_only_planned(database: Database):
    database.run("CREATE TABLE orders (id text)", "INSERT INTO orders VALUES ('a')")
    query = "SELECT * FROM orders WHERE id = %(x)s"
    for value in [text for text in PAYLOADS[::3] if "\0" not in text]:
        seen = await database.look(PROBES["pg_explain"], query=query, values={"x": value})
        assert (seen.facts["seq_scans"], len(seen.table.rows if seen.table else ())) == (["orders"], 1)
    assert (await database.look(PROBES["pg_query"], query="SELECT count(*) FROM orders")).facts["value"] == 1


# The five packs


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> list[Check]:
    """The bundled checks that ask for something. Their playbooks are not read, which takes far longer."""
    folder = tmp_path_factory.mktemp("packs")
    for name, pack in packs.available(packs.bundled()).items():
        (folder / name).mkdir()
        for file in ("system.yaml", "checks.yaml"):
            shutil.copy(pack / file, folder / name)
    infos = {
        name: ProbeInfo(parameters=probe.parameters, facts=frozenset(probe.facts), fills=frozenset(probe.fills))
        for name, probe in PROBES.items()
    }
    loaded = packs.load([folder], [], variables={}, ways=WAYS, probes=infos)
    found = [check for one in loaded.checks.values() for check in one.by_name.values() if check.asks]
    assert {check.system for check in found} == {"hft", "tmt", "sapphire", "pyrt", "botcore"}
    return found


def test_the_packs_let_people_fill_in_values_only(checks: list[Check]):
    for check in checks:
        filled = {name for name, value in check.parameters.items() if places(str(value))}
        assert filled <= set(PROBES[check.probe].fills), check.key
        assert check.probe not in _BY_DATABASE or places(check.parameters["query"]) == [], check.key


def test_no_check_of_the_packs_takes_a_text_that_means_something(checks: list[Check]):
    for check in checks:
        for name, ask in check.asks.items():
            for text in PAYLOADS:
                examples = {other: one.kind.example.split(" or ")[0] for other, one in check.asks.items()}
                try:
                    value = check.arguments({**examples, name: text})[name]
                except Refused:
                    continue
                assert value == ask.default or re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._/@-]*", value), (check.key, text)


def test_what_is_filled_into_a_check_of_the_packs_stays_one_value(checks: list[Check], desk: Desk):
    for number, check in enumerate(check for check in checks if check.probe not in _BY_DATABASE):
        written = re.sub(r"\$\{\w+\}", "desk1", json.dumps(dict(check.parameters)))
        examples = {other: one.kind.example.split(" or ")[0] for other, one in check.asks.items()}
        looked = 0
        for name, ask in check.asks.items():
            others = {other: value for other, value in examples.items() if other != name}
            template = replace(check, parameters=json.loads(written)).filled({**others, name: "{x}"})
            frame = template | _QUICK.get(check.probe, {})
            for value in [text for text in LET_THROUGH if reads(ask.kind, text)]:
                seen = desk.look(PROBES[check.probe], frame, value, (number % 2 == 0, 200, "{}"))
                looked += seen is not None
                assert seen is None or options(seen, value) == [], check.key
        assert looked, f"{check.key}: no value at all fits in there"

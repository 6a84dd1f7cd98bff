"""Libraries that only some probes need: where one is missing, the look and `tocsin check` say what to install."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from bot import probes
from bot.configured import find_ways, load_content
from bot.core.evidence import Trouble
from bot.findings import about_extras, findings, is_installed
from bot.plugs import discover
from bot.probes import mongo_ping, net_dns, redis_info, zeromq
from bot.probes._certificates import read_certificate
from bot.probes.base import EXTRAS, Probe, ProbeFailed
from bot.settings import Environment
from bot.transports.local import Local
from tests.probes.kit import fails
from tests.probes.postgres import at

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("extra", "module", "probe", "parameters"),
    [
        ("dns", "dns.resolver", net_dns.PROBE, {"name": "stream.binance.com"}),
        ("mongodb", "pymongo", mongo_ping.PROBE, {}),
        ("redis", "redis.asyncio", redis_info.PROBE, {}),
        ("zeromq", "zmq", zeromq.PROBE, {}),
    ],
)
async def test_the_look_says_what_to_install(
    extra: str, module: str, probe: Probe, parameters: dict, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, module, None)
    says = rf"{EXTRAS[extra]} is not installed: .*pip install 'tocsin\[{extra}\]'"
    await fails(probe, replace(at("127.0.0.1:1"), transport=Local()), Trouble.MISSING, says, **parameters)


def test_a_certificate_that_nobody_can_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(ProbeFailed, match=r"cryptography is not installed: .*tocsin\[tls\]"):
        read_certificate(b"")


def test_extras_are_those_of_the_distribution():
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {probe.needs for probe in discover(probes, "PROBE", Probe).values()} - {""} == EXTRAS.keys()
    for extra, library in EXTRAS.items():
        assert [one.partition(">")[0] for one in declared[extra]] == [library]


def test_tocsin_check_names_the_checks_that_see_nothing():
    environment = Environment({"TOCSIN_SYSTEMS": "hft,botcore"})
    settings = environment.settings()
    ways = find_ways(environment, settings)
    content = load_content(environment, settings, ways)

    def without(library: str) -> dict[str, str]:
        found = about_extras(content, "error", lambda one: one != library)
        return {one.where: f"{one.level}: {one.message}; {one.remedy}" for one in found}

    said = without("pymongo")
    assert said.keys() == {"botcore/checks.yaml"}
    assert said["botcore/checks.yaml"].startswith(
        "error: pymongo is not installed, so that these see nothing: mongodb_"
    )
    assert said["botcore/checks.yaml"].endswith("pip install 'tocsin[mongodb]'")
    # The host of botcore is another, on which dig is asked.
    assert without("dnspython").keys() == {"hft/checks.yaml"}
    assert [one for one in findings(environment, settings, ways, content, "") if "not installed" in one.message] == []
    assert not is_installed("no-such-distribution")

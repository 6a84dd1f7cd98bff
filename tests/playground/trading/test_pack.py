"""Where the pack hft finds the system: every value is a variable of the pack, and leads to what it says."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import httpx

import bot.probes
from bot.packs import Loaded, ProbeInfo, load
from bot.playground.trading.pack import variables_of
from bot.playground.trading.store import Store
from bot.plugs import discover
from bot.probes.base import Probe
from tests.packs.kit import WAYS
from tests.playground.trading.running import Running


def loaded(variables: Mapping[str, str]) -> Loaded:
    """The pack in the demo, with its checks, which use most of these variables."""
    probes = {
        name: ProbeInfo(parameters=probe.parameters, facts=frozenset(probe.facts), fills=frozenset(probe.fills))
        for name, probe in discover(bot.probes, "PROBE", Probe).items()
    }
    given = {f"HFT_{name.upper()}": value for name, value in variables.items()}
    return load([], ["hft"], variables=given, environment="demo", ways=WAYS, probes=probes)


async def test_every_value_is_a_variable_of_the_pack(hft: Running) -> None:
    result = loaded(variables_of(hft.system))
    assert result.problems == ()
    file = result.files["hft"]
    assert file.logs["orders"].path == f"{hft.folder}/log/orders.log"
    assert file.exchanges["coinbase"].api == f"{hft.system.venues_url}/coinbase"
    assert file.endpoints["orders"].url == f"{hft.system.url}/orders"


async def test_what_they_lead_to(hft: Running) -> None:
    found = variables_of(hft.system)
    assert Path(found["pid_file"]).read_text().strip() == str(os.getpid())
    assert Path(found["log_folder"], "system.log").is_file()
    assert Path(found["core_folder"]).is_dir()
    assert Path(found["database_address"], "hft.db").is_file()
    for address in ("binance_api", "coinbase_api", "kraken_api"):
        assert (await hft.client.get(found[address])).status_code == 404, "it answers"
    port = int(found["api_port"])
    assert (await hft.client.get(f"http://127.0.0.1:{port}/api/v1/status")).is_success


async def test_its_configuration_is_for_nobody_else_to_read(hft: Running) -> None:
    files = sorted((hft.folder / "config").rglob("*.json"))
    assert len(files) == 1 + 3 + 4
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    said = {path.name: json.loads(path.read_text()) for path in files}
    assert said["production.json"]["database"]["connection_pool_size"] == 50
    assert said["eth_momentum.json"]["symbols"] == ["ETH-USDT"]


def test_a_database_that_is_a_server(tmp_path: Path) -> None:
    by_port = Store("postgresql://hft_user:x@10.0.0.7:6432/hft_db").found_at
    assert (by_port.address, by_port.name, by_port.user) == ("10.0.0.7:6432", "hft_db", "hft_user")
    by_socket = Store("postgresql://postgres@/postgres?host=/run/postgresql").found_at
    assert (by_socket.address, by_socket.name, by_socket.user) == ("/run/postgresql", "postgres", "postgres")
    assert Store(tmp_path / "hft.db").found_at.folder == str(tmp_path)


def test_without_a_system_nothing_is_found_outside_of_the_machine() -> None:
    """What the demo's environment says until the demo says it better."""
    file = loaded({}).files["hft"]
    addresses = [one.url for one in file.endpoints.values()] + [one.api for one in file.exchanges.values()]
    assert {httpx.URL(address).host for address in addresses} == {"127.0.0.1"}
    assert {one.address for one in file.databases.values()} == {"127.0.0.1:9"}

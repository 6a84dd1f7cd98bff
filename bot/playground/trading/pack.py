"""Where the checks of the pack `hft` find this trading system: values of the pack's variables."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from bot.playground.listening import HOST
from bot.playground.trading.system import TradingSystem


def variables_of(system: TradingSystem) -> Mapping[str, str]:
    """By name, of a system that was started. What it has not got, such as Prometheus, stays what the pack's environment
    says."""
    folder = system.life.host.folder.resolve()
    venues, database = system.venues_url, system.life.store.found_at
    return {
        "home_folder": str(folder),
        "log_folder": str(folder / "log"),
        "core_folder": str(folder / "cores"),
        "pid_file": str(folder / "hft_system.pid"),
        "process_name": _our_process(),
        "api_url": system.url,
        "api_port": _port_of(system.url),
        "binance_api": f"{venues}/binance",
        "binance_api_host": HOST,
        "binance_stream": f"{venues.replace('http', 'ws', 1)}/binance",
        "binance_stream_host": HOST,
        "binance_stream_port": _port_of(venues),
        "coinbase_api": f"{venues}/coinbase",
        "coinbase_status": f"{venues}/coinbase/status",
        "kraken_api": f"{venues}/kraken",
        "database_address": database.address,
        "database_name": database.name,
        "database_user": database.user,
        "database_folder": database.folder or str(folder),
    }


def _our_process() -> str:
    """The process of the system is that of the whole playground. Only Linux says what it calls it."""
    called = Path("/proc/self/comm")
    return called.read_text().strip() if called.exists() else Path(sys.executable).name


def _port_of(url: str) -> str:
    return url.removeprefix("http://").partition("/")[0].rpartition(":")[2]

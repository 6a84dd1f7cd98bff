"""py_rt on its machine, and Alpaca: well, and with everything broken that its guide tells of."""

import json
import os
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.transports.base import MOST_BYTES, Ran
from bot.transports.local import Local
from tests.probes.kit import NOW
from tests.probes.servers import Answer

SECRETS = {"alpaca_key": "PK0123456789ABCDEF", "alpaca_secret": "s3cr3t-0123456789-abcdefghij"}

LINES = {
    "market-data": (
        ["INFO WebSocket connected", "INFO Subscribed to AAPL, MSFT"],
        [
            "ERROR WebSocket connection failed: Connection refused", "ERROR subscribe error: symbol limit exceeded",
            "WARN Message processing latency high: 250ms", "WARN memory leak suspected", "ERROR Parse error",
            "DEBUG tick", "ERROR Failed to bind ZeroMQ socket: Address already in use",
        ],
    ),
    "risk-manager": (
        ["INFO 3 positions"],
        [*["ERROR Risk check failed: Position limit exceeded"] * 21, "WARN No market data received for 30 seconds"],
    ),
    "execution-engine": (
        ["INFO order sent"],
        [
            "ERROR Failed to submit order: API rate limit exceeded", "WARN API request took 5000ms (expected <1000ms)",
            "ERROR 401 Unauthorized",
        ],
    ),
    "signal-bridge": (["INFO Model loaded"], ["ERROR Failed to load ONNX model: File not found"]),
}  # fmt: skip
KILLED = "Out of memory: Killed process 4711 (market-data) total-vm:8192kB"


class Machine(Local):
    """This machine, but for the programs that would tell of it instead of py_rt's."""

    def __init__(self, folder: Path, broken: bool) -> None:
        super().__init__(str(folder))
        self._broken = broken

    async def run(self, argv: Sequence[str], *, within_s: float, most_bytes: int = MOST_BYTES, given: str = "") -> Ran:
        said = {
            "journalctl": self._journal, "systemctl": self._units, "ss": self._sockets, "ping": self._ping,
            "mtr": self._way, "ufw": self._ufw, "iptables": self._iptables,
        }.get(argv[0])  # fmt: skip
        if said is None:
            return await super().run(argv, within_s=within_s, most_bytes=most_bytes, given=given)
        return Ran(code=0, out=said(list(argv)), err="")

    def _journal(self, argv: list[str]) -> str:
        if "-k" in argv:
            lines = [("kernel", KILLED)] if self._broken else []
        else:
            wanted = [one.removeprefix("--unit=").removesuffix(".service") for one in argv if one.startswith("--unit=")]
            lines = [
                (f"trading-{name}", line)
                for name, both in LINES.items()
                if any(one in (f"trading-{name}", "trading-*") for one in wanted)
                for line in both[self._broken]
            ]
        at = str(int((NOW - timedelta(minutes=1)).timestamp() * 1_000_000))
        entries = ({"__REALTIME_TIMESTAMP": at, "_SYSTEMD_UNIT": u, "PRIORITY": "6", "MESSAGE": m} for u, m in lines)
        return "".join(json.dumps(entry) + "\n" for entry in entries)

    def _units(self, argv: list[str]) -> str:
        state = "failed" if self._broken else "active"
        memory = 950 if self._broken else 250
        return "\n\n".join(
            f"Id={unit}\nLoadState=loaded\nActiveState={state}\nSubState=x\nResult=success\nNRestarts=0\n"
            f"ExecMainStatus=0\nMainPID=7\nMemoryCurrent={memory}\nMemoryMax=1000\nTasksCurrent=4\n"
            "UnitFileState=enabled\nActiveEnterTimestampMonotonic=1\nInactiveEnterTimestampMonotonic=1"
            for unit in argv[argv.index("--") + 1 :]
        )

    def _sockets(self, argv: list[str]) -> str:
        if self._broken:
            return 'LISTEN 0 9 127.0.0.1:5555 0.0.0.0:* users:(("python",pid=7,fd=3))\n'
        held = "".join(
            f'LISTEN 0 9 127.0.0.1:{port} 0.0.0.0:* users:(("market-data",pid=7,fd=3))\n' for port in range(5555, 5559)
        )
        return held + 'ESTAB 0 0 127.0.0.1:5555 127.0.0.1:40000 users:(("market-data",pid=7,fd=4))\n'

    def _ping(self, argv: list[str]) -> str:
        sent = int(argv[argv.index("-c") + 1])
        back = range(sent // 2 if self._broken else sent)
        answers = "".join(f"64 bytes from 10.0.0.9: icmp_seq={number} ttl=50 time=12.5 ms\n" for number in back)
        return f"{answers}\n{sent} packets transmitted, {len(back)} received, 0% packet loss, time 9ms\n"

    def _way(self, argv: list[str]) -> str:
        loss = 40 if self._broken else 0
        return json.dumps({"report": {"hubs": [{"host": "10.0.0.9", "Loss%": loss, "Avg": 12.5, "Wrst": 30}]}})

    def _ufw(self, argv: list[str]) -> str:
        out = "deny" if self._broken else "allow"
        return f"Status: active\nDefault: deny (incoming), {out} (outgoing), disabled (routed)\n"

    def _iptables(self, argv: list[str]) -> str:
        return f"-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT {'DROP' if self._broken else 'ACCEPT'}\n"


def pages(broken: bool) -> dict[str, Any]:
    """The metrics page, whose counters rise from look to look, and Alpaca."""
    looks = iter(range(1, 1000))

    def metrics(_: Any) -> str:
        at = next(looks)
        slow = "".join(
            f'# TYPE {name} histogram\n{name}_bucket{{le="0.1"}} {100 if broken else 100 * at}\n'
            f'{name}_bucket{{le="3"}} {100 * at}\n{name}_bucket{{le="+Inf"}} {100 * at}\n'
            for name in ("market_data_latency_seconds", "execution_latency_seconds")
        )
        return slow + (
            f"risk_circuit_breaker_active {int(broken)}\nmarket_data_queue_depth {20_000 if broken else 12}\n"
            f'market_data_messages_by_symbol{{symbol="AAPL"}} {1 if broken else at}\n'
            f"execution_orders_submitted_total {at * 1000 if broken else 7}\n"
            f"execution_rate_limit_errors_total {at * broken}\nexecution_orders_failed_total {at * broken * 50}\n"
            f'execution_slippage_bps{{quantile="0.95"}} {80 if broken else 3.5}\n'
        )

    def private(said: Any, headers: tuple[tuple[str, str], ...] = ()) -> Any:
        """To whoever signs as Alpaca wants it."""
        refused = Answer('{"message": "forbidden."}', 403)
        right = Answer(json.dumps(said), headers=headers)
        return lambda asked: right if asked.headers.get("apca-api-key-id") == SECRETS["alpaca_key"] else refused

    account = {"account_number": "123456789" if broken else "PA3ABCDEF123", "status": "ACTIVE", "currency": "USD",
               "buying_power": "0" if broken else "4000.5", "equity": "9", "trading_blocked": broken}  # fmt: skip
    order = {"id": "61e69015", "symbol": "AAPL", "side": "buy", "qty": "1", "filled_qty": "0",
             "status": "pending_new" if broken else "new", "submitted_at": NOW.isoformat()}  # fmt: skip
    position = {"symbol": "AAPL", "side": "long", "qty": "1", "avg_entry_price": "230", "market_value": "231.4",
                "unrealized_intraday_pl": "-900.5" if broken else "1.4"}  # fmt: skip
    quote = {"bp": 231.4, "bs": 1, "ap": 231.3 if broken else 231.5, "as": 2, "t": NOW.isoformat()}
    limit = (("X-RateLimit-Limit", "200"), ("X-RateLimit-Remaining", "5" if broken else "190"))
    status = {"indicator": "critical" if broken else "none", "description": "as Alpaca calls it"}
    return {
        "/metrics": metrics,
        "/circuit-breaker": Answer("", 405),
        "/v2/clock": private({"is_open": True, "next_open": "2026-11-23", "next_close": "2026-11-21"}),
        "/v2/account": private(account, limit),
        "/v2/assets/AAPL": private({"symbol": "AAPL", "tradable": not broken, "status": "active"}),
        "/v2/orders": private([order]),
        "/v2/orders/61e69015": private(order | {"status": "rejected" if broken else "filled"}),
        "/v2/positions": private([position]),
        "/v2/stocks/AAPL/quotes/latest": private({"quote": quote}),
        "/api/v2/summary.json": json.dumps({"status": status}),
    }


def installed(folder: Path, broken: bool, socket: str, api: str, stream: str) -> None:
    """Everything that lies in py_rt's own folder."""
    for name in ("config", "models", "backups/models", "data", "scripts"):
        (folder / name).mkdir(parents=True)
    settings: dict[str, dict[str, Any]] = {
        "market_data": {"websocket_url": stream, "zmq_publish_address": socket},
        "signal": {"model_path": "models/trading_model.onnx", "zmq_subscribe_address": socket},
        "execution": {"api_key": "a-key-that-nobody-sees", "paper_trading": True, "exchange_api_url": f"{api}/v2"},
    }
    limits = (
        "max_shares = 1000\nmax_notional_per_position = 1e4\nmax_daily_loss = 5e3\nmax_concentration_percent = 25\n"
    )
    keys = f"APCA_API_KEY_ID=PKABCDEFGHIJKLMNOP\nAPCA_API_SECRET_KEY=s3cr3ts3cr3t\nAPCA_API_BASE_URL={api}\n"
    files = {
        "models/trading_model.onnx": "model", "backups/models/trading_model.onnx": "model", "data/positions.dat": "7",
        "config/system.json": json.dumps(settings), "config/risk_limits.toml": limits, ".env": keys,
    }  # fmt: skip
    sums = "".join(f"{sha256(files[name].encode()).hexdigest()}  {name}\n" for name in list(files)[:3])
    if broken:
        settings["signal"] = {"model_path": "models/old.pkl", "zmq_subscribe_address": "tcp://127.0.0.1:9"}
        settings["market_data"] = {"websocket_url": "wss://backup", "zmq_publish_address": "tcp://127.0.0.1:80"}
        settings["execution"] |= {"paper_trading": False, "exchange_api_url": "https://api.alpaca.markets/v2"}
        placeholder = "APCA_API_KEY_ID=your_alpaca_api_key\nAPCA_API_BASE_URL=https://api.alpaca.markets\n"
        files |= {"models/trading_model.onnx": "", "data/positions.dat": "", "config/risk_limits.toml": "[limits\n",
                  "config/system.json": json.dumps(settings), ".env": placeholder}  # fmt: skip
    for name, text in (files | {"checksums.txt": sums}).items():
        (folder / name).write_text(text)
    os.utime(folder / "models/trading_model.onnx", 2 * ((NOW - timedelta(days=2)).timestamp(),))
    (folder / ".env").chmod(0o644 if broken else 0o600)
    for script in ("check_positions", "check_pnl", "check_concentration", "analyze_fills", "test_model_loading",
                   "inspect_onnx_model"):  # fmt: skip
        (folder / f"scripts/{script}.py").write_text(f"import sys\nprint(sys.argv[1:])\nsys.exit({2 * broken})\n")
    for script in ("health_check", "collect_diagnostics", "create_incident_report"):
        (folder / f"scripts/{script}.sh").write_text(f"#!/bin/sh\necho done\nexit {2 * broken}\n")
        (folder / f"scripts/{script}.sh").chmod(0o755)
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com")
    for argv in (("init", "-q"), ("add", "scripts"), ("commit", "-q", "-m", "all of it"), ("tag", "v1.0.0")):
        subprocess.run((*git, *argv), cwd=folder, check=True)
    if broken:
        (folder / "scripts/health_check.sh").write_text("#!/bin/sh\necho 'by hand'\nexit 2\n")

"""What looks like a secret and is evidence: lines as logs have them, filled by a seeded generator."""

from __future__ import annotations

import base64
import random
import re
import string
from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

TIMES = 3
"""How often each line is filled."""

# `{hex32}` is that many hexadecimal digits, and so for digits, alnum, lower, upper, byte and base64 (of so many bytes);
# «x» is x in base64; ⏎ ends a line.
_LINES = """
connect {host}:{port} refused, retry on {host}:{port}
upstream http://{host}:{port}/api/v1/orders?symbol=BTCUSDT&limit=100 answered 502
wss://stream.binance.com:9443/ws/{pair}@depth20@100ms closed 1006 after {digits4} ms
tcp 0 0 {host}:{port} 10.0.0.9:{port} ESTAB users:(("hft",pid={digits5},fd=9))
fe80::{hex4}:{hex4}:{hex4}:{hex4} dev eth0 lladdr {hex2}:{hex2}:{hex2}:{hex2}:{hex2}:{hex2}
postgresql://trader@{host}:5432/orders and redis://{host}:6379/0 without a password
mongodb://{host}:27017,{host}:27017/bot?replicaSet=rs0&authSource=admin&w=majority
ssh -i ~/.ssh/id_ed25519 -p {port} ops@{host} -- systemctl status trading-gateway
psql -h {host} -p {port} -U trader -d orders -c 'select count(*) from orders'
image registry.example.com:5000/desk/rust-core-engine@sha256:{hex64}
https://grafana.example.com/d/{alnum9}/orders?var-key=BTC&from=now-1h&orgId=1&panelId={digits2}
https://github.com/desk/engine/pull/{digits3}/commits/{hex40}
/var/log/hft_system/orders-{digits8}.log.gz and /etc/ssl/private/desk.key missing on {host}
ip-10-{digits2}-{digits2}-{digits2}.eu-west-1.compute.internal is NotReady
gke-hft-trading-cluster-pool-{digits1}-{hex8}-{lower4} memory pressure

binance order orderId={digits11} {symbol} price={price} qty={price}
origClientOrderId=x-A6SIDXVS{digits13} filled at {price}
{"clientOrderId": "{alnum22}", "orderId": {digits9}, "status": "NEW", "price": "{price}"}
clientOrderId=web_{alnum32} was canceled
coinbase order {uuid} done, product_id=BTC-USD, size={price}, funds={price}
kraken txid O{upper5}-{upper5}-{upper6} closed, refid T{upper5}-{upper5}-{upper6}
kraken userref={digits9} cl_ord_id={uuid} nonce={digits16}
alpaca order {uuid} client_order_id={uuid} limit_price={price}
oanda transaction {digits5} tradeID={digits5} account 101-004-{digits7}-001
order 20261121-{digits6} rejected: PRICE_FILTER, expected a multiple of {price}
8=FIX.4.4|9=176|35=8|49=VENUE|56=DESK1|11={upper12}|17={hex16}|37={uuid}|44={price}|10=128|
exec_id={hex8}.{hex4}.01.01 trade_id={digits10} fill {price} x {price}
LEI {upper18}{digits2} ISIN US{digits10} CUSIP {upper9}
bid {price} ask {price} last {price} vol {price} {symbol} spread 0.01%
position {symbol} {price} @ {price} unrealized PnL -{price} key level {price}

deployed commit {hex40} (short {hex9}) of release v1.{digits2}.{digits1}
{hex64}  models/trading_model.onnx
data/positions.dat: FAILED, expected {hex64}, computed {hex64}
sha256:{hex64} pulled, layer sha256:{hex12} already exists
"integrity": "sha512-{base64_64}"
--hash=sha256:{hex64} \\
md5 {hex32} etag "{hex32}" crc32 {hex8} sha1 {hex40}
sha512sum {hex64}{hex64}  bundle.tar.gz
The server's host key is SHA256:{alnum43} (ED25519)
SHA256 Fingerprint={byte}:{byte}:{byte}:{byte}:{byte}:{byte}:{byte}:{byte}:{byte}:{byte}
serial number {hex36}, issuer CN=Desk CA, public key sha256 {hex64}
cache key {hex32} hit, key={hex40} miss, cache_key={hex64} stale
primary key {alnum22}9 is taken, object key logs/2026/11/{alnum20}7, hash key {alnum24}3
signature verified for artifact {hex64}, attestation {uuid}
github.com/desk/lib v1.4.2 h1:{base64_32}
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{alnum43} ops@desk
-----BEGIN CERTIFICATE-----⏎{alnum64}⏎{alnum64}⏎{alnum64}⏎{alnum30}==⏎-----END CERTIFICATE-----
-----BEGIN PUBLIC KEY-----⏎{alnum64}⏎{alnum64}⏎{alnum10}⏎-----END PUBLIC KEY-----
PUBLIC_KEY=MCowBQYDK2VwAyEA{alnum43} loaded

request {uuid} trace_id={hex32} span_id={hex16} took {digits3} ms
traceparent: 00-{hex32}-{hex16}-01
x-amzn-RequestId: {uuid}, x-amz-id-2: {base64_56}
ulid 01J{upper23} session_id={hex24} user_id={digits4}
container {hex64} ({hex12}) exited with code 137
pod api-key-service-{lower10}-{lower5} in trading-system is CrashLoopBackOff
token-refresher-{digits1} secret-sync-{hex9}-{lower5} password-reset-job-{digits8} are Running
uid: {uuid} resourceVersion: "{digits8}" generation: {digits2}
i-{hex17} vpc-{hex17} ami-{hex17} arn:aws:iam::{digits12}:role/trader
projects/desk-{digits3}/locations/eu/operations/operation-{digits13}-{hex13}
svc-trader@desk-{digits3}.iam.gserviceaccount.com uniqueId {digits21}
ObjectId('{hex24}') in trades, _id: {hex24}
twilio account AC{hex32} call CA{hex32} message SM{hex32} queued
slack channel C0{upper9} user U0{upper9} ts 1763{digits6}.{digits6}
pagerduty incident Q{upper13} service P{upper6} dedup_key=INC-{digits3}
kafka cluster {alnum22} partition_key=orders.fx offset={digits12} consumer amq.ctag-{alnum22}
idempotency_key={uuid} dedup_key={hex32} sort_key=2026-11#{digits3}
thread 'main' panicked at src/book.rs:{digits3}: index 0x{hex12} rip 0x{hex16}
tx 0x{hex64} in block {digits8} nonce {digits3} contract 0x{hex40}

{time} INFO tick {symbol} age {digits3} us seq={digits10} ts=1763{digits15}
hft_order_latency_us_bucket{le="0.5",symbol="BTCUSDT",venue="binance"} {digits6}
auth_failures_total{venue="kraken",code="401"} {digits3}
token_refresh_total {digits2} secret_age_seconds {digits6} password_resets_total 0
rate(api_key_errors_total[5m]) = {price}, sum by (token_type) (requests) = {digits2}
max_tokens={digits4} token_count: {digits4} token_ttl={digits4}s tokens: {digits2}
base_token=USDC quote_token: DAI token=SOL price={price}
certificate expires {time} ({digits2} days), password_changed_at={time}
load average: {price}, mem {digits2}%, swap {digits2}%25, uptime {digits2} d
rate limit used weight {digits3}/1200, x-mbx-used-weight-1m: {digits3}, Retry-After: {digits2}
GET /v1/token?page={digits1}&limit=50 401 {digits2}ms; GET /secret/health 200
query SELECT id, status FROM api_keys WHERE created_at > '{time}' took {digits4} ms

{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."} from {host}
EAPI:Invalid key for {symbol}; EAPI:Invalid signature; EAPI:Invalid nonce; EGeneral:Permission denied by {host}
password authentication failed for user "trader" from {host} port {port}
WWW-Authenticate: Bearer realm="https://auth.example.com/token",service="registry-{digits2}"
secret "db-creds-{digits2}" not found; imagePullSecrets: regcred; secretName: tls-{digits2}
API_KEY=${API_KEY} DB_PASSWORD=*** SECRET=<set to the key 'password' in secret 'db-{digits2}'>
BINANCE_API_KEY is missing, BINANCE_API_SECRET is set, length {digits2}, fingerprint {hex4}
token expired at {time}; token refresh failed {digits1} times; bearer token required
KeyError: '{symbol}' in apply_key at line {digits3}; ValueError: bad key {digits3}
the risk-limit-service-primary-eu-central-{digits1} task-scheduler-worker-{digits10} is late
private key /etc/ssl/private/desk-{digits2}.key has mode 0600, owner root, {digits4} bytes
signing with key id {hex16}, algorithm RS256, kid={hex40}
the secret of the desk is patience; its key, password and token are {digits2} years old

payload «{"symbol": "{symbol}", "price": "{price}", "host": "{host}"}» ended
message «fill {price} of order {digits10} at {host}:{port}» ended
avatar data:image/png;base64,iVBORw0KGgoAAAANSUhEUg{base64_120}
protobuf {base64_90} of {digits3} bytes
/orders?filter=symbol%3D{pair}%26host%3D{host}%3A{port}&from=2026-11-21T03%3A{digits2}%3A00Z
GET /callback?next=https%3A%2F%2F{host}%3A{port}%2Forders%2F{uuid} 302
cursor=«{"after": {digits3}, "id": "{uuid}"}»&limit=50
docker run -d \\⏎  --name gw-{digits2} \\⏎  -p {port}:8080 -e HOST={host} \\⏎  engine:1.2
description: >-⏎  the gateway {host}⏎  lost order {uuid}⏎  at {price}⏎owner: desk
"""

_SYMBOLS = ["BTCUSDT", "ETH-USD", "XBT/USD", "EUR_USD", "AAPL", "1000SHIBUSDT", "SOLUSDC", "BRK.B", "GBPJPY"]
_HOSTS = ["gw-07.prod.example.com", "md-12.ny4.example.com", "risk-engine", "oms-1.trading-system.svc"]

Draw = Callable[[random.Random], str]
_PARTS: Mapping[str, Draw] = {
    "host": lambda by: by.choice([*_HOSTS, f"10.{by.randrange(256)}.{by.randrange(256)}.{by.randrange(1, 255)}"]),
    "port": lambda by: str(by.randint(1024, 65_535)),
    "symbol": lambda by: by.choice(_SYMBOLS),
    "pair": lambda by: by.choice(["btcusdt", "ethusdt", "solusdc", "xrpusdt"]),
    "price": lambda by: f"{by.uniform(0.0001, 99_999):.{by.randint(2, 8)}f}",
    "uuid": lambda by: str(UUID(int=by.getrandbits(128), version=4)),
    "time": lambda by: (
        f"2026-11-{by.randint(10, 28)}T{by.randint(10, 23)}:{by.randint(10, 59)}:07.{by.randint(100, 999)}Z"
    ),
}
_LETTERS = {
    "hex": "0123456789abcdef",
    "digits": string.digits,
    "alnum": string.ascii_letters + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "lower": string.ascii_lowercase + string.digits,
}
_PART = re.compile(r"\{([a-z]+)_?(\d*)\}")
_CODED = re.compile("«([^»]*)»")


def look_alikes() -> Iterator[str]:
    """All of them, the same in every run."""
    for number, line in enumerate(filter(None, _LINES.split("\n"))):
        for again in range(TIMES):
            by = random.Random(f"{number} {again}")
            filled = _PART.sub(lambda part, by=by: _drawn(part, by), line)
            yield _CODED.sub(lambda part: base64.b64encode(part[1].encode()).decode(), filled).replace("⏎", "\n")


def _drawn(part: re.Match[str], by: random.Random) -> str:
    name, size = part[1], int(part[2] or 0)
    if name == "base64":
        return base64.b64encode(by.randbytes(size)).decode()
    if name == "byte":
        return f"{by.randrange(256):02X}"
    if name in _LETTERS:
        return "".join(by.choice(_LETTERS[name]) for _ in range(size))
    return _PARTS[name](by) if name in _PARTS else part[0]

"""What looks like a secret to somebody hasty, and is evidence: drawn by a seeded generator, in the words of logs."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable, Iterator
from uuid import UUID

HEX = "0123456789abcdef"
ALNUM = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
TIMES = 3
"""How often each is drawn."""


class By:
    """Draws parts of lines, the same in every run."""

    def __init__(self, seed: str) -> None:
        self._by = random.Random(seed)

    def of(self, letters: str, length: int) -> str:
        return "".join(self._by.choice(letters) for _ in range(length))

    def hex(self, length: int) -> str:
        return self.of(HEX, length)

    def number(self, low: int, high: int) -> int:
        return self._by.randint(low, high)

    def uuid(self) -> str:
        return str(UUID(int=self._by.getrandbits(128), version=4))

    def base64(self, size: int) -> str:
        return base64.b64encode(self._by.randbytes(size)).decode()

    def one(self, words: str) -> str:
        return self._by.choice(words.split())

    def price(self) -> str:
        return f"{self._by.uniform(0.0001, 99_999):.{self._by.randint(2, 8)}f}"

    def host(self) -> str:
        host = f"{self.one('gw md risk oms fx')}-{self.number(1, 40):02}.{self.one('prod lon ny4 tky')}.example.com"
        return self._by.choice([host, f"10.{self.number(0, 255)}.{self.number(0, 255)}.{self.number(1, 254)}"])

    def port(self) -> int:
        return self.number(1024, 65_535)

    def symbol(self) -> str:
        return self.one("BTCUSDT ETH-USD XBT/USD EUR_USD AAPL 1000SHIBUSDT SOLUSDC BRK.B GBPJPY btcusdt")

    def time(self) -> str:
        return f"2026-11-{self.number(1, 28):02}T{self.number(0, 23):02}:{self.number(0, 59):02}:07.{self.number(0, 999):03}Z"


Line = Callable[[By], str]

_PLACES: tuple[Line, ...] = (
    lambda by: f"connect {by.host()}:{by.port()} refused, retry on {by.host()}:{by.port()}",
    lambda by: f"upstream http://{by.host()}:{by.port()}/api/v1/orders?symbol=BTCUSDT&limit=100 answered 502",
    lambda by: f"wss://stream.binance.com:9443/ws/{by.symbol().lower()}@depth{by.number(5, 20)}@100ms closed 1006",
    lambda by: f"tcp 0 0 {by.host()}:{by.port()} 10.0.0.9:{by.port()} ESTAB users:((\"hft\",pid={by.number(2, 99999)},fd=9))",
    lambda by: f"fe80::{by.hex(4)}:{by.hex(4)}:{by.hex(4)}:{by.hex(4)} dev eth0 lladdr {':'.join(by.hex(2) for _ in range(6))}",
    lambda by: f"postgresql://trader@{by.host()}:5432/orders and redis://{by.host()}:6379/0 without a password",
    lambda by: f"mongodb://{by.host()}:27017,{by.host()}:27017/bot?replicaSet=rs0&authSource=admin&w=majority",
    lambda by: f"ssh -i ~/.ssh/id_ed25519 -p 2222 ops@{by.host()} -- systemctl status trading-{by.one('gw md')}",
    lambda by: f"psql -h {by.host()} -p {by.port()} -U trader -d orders -c 'select count(*) from orders'",
    lambda by: f"image registry.example.com:5000/desk/rust-core-engine@sha256:{by.hex(64)}",
    lambda by: f"https://grafana.example.com/d/{by.of(ALNUM, 9)}/orders?var-key=BTC&from=now-1h&orgId=1&panelId={by.number(1, 99)}",
    lambda by: f"https://github.com/desk/engine/pull/{by.number(1, 999)}/commits/{by.hex(40)}",
    lambda by: f"/var/log/hft_system/orders-{by.number(20260101, 20261231)}.log.gz and /etc/ssl/private/desk.key missing",
    lambda by: f"ip-10-{by.number(0, 255)}-{by.number(0, 255)}-{by.number(0, 255)}.eu-west-1.compute.internal is NotReady",
    lambda by: f"gke-hft-trading-cluster-pool-{by.number(1, 9)}-{by.hex(8)}-{by.of(LOWER, 4)} memory pressure",
)

_ORDERS: tuple[Line, ...] = (
    lambda by: f"binance order orderId={by.number(10**10, 10**11)} {by.symbol()} price={by.price()} qty={by.price()}",
    lambda by: f"origClientOrderId=x-A6SIDXVS{by.number(10**13, 10**14)} filled at {by.price()}",
    lambda by: f'{{"clientOrderId": "{by.of(ALNUM, 22)}", "orderId": {by.number(10**8, 10**9)}, "status": "NEW"}}',
    lambda by: f"clientOrderId=web_{by.of(ALNUM, 32)} was canceled",
    lambda by: f"coinbase order {by.uuid()} done, product_id=BTC-USD, size={by.price()}, funds={by.price()}",
    lambda by: f"kraken txid O{by.of(UPPER, 5)}-{by.of(UPPER, 5)}-{by.of(UPPER, 6)} closed, refid T{by.of(UPPER, 5)}-{by.of(UPPER, 5)}-{by.of(UPPER, 6)}",
    lambda by: f"kraken userref={by.number(1, 2**31)} cl_ord_id={by.uuid()} nonce={by.number(10**15, 10**16)}",
    lambda by: f"alpaca order {by.uuid()} client_order_id={by.uuid()} limit_price={by.price()}",
    lambda by: f"oanda transaction {by.number(1000, 99999)} tradeID={by.number(1000, 99999)} account 101-004-{by.number(10**6, 10**7)}-001",
    lambda by: f"order 2026{by.number(1000, 1231)}-{by.number(1, 999999):06} rejected: {by.one('PRICE_FILTER LOT_SIZE MIN_NOTIONAL')}",
    lambda by: f"8=FIX.4.4|9=176|35=8|49=VENUE|56=DESK1|11={by.of(UPPER, 12)}|17={by.hex(16)}|37={by.uuid()}|44={by.price()}|10=128|",
    lambda by: f"exec_id={by.hex(8)}.{by.hex(4)}.01.01 trade_id={by.number(10**9, 10**10)} fill {by.price()} x {by.price()}",
    lambda by: f"LEI {by.of(UPPER, 18)}{by.number(10, 99)} ISIN US{by.number(10**9, 10**10 - 1)} CUSIP {by.of(UPPER, 9)}",
    lambda by: f"bid {by.price()} ask {by.price()} last {by.price()} vol {by.price()} {by.symbol()} spread 0.01%",
    lambda by: f"position {by.symbol()} {by.price()} @ {by.price()} unrealized PnL -{by.price()} key level {by.price()}",
)

_DIGESTS: tuple[Line, ...] = (
    lambda by: f"deployed commit {by.hex(40)} (short {by.hex(9)}) of release v{by.number(1, 9)}.{by.number(0, 40)}.{by.number(0, 9)}",
    lambda by: f"{by.hex(64)}  models/trading_model.onnx",
    lambda by: f"data/positions.dat: FAILED, expected {by.hex(64)}, computed {by.hex(64)}",
    lambda by: f"sha256:{by.hex(64)} pulled, layer sha256:{by.hex(12)} already exists",
    lambda by: f'"integrity": "sha512-{by.base64(64)}"',
    lambda by: f"--hash=sha256:{by.hex(64)} \\",
    lambda by: f"md5 {by.hex(32)} etag \"{by.hex(32)}\" crc32 {by.hex(8)} sha1 {by.hex(40)}",
    lambda by: f"sha512sum {by.hex(128)}  bundle.tar.gz",
    lambda by: f"The server's host key is SHA256:{by.of(ALNUM, 43)} (ED25519)",
    lambda by: f"SHA256 Fingerprint={':'.join(by.of('0123456789ABCDEF', 2) for _ in range(32))}",
    lambda by: f"serial number {by.hex(36)}, issuer CN=Desk CA, public key sha256 {by.hex(64)}",
    lambda by: f"cache key {by.hex(32)} hit, key={by.hex(40)} miss, cache_key={by.hex(64)} stale",
    lambda by: f"primary key {by.of(ALNUM, 22)}9 is taken, object key logs/2026/11/{by.of(ALNUM, 20)}7, hash key {by.of(ALNUM, 24)}3",
    lambda by: f"signature verified for artifact {by.hex(64)}, attestation {by.uuid()}",
    lambda by: f"github.com/desk/lib v1.4.2 h1:{by.base64(32)}",
    lambda by: f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{by.of(ALNUM, 43)} ops@desk",
    lambda by: "-----BEGIN CERTIFICATE-----\n" + "\n".join(by.of(ALNUM + "+/", 64) for _ in range(9)) + "\nAb=\n-----END CERTIFICATE-----",
    lambda by: "-----BEGIN PUBLIC KEY-----\n" + "\n".join(by.of(ALNUM, 64) for _ in range(3)) + "\n-----END PUBLIC KEY-----",
    lambda by: f"PUBLIC_KEY=MCowBQYDK2VwAyEA{by.of(ALNUM, 43)} loaded",
)

_IDS: tuple[Line, ...] = (
    lambda by: f"request {by.uuid()} trace_id={by.hex(32)} span_id={by.hex(16)} took {by.number(1, 999)} ms",
    lambda by: f"traceparent: 00-{by.hex(32)}-{by.hex(16)}-01",
    lambda by: f"x-amzn-RequestId: {by.uuid()}, x-amz-id-2: {by.base64(56)}",
    lambda by: f"ulid 01J{by.of('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 23)} session_id={by.hex(24)} user_id={by.number(1, 9999)}",
    lambda by: f"container {by.hex(64)} ({by.hex(12)}) exited with code 137",
    lambda by: f"pod api-key-service-{by.of(LOWER, 10)}-{by.of(LOWER, 5)} in trading-system is CrashLoopBackOff",
    lambda by: f"token-refresher-{by.number(0, 4)} secret-sync-{by.hex(9)}-{by.of(LOWER, 5)} password-reset-job-{by.number(10**7, 10**8)}",
    lambda by: f"uid: {by.uuid()} resourceVersion: \"{by.number(10**6, 10**8)}\" generation: {by.number(1, 99)}",
    lambda by: f"i-{by.hex(17)} vpc-{by.hex(17)} ami-{by.hex(17)} arn:aws:iam::{by.number(10**11, 10**12 - 1)}:role/trader",
    lambda by: f"projects/desk-{by.number(100, 999)}/locations/eu/operations/operation-{by.number(10**12, 10**13)}-{by.hex(13)}",
    lambda by: f"svc-trader@desk-{by.number(100, 999)}.iam.gserviceaccount.com uniqueId {by.number(10**20, 10**21 - 1)}",
    lambda by: f"ObjectId('{by.hex(24)}') in trades, _id: {by.hex(24)}",
    lambda by: f"twilio account AC{by.hex(32)} call CA{by.hex(32)} message SM{by.hex(32)} queued",
    lambda by: f"slack channel C0{by.of(UPPER, 9)} user U0{by.of(UPPER, 9)} ts {by.number(1763000000, 1764000000)}.{by.number(0, 999999):06}",
    lambda by: f"pagerduty incident Q{by.of(UPPER, 13)} service P{by.of(UPPER, 6)} dedup_key=INC-{by.number(1, 999)}",
    lambda by: f"kafka cluster {by.of(ALNUM, 22)} partition_key=orders.fx offset={by.number(1, 10**12)} consumer amq.ctag-{by.of(ALNUM, 22)}",
    lambda by: f"idempotency_key={by.uuid()} dedup_key={by.hex(32)} sort_key=2026-11#{by.number(1, 999)}",
    lambda by: f"thread 'main' panicked at src/book.rs:{by.number(1, 999)}: index 0x{by.hex(12)} rip 0x{by.hex(16)}",
    lambda by: f"tx 0x{by.hex(64)} in block {by.number(10**7, 10**8)} nonce {by.number(1, 999)} contract 0x{by.hex(40)}",
)

_NUMBERS_AND_NAMES: tuple[Line, ...] = (
    lambda by: f"{by.time()} INFO tick {by.symbol()} age {by.number(1, 999)} us seq={by.number(10**9, 10**10)} ts={by.number(1763 * 10**9, 1764 * 10**9)}",
    lambda by: f'hft_order_latency_us_bucket{{le="0.5",symbol="BTCUSDT",venue="binance"}} {by.number(1, 10**6)}',
    lambda by: f'auth_failures_total{{venue="kraken",code="401"}} {by.number(0, 99)}',
    lambda by: f"token_refresh_total {by.number(0, 99)} secret_age_seconds {by.number(0, 10**6)} password_resets_total 0",
    lambda by: f"rate(api_key_errors_total[5m]) = {by.price()}, sum by (token_type) (requests) = {by.number(1, 99)}",
    lambda by: f"max_tokens={by.number(1, 9999)} token_count: {by.number(1, 9999)} token_ttl={by.number(1, 9999)}s tokens: {by.number(1, 99)}",
    lambda by: f"base_token={by.one('USDC WBTC ETH')} quote_token: {by.one('USDT DAI EUR')} token={by.one('SOL ADA XRP')} price={by.price()}",
    lambda by: f"certificate expires {by.time()} ({by.number(1, 90)} days), password_changed_at={by.time()}",
    lambda by: f"load average: {by.price()}, mem {by.number(1, 99)}%, swap {by.number(0, 99)}%25, uptime {by.number(1, 300)} d",
    lambda by: f"rate limit used weight {by.number(1, 1200)}/1200, x-mbx-used-weight-1m: {by.number(1, 1200)}, Retry-After: {by.number(1, 60)}",
    lambda by: f"GET /v1/token?page={by.number(1, 9)}&limit=50 401 {by.number(1, 99)}ms; GET /secret/health 200",
    lambda by: f"query SELECT id, status FROM api_keys WHERE created_at > '{by.time()}' took {by.number(1, 9999)} ms",
)

_WORDS: tuple[Line, ...] = (
    lambda by: f'{{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}} from {by.host()}',
    lambda by: f"EAPI:Invalid key for {by.symbol()}; EAPI:Invalid signature; EAPI:Invalid nonce; EGeneral:Permission denied",
    lambda by: f'password authentication failed for user "trader" from {by.host()} port {by.port()}',
    lambda by: f"WWW-Authenticate: Bearer realm=\"https://auth.example.com/token\",service=\"registry-{by.number(1, 9)}\"",
    lambda by: f"secret \"db-creds-{by.number(1, 9)}\" not found; imagePullSecrets: regcred; secretName: tls-{by.number(1, 9)}",
    lambda by: f"API_KEY=${{API_KEY}} DB_PASSWORD=*** SECRET=<set to the key 'password' in secret 'db-{by.number(1, 9)}'>",
    lambda by: f"BINANCE_API_KEY is missing, BINANCE_API_SECRET is set, length {by.number(32, 64)}, fingerprint {by.hex(4)}",
    lambda by: f"token expired at {by.time()}; token refresh failed {by.number(1, 9)} times; bearer token required",
    lambda by: f"KeyError: '{by.symbol()}' in apply_key at line {by.number(1, 999)}; ValueError: bad key {by.number(1, 999)}",
    lambda by: f"the {by.one('risk order pricing')}-service-primary-eu-central-{by.number(1, 3)} task-scheduler-{by.number(10**9, 10**10)} is late",
    lambda by: f"private key /etc/ssl/private/desk-{by.number(1, 9)}.key has mode 0600, owner root, {by.number(1000, 4000)} bytes",
    lambda by: f"signing with key id {by.hex(16)}, algorithm RS256, kid={by.hex(40)}",
)

_PACKED: tuple[Line, ...] = (
    lambda by: "payload " + _coded(json.dumps({"symbol": by.symbol(), "price": by.price(), "host": by.host()})) + " ended",
    lambda by: "message " + _coded(f"fill {by.price()} of order {by.number(10**9, 10**10)} at {by.host()}:{by.port()}"),
    lambda by: f"avatar data:image/png;base64,iVBORw0KGgoAAAANSUhEUg{by.base64(120)}",
    lambda by: f"protobuf {by.base64(90)} of {by.number(1, 999)} bytes",
    lambda by: f"/orders?filter=symbol%3D{by.symbol().replace('/', '%2F')}%26host%3Dgw1%3A{by.port()}&from={by.time().replace(':', '%3A')}",
    lambda by: f"GET /callback?next=https%3A%2F%2F{by.host()}%3A{by.port()}%2Forders%2F{by.uuid()} 302",
    lambda by: f"cursor={_coded(json.dumps({'after': by.number(1, 999), 'id': by.uuid()})).rstrip('=')}&limit=50",
    lambda by: f"docker run -d \\\n  --name gw-{by.number(1, 9)} \\\n  -p {by.port()}:8080 -e HOST={by.host()} \\\n  engine:1.2",
    lambda by: f"description: >-\n  the gateway {by.host()}\n  lost order {by.uuid()}\n  at {by.price()}\nowner: desk",
)  # fmt: skip


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def look_alikes() -> Iterator[str]:
    """All of them, the same in every run."""
    groups = (_PLACES, _ORDERS, _DIGESTS, _IDS, _NUMBERS_AND_NAMES, _WORDS, _PACKED)
    for number, line in enumerate(line for group in groups for line in group):
        for again in range(TIMES):
            yield line(By(f"{number} {again}"))

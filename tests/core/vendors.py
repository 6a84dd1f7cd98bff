"""Secrets as thirteen sorts of vendors shape them: drawn by a seeded generator, so that none was ever given out."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

HEX = "0123456789abcdef"
ALNUM = string.ascii_letters + string.digits
UPPER = string.ascii_uppercase + string.digits
PASSWORD = ALNUM + "!#%*+-.?^_~&$"
ROUNDS = 4
"""How often each shape is drawn."""

Draw = random.Random


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """One secret that was made up."""

    vendor: str
    name: str
    """What its variable is called."""
    value: str
    """As it is written where it is used: a key, a whole address, a whole PEM."""
    secret: str
    """The part of it that must not be seen."""
    telling: bool
    """Whether it tells what it is wherever it stands, without its name."""
    stays: str = ""
    """The part that is evidence, such as the host of an address."""

    def __str__(self) -> str:
        return f"{self.vendor}-{self.name}".lower()


def _of(letters: str, length: int) -> Callable[[Draw], str]:
    def draw(by: Draw) -> str:
        made = "".join(by.choice(letters) for _ in range(length))
        # So short a text without a digit, or without letters of both sorts, is a word.
        return made if any(map(str.isdigit, made)) and not made.isdigit() else draw(by)

    return draw


def _base64(size: int) -> Callable[[Draw], str]:
    return lambda by: base64.b64encode(by.randbytes(size)).decode()


def _after(prefix: str, letters: str, length: int) -> Callable[[Draw], str]:
    tail = _of(letters, length)
    return lambda by: prefix + tail(by)


def _pem(sort: str, size: int) -> Callable[[Draw], str]:
    def draw(by: Draw) -> str:
        text = base64.b64encode(by.randbytes(size)).decode()
        lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
        return f"-----BEGIN {sort}-----\n{lines}\n-----END {sort}-----"

    return draw


def _jwt(algorithm: str, size: int) -> Callable[[Draw], str]:
    def draw(by: Draw) -> str:
        head = {"alg": algorithm, "typ": "JWT", **({"kid": _of(HEX, 16)(by)} if by.random() < 0.5 else {})}
        body = {"sub": f"desk-{by.randrange(99)}", "iat": 1763600000 + by.randrange(99_999), "jti": _of(ALNUM, 12)(by)}
        parts = [json.dumps(part, separators=(",", ":")).encode() for part in (head, body)]
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts, by.randbytes(size)))

    return draw


def _oanda(by: Draw) -> str:
    return f"{_of(HEX, 32)(by)}-{_of(HEX, 32)(by)}"


def _slack(sort: str) -> Callable[[Draw], str]:
    def draw(by: Draw) -> str:
        numbers = "-".join(str(by.randrange(10**11, 10**12)) for _ in range(3 if sort == "xoxp" else 2))
        return f"{sort}-{numbers}-{_of(ALNUM, 24)(by)}"

    return draw


def _webhook(by: Draw) -> str:
    return f"https://hooks.slack.com/services/T{_of(UPPER, 10)(by)}/B{_of(UPPER, 10)(by)}/{_of(ALNUM, 24)(by)}"


def _address(scheme: str, place: str) -> Callable[[Draw], str]:
    def draw(by: Draw) -> str:
        user = by.choice(["trader", "svc_orders", "bot", "risk-reader"])
        return f"{scheme}://{user}:{quote(_of(PASSWORD, by.randrange(9, 25))(by), safe='!*-._~$')}@{place}"

    return draw


# What a variable is called, how its value is drawn, whether the value tells by itself what it is.
_SHAPES: Mapping[str, tuple[tuple[str, Callable[[Draw], str], bool], ...]] = {
    "binance": (
        ("BINANCE_API_KEY", _of(ALNUM, 64), True),
        ("BINANCE_API_SECRET", _of(ALNUM, 64), True),
        ("BINANCE_LISTEN_KEY", _of(ALNUM, 60), False),
        ("BINANCE_PRIVATE_KEY", _pem("PRIVATE KEY", 48), True),
    ),
    "coinbase": (
        ("COINBASE_API_KEY", _of(HEX, 32), False),
        ("COINBASE_API_SECRET", _base64(64), False),
        ("COINBASE_PASSPHRASE", _of(HEX, 11), False),
        ("COINBASE_CDP_PRIVATE_KEY", _pem("EC PRIVATE KEY", 121), True),
        ("CB_ACCESS_KEY", _of(ALNUM, 16), False),
        ("CB_ACCESS_SIGN", _of(HEX, 64), False),
    ),
    "kraken": (
        ("KRAKEN_API_KEY", _base64(42), False),
        ("KRAKEN_API_SECRET", _base64(64), False),
        ("KRAKEN_WS_TOKEN", _base64(32), False),
        ("API_SIGN", _base64(64), False),
    ),
    "alpaca": (
        ("APCA_API_KEY_ID", _after("PK", UPPER, 18), True),
        ("ALPACA_LIVE_KEY", _after("AK", UPPER, 18), True),
        ("ALPACA_BROKER_KEY", _after("CK", UPPER, 24), True),
        ("APCA_API_SECRET_KEY", _of(ALNUM, 40), False),
    ),
    "oanda": (
        ("OANDA_API_TOKEN", _oanda, True),
        ("OANDA_PRACTICE_TOKEN", _oanda, True),
        ("OANDA_ACCESS_TOKEN", _oanda, True),
    ),
    "slack": (
        ("SLACK_BOT_TOKEN", _slack("xoxb"), True),
        ("SLACK_USER_TOKEN", _slack("xoxp"), True),
        ("SLACK_APP_TOKEN", lambda by: f"xapp-1-A{_of(UPPER, 10)(by)}-{by.randrange(10**12)}-{_of(HEX, 64)(by)}", True),
        ("SLACK_REFRESH_TOKEN", _after("xoxe-1-", ALNUM, 140), True),
        ("SLACK_SIGNING_SECRET", _of(HEX, 32), False),
        ("SLACK_WEBHOOK_URL", _webhook, True),
    ),
    "pagerduty": (
        ("PAGERDUTY_API_KEY", _after("u+", ALNUM + "_-", 18), True),
        ("PAGERDUTY_USER_TOKEN", _after("y_", ALNUM, 18), False),
        ("PAGERDUTY_ROUTING_KEY", _after("R0", UPPER, 30), False),
        ("PAGERDUTY_INTEGRATION_KEY", _of(HEX, 32), False),
        ("PAGERDUTY_WEBHOOK_SECRET", _of(ALNUM + "+/", 64), False),
    ),
    "twilio": (
        ("TWILIO_AUTH_TOKEN", _of(HEX, 32), False),
        ("TWILIO_API_KEY", _after("SK", HEX, 32), True),
        ("TWILIO_API_SECRET", _of(ALNUM, 32), False),
    ),
    "aws": (
        ("AWS_ACCESS_KEY_ID", _after("AKIA", UPPER[:26] + "234567", 16), True),
        ("AWS_TEMPORARY_KEY_ID", _after("ASIA", UPPER[:26] + "234567", 16), True),
        ("AWS_SECRET_ACCESS_KEY", _of(ALNUM + "+/", 40), False),
        ("AWS_SESSION_TOKEN", _after("IQoJb3JpZ2luX2Vj", ALNUM + "+/", 300), False),
    ),
    "gcp": (
        ("GOOGLE_API_KEY", _after("AIza", ALNUM + "_-", 35), True),
        ("GOOGLE_ACCESS_TOKEN", _after("ya29.", ALNUM + "_-", 120), True),
        ("GOOGLE_CLIENT_SECRET", _after("GOCSPX-", ALNUM + "_-", 28), True),
        ("GOOGLE_PRIVATE_KEY", _pem("PRIVATE KEY", 300), True),
    ),
    "database": (
        ("DATABASE_URL", _address("postgresql", "db-1.prod:5432/orders"), True),
        ("SQLALCHEMY_URL", _address("postgresql+psycopg", "10.4.2.17/trading?sslmode=require"), True),
        ("MYSQL_URL", _address("mysql", "mysql-0.mysql:3306/risk"), True),
        ("MONGO_URI", _address("mongodb", "mongo-0:27017,mongo-1:27017/bot?replicaSet=rs0"), True),
        ("MONGODB_URI", _address("mongodb+srv", "cluster0.example.net/botcore"), True),
        ("REDIS_URL", _address("rediss", "redis-master:6379/0"), True),
        ("CLICKHOUSE_URL", _address("clickhouse", "ch-1:9000/ticks"), True),
        ("RABBITMQ_URL", _address("amqp", "rabbit:5672/%2F"), True),
    ),
    "pem": (
        ("TLS_PRIVATE_KEY", _pem("RSA PRIVATE KEY", 608), True),
        ("CLIENT_PRIVATE_KEY", _pem("EC PRIVATE KEY", 121), True),
        ("SSH_PRIVATE_KEY", _pem("OPENSSH PRIVATE KEY", 280), True),
        ("SIGNING_PRIVATE_KEY", _pem("ENCRYPTED PRIVATE KEY", 340), True),
    ),
    "jwt": (
        ("SERVICE_JWT", _jwt("HS256", 32), True),
        ("GATEWAY_TOKEN", _jwt("RS256", 256), True),
        ("SESSION_TOKEN", _jwt("ES256", 64), True),
    ),
}  # fmt: skip


def secrets() -> Iterator[Made]:
    """All of them, the same in every run."""
    for vendor, shapes in _SHAPES.items():
        for name, draw, telling in shapes:
            by = random.Random(f"{vendor} {name}")
            for _ in range(ROUNDS):
                value = draw(by)
                secret, stays = _parts(value)
                yield Made(vendor=vendor, name=name, value=value, secret=secret, telling=telling, stays=stays)


def _parts(value: str) -> tuple[str, str]:
    """The secret part and the part that is evidence."""
    scheme, there, rest = value.partition("://")
    if value.startswith("-----BEGIN"):
        return "".join(value.split("\n")[1:-1]), ""
    if not there:
        return value, ""
    login, at, place = rest.rpartition("@")
    if at:
        return login.partition(":")[2], place
    return rest.partition("/services/")[2], f"{scheme}://hooks.slack.com/"

"""The venues as their documentation shows them: answers by path, and what their servers check of a signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from tests.probes.kit import NOW
from tests.probes.servers import Answer, Request

AT = NOW.timestamp()
KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
PLAIN = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
CODED = base64.b64encode(b"a secret of sixty-four bytes, as Kraken and Coinbase hand it out").decode()
PASSPHRASE = "orchid-lantern-42"
TOKEN = "eyb7c3d1f0a9e8d7c6b5a4938271605f4-0123456789abcdef0123456789abcdef"
ACCOUNT = "101-001-1234567-001"
SECRETS = {"key": KEY, "plain": PLAIN, "coded": CODED, "phrase": PASSPHRASE, "token": TOKEN, "account": ACCOUNT}
"""What the pack's variables hold."""

CREDENTIALS: Mapping[str, Mapping[str, str]] = {
    "binance": {"key": "key", "secret": "plain"},
    "coinbase": {"key": "key", "secret": "coded", "passphrase": "phrase"},
    "kraken": {"key": "key", "secret": "coded"},
    "oanda": {"token": "token", "account": "account"},
    "alpaca": {"key": "key", "secret": "plain"},
    "metatrader": {"token": "token", "account": "account"},
}
Checked = Callable[[Request], Any]


def signed(check: Callable[[Request], bool], answer: Any, refusal: Answer) -> Checked:
    """The answer to whoever signs as the venue wants it, else its refusal."""
    return lambda request: answer if check(request) else refusal


def _text(said: Any) -> str:
    return said if isinstance(said, str) else json.dumps(said)


# Binance

_BINANCE_NO = Answer('{"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}', 401)
_BINANCE_SYMBOL = Answer('{"code": -1121, "msg": "Invalid symbol."}', 400)
_BINANCE_HEADERS = (("x-mbx-used-weight", "1210"), ("x-mbx-used-weight-1m", "1210"))


def _binance(request: Request) -> bool:
    query, _, signature = request.query.rpartition("&signature=")
    right = hmac.new(PLAIN.encode(), query.encode(), hashlib.sha256).hexdigest()
    fresh = dict(parse_qsl(query)).get("timestamp") == str(int(AT * 1000))
    return request.headers.get("x-mbx-apikey") == KEY and signature == right and fresh


def _binance_info(request: Request) -> Answer:
    if "symbol=BTCUSDT" not in request.query:
        return _BINANCE_SYMBOL
    symbol = {
        "symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT",
        "isSpotTradingAllowed": True, "permissions": [], "permissionSets": [["SPOT", "MARGIN"]],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01000000"},
            {"filterType": "LOT_SIZE", "minQty": "0.00001000", "maxQty": "9000.00000000", "stepSize": "0.00001000"},
            {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": True},
        ],
    }  # fmt: skip
    limits = [
        {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
        {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100},
        {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 61000},
    ]
    said = {"timezone": "UTC", "serverTime": int(AT * 1000), "rateLimits": limits, "symbols": [symbol]}
    return Answer(json.dumps(said), headers=_BINANCE_HEADERS)


def _binance_order(request: Request) -> Answer | str:
    if not _binance(request):
        return _BINANCE_NO
    query = dict(parse_qsl(request.query))
    if query.get("orderId") != "28" and query.get("origClientOrderId") != "x-28":
        return Answer('{"code": -2013, "msg": "Order does not exist."}', 400)
    return json.dumps(_BINANCE_ORDER)


_BINANCE_ORDER = {
    "symbol": "BTCUSDT", "orderId": 28, "orderListId": -1, "clientOrderId": "x-28", "price": "43250.10000000",
    "origQty": "0.50000000", "executedQty": "0.20000000", "cummulativeQuoteQty": "8650.02",
    "status": "PARTIALLY_FILLED", "timeInForce": "GTC", "type": "LIMIT", "side": "BUY",
    "time": int(AT * 1000) - 45_000, "isWorking": True,
}  # fmt: skip

BINANCE: dict[str, Any] = {
    "/api/v3/time": Answer(json.dumps({"serverTime": int(AT * 1000) + 250}), headers=_BINANCE_HEADERS),
    "/sapi/v1/system/status": '{"status": 0, "msg": "normal"}',
    "/api/v3/exchangeInfo": _binance_info,
    "/api/v3/account": signed(
        _binance,
        json.dumps({
            "makerCommission": 15, "canTrade": True, "canWithdraw": False, "canDeposit": True, "accountType": "SPOT",
            "balances": [{"asset": "BTC", "free": "1.50000000", "locked": "0.50000000"},
                         {"asset": "USDT", "free": "1000.00", "locked": "0.00"},
                         {"asset": "ETH", "free": "0.00", "locked": "0.00"}],
            "permissions": ["SPOT"], "uid": 354937868,
        }),
        _BINANCE_NO,
    ),
    "/api/v3/openOrders": signed(_binance, json.dumps([_BINANCE_ORDER]), _BINANCE_NO),
    "/api/v3/order": _binance_order,
    "/api/v3/depth": json.dumps({
        "lastUpdateId": 1027024, "bids": [["43250.10", "1.2"], ["43250.00", "3"]], "asks": [["43250.20", "0.4"]],
    }),
    "/api/v3/trades": json.dumps([{"id": 1, "price": "43250.2", "qty": "0.1", "time": int(AT * 1000) - 1500}]),
}  # fmt: skip

# Coinbase

_COINBASE_NO = Answer('{"message": "invalid signature"}', 401)


def _coinbase(request: Request) -> bool:
    path = request.path + (f"?{request.query}" if request.query else "")
    said = f"{request.headers.get('cb-access-timestamp')}{request.method}{path}{request.body}"
    right = base64.b64encode(hmac.new(base64.b64decode(CODED), said.encode(), hashlib.sha256).digest()).decode()
    headers = request.headers
    fresh = abs(float(headers.get("cb-access-timestamp", 0)) - AT) < 30
    sent = [headers.get(f"cb-access-{part}") for part in ("sign", "key", "passphrase")]
    return fresh and sent == [right, KEY, PASSPHRASE]


_COINBASE_ORDER = {
    "id": "d0c5340b-6d6c-49d9-b567-48c4bfca13d2", "price": "43250.10", "size": "0.5", "product_id": "BTC-USD",
    "side": "buy", "type": "limit", "time_in_force": "GTC", "created_at": "2026-11-21T03:11:15.06Z",
    "filled_size": "0.2", "executed_value": "8650.02", "status": "open", "settled": False,
}  # fmt: skip
COINBASE: dict[str, Any] = {
    "/time": json.dumps({"iso": NOW.isoformat(), "epoch": AT + 0.25}),
    "/accounts": signed(
        _coinbase,
        json.dumps([
            {"id": "7fd0abc0-e5ad-4cbb-8d54-f2b3f43364da", "currency": "USD", "balance": "1000.00", "hold": "0",
             "available": "1000", "profile_id": "8058d771-2d88-4f0f-ab6e-299c153d4308", "trading_enabled": True},
            {"id": "x", "currency": "BTC", "balance": "0", "hold": "0", "available": "0",
             "profile_id": "8058d771-2d88-4f0f-ab6e-299c153d4308", "trading_enabled": True},
        ]),
        _COINBASE_NO,
    ),
    "/products/BTC-USD": json.dumps({
        "id": "BTC-USD", "base_currency": "BTC", "quote_currency": "USD", "quote_increment": "0.01",
        "base_increment": "0.00000001", "min_market_funds": "1", "margin_enabled": False, "post_only": False,
        "limit_only": False, "cancel_only": False, "status": "online", "status_message": "",
        "trading_disabled": False, "auction_mode": False,
    }),
    "/products/NOPE-USD": Answer('{"message": "NotFound"}', 404),
    "/products/BTC-USD/book": json.dumps({
        "bids": [["43250.10", "1.2", 3]], "asks": [["43250.20", "0.4", 1]], "sequence": 13051505638,
        "auction_mode": False, "time": "2026-11-21T03:11:58.500000Z",
    }),
    "/orders": signed(_coinbase, json.dumps([_COINBASE_ORDER]), _COINBASE_NO),
    "/orders/d0c5340b-6d6c-49d9-b567-48c4bfca13d2": signed(_coinbase, json.dumps(_COINBASE_ORDER), _COINBASE_NO),
    "/orders/nope": Answer('{"message": "NotFound"}', 404),
}  # fmt: skip

# Kraken: every answer has status 200.


def _kraken(request: Request) -> bool:
    form = dict(parse_qsl(request.body))
    inner = hashlib.sha256((form.get("nonce", "") + request.body).encode()).digest()
    mac = hmac.new(base64.b64decode(CODED), request.path.encode() + inner, hashlib.sha512).digest()
    sent = request.headers.get("api-sign"), request.headers.get("api-key"), request.method
    return sent == (base64.b64encode(mac).decode(), KEY, "POST")


_KRAKEN_NO = Answer('{"error": ["EAPI:Invalid key"]}')
_KRAKEN_ORDER = {
    "refid": None, "userref": 0, "status": "open", "opentm": AT - 45, "starttm": 0, "expiretm": 0,
    "descr": {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "43250.1", "leverage": "none"},
    "vol": "0.50000000", "vol_exec": "0.20000000", "cost": "8650.02",
}  # fmt: skip


def _kraken_order(request: Request) -> Answer | str:
    if not _kraken(request):
        return _KRAKEN_NO
    if "txid=OQCLML-BW3P3-BUCMWZ" not in request.body:
        return '{"error": ["EOrder:Unknown order"]}'
    return json.dumps({"error": [], "result": {"OQCLML-BW3P3-BUCMWZ": _KRAKEN_ORDER}})


def _kraken_pair(said: Any) -> Checked:
    unknown = '{"error": ["EQuery:Unknown asset pair"]}'
    return lambda request: _text(said) if "pair=XBTUSD" in request.query else unknown


KRAKEN: dict[str, Any] = {
    "/0/public/Time": json.dumps({"error": [], "result": {"unixtime": int(AT), "rfc1123": "x"}}),
    "/0/public/SystemStatus": json.dumps({
        "error": [], "result": {"status": "online", "timestamp": "2026-11-21T03:12:00Z", "upcoming_maintenance": [],
                                "emergency": []},
    }),
    "/0/public/AssetPairs": _kraken_pair({
        "error": [], "result": {"XXBTZUSD": {
            "altname": "XBTUSD", "wsname": "XBT/USD", "base": "XXBT", "quote": "ZUSD", "pair_decimals": 1,
            "lot_decimals": 8, "ordermin": "0.00005", "costmin": "0.5", "tick_size": "0.1", "status": "online",
        }},
    }),
    "/0/public/Depth": _kraken_pair({
        "error": [], "result": {"XXBTZUSD": {
            "asks": [["43250.20000", "0.400", int(AT) - 2]], "bids": [["43250.10000", "1.200", int(AT) - 9]],
        }},
    }),
    "/0/private/Balance": signed(
        _kraken, json.dumps({"error": [], "result": {"ZUSD": "1000.0000", "XXBT": "0.0000000000"}}), _KRAKEN_NO
    ),
    "/0/private/OpenOrders": signed(
        _kraken, json.dumps({"error": [], "result": {"open": {"OQCLML-BW3P3-BUCMWZ": _KRAKEN_ORDER}}}), _KRAKEN_NO
    ),
    "/0/private/QueryOrders": _kraken_order,
}  # fmt: skip

# OANDA

_OANDA_NO = Answer('{"errorMessage": "Insufficient authorization to perform request."}', 401)


def _oanda(request: Request) -> bool:
    return request.headers.get("authorization") == f"Bearer {TOKEN}"


def _oanda_prices(request: Request) -> Answer | str:
    if not _oanda(request):
        return _OANDA_NO
    if "instruments=EUR_USD" not in request.query:
        return Answer('{"errorMessage": "Invalid value specified for \'instruments\'"}', 400)
    price = {
        "type": "PRICE", "instrument": "EUR_USD", "time": "2026-11-21T03:11:58.201836422Z", "tradeable": True,
        "bids": [{"price": "1.13015", "liquidity": 10000000}], "asks": [{"price": "1.13028", "liquidity": 10000000}],
    }  # fmt: skip
    return json.dumps({"time": "2026-11-21T03:12:00.000000000Z", "prices": [price]})


_OANDA_ORDER = {
    "id": "6543", "createTime": "2026-11-21T03:11:15.000000000Z", "type": "LIMIT", "instrument": "EUR_USD",
    "units": "-100", "timeInForce": "GTC", "price": "1.2", "state": "PENDING",
}  # fmt: skip
_OANDA = f"/v3/accounts/{ACCOUNT}"
OANDA: dict[str, Any] = {
    "/v3/accounts": signed(_oanda, json.dumps({"accounts": [{"id": ACCOUNT, "tags": []}]}), _OANDA_NO),
    f"{_OANDA}/summary": signed(
        _oanda,
        json.dumps({
            "account": {"id": ACCOUNT, "alias": "Primary", "currency": "USD", "balance": "1000.0000", "NAV": "1000.1",
                        "marginAvailable": "900.5", "hedgingEnabled": False, "openTradeCount": 4,
                        "openPositionCount": 3, "unrealizedPL": "-1240.5000"},
            "lastTransactionID": "6543",
        }),
        _OANDA_NO,
    ),
    f"{_OANDA}/instruments": lambda request: (
        _OANDA_NO
        if not _oanda(request)
        else json.dumps({"instruments": [{
            "name": "EUR_USD", "type": "CURRENCY", "displayName": "EUR/USD", "pipLocation": -4, "displayPrecision": 5,
            "tradeUnitsPrecision": 0, "minimumTradeSize": "1", "maximumOrderUnits": "100000000",
        }], "lastTransactionID": "6543"})
        if "instruments=EUR_USD" in request.query
        else Answer('{"errorMessage": "Invalid value specified for \'instruments\'"}', 400)
    ),
    f"{_OANDA}/pricing": _oanda_prices,
    f"{_OANDA}/pendingOrders": signed(_oanda, json.dumps({"orders": [_OANDA_ORDER]}), _OANDA_NO),
    f"{_OANDA}/orders/6543": signed(_oanda, json.dumps({"order": _OANDA_ORDER}), _OANDA_NO),
    f"{_OANDA}/orders/1": Answer('{"errorMessage": "The order ID specified does not exist"}', 404),
}  # fmt: skip

# Alpaca

_ALPACA_NO = Answer('{"message": "forbidden."}', 403)
_ALPACA_HEADERS = (("X-Ratelimit-Limit", "200"), ("X-Ratelimit-Remaining", "30"), ("X-Ratelimit-Reset", "1795230780"))


def _alpaca(request: Request) -> bool:
    return (request.headers.get("apca-api-key-id"), request.headers.get("apca-api-secret-key")) == (KEY, PLAIN)


_ALPACA_ORDER = {
    "id": "61e69015-8549-4bfd-b9c3-01e75843f47d", "client_order_id": "x", "created_at": "2026-11-21T03:11:15.1Z",
    "submitted_at": "2026-11-21T03:11:15.2Z", "symbol": "AAPL", "qty": "15", "filled_qty": "5", "type": "limit",
    "side": "buy", "time_in_force": "day", "limit_price": "187.5", "status": "partially_filled",
}  # fmt: skip
ALPACA: dict[str, Any] = {
    "/v2/clock": signed(
        _alpaca, json.dumps({"timestamp": "2026-11-20T22:12:00.00-05:00", "is_open": False}), _ALPACA_NO
    ),
    "/v2/account": signed(
        _alpaca,
        Answer(json.dumps({
            "id": "e6fe16f3-64a4-4921-8928-cadf02f92f98", "account_number": "PA3717PJAYWN", "status": "ACTIVE",
            "currency": "USD", "buying_power": "262113.632", "cash": "1000", "equity": "1000", "last_equity": "990",
            "trading_blocked": False, "transfers_blocked": False, "account_blocked": False, "multiplier": "4",
            "trade_suspended_by_user": False, "shorting_enabled": True, "pattern_day_trader": False,
        }), headers=_ALPACA_HEADERS),
        _ALPACA_NO,
    ),
    "/v2/assets/AAPL": signed(
        _alpaca,
        json.dumps({"id": "b0b6dd9d-8b9b-48a9-ba46-b9d54906e415", "class": "us_equity", "exchange": "NASDAQ",
                    "symbol": "AAPL", "status": "active", "tradable": True, "marginable": True, "fractionable": False}),
        _ALPACA_NO,
    ),
    "/v2/assets/NOPE": Answer('{"code": 40410000, "message": "asset not found for NOPE"}', 404),
    "/v2/stocks/AAPL/quotes/latest": signed(
        _alpaca,
        json.dumps({"symbol": "AAPL", "quote": {
            "t": "2026-11-21T03:11:58.334320128Z", "ax": "C", "ap": 187.62, "as": 1, "bx": "N", "bp": 187.54, "bs": 1,
            "c": ["R"], "z": "C",
        }}),
        _ALPACA_NO,
    ),
    "/v2/orders": signed(_alpaca, json.dumps([_ALPACA_ORDER]), _ALPACA_NO),
    f"/v2/orders/{_ALPACA_ORDER['id']}": signed(_alpaca, json.dumps(_ALPACA_ORDER), _ALPACA_NO),
    "/v2/orders/nope": Answer('{"code": 40410000, "message": "order not found for nope"}', 404),
}  # fmt: skip

# MetaTrader, by MetaApi

_META_NO = Answer('{"id": 1, "error": "UnauthorizedError", "message": "Authorization token invalid"}', 401)


def _meta(request: Request) -> bool:
    return request.headers.get("auth-token") == TOKEN


_META_ORDER = {
    "id": "46871284", "type": "ORDER_TYPE_BUY_LIMIT", "state": "ORDER_STATE_PLACED", "magic": 123456,
    "time": "2026-11-21T03:11:15.000Z", "symbol": "EURUSD", "currentPrice": 1.13, "openPrice": 1.03, "volume": 0.5,
    "currentVolume": 0.3, "platform": "mt5",
}  # fmt: skip
_META_ACCOUNTS = "/".join(("", "users", "current", "accounts"))
_META = f"{_META_ACCOUNTS}/{ACCOUNT}"
METATRADER: dict[str, Any] = {
    _META_ACCOUNTS: signed(_meta, "[]", _META_NO),
    f"{_META}/account-information": signed(
        _meta,
        json.dumps({
            "broker": "True ECN Trading Ltd", "currency": "USD", "server": "ICMarketsSC-Demo", "balance": 1000,
            "equity": 990.5, "margin": 0, "freeMargin": 900.5, "leverage": 100, "name": "Test", "login": "50194988",
            "credit": 0, "tradeAllowed": True, "investorMode": False,
            "type": "ACCOUNT_TRADE_MODE_DEMO", "platform": "mt5",
        }),
        _META_NO,
    ),
    f"{_META}/symbols/EURUSD/specification": signed(
        _meta,
        json.dumps({"symbol": "EURUSD", "tickSize": 0.00001, "minVolume": 0.01, "maxVolume": 200, "volumeStep": 0.01,
                    "contractSize": 100000, "digits": 5, "tradeMode": "SYMBOL_TRADE_MODE_FULL"}),
        _META_NO,
    ),
    f"{_META}/symbols/NOPE/specification": Answer('{"id": 2, "error": "NotFoundError", "message": "x"}', 404),
    f"{_META}/symbols/EURUSD/current-price": signed(
        _meta,
        json.dumps({"symbol": "EURUSD", "bid": 1.13015, "ask": 1.13028, "profitTickValue": 1, "lossTickValue": 1,
                    "time": "2026-11-21T03:11:58.500Z", "brokerTime": "2026-11-21 05:11:58.500"}),
        _META_NO,
    ),
    f"{_META}/orders": signed(_meta, json.dumps([_META_ORDER]), _META_NO),
    f"{_META}/orders/46871284": signed(_meta, json.dumps(_META_ORDER), _META_NO),
    f"{_META}/orders/1": Answer('{"id": 3, "error": "NotFoundError", "message": "Order not found"}', 404),
}  # fmt: skip

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "binance": BINANCE, "coinbase": COINBASE, "kraken": KRAKEN, "oanda": OANDA, "alpaca": ALPACA,
    "metatrader": METATRADER,
}  # fmt: skip
SYMBOLS = {
    "binance": "BTCUSDT", "coinbase": "BTC-USD", "kraken": "XBTUSD", "oanda": "EUR_USD", "alpaca": "AAPL",
    "metatrader": "EURUSD",
}  # fmt: skip
ORDERS = {
    "binance": "28", "coinbase": "d0c5340b-6d6c-49d9-b567-48c4bfca13d2", "kraken": "OQCLML-BW3P3-BUCMWZ",
    "oanda": "6543", "alpaca": "61e69015-8549-4bfd-b9c3-01e75843f47d", "metatrader": "46871284",
}  # fmt: skip


def given(venue: str, **parameters: Any) -> dict[str, Any]:
    """The parameters of a probe for this venue, with credentials."""
    return {"venue": venue, "credentials": CREDENTIALS[venue], **parameters}


def leaks(*things: Any) -> list[str]:
    """Which secrets stand in any of these; an account's id is one here."""
    text = repr(things)
    return [name for name, value in SECRETS.items() if value in text]

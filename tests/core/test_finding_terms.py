"""Terms and spelling: what makes two ways of writing the same thing meet."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.core.finding import everyday
from bot.core.finding.spelling import Spelling, distance
from bot.core.finding.terms import TRADE, stem, terms_of, words_of

SAME = [
    ("orders", "ordering", "ordered", "order"),
    ("connection", "connect", "connected", "connections"),
    ("retries", "retry"),
    ("stopped", "stopping", "stops", "stop"),
    ("latencies", "latency"),
    ("execution", "execute", "executed"),
    ("exceeds", "exceed", "exceeded"),
]


@pytest.mark.parametrize("words", SAME)
def test_endings_do_not_matter(words: tuple[str, ...]):
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize("word", ["bus", "status", "speed", "need", "string", "ping", "able", "pods", "redis", "class"])
def test_nothing_that_belongs_to_a_word_is_cut_off(word: str):
    assert len(stem(word)) >= len(word) - 1


MEANT = [
    # A concept, and ways to say it.
    ("#oom", ["OOMKilled", "out of memory", "exit code 137", "killed by kernel", "oom-killer"]),
    ("#marketdata", ["md", "market data", "MarketData", "ticks", "market_data.log", "no quotes"]),
    ("#database", ["db", "postgres", "timescaledb", "mongodb-primary", "psql"]),
    ("#ratelimit", ["429", "rate limit", "RateLimited", "too many requests", "throttled"]),
    ("#diskfull", ["no space left on device", "ENOSPC", "disk almost full"]),
    ("#files", ["too many open files", "EMFILE", "fd leak"]),
    ("#crashloop", ["CrashLoopBackOff", "crash loop", "crashloop", "back-off restarting failed container"]),
    ("#websocket", ["ws", "websocket", "WebSocket", "wss://stream"]),
    ("#credentials", ["api key", "creds", "401 Unauthorized", "passphrase"]),
    ("#slow", ["p99", "laggy", "takes forever", "latency_us"]),
    ("#clock", ["ntp", "clock drift", "time sync"]),
    ("#losing", ["dd", "bleeding", "in the red", "losing money"]),
]


@pytest.mark.parametrize(("concept", "ways"), MEANT)
def test_what_the_trade_calls_it(concept: str, ways: list[str]):
    assert [way for way in ways if concept not in set(terms_of(way))] == []


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T03:04:05.123Z", "03:04", "0x7ffe12ab", "6f1c2d3e4f5a6b7c", "123e4567-e89b-12d3-a456-426614174000",
        "10.0.0.17:9443", "250ms", "97%", "4 GB", "20261121-000417", "3.14", "12 seconds", "the", "we have it", "7",
    ],
)  # fmt: skip
def test_what_differs_every_time_says_nothing(text: str):
    assert list(terms_of(text)) == []


@pytest.mark.parametrize(
    ("text", "slow"),
    [("a query takes 6s", True), ("it lasted several minutes", True), ("the last tick came 10 min ago", False)],
)
def test_how_long_something_takes(text: str, slow: bool):
    assert ("#slow" in terms_of(text)) is slow


def test_a_word_has_one_place_in_the_tables():
    """In two of them it would be read by one and silently not by the other."""
    tables = {
        "chatter": everyday.CHATTER.split(),
        "everyday": everyday.PLAIN.split(),
        "elsewhere": everyday.ELSEWHERE.split(),
        "symbols": [word for symbols in everyday.SYMBOLS.values() for word in symbols.split()],
    }
    places = Counter(one for words in tables.values() for one in {stem(word) for word in words})
    assert [word for word, count in places.items() if count > 1] == []
    assert [word for word in (*tables["everyday"], *tables["elsewhere"]) if stem(word) in TRADE] == []


def test_a_phrase_means_more_than_its_words():
    (first, *_), alone = words_of("rate limit exceeded"), words_of("limit")[0]
    assert "#ratelimit" in first.concepts
    assert "#limits" in alone.concepts
    assert "#limits" not in [concept for word in words_of("rate limit")[1:] for concept in word.concepts]


KNOWN = Spelling(["order", "reject", "websocket", "reconciliation", "connect", "pool", "book", "symbol", "symptom"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("oder", "order"), ("ordre", "order"), ("orrder", "order"), ("rejekt", "reject"), ("webosket", "websocket"),
        ("websoket", "websocket"), ("reconcilation", "reconciliation"), ("recconcilliation", "reconciliation"),
    ],
)  # fmt: skip
def test_slips_of_the_pen(written: str, meant: str):
    assert KNOWN.near(written) == [meant]


@pytest.mark.parametrize("word", ["pol", "boot", "bond", "object", "borders", "collect", "hello", "", "p99", "für"])
def test_another_word_is_no_slip(word: str):
    assert KNOWN.near(word) == []


def test_beginnings_and_words_in_one():
    assert KNOWN.longer("sym") == ["symbol", "symptom"]
    assert KNOWN.longer("sy") == []
    assert KNOWN.apart("orderbook") == ("order", "book")
    assert KNOWN.apart("bookkeeping") is None


@pytest.mark.parametrize(
    ("one", "two", "slips"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("form", "from", 1),
        ("order", "ordre", 1),
        ("pool", "poll", 1),
        ("kitten", "sitting", 3),
    ],
)
def test_distance(one: str, two: str, slips: int):
    assert distance(one, two) == distance(two, one) == slips

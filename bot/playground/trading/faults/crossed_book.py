"""We missed updates of one order book, and hold it crossed."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault

FAULT = Fault(
    title="Crossed order book",
    shows="After a sequence gap our book of binance:ETH-USDT has bids above its asks; the venue's own has not.",
    covers=("H3.3", "H3.3.1", "H3.3.2"),
    alert="OrderBookCrossed",
    shape=lambda symptoms, _seconds: replace(symptoms, crossed=symptoms.crossed | {"binance:ETH-USDT"}),
    mend="fresh snapshot of binance:ETH-USDT",
)

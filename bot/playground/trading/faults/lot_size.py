"""A strategy sends quantities that do not fit the venue's lot size."""

from __future__ import annotations

from dataclasses import replace

from bot.playground.trading.faults.base import Fault

FAULT = Fault(
    title="Orders rejected: lot size",
    shows="Binance rejects every order of eth_momentum, since its quantities do not fit the lot size.",
    covers=("H4.3", "H4.3.4"),
    alert="OrdersRejected",
    shape=lambda symptoms, _seconds: replace(symptoms, wrong_lot=symptoms.wrong_lot | {"eth_momentum"}),
    mend="quantities of eth_momentum rounded to the lot size",
)

"""exchange_account: whether a venue takes our key, what it permits, and what is on the account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._exchanges import PrivateParameters, environment_of, exchange
from bot.probes._venues.base import Wanted
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_MOST_BALANCES = 100
_SHOWN = 4

Asset = Annotated[str, Field(max_length=20, pattern=r"^[A-Za-z0-9.]+$")]


class ExchangeAccountParameters(PrivateParameters):
    """Whose account, and what of it."""

    asset: Asset | None = Field(
        default=None, description="The asset whose balance counts; none: the account's own", examples=["USDT"]
    )


async def _look(parameters: ExchangeAccountParameters, site: Site) -> Seen:
    asking = exchange(parameters, site)
    by_address = environment_of(asking.venue, site)
    try:
        account = await asking.ask(asking.venue.account, Wanted())
    except ProbeFailed as failure:
        if failure.trouble is not Trouble.AUTH:
            raise
        facts = {**dict.fromkeys(_FACTS), "valid": False, "says": str(failure), "environment": by_address}
        return Seen(facts=facts, excerpt=[str(failure)])
    balances = {one_line(name, 20): amount for name, amount in list(account.balances.items())[:_MOST_BALANCES]}
    balance = account.balance
    if parameters.asset is not None:
        balance = account.balances.get(parameters.asset, 0.0) if not account.currency else None
        if account.currency == parameters.asset:
            balance = account.balance
    environment = by_address
    if account.practice is not None:
        environment = "practice" if account.practice else "live"
    return Seen(
        facts={
            "valid": True,
            "says": None,
            "environment": environment,
            "account": masked(account.id) or None,
            "trades": account.trades,
            "permissions": [one_line(word, 60) for word in account.permissions[:50]],
            "currency": one_line(account.currency, 20) or parameters.asset,
            "balance": balance,
            "available": account.available,
            "balances": balances,
            "positions": account.positions,
            "result": account.result,
        },
        table=_table(balances),
    )


def masked(id_: str) -> str:
    """The last characters of an account's id, which tell accounts apart and are worth nothing."""
    letters = re.sub(r"\s", "", id_)
    if len(letters) <= 2 * _SHOWN:
        return "…" + letters[-2:] if len(letters) > _SHOWN else "…" * bool(letters)
    return "…" + letters[-_SHOWN:]


def _table(balances: Mapping[str, float]) -> Table | None:
    return Table(columns=("asset", "balance"), rows=tuple(balances.items())[:40]) if balances else None


_FACTS: dict[str, Any] = {
    "valid": Fact(sort="flag", help="whether the venue takes the credentials"),
    "says": Fact(sort="text", help="what it says where it does not"),
    "environment": Fact(sort="text", help="live or practice, by the account, else by the address"),
    "account": Fact(sort="text", help="the last characters of the account's id"),
    "trades": Fact(sort="flag", help="whether the account may trade; unknown where the venue does not say"),
    "permissions": Fact(sort="list", help="what the account may do and what is blocked, in the venue's own words"),
    "currency": Fact(sort="text", help="what the balance is in"),
    "balance": Fact(sort="number", help="the balance of the account, or of the asset asked for"),
    "available": Fact(sort="number", help="what may be spent of it: buying power, free margin"),
    "positions": Fact(sort="number", help="positions that are open; unknown where the venue does not say it here"),
    "result": Fact(sort="number", help="profit of what is open, below 0 a loss; unknown where the venue does not say"),
    "balances": Fact(sort="map", help="balances by asset that are not zero, where the account has several"),
}

PROBE = Probe(
    name="exchange_account",
    help="Whether a venue takes our credentials, what they permit, and what is on the account.",
    parameters=ExchangeAccountParameters,
    facts=_FACTS,
    look=_look,
    target="url",
    fills=("asset",),
)

"""exchange_rate_limit: how much of what we may ask a venue for is used, and whether it refuses us already."""

from __future__ import annotations

from pydantic import Field

from bot.core.evidence import Seen, Trouble
from bot.core.text import one_line
from bot.outbound.http import retry_after
from bot.probes._exchanges import PrivateParameters, exchange
from bot.probes._text import percent
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_REFUSED, _BANNED = 429, 418
_SAID = ("rate limit", "too many requests", "too much request weight", "throttl")


class ExchangeRateLimitParameters(PrivateParameters):
    """Which venue, and what is allowed there."""

    limit: float | None = Field(
        default=None, gt=0, description="What is allowed, where the venue does not say so", examples=[6000]
    )


async def _look(parameters: ExchangeRateLimitParameters, site: Site) -> Seen:
    """One question, which counts as well."""
    asking = exchange(parameters, site)
    reply = await asking.reply(asking.venue.limits_query)
    refusal = asking.refused(reply)
    limited = reply.status in (_REFUSED, _BANNED) or _speaks_of_it(refusal)
    if refusal is not None and not limited:
        raise refusal
    try:
        body = {} if limited else reply.json()
        used = asking.venue.limits({name.lower(): value for name, value in reply.headers.items()}, body)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise ProbeFailed(f"{asking.venue.title}: the answer is not understood", Trouble.PARSE) from None
    limit = used.limit or parameters.limit
    wait = retry_after(reply.headers, site.now()) if limited else None
    return Seen(
        facts={
            "limited": limited,
            "banned": reply.status == _BANNED,
            "used": used.used,
            "limit": limit,
            "used_percent": percent(used.used, limit),
            "retry_after_s": None if wait is None else wait.total_seconds(),
            "status": reply.status,
        },
        excerpt=[one_line(str(refusal), 250)] if refusal is not None else [],
    )


def _speaks_of_it(refusal: ProbeFailed | None) -> bool:
    return refusal is not None and any(words in str(refusal).lower() for words in _SAID)


PROBE = Probe(
    name="exchange_rate_limit",
    help="How much of what we may ask a venue for is used, and whether it refuses us for having asked too much.",
    parameters=ExchangeRateLimitParameters,
    facts={
        "limited": Fact(sort="flag", help="whether the venue refuses us for having asked too much"),
        "banned": Fact(sort="flag", help="whether our address is shut out for a while (418)"),
        "used": Fact(sort="number", help="weight or requests used; unknown where the venue does not say"),
        "limit": Fact(sort="number", help="what is allowed in the same time"),
        "used_percent": Fact(sort="number", unit="%", help="used, of what is allowed"),
        "retry_after_s": Fact(sort="number", unit="s", help="how long to wait, where the venue says so"),
        "status": Fact(sort="number", help="the answer's code"),
    },
    look=_look,
    target="url",
)

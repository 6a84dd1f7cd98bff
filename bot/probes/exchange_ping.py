"""exchange_ping: whether a venue's API answers, how fast, and how far its clock is from ours."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.core.evidence import Seen, Trouble
from bot.probes._exchanges import ExchangeParameters, environment_of, exchange
from bot.probes._http_answer import Reply
from bot.probes._place import Unreached
from bot.probes._venues.base import Venue
from bot.probes.base import Fact, Probe, ProbeFailed, Site


class ExchangePingParameters(ExchangeParameters):
    """Which venue."""


async def _look(parameters: ExchangePingParameters, site: Site) -> Seen:
    asking = exchange(parameters, site)
    facts: dict[str, Any] = {**dict.fromkeys(_FACTS), "environment": environment_of(asking.venue, site)}
    try:
        reply = await asking.reply(asking.venue.ping)
    except Unreached as failure:
        return Seen(facts={**facts, "reached": False, "trouble": str(failure.trouble)}, excerpt=[str(failure)])
    refusal = asking.refused(reply)
    skew, exact = _skew(asking.venue, reply, site)
    return Seen(
        facts={
            **facts,
            "reached": True,
            "status": reply.status,
            # Some venues answer a question without credentials with a refusal: they are there all the same.
            "works": refusal is None or refusal.trouble is Trouble.AUTH,
            "took_ms": reply.took_ms,
            "connect_ms": reply.connect_ms,
            "skew_ms": skew,
            "skew_exact": exact,
        },
        excerpt=[str(refusal)] if refusal is not None and refusal.trouble is not Trouble.AUTH else [],
    )


def _skew(venue: Venue, reply: Reply, site: Site) -> tuple[float | None, bool | None]:
    """How far apart the clocks are, in milliseconds, and whether that is better than to a second. The venue's clock is
    taken to have been read in the middle of the question."""
    middle = site.now().timestamp() - reply.took_ms / 2000
    if venue.clock is not None and reply.is_success:
        try:
            there = venue.clock(reply.json())
            return round(abs(there - middle) * 1000, 1), there % 1 != 0
        except (ProbeFailed, LookupError, TypeError, ValueError):
            pass
    at = _date(reply)
    if at is None:
        return None, None
    # A Date header leaves out the parts of a second: it is half a second later on average.
    return round(abs(at.timestamp() + 0.5 - middle) * 1000, 1), False


def _date(reply: Reply) -> datetime | None:
    try:
        at = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


_FACTS = {
    "reached": Fact(sort="flag", help="whether anything answered"),
    "trouble": Fact(sort="text", help="why nothing did: refused, timeout, dns, tls, lost or parse"),
    "works": Fact(sort="flag", help="whether it answered as a venue does that works"),
    "status": Fact(sort="number", help="the answer's code; 401 where the venue wants credentials for everything"),
    "took_ms": Fact(sort="number", unit="ms", help="how long the answer took"),
    "connect_ms": Fact(sort="number", unit="ms", help="of it, until the connection stood; unknown where it did before"),
    "skew_ms": Fact(sort="number", unit="ms", help="how far the venue's clock is from the bot's, in either direction"),
    "skew_exact": Fact(sort="flag", help="whether that is better than to a second"),
    "environment": Fact(sort="text", help="live or practice, by the address; unknown where it is neither"),
}

PROBE = Probe(
    name="exchange_ping",
    help="Whether a venue's API answers, how fast, and how far its clock is from ours.",
    parameters=ExchangePingParameters,
    facts=_FACTS,
    look=_look,
    target="url",
)

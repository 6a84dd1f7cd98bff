"""Asks a venue: builds and signs the requests, sends them, and turns what comes back into values or a ProbeFailed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode

import httpx
import orjson
from pydantic import AfterValidator, Field

from bot.core.evidence import Trouble
from bot.core.text import one_line
from bot.packs.shapes import Name
from bot.plugs import discover
from bot.probes._asking import secret_of
from bot.probes._http import address_of, ask
from bot.probes._http_answer import Question, Reply
from bot.probes._place import Seconds
from bot.probes._text import clean
from bot.probes._venues.base import Asked, Part, Query, Secrets, Venue, Wanted
from bot.probes.base import Parameters, ProbeFailed, Site

T = TypeVar("T")
_HARMLESS = 6
"""Characters: shorter values of credentials are not looked for in a message, since they would be found everywhere."""


@cache
def venues() -> Mapping[str, Venue]:
    """All venues by name."""
    return discover("bot.probes._venues", "VENUE", Venue)


def _known(name: str) -> str:
    if name not in venues():
        raise ValueError(f"is no venue: write one of {', '.join(venues())}")
    return name


VenueName = Annotated[str, AfterValidator(_known)]

SymbolName = Annotated[str, Field(max_length=32, pattern=r"^[A-Za-z0-9]+(?:[-/_.][A-Za-z0-9]+)*$")]
OrderId = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]


class ExchangeParameters(Parameters):
    """Which venue, and how long to wait."""

    venue: VenueName = Field(description="The venue whose API answers at the target", examples=["binance"])
    seconds: Seconds = Field(default=8, description="Longest wait for an answer")


class PrivateParameters(ExchangeParameters):
    """And as whom."""

    credentials: dict[Literal["key", "secret", "passphrase", "token", "account"], Name] = Field(
        default={},
        description="Names of the variables with the parts of the credentials; use a key that may only read",
        examples=[{"key": "binance_key", "secret": "binance_secret"}],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A venue, and everything that asking it takes."""

    site: Site
    venue: Venue
    seconds: float
    credentials: Mapping[Part, str]
    """Names of variables by part."""

    async def ask(self, question: Asked[T], wanted: Wanted) -> T:
        """Ask and read. Raises ProbeFailed, `auth` where the venue refuses the credentials, `missing` where it knows no
        such symbol or order."""
        secrets = self._secrets(question, wanted)
        full = Wanted(symbol=wanted.symbol, order=wanted.order, account=secrets.get("account", ""),
                      depth=wanted.depth)  # fmt: skip
        bodies = await asyncio.gather(*(self._body(query, secrets) for query in question.ask(full)))
        try:
            return question.read(bodies, full)
        except StopIteration:
            raise ProbeFailed(f"{self.venue.title} knows no {wanted.symbol or wanted.order}", Trouble.MISSING) from None
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            raise ProbeFailed(f"{self.venue.title}: the answer is not understood", Trouble.PARSE) from None

    async def reply(self, query: Query) -> Reply:
        """The answer to one request, whatever it says. Raises ProbeFailed where there is none."""
        return await self._reply(query, self._parts() if query.signed else {})

    def refused(self, reply: Reply, secrets: Secrets | None = None) -> ProbeFailed | None:
        """Why the venue says no, if it does."""
        refusal = self.venue.refusal(reply.status, _values(reply))
        if refusal is not None:
            trouble, says = refusal.trouble, refusal.says
        elif reply.is_success:
            return None
        else:
            by_status = {401: Trouble.AUTH, 403: Trouble.AUTH, 404: Trouble.MISSING}
            trouble, says = by_status.get(reply.status, Trouble.ERROR), _message(_values(reply))
        for value in (self._parts() if secrets is None else secrets).values():
            says = says.replace(value, "***") if len(value) >= _HARMLESS else says
        said = one_line(clean(f"{self.venue.title} answers {reply.status}: {says}"), 250)
        return ProbeFailed(said.removesuffix(": "), trouble)

    def _parts(self) -> dict[Part, str]:
        return {part: self.site.secret(variable).strip() for part, variable in self.credentials.items()}

    def _secrets(self, question: Asked[Any], wanted: Wanted) -> Secrets:
        """The credentials, where the question needs them. Raises ProbeFailed where a part is missing."""
        if not any(query.signed for query in question.ask(wanted)):
            return {}
        if missing := [part for part in self.venue.needs if part not in self.credentials]:
            raise ProbeFailed(f"{self.venue.title} needs {missing[0]!r} among the credentials", Trouble.MISSING)
        return {part: secret_of(self.site, variable) for part, variable in self.credentials.items()}

    async def _body(self, query: Query, secrets: Secrets) -> Any:
        reply = await self._reply(query, secrets)
        if (refusal := self.refused(reply, secrets)) is not None:
            raise refusal
        return reply.json()

    async def _reply(self, query: Query, secrets: Secrets) -> Reply:
        address = address_of(self.site, query.path)
        params, headers = query.params, {}
        if query.signed:
            try:
                signed = self.venue.sign(query, _path_of(address), secrets, self.site.now())
            except (ValueError, KeyError):
                raise ProbeFailed(f"the credentials are not what {self.venue.title} gives out", Trouble.AUTH) from None
            params, headers = signed.params, dict(signed.headers)
        encoded = urlencode(params)
        question = Question(
            # The signature is over these very characters, so nothing may write them anew.
            url=address if query.post or not encoded else f"{address}?{encoded}",
            method="POST" if query.post else "GET",
            headers=headers,
            form=encoded if query.post else "",
        )
        return await ask(self.site, question, seconds=self.seconds)


def _path_of(address: str) -> str:
    """As it is sent, since some venues sign it."""
    return httpx.URL(address).raw_path.decode("ascii").partition("?")[0]


def exchange(parameters: ExchangeParameters, site: Site) -> Exchange:
    """The venue that the parameters name."""
    credentials = parameters.credentials if isinstance(parameters, PrivateParameters) else {}
    venue = venues()[parameters.venue]
    return Exchange(site=site, venue=venue, seconds=parameters.seconds, credentials=credentials)


def environment_of(venue: Venue, site: Site) -> str | None:
    """`live` or `practice` by the target's host; None where it is neither."""
    try:
        host = httpx.URL(site.address).host
    except httpx.InvalidURL:
        return None
    if venue.practice.fullmatch(host):
        return "practice"
    return "live" if venue.live.fullmatch(host) else None


def _values(reply: Reply) -> Any:
    try:
        return orjson.loads(reply.body)
    except ValueError:
        return None


def _message(body: Any) -> str:
    """What an error says, by the names that venues give it."""
    if not isinstance(body, dict):
        return ""
    return next((str(body[name]) for name in ("message", "msg", "errorMessage", "error") if body.get(name)), "")

"""exchange_status: what a venue says of itself: operational, degraded, in maintenance, down; and its incidents."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from bot.core.evidence import Seen
from bot.core.text import one_line
from bot.probes._exchanges import ExchangeParameters, exchange, venues
from bot.probes._http import address_of, ask_json
from bot.probes._http_answer import Question
from bot.probes._text import clean, not_understood
from bot.probes._venues.base import Status, Wanted
from bot.probes.base import Fact, Probe, Site

_INDICATORS: dict[str, Literal["operational", "degraded", "maintenance", "down"]] = {
    "none": "operational", "minor": "degraded", "major": "degraded", "critical": "down", "maintenance": "maintenance",
}  # fmt: skip
_RUNNING = ("in_progress", "verifying")


class ExchangeStatusParameters(ExchangeParameters):
    """Which venue, and where it says so."""

    by: Literal["api", "statuspage"] = Field(
        default="api", description="api: a call of its API; statuspage: the target is its page by Atlassian Statuspage"
    )

    @model_validator(mode="after")
    def _says_it_there(self) -> Self:
        if self.by == "api" and venues()[self.venue].status is None:
            raise ValueError(f"the API of {self.venue} does not tell: write by: statuspage, with its page as target")
        return self


async def _look(parameters: ExchangeStatusParameters, site: Site) -> Seen:
    if parameters.by == "statuspage":
        status = await _page(parameters, site)
    else:
        asking = exchange(parameters, site)
        question = asking.venue.status
        assert question is not None, "the parameters refuse a venue that does not tell"
        status = await asking.ask(question, Wanted())
    incidents = [one_line(clean(one), 200) for one in status.incidents[:20]]
    return Seen(
        facts={
            "state": status.state,
            "operational": status.state == "operational",
            "says": one_line(clean(status.says), 200),
            "incidents": incidents,
        },
        excerpt=incidents[:5],
    )


async def _page(parameters: ExchangeStatusParameters, site: Site) -> Status:
    question = Question(url=address_of(site, "/api/v2/summary.json"))
    said = await ask_json(site, question, seconds=parameters.seconds)
    try:
        word, description = str(said["status"]["indicator"]), str(said["status"]["description"])
        incidents = [_incident(one) for one in said.get("incidents", [])]
        running = [str(one["name"]) for one in said.get("scheduled_maintenances", []) if one["status"] in _RUNNING]
    except (KeyError, TypeError, AttributeError):
        raise not_understood("the status page") from None
    if word not in _INDICATORS:
        raise not_understood("the status page")
    state = _INDICATORS[word]
    if running and state == "operational":
        state = "maintenance"
    return Status(state=state, says=description, incidents=[*incidents, *(f"maintenance: {name}" for name in running)])


def _incident(one: dict[str, Any]) -> str:
    return f"{one['name']} ({one['impact']}, {one['status']})"


PROBE = Probe(
    name="exchange_status",
    help="What a venue says of itself: operational, degraded, in maintenance or down, and its incidents.",
    parameters=ExchangeStatusParameters,
    facts={
        "state": Fact(sort="text", help="operational, degraded, maintenance or down"),
        "operational": Fact(sort="flag", help="whether all is well by its own account"),
        "says": Fact(sort="text", help="its own words"),
        "incidents": Fact(sort="list", help="incidents and maintenance that are under way"),
    },
    look=_look,
    target="url",
)

"""What the parameters of probes over HTTP have in common: path, query, and credentials by the names of variables."""

from __future__ import annotations

import base64
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.core.evidence import Trouble
from bot.packs.shapes import Name
from bot.probes._http import address_of
from bot.probes._http_answer import Question
from bot.probes._place import Seconds
from bot.probes.base import Parameters, ProbeFailed, Site


def _stays_below(path: str) -> str:
    if any(step in (".", "..") for step in path.split("/")):
        raise ValueError("may not go up: leave out the steps . and ..")
    return path


Path = Annotated[str, Field(max_length=1000, pattern=r"^(/[^\x00-\x20\x7f?#\\]*)?$"), AfterValidator(_stays_below)]
"""A path below the target's address; empty: the address itself."""

QueryValue = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")]


class AskingParameters(Parameters):
    """What is asked of the target, and as whom."""

    path: Path = Field(default="", description="Path below the target's address", examples=["/orders/{order_id}"])
    query: dict[QueryValue, QueryValue] = Field(
        default={}, max_length=20, description="What stands after the question mark", examples=[{"status": "pending"}]
    )
    bearer: Name | None = Field(
        default=None, description="Name of the variable with the bearer token", examples=["grafana_token"]
    )
    user: Name | None = Field(default=None, description="Name of the variable with the user name, for Basic")
    password: Name | None = Field(default=None, description="Name of the variable with the password, for Basic")
    headers: dict[HeaderName, Name] = Field(
        default={},
        max_length=10,
        description="Headers, and the names of the variables with their values",
        examples=[{"X-Api-Key": "gateway_key"}],
    )
    seconds: Seconds = Field(default=10, description="Longest wait for the whole answer")


def question_of(parameters: AskingParameters, site: Site, *, method: str = "GET") -> Question:
    """The request that the parameters ask for. Raises ProbeFailed where a variable is not set."""
    return Question(
        url=address_of(site, parameters.path, parameters.query), method=method, headers=headers_of(parameters, site)
    )


def headers_of(parameters: AskingParameters, site: Site) -> dict[str, str]:
    """The headers with credentials. Raises ProbeFailed where a variable is not set."""
    headers = {name: secret_of(site, variable) for name, variable in parameters.headers.items()}
    if parameters.bearer:
        headers["Authorization"] = f"Bearer {secret_of(site, parameters.bearer)}"
    elif parameters.user and parameters.password:
        pair = f"{secret_of(site, parameters.user)}:{secret_of(site, parameters.password)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return headers


def secret_of(site: Site, variable: str) -> str:
    """The value of a secret variable. Raises ProbeFailed where it is not set, or is nothing that a header can carry."""
    value = site.secret(variable).strip()
    if not value:
        raise ProbeFailed(f"the variable {variable} is not set", Trouble.MISSING)
    if not value.isascii() or not value.isprintable():
        raise ProbeFailed(f"the variable {variable} holds characters that cannot be sent", Trouble.AUTH)
    return value

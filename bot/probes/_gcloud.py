"""What probes of Google Cloud share: gcloud with a fixed argv, its JSON, and its words for what went wrong."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Trouble
from bot.core.text import first_line
from bot.probes._text import clean, not_understood, whole
from bot.probes.base import Parameters, ProbeFailed, Site
from bot.transports.base import Ran

ProjectId = Annotated[str, Field(max_length=60, pattern="^[a-z]([a-z0-9:.-]*[a-z0-9])?$")]

_MOST_BYTES = 8_000_000
_SAYS = re.compile(r"^(?:ERROR|BigQuery error)\b[^:]{0,200}:\s*(?P<said>.*)", re.MULTILINE)
_TROUBLES = tuple(
    (re.compile(pattern, re.IGNORECASE), trouble)
    for pattern, trouble in (
        (r"reauthentication|active account|login|credential|unauthenticated|invalid_grant|HTTPError 401", Trouble.AUTH),
        (
            r"permission|not permitted|forbidden|not have .{0,40}access|access denied|PERMISSION_DENIED|HTTPError 403",
            Trouble.PERMISSION,
        ),
        (r"not found|does not exist|unknown service account|NOT_FOUND|HTTPError 404|no such", Trouble.MISSING),
        (r"timed? ?out|deadline", Trouble.TIMEOUT),
        (
            r"could not reach|unable to (?:find|connect)|connection (?:refused|error)|failed to establish",
            Trouble.REFUSED,
        ),
        (r"quota|rate limit|RESOURCE_EXHAUSTED|HTTPError 429|unavailable|internal error", Trouble.REFUSED),
    )
)


class NotThere(ProbeFailed):
    """Google Cloud itself says that there is no such thing."""


class GcloudParameters(Parameters):
    """Which project; the account is the one that gcloud has where the command runs."""

    project: ProjectId | None = Field(default=None, description="The project; none: the one gcloud is set to")


async def asked(site: Site, parameters: GcloudParameters, program: str, *argv: str) -> Ran:
    """What gcloud, or bq, says. It asks nobody anything. Raises ProbeFailed."""
    where = [] if parameters.project is None else [f"--project={parameters.project}"]
    if program == "bq":
        where = [*(["--project_id=" + parameters.project] if parameters.project else []), "--headless", "--quiet"]
        ran = await site.run("bq", *where, *argv, most_bytes=_MOST_BYTES)
    else:
        ran = await site.run(program, *argv, *where, "--quiet", most_bytes=_MOST_BYTES)
    if ran.code != 0:
        raise _failed(ran, program)
    return ran


async def objects(site: Site, parameters: GcloudParameters, program: str, *argv: str) -> list[dict[str, Any]]:
    """The objects of a list, or the only one of a description. Raises ProbeFailed."""
    text = whole(await asked(site, parameters, program, *argv), program)
    try:
        said = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError):
        raise not_understood(program) from None
    said = [said] if isinstance(said, dict) else said
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise not_understood(program)
    return said


def _failed(ran: Ran, program: str) -> ProbeFailed:
    text = ran.err[:20_000] if ran.err.strip() else ran.out[:20_000]
    found = _SAYS.search(text)
    said = (first_line(found["said"]) if found else "") or first_line(text) or f"exit code {ran.code}"
    by_code = {126: Trouble.PERMISSION, 127: Trouble.MISSING}.get(ran.code, Trouble.PARSE)
    trouble = next((trouble for pattern, trouble in _TROUBLES if pattern.search(text)), by_code)
    sort = NotThere if found and trouble is Trouble.MISSING else ProbeFailed
    return sort(clean(f"{program}: {said}"), trouble)

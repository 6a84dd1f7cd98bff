"""gcp_logs: what Google Cloud's logs say: counts, rates, numbers in the lines, the last lines that matter."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen
from bot.probes._gcloud import GcloudParameters, objects
from bot.probes._lines import LINE_FACTS, Line, LineParameters, said_by
from bot.probes._times import read_time
from bot.probes.base import Fact, Probe, Site

Filter = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^-\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")]

_ERRORS = frozenset({"ERROR", "CRITICAL", "ALERT", "EMERGENCY"})


class GcpLogsParameters(LineParameters, GcloudParameters):
    """Which entries, and what is asked of them."""

    filter: Filter = Field(
        description="Which entries, in the language of Cloud Logging",
        examples=['resource.type="k8s_container" AND severity>=ERROR'],
    )
    lines: int = Field(default=50, ge=1, le=1000, description="The last entries to look at, at most")


async def _look(parameters: GcpLogsParameters, site: Site) -> Seen:
    now = site.now()
    argv = ["logging", "read", parameters.filter, f"--limit={parameters.lines}", "--order=desc", "--format=json"]
    if parameters.since is not None:
        argv.append(f"--freshness={max(1, int(parameters.since.total_seconds()))}s")
    found = await objects(site, parameters, "gcloud", *argv)
    lines = [Line(text_of(one), read_time(str(one.get("timestamp") or ""), UTC, now)) for one in found[::-1]]
    # Without `since` gcloud looks a day back.
    reached = len(found) < parameters.lines
    seen = await asyncio.to_thread(said_by, parameters, lines, reached=reached, now=now)
    severities = Counter(str(one.get("severity") or "DEFAULT") for one in found)
    facts = {
        "errors": sum(severities[name] for name in _ERRORS) if reached else None,
        "severities": dict(severities),
    }
    return replace(seen, facts={**seen.facts, **facts})


def text_of(entry: Mapping[str, Any]) -> str:
    """What an entry says, with its severity before it."""
    said: Any = entry.get("textPayload")
    payload = entry.get("jsonPayload") or entry.get("protoPayload")
    if said is None and isinstance(payload, dict):
        said = payload.get("message") or payload.get("msg") or json.dumps(payload, ensure_ascii=False)
    text = " ".join(str(said or "").split())
    return f"{entry.get('severity') or 'DEFAULT'} {text}".rstrip()


PROBE = Probe(
    name="gcp_logs",
    help="Google Cloud's logs by gcloud: entries that match, how many, how often, numbers in them, the last ones.",
    parameters=GcpLogsParameters,
    facts={
        **LINE_FACTS,
        "errors": Fact(sort="number", help="entries of severity ERROR or higher, whether they match or not"),
        "severities": Fact(sort="map", help="entries that were read, by severity"),
    },
    look=_look,
    fills=("contains", "since", "lines", "show"),
)

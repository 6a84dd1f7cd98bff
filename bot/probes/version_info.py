"""version_info: which version of a program lies in a git repository, and what changed last."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._lines import age_of
from bot.probes._paths import FilePath
from bot.probes._text import not_understood, said
from bot.probes.base import Fact, Parameters, Probe, Site

_DESCRIBED = re.compile(r"(?:(?P<tag>.+)-(?P<since>\d{1,9})-g)?(?P<commit>[0-9a-f]{4,64})(?P<dirty>-dirty)?")
_ROW = re.compile(r"([0-9a-f]{40,64})\t([0-9T:+Z-]{10,40})\t(.*)")


class VersionInfoParameters(Parameters):
    """Which repository."""

    path: FilePath = Field(default=".", description="A folder of the repository", examples=["/opt/trading"])
    commits: int = Field(default=10, ge=1, le=50, description="Last commits to show")


async def _look(parameters: VersionInfoParameters, site: Site) -> Seen:
    # Nothing of the repository's own configuration may run a program, and looking must not write to its index.
    git = ("git", "--no-pager", "--no-optional-locks", "-C", parameters.path,
           "-c", "core.fsmonitor=false", "-c", "log.showSignature=false")  # fmt: skip
    described, logged, head = await asyncio.gather(
        site.run(*git, "describe", "--tags", "--always", "--long", "--dirty", "--abbrev=12"),
        site.run(*git, "log", "-n", str(parameters.commits), "--no-color", "--format=%H%x09%cI%x09%s"),
        site.run(*git, "rev-parse", "--abbrev-ref", "HEAD"),
    )
    rows = [row for line in said(logged, "git").split("\n") if (row := _ROW.fullmatch(line)) is not None]
    found = _DESCRIBED.fullmatch(said(described, "git").strip())
    if not rows or found is None:
        raise not_understood("git")
    at = _time(rows[0][2])
    since = found["since"]
    facts = {
        "version": _version(found),
        "tag": found["tag"],
        "commits_since_tag": int(since) if since else None,
        "commit": rows[0][1],
        "dirty": found["dirty"] is not None,
        "branch": one_line(head.out, 200) or None if head.code == 0 else None,
        "committed_at": at.isoformat() if at else None,
        "committed_age_s": age_of(at, site.now()),
        "subject": one_line(rows[0][3]),
    }
    shown = tuple((row[1][:12], row[2], one_line(row[3], 120)) for row in rows)
    return Seen(facts=facts, table=Table(columns=("commit", "at", "subject"), rows=shown))


def _version(found: re.Match[str]) -> str:
    """As `git describe` shows it: the tag alone where it is exactly that."""
    named = found["commit"]
    if found["tag"]:
        named = found["tag"] if found["since"] == "0" else f"{found['tag']}-{found['since']}-g{named}"
    return one_line(named + (found["dirty"] or ""), 200)


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


PROBE = Probe(
    name="version_info",
    help="The version in a git repository: the tag, the last commits, and whether files were changed afterwards.",
    parameters=VersionInfoParameters,
    facts={
        "version": Fact(sort="text", help="as git describes it: v1.4.2, or v1.4.2-3-g0a1b2c3d4e5f-dirty"),
        "tag": Fact(sort="text", help="the last tag; unknown where there is none"),
        "commits_since_tag": Fact(sort="number", help="commits after that tag"),
        "commit": Fact(sort="text", help="the last commit, whole"),
        "dirty": Fact(sort="flag", help="whether files that git knows were changed"),
        "branch": Fact(sort="text", help="the branch; HEAD where there is none"),
        "committed_at": Fact(sort="text", help="when the last commit was made"),
        "committed_age_s": Fact(sort="number", unit="s", help="since the last commit was made"),
        "subject": Fact(sort="text", help="first line of the last commit's message"),
    },
    look=_look,
)

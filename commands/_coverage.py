"""Coverage: which check serves which line of a system's guide, and which lines none does."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.check import Checks
from bot.packs import Guide
from commands.base import Reply


def coverage(checks: Mapping[str, Checks], guides: Mapping[str, Guide]) -> Reply:
    """By system with a guide: the lines that look at something, each with its check; and those that none serves."""
    data: dict[str, dict[str, object]] = {}
    lines = []
    for name, guide in guides.items():
        served = {line: check.name for check in checks[name].by_name.values() for line in check.lines}
        wanted = guide.lines("probe")
        missing = [str(line) for line in wanted if line not in served]
        data[name] = {"covered": {str(line): served[line] for line in wanted if line in served}, "missing": missing}
        said = f", missing: {', '.join(missing)}" if missing else ""
        lines.append(f"{name}: {len(wanted) - len(missing)} of {len(wanted)} lines{said}")
    return Reply(text="\n".join(lines) or "No pack here has a guide.tsv.", data=data)

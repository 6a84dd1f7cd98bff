"""The log files: each grows, is rotated once, and so never takes more than twice its limit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

LIMIT = 256 * 1024
"""Bytes after which a file becomes `.1`, in the place of the one before."""

SYSTEM, ERRORS, MARKET_DATA, ORDERS = "system", "errors", "market_data", "orders"
STRATEGIES, RISK, EXCHANGES = "strategies", "risk", "exchanges"
LOGS = (SYSTEM, ERRORS, MARKET_DATA, ORDERS, STRATEGIES, RISK, EXCHANGES)
"""The seven of the guide, section 1.3."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line, without its time."""

    log: str
    text: str
    level: str = "INFO"
    """Errors stand in errors.log as well."""


def error(log: str, text: str) -> Line:
    """A line of level ERROR."""
    return Line(log=log, text=text, level="ERROR")


class Journal:
    """Writes into one folder. Lines are collected and reach the files with `flush`."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self._limit = limit
        self._lines: defaultdict[str, list[str]] = defaultdict(list)

    def open(self) -> None:
        """Make the folder and the files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for log in LOGS:
            self._path(log).touch()

    def _path(self, log: str) -> Path:
        return self.folder / f"{log}.log"

    def write(self, at: datetime, *lines: Line) -> None:
        """Lines of this moment by the machine's clock."""
        for line in lines:
            text = f"{at:%Y-%m-%d %H:%M:%S} {line.level} {line.text}"
            self._lines[line.log].append(text)
            if line.level == "ERROR" and line.log != ERRORS:
                self._lines[ERRORS].append(text)

    def flush(self) -> None:
        """Put into the files what was collected."""
        for log, lines in self._lines.items():
            path = self._path(log)
            text = "\n".join(lines) + "\n"
            if path.exists() and path.stat().st_size + len(text) > self._limit:
                path.replace(path.with_suffix(".log.1"))
            with path.open("a", encoding="utf-8") as file:
                file.write(text)
        self._lines.clear()

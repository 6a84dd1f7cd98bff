"""The machine: its disk, which is a real folder with a limit, its memory, files and clock."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.playground.trading.symptoms import Symptoms

NAME = "hft-1"
DISK_BYTES = 64 * 1024 * 1024
"""What the folder is said to have room for; less than a hundredth of it is really written."""
MEMORY_MB = 16_384.0
_RESIDENT_MB = 5_300.0
_BOOKS_MB = 420.0
_OTHERS_MB = 900.0
FILES_LIMIT = 4_096
_FILES = 230
CONNECTIONS_LIMIT = 50
_CONNECTIONS = 4
QUEUE_LIMIT = 10_000
_CORE = 4 * 1024 * 1024
_DUMPS = "cores"


class Host:
    """What the machine measures of itself, after `tick`."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.folder = folder
        self._random = random
        self.disk_used = 0
        self.resident_mb = _RESIDENT_MB
        self.books_mb = _BOOKS_MB
        self.open_files = _FILES
        self.connections = _CONNECTIONS
        self.queue = 0
        self.dropped = 0
        """Market data events for which the queue had no room, since the start."""
        self.clock_offset_s = 0.0
        self.cpu = 0.3

    def time(self, now: datetime) -> datetime:
        """What the machine's clock says."""
        return now + timedelta(seconds=self.clock_offset_s)

    @property
    def disk_share(self) -> float:
        return min(self.disk_used / DISK_BYTES, 1.0)

    @property
    def memory_available_mb(self) -> float:
        return max(MEMORY_MB - self.resident_mb - _OTHERS_MB, 0.0)

    def tick(self, symptoms: Symptoms, busy: int) -> None:
        """Measure; `busy` is how many orders are live, which costs memory and files."""
        self.clock_offset_s = symptoms.clock_offset_s + self._random.uniform(-0.002, 0.002)
        self.books_mb = _BOOKS_MB + symptoms.memory_mb + self._random.uniform(-4, 4)
        self.resident_mb = _RESIDENT_MB - _BOOKS_MB + self.books_mb + busy * 0.1
        self.open_files = min(_FILES + busy + symptoms.open_files, FILES_LIMIT)
        self.connections = min(_CONNECTIONS + symptoms.connections, CONNECTIONS_LIMIT)
        waiting = self._random.randrange(5, 60) + symptoms.queue
        self.queue = min(waiting, QUEUE_LIMIT)
        self.dropped += waiting - self.queue
        self.cpu = min(0.25 + self._random.uniform(0, 0.08) + 0.03 * (symptoms.slowness - 1), 0.97)
        self._dump(symptoms.core_dumps)
        self.disk_used = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def _dump(self, share: float) -> None:
        """As many core dumps as make this share of the disk. They are sparse files: large, and hardly on the disk."""
        (self.folder / _DUMPS).mkdir(exist_ok=True)
        wanted = int(share * DISK_BYTES)
        for number in range(DISK_BYTES // _CORE):
            path = self.folder / _DUMPS / f"core.{4711 + number}"
            size = min(max(wanted - number * _CORE, 0), _CORE)
            if size:
                with path.open("ab") as file:
                    os.truncate(file.fileno(), size)
            else:
                path.unlink(missing_ok=True)

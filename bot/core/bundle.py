"""Bundle: everything that was collected about a system or an incident, in one archive with a manifest."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_HIDDEN = re.compile(r"\[secret[^\]]*\]|\*\*\*")
"""What redaction leaves where something was."""
_PLAIN = re.compile(r"[^A-Za-z0-9._/-]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One file of a bundle. Its text has been redacted."""

    path: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A finished archive."""

    name: str
    content: bytes
    """tar.gz."""
    sha256: str
    parts: int


def pack(name: str, parts: Sequence[Part], about: Mapping[str, Any], now: datetime) -> Bundle:
    """The archive: `manifest.json` first, with the size, the sha256 and the number of redactions of each part. The same
    parts give the same bytes."""
    files = {f"{name}/{_PLAIN.sub('_', part.path).lstrip('/.')}": part.text.encode() for part in parts}
    manifest = {
        **about,
        "made_at": now.isoformat(),
        "parts": [
            {
                "path": path,
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "redactions": len(_HIDDEN.findall(data.decode())),
            }
            for path, data in files.items()
        ],
        "redactions": sum(len(_HIDDEN.findall(data.decode())) for data in files.values()),
    }
    described = (json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n").encode()
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for path, data in {f"{name}/manifest.json": described, **files}.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mtime, entry.mode = len(data), int(now.timestamp()), 0o600
            archive.addfile(entry, io.BytesIO(data))
    content = gzip.compress(raw.getvalue(), mtime=0)
    return Bundle(
        name=f"{name}.tar.gz", content=content, sha256=hashlib.sha256(content).hexdigest(), parts=len(files) + 1
    )

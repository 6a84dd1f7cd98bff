"""Files of a message: what is shown of them, and their download by whoever is in the channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.playground.page.sight import look
from bot.playground.values import File
from bot.playground.workspace import Workspace

_PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_PREVIEW = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Attached:
    """A file as the templates show it."""

    id: str
    name: str
    size: str
    address: str
    picture: str
    """Where it is shown from; '' when it is no picture."""
    alt: str
    text: str
    """Its beginning; '' when it is no text."""


def attached(file: File, viewer: str) -> Attached:
    address = f"/file/{file.id}/{quote(file.name, safe='')}?as={viewer}"
    content = file.content or b""
    kind = _picture(content)
    return Attached(
        id=file.id,
        name=file.title or file.name,
        size=_size(file.length),
        address=address,
        picture=f"{address}&show=1" if kind else "",
        alt=file.alt_text or file.title or file.name,
        text="" if kind else _text(content),
    )


def picture(image: Mapping[str, Any], viewer: str) -> str:
    """Where the picture of an image block is shown from: an uploaded file. Nothing is fetched from the web."""
    file = str((image.get("slack_file") or {}).get("id") or "")
    return f"/file/{quote(file, safe='')}/picture?as={viewer}&show=1" if file else ""


async def download(request: Request, workspace: Workspace) -> Response:
    """The bytes, to somebody who is in a channel where the file was shown. Only pictures are shown in place."""
    file = workspace.room.state.files.get(request.path_params["id"])
    viewer = look(workspace, request.query_params).viewer
    channels = workspace.room.state.channels
    seen = file is not None and any(viewer.id in channels[one].members for one, _ in file.shares if one in channels)
    if file is None or file.content is None or not seen:
        return PlainTextResponse("There is no such file for you.", 404)
    kind = _picture(file.content) if "show" in request.query_params else ""
    placed = "inline" if kind else f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    return Response(
        file.content, media_type=kind or "application/octet-stream", headers={"Content-Disposition": placed}
    )


def _picture(content: bytes) -> str:
    return next((kind for start, kind in _PICTURES.items() if content.startswith(start)), "")


def _text(content: bytes) -> str:
    beginning = content[:_PREVIEW]
    if b"\0" in beginning:
        return ""
    text = beginning.decode(errors="replace")
    left = len(content) - len(beginning)
    return f"{text}\n… and {left:,} bytes more" if left else text


def _size(length: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if length < 1000:
            return f"{length:.0f} {unit}"
        length = round(length / 1000)
    return f"{length} GB"

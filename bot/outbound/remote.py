"""Remote: a terminal on another host asks a running bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

_NOT_ANSWERED = 69


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the bot said."""

    text: str
    exit_code: int
    data: Any = None
    file: tuple[str, str] | None = None
    """Name and content of a file that was asked for. The name is the bot's word."""


def ask(url: str, token: str, words: Sequence[str], zone: str = "") -> Answer:
    """Run the words at the bot behind `url`, as the owner of the token, whose times are in `zone`. Never raises: a bot
    that does not answer is an answer, with an exit code of its own."""
    try:
        response = httpx.post(
            f"{url.rstrip('/')}/command",
            json={"words": list(words), "zone": zone},
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        )
        said = response.json()
        file = (str(said["file"]["name"]), str(said["file"]["content"])) if said.get("file") else None
        return Answer(text=str(said["text"]), exit_code=int(said["exit_code"]), data=said.get("data"), file=file)
    except httpx.HTTPError as problem:
        text = f"{url} does not answer ({type(problem).__name__}). Is TOCSIN_URL right, and does the bot run?"
        return Answer(text=text, exit_code=_NOT_ANSWERED)
    except (ValueError, KeyError, TypeError):
        text = f"{url} is not a Tocsin: its answer is not understood. Set TOCSIN_URL to the bot's address."
        return Answer(text=text, exit_code=_NOT_ANSWERED)

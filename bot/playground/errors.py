"""What the Web API answers when it refuses."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.slack_limits import Problem
from bot.playground.values import Json


class ApiError(Exception):
    """Answered as `{"ok": false, "error": ...}` with whatever else Slack adds to it."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.more = more

    def answer(self) -> Json:
        return {"ok": False, "error": self.error, **self.more}


def refused(found: Sequence[Problem], *, prefix: str = "") -> ApiError:
    """The error that Slack answers for these problems of a message's blocks."""
    messages = [f"[ERROR] {one.message} [json-pointer:{prefix}{one.pointer}]" for one in found]
    return ApiError(found[0].error, response_metadata={"messages": messages})


def refused_view(found: Sequence[Problem]) -> ApiError:
    """Slack calls what is wrong inside a view `invalid_arguments`, with pointers that start at /view."""
    error = refused(found, prefix="/view")
    if error.error != "view_too_large":
        error.error = "invalid_arguments"
    return error

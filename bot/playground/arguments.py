"""Arguments of a Web API call: from the query, a form, JSON or multipart, in the shapes that SDKs send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from bot.playground.errors import ApiError
from bot.playground.values import Json


class Args:
    """One call's arguments; every reader raises the ApiError that Slack would answer."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = {name: value for name, value in given.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def text(self, name: str, default: str = "") -> str:
        return str(self.given.get(name, default))

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            messages = [f"[ERROR] missing required field: {name}"]
            raise ApiError(error, response_metadata={"messages": messages})
        return value

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.text(name, str(default)))
        except ValueError:
            raise ApiError("invalid_arguments") from None

    def words(self, name: str) -> list[str]:
        """A list, or a text with commas."""
        value = self.given.get(name, ())
        return [word for word in value.split(",") if word] if isinstance(value, str) else [str(one) for one in value]

    def json(self, name: str, error: str = "invalid_json") -> Any:
        """A structure, or its JSON as text; None when it is not given."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise ApiError(error) from None

    def objects(self, name: str, error: str) -> list[Json] | None:
        """A list of objects (blocks, attachments); None when it is not given."""
        value = self.json(name, error)
        if value is None:
            return None
        if not isinstance(value, list):
            raise ApiError(error)
        return value


async def read(request: Request) -> tuple[Args, str]:
    """The arguments, and the token from the header or from among them."""
    given: dict[str, Any] = dict(request.query_params)
    if request.method == "POST":
        given |= await _body(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    inline = str(given.pop("token", "") or "")
    return Args(given), token.strip() if scheme.lower() == "bearer" and token else inline


async def _body(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        try:
            value = json.loads(await request.body() or b"{}")
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(value, dict):
            raise ApiError("json_not_object")
        return value
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form() as form:
            return {
                name: value if isinstance(value, str) else (await value.read()).decode(errors="replace")
                for name, value in form.items()
            }
    return {}


def pages(found: list[Any], args: Args, *, most: int = 100) -> tuple[list[Any], Json]:
    """One page of a list, and the cursor of the next one."""
    cursor, limit = args.text("cursor"), args.number("limit", most)
    if cursor and not (cursor.startswith("next:") and cursor[5:].isdigit()):
        raise ApiError("invalid_cursor")
    if limit < 1:
        raise ApiError("invalid_limit")
    start = int(cursor[5:]) if cursor else 0
    end = start + min(limit, 1000)
    return found[start:end], {"next_cursor": f"next:{end}" if end < len(found) else ""}

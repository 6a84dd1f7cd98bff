"""The contract of the alert sources: what a source says of itself, how a sender proves itself, how a body is read.

This is all `inbound` sees of them. A source is one file of this folder with one constant `SOURCE`. `verify` raises only
`WrongSecret`, `parse` only `BadAlert`; neither repeats a secret. Both are pure, and linear in the size of the body.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict

from bot.core import text as texts
from bot.core.alert import Alert
from bot.core.endpoint import Endpoint
from bot.core.errors import BadAlert, WrongSecret

ALERTS = 5_000
"""Alerts that one body may hold; a body with more is refused as a whole."""
WINDOW = timedelta(seconds=300)
"""How far a signed time may be from ours, either way: older is a replay."""
SIGNATURE_HEADER = "X-Hub-Signature-256"
"""Where a signature is expected when neither the endpoint nor the source says otherwise: the name most senders use."""

Verify = Callable[[Mapping[str, str], bytes, Endpoint, datetime], None]
Parse = Callable[[bytes, Mapping[str, str], Endpoint, datetime], tuple[Alert, ...]]


class NoParameters(BaseModel):
    """A source that has no parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def verify_in(signature_header: str) -> Verify:
    """A `verify` whose signatures are in this header unless the endpoint names another one."""

    def verify(headers: Mapping[str, str], body: bytes, endpoint: Endpoint, now: datetime) -> None:
        """Returns when the sender has given one valid proof of any kind that is configured: a bearer token (also as the
        password of Basic), or a signature. An endpoint without a secret refuses everything. Raises `WrongSecret`.

        `headers` has names in lower case. All comparisons take the same time whatever is sent."""
        tokens, keys = [s for s in endpoint.bearer if s], [s for s in endpoint.hmac if s]
        if not tokens and not keys:
            raise WrongSecret(f"the endpoint {endpoint.name} has no secret configured, so it refuses everything")
        wrong = []
        if tokens:
            problem = _bearer_problem(headers.get("authorization", ""), tokens)
            if problem is None:
                return
            wrong.append(problem)
        if keys:
            problem = _signature_problem(headers, body, keys, endpoint, signature_header, now)
            if problem is None:
                return
            wrong.append(problem)
        raise WrongSecret("; ".join(wrong))

    return verify


verify = verify_in(SIGNATURE_HEADER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One kind of alert source, as it describes itself."""

    name: str
    """The file's name."""
    help: str
    """Sentences for people who configure an endpoint: what it reads, and how the monitor is to prove itself."""
    parameters: type[BaseModel] = NoParameters
    """Checked when the configuration is read: a mistake in them is a pydantic error that names the field."""
    verify: Verify = field(default=verify, repr=False)
    """(headers with names in lower case, body, endpoint, now); see `verify_in`."""
    parse: Parse = field(repr=False)
    """(body, headers with names in lower case, endpoint, now) -> alerts in the body's order, bounded and clean but not
    redacted. None: the monitor said something that is no alert. `BadAlert` says what is wrong and where:
    `alerts[3].labels must be an object, not a list`. The endpoint's parameters have been checked."""


def _bearer_problem(authorization: str, tokens: list[str]) -> str | None:
    scheme, _, given = authorization.strip().partition(" ")
    if not scheme:
        return "the Authorization header is missing"
    match scheme.lower():
        case "bearer":
            proof = _wire_bytes(given.strip())
        case "basic":
            try:
                _, _, proof = base64.b64decode(_wire_bytes(given.strip()), validate=True).partition(b":")
            except (binascii.Error, ValueError):
                return "the Authorization header is not valid Basic"
        case _:
            return "the Authorization header is neither Bearer nor Basic"
    right = False
    for token in tokens:  # all of them, so that the time tells nothing
        right |= hmac.compare_digest(proof, token.encode("utf-8", "surrogatepass"))
    return None if right else "the token in the Authorization header is not this endpoint's"


def _wire_bytes(header: str) -> bytes:
    """The bytes as they came: web servers decode headers as Latin-1."""
    try:
        return header.encode("latin-1")
    except UnicodeEncodeError:
        return header.encode("utf-8", "surrogatepass")


def _signature_problem(
    headers: Mapping[str, str], body: bytes, keys: list[str], endpoint: Endpoint, default: str, now: datetime
) -> str | None:
    name = endpoint.signature_header or default
    given = headers.get(name.lower(), "").strip()
    if not given:
        return f"the signature header {name} is missing"
    signed = body
    if endpoint.timestamp_header:
        stamp = headers.get(endpoint.timestamp_header.lower(), "").strip()
        if re.fullmatch(r"[0-9]{1,11}", stamp) is None:
            return f"the time header {endpoint.timestamp_header} is missing or not in seconds since 1970"
        off = int(now.timestamp()) - int(stamp)
        if abs(off) > WINDOW.total_seconds():
            return f"the signed time is {off} s behind ours, {WINDOW.seconds} s are allowed: a replay, or a wrong clock"
        signed = stamp.encode() + b":" + body
    proof = _wire_bytes(given.lower().removeprefix("sha256="))
    right = False
    for key in keys:
        wanted = hmac.new(key.encode("utf-8", "surrogatepass"), signed, hashlib.sha256).hexdigest().encode()
        right |= hmac.compare_digest(proof, wanted)
    return None if right else f"the signature in {name} does not match the body"


# An escape in a JSON text: a whole surrogate pair, half of one (the group), or any other.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


def read_json(body: bytes) -> Any:
    """The JSON value of a body. Of a key that is there twice the last one counts; an integer of more than 64 bits
    becomes a float, half a surrogate pair U+FFFD. Raises `BadAlert`: no UTF-8, no JSON, NaN, nested too deep."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        if not body.strip():
            raise BadAlert("the body is empty") from None
        if "surrogate" not in str(problem) or b"\\u" not in body:
            raise BadAlert(f"the body is not JSON: {problem}") from None
    # JavaScript writes a text it cut in the middle of an emoji as half a pair; the alert in it is a good one.
    repaired = _ESCAPE.sub(lambda match: rb"\ufffd" if match[1] else match[0], body)
    try:
        return orjson.loads(repaired)
    except orjson.JSONDecodeError as problem:
        raise BadAlert(f"the body is not JSON: {problem}") from None


_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}


def kind(value: object) -> str:
    """What sort of JSON value this is, in words: `a list`, `nothing`."""
    return _KINDS.get(type(value), "nothing")


def an_object(value: Any, where: str) -> dict[str, Any]:
    """The value, which must be an object; null is an empty one."""
    if type(value) is dict:
        return value
    if value is None:
        return {}
    raise BadAlert(f"{where} must be an object, not {kind(value)}")


def a_list(value: Any, where: str) -> list[Any]:
    """The value, which must be a list of at most `ALERTS` entries."""
    if type(value) is not list:
        raise BadAlert(f"{where} must be a list, not {kind(value)}")
    if len(value) > ALERTS:
        raise BadAlert(f"{where} has {len(value)} entries: the limit is {ALERTS} alerts in one body")
    return value


def a_text(value: Any, where: str) -> str:
    """The value, which must be a text or what is as good as one: a number, true, false; null is the empty text."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) in (int, float):
        return str(value)
    raise BadAlert(f"{where} must be a text, not {kind(value)}")


def a_count(value: Any, where: str) -> int:
    """The value, which must be a whole number from 0 on; null is 0. Absurdly many are two thousand million."""
    if value is None:
        return 0
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or value < 0:
        raise BadAlert(f"{where} must be a whole number, 0 or more")
    return min(value, 2_000_000_000)


def labels_in(value: Any, where: str) -> tuple[dict[str, str], int]:
    """Labels, clean and bounded, and how many there were too many of. Hot: most labels are only looked at."""
    labels: dict[str, str] = {}
    raw = an_object(value, where)
    for name, word in raw.items():
        if type(word) is not str:
            word = a_text(word, f"{where}.{texts.one_line(name, 60)}")
        if len(word) > texts.VALUE or not word.isprintable():
            word = texts.bounded(word, texts.VALUE)
        if len(name) > texts.NAME or not name.isprintable():
            name = texts.identity(name)
        if len(labels) < texts.LABELS:
            labels[name] = word
    return labels, len(raw) - len(labels)


def numbers_in(*groups: Mapping[str, str]) -> dict[str, float]:
    """The labels and annotations that are numbers; of one name, the last group's. `value` may carry % or a currency."""
    return dict(_numbers(groups))


def _numbers(groups: tuple[Mapping[str, str], ...]) -> Iterator[tuple[str, float]]:
    for labels in groups:
        for name, word in labels.items():
            if name == "value":
                number = texts.measure_in(word)
            elif word and word[0] in "0123456789+-. ":
                number = texts.number_in(word)
            else:
                continue
            if number is not None:
                yield name, number


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def time_in(value: Any, where: str) -> datetime | None:
    """The instant, UTC, that an ISO 8601 text or a number since 1970 (s, ms, µs or ns, told apart by its size) means.

    A text without a zone is UTC. None for null, the empty text and Go's zero time 0001-01-01. Raises `BadAlert`."""
    if value is None or value == "":
        return None
    try:
        if type(value) is str:
            number = texts.number_in(value) if len(value) > 8 else None
            moment = datetime.fromisoformat(value.strip()) if number is None else _since_1970(number)
        elif type(value) in (int, float):
            moment = _since_1970(value)
        else:
            raise ValueError
        if moment.year == 1:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadAlert(f"{where} must be a time such as 2026-11-20T12:00:00Z, not {shown(value)}") from None


def _since_1970(number: float) -> datetime:
    size = abs(number)
    unit = 1 if size < 1e11 else 1_000 if size < 1e14 else 1_000_000 if size < 1e17 else 1_000_000_000
    return _EPOCH + timedelta(seconds=number / unit)


def shown(value: Any) -> str:
    """A value for an error: a short text itself, of all else only the sort."""
    return repr(texts.one_line(value, 30)) if type(value) is str else kind(value)

"""The ways in which a secret is written down, and whether anything of it can still be read afterwards."""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Iterator
from urllib.parse import quote, unquote_plus

from tests.core.vendors import Made

KEPT = ("gw1.prod:9001", "BTCUSDT", "61234.55")
"""Stands around every secret, and has to be there afterwards: a host and its port, a symbol, a price."""
_HOST, _SYMBOL, _PRICE = KEPT
_WINDOW = 8
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")

Written = Iterator[tuple[str, str]]
"""The name of a form, and a text in that form."""


def under_its_name(made: Made) -> Written:
    """Forms in which the secret stands under the name of its variable, as in settings, requests and logs."""
    yield from _plain(made)
    yield from _url(made)
    yield from _json(made)
    yield from _yaml(made)
    yield from _base64(made)
    yield from _shell(made)
    yield from _lines(made)


def alone(value: str) -> Written:
    """Forms without any name beside the secret."""
    after = f" was refused by {_HOST}: {_SYMBOL} at {_PRICE}"
    encoded = base64.b64encode(value.encode()).decode()
    yield "plain", f"the key {value}{after}"
    yield "url", f"GET https://api.example.com/v1/orders?x={quote(value, safe='')}&symbol={_SYMBOL} {_PRICE} {_HOST}"
    yield "json", json.dumps({"host": _HOST, "said": [value, _SYMBOL], "price": _PRICE})
    yield "json in json", json.dumps({"body": json.dumps({"said": value}), "host": _HOST, "x": [_SYMBOL, _PRICE]})
    yield "yaml", f"said: {json.dumps(value)}\nhost: {_HOST}\nsymbol: {_SYMBOL}\nprice: {_PRICE}"
    yield "base64", f"payload {encoded}{after}"
    yield "base64 for addresses", f"payload {base64.urlsafe_b64encode(value.encode()).decode().rstrip('=')}{after}"
    yield "shell", f"tool {shlex.quote(value)} --host {_HOST} {_SYMBOL} {_PRICE}"


def only_known(value: str) -> Written:
    """Forms in which nothing but knowing the secret helps to find it."""
    after = f" was refused by {_HOST}: {_SYMBOL} at {_PRICE}"
    yield "within base64", base64.b64encode(f"abc{value}xyz".encode()).decode() + after
    yield "hexadecimal", value.encode().hex() + after
    yield "url twice", quote(quote(value, safe=""), safe="") + after
    yield "json in json", json.dumps(json.dumps({"said": value})) + after
    yield "single quotes of SQL and YAML", "'" + value.replace("'", "''") + "'" + after
    yield "double quotes of a shell", '"' + re.sub(r'(["$`\\!])', r"\\\1", value) + '"' + after
    yield "backslashes of a shell", re.sub(r"([^\w@%+=:,./-])", r"\\\1", value) + after
    yield "lines of a terminal", _wrapped(value, "\n") + after
    yield "indented lines", _wrapped(value, "\n    ") + after
    yield "continued lines", _wrapped(value, "\\\n") + after
    yield "base64 in lines", _wrapped(base64.b64encode(value.encode()).decode(), "\n  ") + after


def _wrapped(text: str, by: str, width: int = 19) -> str:
    return by.join(text[at : at + width] for at in range(0, len(text), width))


def _names(made: Made) -> tuple[str, str, str]:
    """The name as JSON, as JavaScript and as a flag have it."""
    snake = made.name.lower()
    first, *rest = snake.split("_")
    return snake, first + "".join(word.title() for word in rest), snake.replace("_", "-")


def _plain(made: Made) -> Written:
    snake, camel, _ = _names(made)
    yield "plain: a variable", f"HOST={_HOST}\n{made.name}={made.value}\nSYMBOL={_SYMBOL}\nPRICE={_PRICE}"
    yield "plain: a log", f"03:12:01 WARN {_SYMBOL} {snake}={made.value} host={_HOST} price={_PRICE}"
    yield "plain: a word", f"03:12:01 refused {camel}: {made.value} by {_HOST} for {_SYMBOL} at {_PRICE}"
    if "://" not in made.value and "\n" not in made.value and len(made.value) >= 20:
        yield "plain: words", f"{_HOST} refused the {snake.replace('_', ' ')} {made.value}, {_SYMBOL} at {_PRICE}"
    yield "plain: brackets", f"Login(host={_HOST}, {snake}={made.value}, symbol={_SYMBOL}, price={_PRICE})"


def _url(made: Made) -> Written:
    snake, camel, _ = _names(made)
    value = quote(made.value, safe="")
    yield "url: a query", f"GET https://{_HOST}/v1?{snake}={value}&symbol={_SYMBOL}&price={_PRICE} 401"
    inner = f"https://{_HOST}/v1?{camel}={value}&symbol={_SYMBOL}"
    yield "url: in a query", f"GET /login?next={quote(inner, safe='')}&price={_PRICE} from {_HOST} {_SYMBOL}"
    yield "url: a form", f"POST https://{_HOST} body: symbol={_SYMBOL}&{snake}={value}&price={_PRICE}"


def _json(made: Made) -> Written:
    snake, camel, _ = _names(made)
    said = {"host": _HOST, snake: made.value, "symbol": _SYMBOL, "price": float(_PRICE)}
    yield "json", json.dumps(said)
    yield "json: compact", json.dumps({"a": {"b": [said]}}, separators=(",", ":"))
    yield "json: in json", json.dumps({"body": json.dumps({**said, camel: made.value}), "host": _HOST})
    environment = [{"name": made.name, "value": made.value}, {"name": "HOST", "value": _HOST}]
    yield "json: an environment", json.dumps({"env": environment, "symbol": _SYMBOL, "price": _PRICE})
    yield "json: of python", repr(said)


def _yaml(made: Made) -> Written:
    snake, _, _ = _names(made)
    rest = f"host: {_HOST}\nsymbol: {_SYMBOL}\nprice: {_PRICE}\n"
    single = "'" + made.value.replace("'", "''") + "'"
    yield "yaml: in quotes", f"{snake}: {json.dumps(made.value)}\n{rest}"
    yield "yaml: a block", f"{snake}: |\n  " + made.value.replace("\n", "\n  ") + f"\n{rest}"
    if "\n" in made.value:
        return
    yield "yaml", f"{snake}: {made.value}\n{rest}"
    yield "yaml: in single quotes", f"a:\n- {snake}: {single}\n  host: {_HOST}\nb: {_SYMBOL} # {_PRICE}"
    yield (
        "yaml: an environment",
        f"env:\n- name: {made.name}\n  value: {made.value}\n- name: H\n  value: {_HOST}\n{rest}",
    )
    yield "yaml: a list", f"{snake}s:\n  - {made.value}\n{rest}"


def _base64(made: Made) -> Written:
    snake, _, _ = _names(made)
    rest = f"host: {_HOST}\nsymbol: {_SYMBOL}\nprice: {_PRICE}\n"
    lines = f"HOST=x\n{made.name}={made.value}\nX=y\n"
    one = json.dumps({"a": 1, snake: made.value, "z": "end"})
    yield "base64: of Kubernetes", f"data:\n  {made.name}: {_coded(made.value)}\n{rest}"
    yield "base64: variables", f"payload {_coded(lines)} at {_HOST} {_SYMBOL} {_PRICE}"
    yield "base64: json", f'{{"document": "{_coded(one)}", "host": "{_HOST}", "x": "{_SYMBOL} {_PRICE}"}}'
    safe = base64.urlsafe_b64encode(one.encode()).decode().rstrip("=")
    yield "base64: in an address", f"GET https://{_HOST}/state/{safe}?symbol={_SYMBOL}&price={_PRICE}"
    yield "base64: a login", f"Authorization: Basic {_coded('svc:' + made.value)}\nHost: {_HOST}\nX: {_SYMBOL} {_PRICE}"
    yield "base64: in lines", f"data:\n  env: |\n    {_wrapped(_coded(lines), chr(10) + '    ', 76)}\n{rest}"


def _shell(made: Made) -> Written:
    snake, _, flag = _names(made)
    quoted = shlex.quote(made.value)
    hard = "$'" + made.value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
    double = '"' + re.sub(r'(["$`\\])', r"\\\1", made.value) + '"'
    yield "shell: export", f"export {made.name}={quoted}\nexport HOST={_HOST} SYMBOL={_SYMBOL} PRICE={_PRICE}"
    yield "shell: before a command", f"{made.name}={quoted} trade --host {_HOST} {_SYMBOL} {_PRICE}"
    yield "shell: a flag", f"trade --{flag} {quoted} --host {_HOST} {_SYMBOL} {_PRICE}"
    yield "shell: a flag with =", f"trade --{flag}={double} --host {_HOST} {_SYMBOL} {_PRICE}"
    yield "shell: hard quotes", f"{made.name}={hard} trade --host {_HOST} {_SYMBOL} {_PRICE}"
    yield "shell: of docker", f"docker run -e {made.name}={quoted} -e HOST={_HOST} img {_SYMBOL} {_PRICE}"
    yield "shell: within quotes", f"sh -c {shlex.quote(f'{made.name}={quoted} trade {_HOST} {_SYMBOL}')} {_PRICE}"
    if "\n" not in made.value:
        bare = re.sub(r"([^\w@%+=:,./-])", r"\\\1", made.value)
        yield "shell: backslashes", f"{snake}={bare} trade --host {_HOST} {_SYMBOL} {_PRICE}"
        yield "shell: a header", f"curl -H 'X-{flag}: {made.value}' https://{_HOST}/?s={_SYMBOL} {_PRICE}"


def _lines(made: Made) -> Written:
    snake, _, flag = _names(made)
    rest = f"host: {_HOST}\nsymbol: {_SYMBOL}\nprice: {_PRICE}\n"
    yield (
        "lines: json",
        f'{{"host": "{_HOST}",\n  "{snake}":\n    {json.dumps(made.value)},\n  "x": "{_SYMBOL} {_PRICE}"}}',
    )
    yield (
        "lines: in a log",
        "\n".join(
            f"03:12:0{at % 10} gw1 | {line}" for at, line in enumerate(f"{made.name}={made.value}\n{rest}".split("\n"))
        ),
    )
    if "\n" not in made.value:
        yield "lines: folded", f"{snake}: >-\n  " + _wrapped(made.value, "\n  ", 40) + f"\n{rest}"
        yield "lines: the next one", f"{snake}:\n  {made.value}\n{rest}"
        yield "lines: continued", f"trade --{flag} \\\n  {made.value} \\\n  --host {_HOST} {_SYMBOL} {_PRICE}"
        yield "lines: in quotes", f'{made.name}="{_wrapped(made.value, chr(92) + chr(10), 30)}"\n{rest}'


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def readable(clean: str, *secrets: str, step: int = 1) -> str:
    """A piece of a secret that can be read in the text, in whatever form; empty where there is none. With a `step` only
    some pieces are looked for."""
    views = _views(clean)
    for secret in secrets:
        size = min(_WINDOW, len(secret))
        pieces = (secret[at : at + size] for at in range(0, len(secret) - size + 1, step))
        if found := next((piece for piece in pieces if any(piece in seen for seen in views)), ""):
            return found
    return ""


def _views(text: str) -> list[str]:
    once = unquote_plus(text)
    views = []
    for seen in {text, once, unquote_plus(once)}:
        bare = re.sub(r"[\s\\\"']+", "", seen.replace("\\n", ""))
        runs = [run.replace("-", "+").replace("_", "/") for run in (*_BASE64.findall(seen), *_BASE64.findall(bare))]
        coded = (base64.b64decode(run[at : at + (len(run) - at) // 4 * 4]) for run in runs for at in range(4))
        hexadecimal = (bytes.fromhex(run[: len(run) // 2 * 2]) for run in _HEX.findall(seen))
        views += [seen, bare, b"\n".join((*coded, *hexadecimal)).decode("latin-1")]
    return views

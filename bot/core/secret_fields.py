"""Values in a text that stand under the name of a secret: env lines, JSON, YAML, queries, headers, flags, FIX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.secret_blocks import below, of_kubernetes
from bot.core.secret_names import OPEN_KEYS, Names, is_secret, looks_random, sureness


@dataclass(frozen=True, slots=True)
class Found:
    """A secret's place in the text, without its quotes."""

    start: int
    end: int
    rule: str


MARKER = re.compile(r"\[secret(?::[0-9a-f]{4})?\]")
"""What stands where a secret was."""

_LONGEST_FAINT = 100
_NAME = r"[A-Za-z0-9_.\-]{2,120}+"
# A name, what closes it ('"', '\"', '"]'), and the sign between it and its value. The value is looked at only when the
# name is one: it may itself hold names and values.
_FIELD = re.compile(
    rf"(?<![A-Za-z0-9_.\-])({_NAME})((?:\\{{0,3}}+[\"'`])?+\]?+)[ \t]{{0,10}}+(=>|:=|={{1,2}}+|:(?!//)|%3[dD]|>)"
)
# The same with a blank between: --password x
_FLAG = re.compile(r"(?<![\w\-])--([A-Za-z][\w\-]{1,60}+)()([ \t]{1,4}+)(?!--|-[A-Za-z](?!\w))")
# name: DB_PASSWORD, value: x
_NAME_VALUE = re.compile(
    rf"\b(?:[Nn]ame|[Kk]ey)\\?[\"']?\s{{0,5}}+[:=]\s{{0,5}}+\\?[\"']?({_NAME})((?:\\?[\"'])?+)\s{{0,40}}+[,;]?\s{{0,200}}+"
    r"\\?[\"']?[Vv]alue\\?[\"']?(\s{0,5}+[:=])"
)
# ('x-api-key', 'x'): a header as Python shows it
_TUPLE = re.compile(
    rf"[(\[]\s{{0,2}}+b?[\"']({_NAME})([\"'])(,)(?=\s{{0,2}}b?[\"'](?:[^\"'\\\n]|\\.){{0,4000}}+[\"']\s{{0,2}}[)\]])"
)
_BLANK = re.compile(r"[ \t]{0,10}+")
_BLANK_AND_LINES = re.compile(r"\s{0,40}+")
# Parentheses, brackets and commas end a value unless more of it follows at once; `,b=` begins the next field.
_VALUE = re.compile(
    r"""(?:[bBrRuU]{1,2}(?=["'])|\$(?='))?+(?:
      (?P<open>\\{1,3})["'](?P<escaped>[^"'\n]*+)
    | "(?P<double>(?:[^"\\\n]|\\.)*+) | '(?P<single>(?:[^'\\\n]|\\.)*+) | `(?P<back>[^`\n]*+)
    | (?P<list>\[(?!secret)[^\[\]]{0,4000}+\] | \((?=\s?[bBuU]?["'])[^()\n]{0,4000}+\))
    | (?!\{[ ]?["']?[\w.\-]{1,60}+["']?[ ]?[:=])  # a mapping, whose entries have names of their own
      (?P<bare>(?:\[secret(?::[0-9a-f]{4})?\] | \$\{[^{}\n]{0,200}+\} | \{\{[^{}\n]{0,200}+\}\} | \{\w{1,60}+\}
                | (?!\\u0026|&quot;)[^\s"'`,;&)\]}<>|\x00-\x1f]
                | ,(?=[^\s"',;&|])(?![\w.\-]{1,60}+[ ]?[=:])
                | [)\]}](?=[\w!@\#$%^*+/=-]))++)
    )""",
    re.VERBOSE,
)
_MORE_WORDS = re.compile(r"(?:[ \t]{1,4}+[A-Za-z]{1,30}+(?![\w.\-=:]))*+")
_BEGINS_LINE = re.compile(r"(?:\A|\n)[ \t-]{0,12}[\"']?\Z")
_WORDS_TO_THE_END = re.compile(r"(?:[ \t]{1,4}+[a-z]{2,30}+){2,12}+[ \t]{0,4}+(?=\r?\n|\Z)")
"""Words after the first one of a password, as people choose them: `correct horse battery staple`."""
_TO_THE_END = re.compile(r"[^\n\"'`]*+")
_SCHEME = re.compile(
    r"(?:(bearer|basic|token|geniekey|apikey|key|negotiate|ntlm|bot)|digest|aws4-hmac-sha256|hmac|oauth)[ \t]{1,4}+",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"(?<![A-Za-z])([A-Za-z]{2,14})[ \t]$")
_FIX_PASSWORDS = frozenset(("554", "925", "1402", "1404"))
_COMMANDS = ("curl", "wget", "mysql", "mariadb", "mongo", "sshpass", "redis-cli", "ldap", " login")
_ASK_BY_P = ("sshpass", "mongo", "docker login", "podman login", "registry login")
"""Programs whose `-p x` is a password."""
_SPOKEN = ("key ", "secret ", "token ", "password ", "passphrase ", "sign ")
_SPOKEN_VALUE = re.compile(r"(?:is |was |of )?[\"'`(]?([A-Za-z0-9+/_-]{20,200}+={0,2}+)(?![\w.:@-])")
_NAME_BEFORE = re.compile(r"(?<![\w-])(?:[A-Za-z]{2,14} )?[A-Za-z]{3,12}\Z")
_SHORT_FLAG = re.compile(r"(?<=[ \t])-([upaw])([ \t]{0,3}+)[\"']?([^\s\"']{2,256}+)")


def fields(text: str, low: str) -> list[Found]:
    """The secrets in the text, in order and apart from each other. `low` is the text in lower case, for hints."""
    found = list(_after(_FIELD, text, low))
    if "--" in low:
        found += _after(_FLAG, text, low)
    if "value" in low and ("name" in low or "key" in low):
        found += _after(_NAME_VALUE, text, low)
    if '",' in low or "'," in low:
        found += _after(_TUPLE, text, low)
    if any(command in low for command in _COMMANDS):
        found += _short_flags(text)
    for word in _SPOKEN:
        if word in low:
            found += _spoken(text, low, word)
    found += [Found(start, end, "kubernetes") for start, end in of_kubernetes(text, low) if start < end]
    return _apart(found)


def _apart(found: list[Found]) -> list[Found]:
    if len(found) < 2:
        return found
    apart: list[Found] = []
    for one in sorted(found, key=lambda place: (place.start, -place.end)):
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return apart


def _after(names: re.Pattern[str], text: str, low: str) -> Iterator[Found]:
    at = 0
    while (match := names.search(text, at)) is not None:
        at = match.end()
        name, at_name = match[1], match.start(1)
        sure = _sureness(match, text, low)
        if sure is Names.NOT:
            continue
        blank = (_BLANK_AND_LINES if match[2] else _BLANK).match(text, at)
        at_value = blank.end() if blank else at
        # A long value under a faint name is no secret, and is searched for names again: unbounded, that is quadratic.
        value = _VALUE.match(text, at_value, at_value + _LONGEST_FAINT if sure is Names.FAINT else len(text))
        if value is None:
            if match[3] == ":":
                for one in _below(text, match, sure):
                    yield one
                    at = max(at, one.end)
            continue
        kind = str(value.lastgroup)
        start, end = value.span(kind)
        last = name.lower().rpartition("-")[2].rpartition("_")[2]
        if last == "authorization":
            span = _credentials(text, start, end, kind)
        elif last in ("cookie", "cookies") and kind == "bare" and "=" in value["bare"]:
            span = (start, _end(_TO_THE_END, text, start))
        else:
            span = (start, end)
        start, end = span
        if kind == "escaped":
            end -= len(text[start:end]) - len(text[start:end].rstrip("\\"))
        if is_secret(text[start:end], name, sure):
            if kind == "bare" and last.endswith(("phrase", "mnemonic")) and match[3] in ("=", ":"):
                end = _end(_MORE_WORDS, text, end)
            elif (
                kind == "bare"
                and last.endswith("password")
                and text[start:end].isalpha()  # else it is one, and the words behind it tell something
                and _BEGINS_LINE.search(text, max(0, at_name - 20), at_name)
            ):
                end = _end(_WORDS_TO_THE_END, text, end)
            yield Found(start, end, "name")
            at = end


def _below(text: str, name: re.Match[str], sure: Names) -> Iterator[Found]:
    for start, end in below(text, name.start(1), name.end()):
        if is_secret(text[start:end], name[1], sure):
            yield Found(start, end, "name")


def _sureness(match: re.Match[str], text: str, low: str) -> Names:
    """What the name says, with what stands before it."""
    name = match[1]
    if sureness(name) is Names.NOT and not name[0].isdigit():
        return Names.NOT
    sign, start = match[3], match.start(1)
    before = text[start - 1] if start else ""
    if (sign == ">" and before != "<") or (before == "[" and MARKER.match(text, start - 1)):
        return Names.NOT
    if before == "%":
        name = name[2:]  # %3Ftoken%3D: an address within an address
    sure = sureness(name)
    if sure is Names.FAINT:
        if before and before in "?&":
            return Names.MAYBE
        word = _WORD_BEFORE.search(text, max(0, start - 16), start)
        return max(sure, sureness(f"{word[1]}_{name}")) if word else sure
    if name in _FIX_PASSWORDS and "8=fix" in low:
        return Names.SURELY
    if name == "96" and "8=fix" in low and "35=a" in low:
        return Names.SURELY
    return sure


def _credentials(text: str, start: int, end: int, kind: str) -> tuple[int, int]:
    """The credentials of an Authorization header; the scheme stays."""
    scheme = _SCHEME.match(text, start)
    if scheme is None:
        return start, end
    if kind != "bare":
        return scheme.end(), end
    if scheme[1] is None:
        return scheme.end(), _end(_TO_THE_END, text, scheme.end())
    value = _VALUE.match(text, scheme.end())
    return (scheme.end(), value.end()) if value else (start, end)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _spoken(text: str, low: str, word: str) -> Iterator[Found]:
    """The API key aB3..., the secret is aB3...: without a sign between them only what looks like nothing else."""
    at = low.find(word)
    while at >= 0:
        value = _SPOKEN_VALUE.match(text, at + len(word))
        name = _NAME_BEFORE.search(text, max(0, at - 16), at + len(word) - 1) if value else None
        if value is not None and name is not None and name[0].split()[0].lower() not in OPEN_KEYS:
            sure = sureness(name[0].replace(" ", "_"))
            if looks_random(value[1], digests=sure >= Names.MAYBE) and any(map(str.isdigit, value[1])):
                yield Found(*value.span(1), "name")
        at = low.find(word, at + len(word))


def _short_flags(text: str) -> Iterator[Found]:
    """curl -u user:x, mysql -px, sshpass -p x, mongo -p x, redis-cli -a x, ldapsearch -w x; ports and ids stay."""
    for match in _SHORT_FLAG.finditer(text):
        flag, blank = match[1], match[2]
        before = text[max(0, match.start() - 300) : match.start()].rpartition("\n")[2].lower()
        start, end = match.span(3)
        if flag == "u" and ("curl" in before or "wget" in before) and ":" in match[3]:
            start += match[3].index(":") + 1
        elif flag == "p" and not blank and ("mysql" in before or "mariadb" in before):
            pass
        elif not (
            (flag == "p" and blank and any(one in before for one in _ASK_BY_P))
            or (flag == "a" and "redis-cli" in before)
            or (flag == "w" and "ldap" in before)
        ):
            continue
        value = text[start:end]
        if MARKER.search(match[3]) and not MARKER.fullmatch(match[3]):
            continue
        if not re.fullmatch(r"[\d:.]*", value) and is_secret(value, "password", Names.SURELY):
            yield Found(start, end, "flag")

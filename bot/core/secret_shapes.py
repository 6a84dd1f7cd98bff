"""What secrets look like by themselves: the formats of vendors, headers, addresses.

Every pattern is linear in the text: repetitions are possessive or bounded, one look decides where it may begin, and
there are no two ways to match the same text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.core.secret_names import Names, is_secret
from bot.core.secret_spoken import like_a_password, of_a_setting, of_a_variable, of_curl, of_pgpass

Verdict = Callable[[re.Match[str]], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """One format. Where the pattern has groups, the last one is the secret; else the whole match."""

    rule: str
    hints: tuple[str, ...]
    """Lower-case texts, one of which is in every text that has such a secret."""
    pattern: re.Pattern[str]
    check: Verdict | None = None
    """For what a pattern cannot tell."""
    before: int = 0
    """Characters before the match that belong to it: a rare letter in the middle is looked for first."""
    word: int = 0
    """It is only in texts that hold a word as long as this."""


# Every secret that a rule can find has one of these in its text, in its name or in what it begins with. Plain searches
# and patterns that begin with one rare letter are ten times as fast as one alternation of them all.
_HINTS = (
    "key", "pass", "pw", "secret", "token", "auth", "cred", "cook", "sig", "jwt", "otp", "phrase", "mnemonic", "psk",
    "bearer", "basic", "@", "hook", "/ws/", "streams=", "akia", "asia", "aiza", "eyj", "identified", "8=fix", "gocspx",
    "1//0", "b3jpz2lu", "zxivyxdz", "$1$", "$2", "$5$", "$6$", "$y$", "$argon2", "scram-",
)  # fmt: skip
_LOW_STARTS = (
    re.compile(r"_(?:(?<=gh[pousr]_)|(?<=_pat_)|(?<=glsa_)|(?<=glc_)|(?<=[srp]k_)|(?<=whsec_)|(?<=npm_))"),
    re.compile(r"-(?:(?<=xox[a-z]-)|(?<=xapp-)|(?<=sk-)|(?<=gl[a-z]{2}-)|(?<=gl[a-z]{3}-)|(?<=gl[a-z]{4}-)"
               r"|(?<=gl[a-z]{5}-)|(?<=pypi-)|(?<=nr[aij][kis]-)|(?<=[0-9a-f]{32}-)[0-9a-f]{32}|(?<=[ \t]-)[upaw])"),
    re.compile(r"\.(?:(?<=ya29\.)|(?<=sg\.)|(?<=hv[sbr]\.)|(?<=xox[a-z]\.))"),
    re.compile(r"\+(?<=[uy]\+)"),
    re.compile(r"sk[0-9a-f]{32}"),
    re.compile(r"ac[0-9a-f]{32}:"),
    re.compile(r":aa[a-z0-9_-]{20}"),
    re.compile(r":(?:\d{1,5}|\*):[^\s:]{1,63}+:[^\s:]{1,63}+:[^\s:]"),
    re.compile(r"--(?:proxy-)?user"),
)  # fmt: skip
_ALPACA = re.compile(r"K[A-Z0-9]{18}")
_LONG_WORD = 64
_KEY_OF_64 = r"(?<![A-Za-z0-9])[A-Za-z0-9]{64}(?![A-Za-z0-9])"
_LONG_KEY = re.compile(_KEY_OF_64)


def hinted(text: str, low: str) -> bool:
    """Whether there may be a secret in the text; `low` is the text in lower case. Fast where there is none."""
    if any(map(low.__contains__, _HINTS)):
        return True
    for start in _LOW_STARTS:
        if start.search(low) is not None:
            return True
    # Most addresses of alerts are long words, too, and hold no such key.
    long = longest_word(text) >= _LONG_WORD and _LONG_KEY.search(text) is not None
    return long or _ALPACA.search(text) is not None


def longest_word(text: str) -> int:
    """How many characters the longest part between two blanks has."""
    return max(map(len, text.split()), default=0)


def _mixed(match: re.Match[str]) -> bool:
    text = match[0]
    return any(c.isdigit() for c in text) and text.lower() != text and text.upper() != text


def _has_digit(match: re.Match[str]) -> bool:
    return any(character.isdigit() for character in match[0])


def _bearer(match: re.Match[str]) -> bool:
    return len(match[1]) >= 24 or _has_digit(match)


def _user_and_password(match: re.Match[str]) -> bool:
    """Whether it is what Basic sends, and not the word after "Basic"."""
    try:
        return b":" in base64.b64decode(match[1] + "=" * (-len(match[1]) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False


def _not_a_placeholder(match: re.Match[str]) -> bool:
    return is_secret(match[1], "password", Names.SURELY)


def _key_for_user(match: re.Match[str]) -> bool:
    """`https://<key>@host`, as Sentry and git hosts have it; a long user name is none."""
    return _HEX_KEY.fullmatch(match[1]) is not None or is_secret(match[1], "key", Names.FAINT)


_HEX_KEY = re.compile(r"[0-9a-f]{32}")
_NEAR = re.compile(r"key|secret|sign", re.IGNORECASE)


def _binance(match: re.Match[str]) -> bool:
    """64 letters and digits are a key where a name near by says so, and by themselves where they are no part of
    anything: SHA-256 sums have no capitals, and certificates come in several lines."""
    text, start, end = match.string, match.start(), match.end()
    if not _mixed(match):
        return False
    if _NEAR.search(text[max(0, start - 60) : start].rpartition("\n")[2]) is not None:
        return True
    if _GLUE.match(text, end) or (start and _GLUE.match(text, start - 1)) or sum(map(str.isdigit, match[0])) < 3:
        return False
    return not (_LINE_AFTER.match(text, end) or _LINE_BEFORE.search(text, max(0, start - 90), start))


_GLUE = re.compile(r"[+/_-]|=(?=[\s=\"'])")
_LINE_AFTER = re.compile(r"\s{1,8}[A-Za-z0-9+/]{16}|\s{1,8}[A-Za-z0-9+/]{1,64}={1,2}|\s{1,8}-----END")
_LINE_BEFORE = re.compile(r"[A-Za-z0-9+/]{48}\s{1,8}\Z")


def _shape(
    rule: str, hints: str, pattern: str, check: Verdict | None = None, *, before: int = 0, word: int = 0
) -> Shape:
    words = tuple(hints.split()) or ("",)
    return Shape(rule=rule, hints=words, pattern=re.compile(pattern), check=check, before=before, word=word)


SHAPES = (
    _shape("slack", "xox", r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}+"),
    _shape("slack", "xoxd-", r"\bxoxd-[\w%/+=-]{8,}+"),
    _shape("slack", "xapp-", r"\bxapp-\d-[A-Za-z0-9-]{8,}+"),
    _shape("webhook", "hooks.slack", r"hooks\.slack(?:-gov)?\.com/((?:services|workflows|triggers)/[\w/-]++)"),
    _shape("webhook", "/api/webhooks/", r"/api/webhooks/(\d{5,25}/[\w-]++)"),
    _shape("webhook", "webhook.office.com", r"webhook\.office\.com/(\S++)"),
    _shape("aws", "akia asia", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    _shape("aws", "b3jpz2lu zxivyxdz", r"\b(?:IQoJb3JpZ2lu|F[Qw]oGZXIvYXdz)[A-Za-z0-9+/%]{50,}+={0,2}+"),
    _shape("gcp", "1//0", r"(?<![\w/])1//0[\w-]{30,}+"),
    _shape("gcp", "aiza", r"\bAIza[\w-]{30,}+"),
    _shape("gcp", "ya29.", r"\bya29\.[\w.-]{10,}+"),
    _shape("gcp", "gocspx-", r"\bGOCSPX-[\w-]{10,}+"),
    _shape("github", "ghp_ gho_ ghu_ ghs_ ghr_", r"\bgh[pousr]_[A-Za-z0-9]{16,}+"),
    _shape("github", "github_pat_", r"\bgithub_pat_\w{16,}+"),
    _shape("gitlab", "gl", r"\bgl(?:pat|ptt|dt|rt|soat|cbt|ft|imt|agent)-[\w.-]{10,}+"),
    _shape("grafana", "glsa_ glc_", r"\bgl(?:sa|c)_[\w=+/-]{20,}+"),
    _shape("stripe", "_live_ _test_", r"\b[srp]k_(?:live|test)_[A-Za-z0-9]{8,}+"),
    _shape("stripe", "whsec_", r"\bwhsec_[\w+/=-]{16,}+"),
    _shape("openai", "sk-", r"(?<![\w-])sk-[\w-]{20,}+", _mixed),
    _shape("telegram", ":aa", r"\b\d{8,10}:AA[\w-]{20,}+"),
    _shape("sendgrid", "sg.", r"\bSG\.[\w-]{16,32}+\.[\w-]{16,64}+"),
    _shape("npm", "npm_", r"\bnpm_[A-Za-z0-9]{30,}+"),
    _shape("pypi", "pypi-", r"\bpypi-[\w-]{30,}+"),
    _shape("vault", "hvs. hvb. hvr.", r"\bhv[sbr]\.[\w-]{20,}+"),
    _shape("new relic", "nrak- nrii- nrjs-", r"\bNR(?:AK|II|JS)-[\w-]{16,}+"),
    _shape("age", "age-secret-key-", r"\bAGE-SECRET-KEY-[A-Z0-9]{20,}+"),
    _shape("twilio", "sk", r"SK(?<=\bSK)[0-9a-f]{32}\b"),
    _shape("twilio", "ac", r"AC(?<=\bAC)[0-9a-f]{32}:([^\s@\"']{8,}+)"),
    _shape("pagerduty", "u+ y+", r"(?<![\w+])[uy]\+[\w-]{18}(?![\w-])", _has_digit),
    _shape("jwt", "eyj", r"\beyJ[\w-]{6,}+\.[\w-]{4,}+(?:\.[\w-]*+){0,3}+"),
    _shape("oanda", "-", r"-(?<=[0-9a-f]{32}-)(?<![0-9A-Za-z][0-9a-f]{32}-)[0-9a-f]{32}(?![0-9A-Za-z])", before=32),
    _shape("alpaca", "k", r"K(?<=\b[PACS]K)[A-Z0-9]{18}(?:[A-Z0-9]{6})?\b", _has_digit, before=1),
    _shape("binance", "", _KEY_OF_64, _binance, word=_LONG_WORD),
    _shape("listen key", "/ws/ streams=", r"(?:/ws/|[?&]streams=)([A-Za-z0-9]{40,}+)", _has_digit),
    _shape("bearer", "bearer", r"\b[Bb](?:earer|EARER)[ \t]{1,4}([A-Za-z0-9._~+/=\-]{8,}+)", _bearer),
    _shape("basic", "basic", r"\b[Bb](?:asic|ASIC)[ \t]{1,4}([A-Za-z0-9+/]{6,}+={0,2})", _user_and_password),
    _shape("database address", "@tcp( @unix(", r"(?<![\w.\-])[\w.\-]{1,64}+:([^\s@/:\"']{1,256}+)@(?:tcp|unix)\("),
    _shape("sql", "identified password", r"(?i:identified[ ]{1,4}by|password)[ ]{1,4}'([^'\n]{1,200}+)'"),
    _shape("netrc", "login", r"\blogin[ \t]{1,4}\S{1,100}\s{1,8}password[ \t]{1,4}(\S{1,200}+)", _not_a_placeholder),
    _shape(
        "spoken",
        "pass",
        r"(?<![\w-])(?i:password|passwd|passphrase|passcode)[ \t]{1,4}+(?i:is[ ]|was[ ])?+"
        r"[\"'`]?((?:[^\s\"'`=.,;:)]|[.,;:)](?=[^\s\"'`])){6,200}+)",
        like_a_password,
    ),
    _shape("spoken", "otp", r"(?i:t?otp)[ _-]{1,2}(?i:secret|seed|key)[ \t:=]{1,4}+(?i:is[ ])?+([A-Z2-7]{16,64}+)\b"),
    _shape(
        "redis",
        "requirepass masterauth",
        r"(?<![\w-])(?:requirepass|masterauth)[ \t]{1,4}+[\"']?([^\s\"']{1,200}+)",
        of_a_setting,
    ),
    _shape(
        "redis",
        "auth",
        r"(?<![\w-])AUTH[ \t]{1,4}+(?:default[ ]|PLAIN[ ]|LOGIN[ ])?+[\"']?"
        r"((?:[^\s\"'.,;:)]|[.,;:)](?=[^\s\"'`])){6,512}+)",
        like_a_password,
    ),
    _shape(
        "variable",
        "key pass pw secret token cred",
        r"(?<![\w$.{-])([A-Z][A-Z0-9_]{4,80}+)[ \t]{1,4}+[\"']?([^\s\"'=]{8,2000}+)",
        of_a_variable,
    ),
    _shape(
        "flag", "--user --proxy-user", r"--(?:proxy-)?user[ =]{1,4}+[\"']?[^\s:\"']{1,64}+:([^\s\"']{2,200}+)", of_curl
    ),
    _shape(
        "pgpass",
        ":",
        r"(?m:^)[^\s:]{1,100}+:(?:\d{1,5}|\*):[^\s:]{1,63}+:[^\s:]{1,63}+:([^\s:]{3,200}+)[ \t\r]{0,4}(?m:$)",
        of_pgpass,
    ),
    _shape("hash", "$1$ $2 $5$ $6$ $y$ $argon2", r"\$(?:[1256y]|2[abxy]|argon2\w{1,2})\$[\w./$,=+-]{20,200}+"),
    _shape("hash", "scram-", r"SCRAM-SHA-\d{1,3}\$(\d{1,9}:[\w+/=$:]{20,200}+)"),
    _shape("address", "://", r"://[^\s/:@\"'<>]{0,128}+:([^\s/\"'<>]{1,256})@", _not_a_placeholder),
    _shape("address", "://", r"://([^\s/:@\"'<>]{16,256}+)@", _key_for_user),
)

_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z0-9 ]{0,60}+-----")
_KEYS_END = re.compile(r"-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_KEYS_LINE = re.compile(r"(?:[^\n]{0,200}[^A-Za-z0-9+/=\n])?([A-Za-z0-9+/]{1,100}={0,2})[ \t\r\"'\\,]{0,8}")
_WHOLE_LINE = 32
"""Letters that each line of a key has but the last one."""


def private_keys(text: str) -> Iterator[tuple[int, int]]:
    """Where private keys stand. Without an end the text was cut within the key: nothing after it is anything but key.
    Of one whose beginning was cut off the lines before its end are."""
    at = 0
    begins, ends = (
        [match.span() for match in _BEGIN.finditer(text)],
        [match.span() for match in _KEYS_END.finditer(text)],
    )
    for start, stop in sorted([*begins, *ends]):
        if start < at:
            continue
        if text.startswith("-----END", start):
            yield _without_its_beginning(text, at, start), stop
            at = stop
        else:
            end = _END.search(text, stop)
            at = end.end() if end else len(text)
            yield start, at


def _without_its_beginning(text: str, at: int, end: int) -> int:
    start = first = (text.rfind("\n", at, end) + 1) or end
    while start > at:
        line = text.rfind("\n", at, start - 1) + 1 or at
        found = _KEYS_LINE.fullmatch(text, line, start - 1)
        if found is None or (start != first and len(found[1]) < _WHOLE_LINE):
            break
        start = line
    return start

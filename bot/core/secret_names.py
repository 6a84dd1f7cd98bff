"""Which names are names of secrets, and which values under such a name are none: the judgement behind redaction."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache


class Names(IntEnum):
    """How sure a name makes that its value is a secret."""

    NOT = 0
    FAINT = 1
    """`key`, `auth`, `sign`, `routing_key`: only a value that looks like nothing but a secret."""
    MAYBE = 2
    """`token`, `signature`, `pass`: also names of harmless things, so words, symbols and small numbers stay."""
    SURELY = 3
    """`password`, `api_secret`: whatever stands there, but for placeholders and words of state."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_SURE = _set(
    "password passwords passwd passphrase passphrases passcode secret secrets credential credentials apikey apikeys "
    "apisecret secretkey accesskey privatekey signingkey encryptionkey authkey authtoken accesstoken refreshtoken "
    "sessiontoken listenkey cookie cookies authorization mnemonic seedphrase userpass dbpass otp totp"
)
_SURE_ENDS = ("password", "passwd", "passphrase", "apikey", "apisecret", "secretkey", "privatekey", "accesskey")
_MAYBE = _set("token tokens pass pwd pw jwt bearer signature sig psk")
_KEY_OF_A_SECRET = _set(
    "api secret access private signing sign encryption decryption auth authentication account service client master "
    "shared license listen integration storage sas mbx write ingest app application hmac deploy genie webhook ssh rsa "
    "wallet binance alpaca oanda coinbase kraken okx bybit"
)
_PASS_OF = _set(
    "db database user root admin smtp mail redis mysql pg postgres mongo sql ldap ftp sftp keystore truststore cert "
    "key rabbitmq amqp mqtt proxy login account basic http api sudo vpn auth fix broker exchange"
)
OPEN_KEYS = _set("public pub partition primary foreign sort cache dedup object idempotency hash group row")
"""Keys that are no secrets, whatever they look like."""
_SIGN_OF = _KEY_OF_A_SECRET | _set("bapi request req payload header x")
"""Of what a `sign` is the signature of a request: `API-Sign`, `CB-ACCESS-SIGN`, `X-BAPI-SIGN`."""
_FAINT_KEYS = _set("routing x subscription project")
# A name that ends so names something about a secret, not the secret: `token_count`, `secret_name`, `password_file`.
_ABOUT = _set(
    "name names count counts total type types ttl expiry expires expired expiration expire age length len size file "
    "files path dir url uri host ref refs version policy rotation rotated status state valid validity enabled "
    "disabled required attempts errors error failures failed failure time at date algorithm alg prefix bucket limit "
    "limits rate usage used remaining field column header headers present set configured source store manager "
    "provider format index num number seconds ms minutes hours days created updated modified changed change env var "
    "variable method mode strength min max price symbol address decimals contract mint reset check service server "
    "endpoint issuer audience scope scopes kind class exception invalid missing mismatch verified rejected refreshed "
    "refresh renewed revoked per latency requests cache pool group owner fingerprint hint label title bits encryption"
)
_TRAILERS = _set("value val text plain raw b64 base64 enc encoded encrypted old new current hash hex")


@lru_cache(maxsize=8192)
def sureness(name: str) -> Names:
    """What the name of a field, header, variable, flag or label says about its value."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in _TRAILERS):
        words.pop()
    if not words:
        return Names.NOT
    if words[-1] == "id" and len(words) > 1:
        rest = sureness("_".join(words[:-1]))
        return rest if rest is Names.SURELY else Names.NOT
    if words[-1] in _ABOUT:
        return Names.NOT
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if before == "pull":
        return Names.NOT  # Kubernetes' imagePullSecrets are names of secrets
    if last in _SURE or last.endswith(_SURE_ENDS) or "password" in words or "secret" in words or "passwd" in words:
        return Names.SURELY
    if last in ("key", "keys") and before in _KEY_OF_A_SECRET:
        return Names.SURELY
    if (last in ("pass", "pwd", "pw") and (before in _PASS_OF or (before and name.isupper()))) or (
        last == "phrase" and before in ("pass", "seed")
    ):
        return Names.SURELY
    if last in _MAYBE or last.endswith(("token", "signature", "jwt")):
        return Names.MAYBE
    if last in ("sign", "signs"):
        return Names.MAYBE if before in _SIGN_OF else Names.FAINT
    if last in ("auth", "key", "keys") and (before in _FAINT_KEYS or len(words) == 1 or name.isupper()):
        return Names.NOT if before in OPEN_KEYS else Names.FAINT
    return Names.NOT


_LABEL = re.compile(r"[\w.\-/:\[\]*]{1,120}(?: [\w.\-/:]{1,60}){0,2}")
"""A name, and not a sentence that speaks of one: a word, or up to three."""
_NUMBER = re.compile(r"[-+]?\d[\d,._ ]*(?:[.,]\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)


def sureness_of_label(label: str) -> Names:
    """The same of what stands over or beside a value in a table or mapping. Where that is text for people, such as
    `Invalid password given by the client`, it names nothing."""
    return sureness(label) if _LABEL.fullmatch(label) else Names.NOT


def is_counted(value: object, label: str) -> bool:
    """Whether it is a number under words for people, such as `Invalid Passphrase`: then that is what it counts."""
    return " " in label and not isinstance(value, bool) and _NUMBER.fullmatch(str(value)) is not None


# Placeholders, references and words of state. None of them is a secret, and each is evidence.
_HARMLESS = re.compile(
    r"""
      [\s*.xX•#\-_\\\ue000]*                                            # empty, or masked already
    | \[secret(?::[0-9a-f]{4})?\] | set,[ ]\d+[ ]characters(?:,[ ]fingerprint[ ][0-9a-f]{4})? | placeholder
    | [\[<(*]*(?:redacted|hidden|masked|removed|filtered|omitted|censored|unset|empty)[\]>)*]*
    | \$\{[^}]*\} | (?-i:\$\(?[A-Z_][A-Z0-9_]+\)?) | %[sdr] | %\w+% | %\(\w+\)s | \{\{?[\w .]*\}{0,2} | <[\w .-]*>
    | (?:os\.|process\.env|system\.getenv|getenv|env[.\[]|settings\.|self\.|this\.|config[.\[(]|cfg[.\[]|args\.)\S*
    | (?:~|\.{1,2})?/(?:[\w.-]+/)+[\w.-]+\.(?:pem|key|crt|cert|cer|p12|pfx|jks|pub|json|txt|conf|env|ya?ml)
    | your[_-][a-z_-]+ | new_(?:[a-z]+_)*(?:here|key|secret|password|token)
    | (?-i:PASSWORD|PASS|SECRET|TOKEN|KEY|API_KEY) | [\[({]
    | (?:error|warning|warn|info|note|hint|fatal|critical|failed|refused|denied|invalid|missing|rejected):
    | (?:null|none|nil|undefined|nan|true|false|yes|no|on|off|n/a|na|ok|okay|is|was|has|not|does|for|in|and|the|a|an|to
        |i|it|we|he|she|this|that|my|our|your|if|or|by|at|via|with|from|when|only|see|ask|use|used|please|done|new|old
        |valid|invalid|expired|missing|mismatch|verified|unverified|failed|failure|success|succeeded|refresh|refreshed
        |refreshing|revoked|rejected|accepted|required|unknown|absent|present|set|reset|rotate|rotated|rotation|bad
        |wrong|good|incorrect|error|errors|denied|unauthorized|forbidden|must|cannot|could|should|will|may|str|string
        |bytes|int|object|authentication|expires|about|due|found|provided|given|unexpected|changed|check|checks)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SYMBOL = re.compile(r"\d{0,5}[A-Z]{2,10}(?:[/_\-.:][A-Z]{2,10})?")
_SMALL_NUMBER = re.compile(r"[-+]?\d{1,5}(?:\.\d{1,8})?(?:/\d{1,5})?%?(?:ms|s|m|h|d)?")
_RANDOM = re.compile(r"[A-Za-z0-9+/_\-]{20,}={0,2}")
_UUID_OR_DIGEST = re.compile(r"(?:0x|sha\d+[:-])?[0-9a-f]{7,}(?:-[0-9a-f]{4,}){0,5}", re.IGNORECASE)
_HEX_KEY = re.compile(r"(?:[0-9a-f]{32}){1,4}")
_DIRECTORY = re.compile(r"[~/.]|[A-Za-z]:\\")


def is_secret(value: str, name: str, sure: Names) -> bool:
    """Whether a value under a name of that sureness is to be taken out."""
    if sure is Names.NOT or (len(value) <= 200 and _HARMLESS.fullmatch(value)):
        return False
    if len(value) <= 4 and value.isdigit() and name[-1:] in "sS":
        return False  # "secrets: 3" counts them
    if sure is Names.SURELY:
        return True
    name = name.lower()
    if sure is Names.FAINT:
        return looks_random(value, digests=name.endswith("routing_key") or name.endswith("routingkey"))
    if (name.endswith("pwd") and _DIRECTORY.match(value)) or (name.endswith("tokens") and value.isdigit()):
        return False  # PWD is the working directory, and tokens are counted
    return not (_SYMBOL.fullmatch(value) or _SMALL_NUMBER.fullmatch(value))


def looks_random(value: str, *, digests: bool) -> bool:
    """Whether it looks like nothing but a key; `digests`: it may look like a digest as well, as PagerDuty's
    keys and the signatures of requests do."""
    if digests and _HEX_KEY.fullmatch(value):
        return True
    if _RANDOM.fullmatch(value) is None or _UUID_OR_DIGEST.fullmatch(value) or value.count("-") + value.count("_") > 2:
        return False
    if not any(character.isdigit() for character in value):
        return False
    mixed = value.lower() != value and value.upper() != value
    return mixed or (len(value) >= 32 and "/" not in value)
